"""Questions answered by choosing: one, several, or a ranked few."""

from collections.abc import Mapping
from typing import Any

from surveyapp.engine.definition import Option, Question
from surveyapp.engine.forms import Form, Problem, field_name, first_of, tidy
from surveyapp.engine.phrases import phrase
from surveyapp.engine.values import PREFER_NOT_TO_SAY, Answer, Chosen, PreferNot, Ranked, Ticked

OTHER_LENGTH = 200


def option_text(question: Question, code: str, language: str) -> str:
    option = question.option_by_code.get(code)
    return option.text[language] if option else code


def _with_other(option: Option, other: str, language: str) -> str:
    text = option.text[language]
    return f"{text}: {other}" if option.other and other else text


def _other_option(question: Question) -> Option | None:
    return next((option for option in question.options if option.other), None)


def _other_problem(question: Question, other: str, language: str) -> Problem | None:
    if len(other) <= OTHER_LENGTH:
        return None
    message = phrase("shorten", language, limit=OTHER_LENGTH, used=len(other))
    return Problem(field_name(question, "other"), message)


def _not_offered(question: Question, language: str) -> Problem:
    return Problem(field_name(question), phrase("choose_shown", language))


class SingleChoice:
    """One option. Words typed beside "other" choose it when nothing else is chosen."""

    def parse(self, question: Question, form: Form, language: str) -> Answer | Problem | None:
        code, typed = first_of(form, field_name(question)), first_of(form, field_name(question, "other"))
        other = _other_option(question)
        if not code and other and typed:
            code = other.code
        if not code:
            return None
        if code == PREFER_NOT_TO_SAY and question.prefer_not_to_say:
            return PreferNot()
        if code not in question.option_by_code:
            return _not_offered(question, language)
        return Chosen(code, typed if other and other.code == code else "")

    def validate(self, question: Question, answer: Chosen, language: str) -> Problem | None:
        return _other_problem(question, answer.other, language)

    def fields(self, question: Question, answer: Chosen) -> dict[str, list[str]]:
        fields = {field_name(question): [answer.code]}
        return fields | ({field_name(question, "other"): [answer.other]} if answer.other else {})

    def show(self, question: Question, answer: Chosen, language: str) -> tuple[str, ...]:
        option = question.option_by_code.get(answer.code)
        return (_with_other(option, answer.other, language) if option else answer.code,)

    def store(self, answer: Chosen) -> dict[str, Any]:
        return {"choice": answer.code} | ({"other": answer.other} if answer.other else {})

    def load(self, stored: Mapping[str, Any]) -> Chosen:
        return Chosen(str(stored["choice"]), str(stored.get("other", "")))

    def columns(self, question: Question) -> tuple[str, ...]:
        return (question.code, f"{question.code}.other") if _other_option(question) else (question.code,)

    def export(self, question: Question, answer: Chosen) -> tuple[str, ...]:
        return (answer.code, answer.other) if _other_option(question) else (answer.code,)


class MultipleChoice:
    """Any options; an exclusive one stands alone. Words typed beside "other" tick it."""

    def parse(self, question: Question, form: Form, language: str) -> Answer | Problem | None:
        posted = {tidy(code) for code in form.get(field_name(question), ())} - {""}
        typed = first_of(form, field_name(question, "other"))
        other = _other_option(question)
        if other and typed:
            posted.add(other.code)
        if not posted:
            return None
        if PREFER_NOT_TO_SAY in posted and question.prefer_not_to_say:
            return PreferNot() if len(posted) == 1 else _alone(question, phrase(PREFER_NOT_TO_SAY, language), language)
        if not posted <= question.option_by_code.keys():
            return _not_offered(question, language)
        codes = tuple(option.code for option in question.options if option.code in posted)
        return Ticked(codes, typed if other and other.code in posted else "")

    def validate(self, question: Question, answer: Ticked, language: str) -> Problem | None:
        alone = [code for code in answer.codes if question.option_by_code[code].exclusive]
        if alone and len(answer.codes) > 1:
            return _alone(question, option_text(question, alone[0], language), language)
        return _other_problem(question, answer.other, language)

    def fields(self, question: Question, answer: Ticked) -> dict[str, list[str]]:
        fields = {field_name(question): list(answer.codes)}
        return fields | ({field_name(question, "other"): [answer.other]} if answer.other else {})

    def show(self, question: Question, answer: Ticked, language: str) -> tuple[str, ...]:
        options = [question.option_by_code[code] for code in answer.codes if code in question.option_by_code]
        return tuple(_with_other(option, answer.other, language) for option in options)

    def store(self, answer: Ticked) -> dict[str, Any]:
        return {"choices": list(answer.codes)} | ({"other": answer.other} if answer.other else {})

    def load(self, stored: Mapping[str, Any]) -> Ticked:
        return Ticked(tuple(map(str, stored["choices"])), str(stored.get("other", "")))

    def columns(self, question: Question) -> tuple[str, ...]:
        ticks = tuple(f"{question.code}.{option.code}" for option in question.options)
        return (*ticks, f"{question.code}.other_text") if _other_option(question) else ticks

    def export(self, question: Question, answer: Ticked) -> tuple[str, ...]:
        ticks = tuple("ticked" if option.code in answer.codes else "not_ticked" for option in question.options)
        return (*ticks, answer.other) if _other_option(question) else ticks


def _alone(question: Question, option: str, language: str) -> Problem:
    return Problem(field_name(question), phrase("choose_alone", language, option=option))


class Ranking:
    """The top few, first choice first; a field for each place."""

    def parse(self, question: Question, form: Form, language: str) -> Answer | Problem | None:
        posted = [first_of(form, field_name(question, str(place))) for place in range(1, question.pick + 1)]
        codes = tuple(code for code in posted if code)
        if not codes:
            return None
        if not question.option_by_code.keys() >= set(codes):
            return _not_offered(question, language)
        if tuple(posted[: len(codes)]) != codes:
            gap = posted.index("") + 1
            return Problem(field_name(question, str(gap)), phrase("choose_in_order", language))
        return Ranked(codes)

    def validate(self, question: Question, answer: Ranked, language: str) -> Problem | None:
        for place, code in enumerate(answer.codes, start=1):
            if code in answer.codes[: place - 1]:
                return Problem(field_name(question, str(place)), phrase("choose_once", language))
        return None

    def fields(self, question: Question, answer: Ranked) -> dict[str, list[str]]:
        return {field_name(question, str(place)): [code] for place, code in enumerate(answer.codes, start=1)}

    def show(self, question: Question, answer: Ranked, language: str) -> tuple[str, ...]:
        return tuple(
            f"{place}. {option_text(question, code, language)}" for place, code in enumerate(answer.codes, start=1)
        )

    def store(self, answer: Ranked) -> dict[str, Any]:
        return {"ranked": list(answer.codes)}

    def load(self, stored: Mapping[str, Any]) -> Ranked:
        return Ranked(tuple(map(str, stored["ranked"])))

    def columns(self, question: Question) -> tuple[str, ...]:
        return tuple(f"{question.code}.{place}" for place in range(1, question.pick + 1))

    def export(self, question: Question, answer: Ranked) -> tuple[str, ...]:
        return (*answer.codes, *[""] * (question.pick - len(answer.codes)))
