"""Questions answered with a number, a place on a 0 to 10 scale, a date or a month."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from surveyapp.engine.calendar_words import date_in_words, month_in_words, month_number
from surveyapp.engine.definition import Question
from surveyapp.engine.forms import Form, Problem, field_name, first_of
from surveyapp.engine.phrases import phrase
from surveyapp.engine.values import Answer, Day, Month, Number, plain_number

_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")
_FIRST_YEAR, _LAST_YEAR = 1900, 2200


class NumberType:
    """A whole number, or one with as many decimals as the question allows; `1,200` is read as 1200."""

    def parse(self, question: Question, form: Form, language: str) -> Answer | Problem | None:
        typed = first_of(form, field_name(question)).replace(",", "").replace(" ", "")
        if not typed:
            return None
        if not _NUMBER.fullmatch(typed):
            kind = "enter_number" if question.decimals else "enter_whole_number"
            return Problem(field_name(question), phrase(kind, language))
        return Number(Decimal(plain_number(Decimal(typed))))

    def validate(self, question: Question, answer: Number, language: str) -> Problem | None:
        message = None
        if -int(answer.value.as_tuple().exponent) > question.decimals:
            kind = "fewer_decimals" if question.decimals else "enter_whole_number"
            message = phrase(kind, language, decimals=question.decimals)
        elif question.minimum is not None and answer.value < Decimal(str(question.minimum)):
            message = phrase("at_least", language, limit=f"{question.minimum:g}")
        elif question.maximum is not None and answer.value > Decimal(str(question.maximum)):
            message = phrase("at_most", language, limit=f"{question.maximum:g}")
        return Problem(field_name(question), message) if message else None

    def fields(self, question: Question, answer: Number) -> dict[str, list[str]]:
        return {field_name(question): [plain_number(answer.value)]}

    def show(self, question: Question, answer: Number, language: str) -> tuple[str, ...]:
        unit = question.unit
        return (f"{plain_number(answer.value)} {unit[language]}" if unit else plain_number(answer.value),)

    def store(self, answer: Number) -> dict[str, Any]:
        return {"number": plain_number(answer.value)}

    def load(self, stored: Mapping[str, Any]) -> Number:
        return Number(Decimal(str(stored["number"])))

    def columns(self, question: Question) -> tuple[str, ...]:
        return (question.code,)

    def export(self, question: Question, answer: Number) -> tuple[str, ...]:
        return (plain_number(answer.value),)


class Scale(NumberType):
    """A whole number from 0 to 10."""

    def parse(self, question: Question, form: Form, language: str) -> Answer | Problem | None:
        typed = first_of(form, field_name(question))
        if typed and typed not in SCALE_POINTS:
            return Problem(field_name(question), phrase("choose_shown", language))
        return Number(Decimal(typed)) if typed else None

    def validate(self, question: Question, answer: Number, language: str) -> Problem | None:
        return None


SCALE_POINTS = tuple(str(point) for point in range(11))


class DateType:
    """A date in three fields; the month may be typed as a number or a name, in any of the languages."""

    def parse(self, question: Question, form: Form, language: str) -> Answer | Problem | None:
        day, month, year = (first_of(form, field_name(question, part)) for part in ("day", "month", "year"))
        if not (day or month or year):
            return None
        try:
            return Day(date(_year(year), month_number(month), int(day)).isoformat())
        except ValueError:
            wrong = next(
                (part for part, typed in zip(("day", "month", "year"), (day, month, year), strict=True) if not typed),
                "day",
            )
            return Problem(field_name(question, wrong), phrase("enter_date", language))

    def validate(self, question: Question, answer: Day, language: str) -> Problem | None:
        return None

    def fields(self, question: Question, answer: Day) -> dict[str, list[str]]:
        held = date.fromisoformat(answer.iso)
        parts = {"day": held.day, "month": held.month, "year": held.year}
        return {field_name(question, part): [str(value)] for part, value in parts.items()}

    def show(self, question: Question, answer: Day, language: str) -> tuple[str, ...]:
        return (date_in_words(answer.iso, language),)

    def store(self, answer: Day) -> dict[str, Any]:
        return {"date": answer.iso}

    def load(self, stored: Mapping[str, Any]) -> Day:
        return Day(date.fromisoformat(stored["date"]).isoformat())

    def columns(self, question: Question) -> tuple[str, ...]:
        return (question.code,)

    def export(self, question: Question, answer: Day) -> tuple[str, ...]:
        return (answer.iso,)


class MonthType:
    """A month and a year in two fields."""

    def parse(self, question: Question, form: Form, language: str) -> Answer | Problem | None:
        month, year = (first_of(form, field_name(question, part)) for part in ("month", "year"))
        if not (month or year):
            return None
        try:
            return Month(f"{_year(year)}-{month_number(month):02}")
        except ValueError:
            wrong = "year" if month and not year else "month"
            return Problem(field_name(question, wrong), phrase("enter_month", language))

    def validate(self, question: Question, answer: Month, language: str) -> Problem | None:
        return None

    def fields(self, question: Question, answer: Month) -> dict[str, list[str]]:
        year, month = answer.iso.split("-")
        return {field_name(question, "month"): [str(int(month))], field_name(question, "year"): [year]}

    def show(self, question: Question, answer: Month, language: str) -> tuple[str, ...]:
        return (month_in_words(answer.iso, language),)

    def store(self, answer: Month) -> dict[str, Any]:
        return {"month": answer.iso}

    def load(self, stored: Mapping[str, Any]) -> Month:
        return Month(date.fromisoformat(f"{stored['month']}-01").isoformat()[:7])

    def columns(self, question: Question) -> tuple[str, ...]:
        return (question.code,)

    def export(self, question: Question, answer: Month) -> tuple[str, ...]:
        return (answer.iso,)


def _year(typed: str) -> int:
    year = int(typed)
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise ValueError(typed)
    return year
