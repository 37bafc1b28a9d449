"""Checks of show-if conditions: whole, about earlier questions only, comparing with codes that exist."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from surveyapp.engine.assembly import options_of
from surveyapp.engine.faults import N_, Fault
from surveyapp.engine.outline import Outline
from surveyapp.engine.sources import Place, Source
from surveyapp.engine.values import PREFER_NOT_TO_SAY
from surveyapp.engine.written import CASE_BANDS, OPERATORS, WrittenCondition, WrittenQuestion

ONE_OF = N_("Use one of: %(choices)s.")
KNOWN_BANDS: dict[str, frozenset[str]] = {
    "tenure_band": frozenset({"lt2", "2to4", "5to9", "10plus", "not_known"}),
    "check": frozenset({"month_1", "month_3", "month_6"}),
}
_PRESENCE = frozenset({"answered", "not_answered"})
_ORDER = frozenset({"at_least", "at_most", "more_than", "less_than"})
_SETS = frozenset({"equals", "not_equals", "any_of", "none_of", "includes"})
_OPERATORS_OF_TYPE: dict[str, frozenset[str]] = {
    "single_choice": _PRESENCE | _SETS - {"includes"},
    "multiple_choice": _PRESENCE | _SETS,
    "matrix": _PRESENCE | _SETS - {"includes"},
    "scale": _PRESENCE | _ORDER | {"equals", "not_equals"},
    "ranking": _PRESENCE | {"any_of", "none_of", "includes"},
    "number": _PRESENCE | _ORDER | {"equals", "not_equals"},
    "date": _PRESENCE | _ORDER,
    "month": _PRESENCE | _ORDER,
    "short_text": _PRESENCE,
    "long_text": _PRESENCE,
}
_DATES = {"date": re.compile(r"\d{4}-\d\d-\d\d"), "month": re.compile(r"\d{4}-\d\d")}


@dataclass(frozen=True)
class _Spot:
    """Where a condition stands, and what it may look back on: question code -> question."""

    source: Source
    place: Place
    found: Outline
    earlier: dict[str, WrittenQuestion]
    all_codes: frozenset[str]

    def at(self, *steps: str | int) -> "_Spot":
        return _Spot(self.source, (*self.place, *steps), self.found, self.earlier, self.all_codes)

    def fault(self, what: str, remedy: str, field: str = "", **values: object) -> Fault:
        return self.source.fault((*self.place, field) if field else self.place, what, remedy, **values)


def condition_faults(found: Outline) -> Iterator[Fault]:
    everything = frozenset(question.code for one in found.pages for question, _ in one.questions())
    earlier: dict[str, WrittenQuestion] = {}
    for part, place, pages in found.parts():
        if part.show_if:
            yield from _faults(_Spot(found.source, (*place, "show_if"), found, dict(earlier), everything), part.show_if)
        for one in pages:
            spot = _Spot(one.source, one.place, found, dict(earlier), everything)
            if one.page.show_if:
                yield from _faults(spot.at("show_if"), one.page.show_if)
            for index, question in enumerate(one.page.questions):
                if question.show_if:
                    yield from _faults(spot.at("questions", index, "show_if"), question.show_if)
            earlier |= {question.code: question for question in one.page.questions}


def _faults(spot: _Spot, condition: WrittenCondition) -> Iterator[Fault]:
    forms = [name for name in ("any", "all", "not_", "question", "case") if getattr(condition, name) is not None]
    if len(forms) != 1:
        yield spot.fault(
            N_("A condition needs exactly one of `any`, `all`, `not`, `question` or `case`."),
            N_("Split it with `all:`."),
        )
        return
    form = forms[0]
    if form == "not_" and condition.not_ is not None:
        yield from _faults(spot.at("not"), condition.not_)
    elif form in ("any", "all"):
        inner: list[WrittenCondition] = getattr(condition, form)
        if not inner:
            yield spot.fault(N_("`%(form)s` holds no condition."), N_("Add one or take it out."), form, form=form)
        for index, one in enumerate(inner):
            yield from _faults(spot.at(form, index), one)
    else:
        yield from _comparison_faults(spot, condition)


def _comparison_faults(spot: _Spot, condition: WrittenCondition) -> Iterator[Fault]:
    op = condition.op
    if op not in OPERATORS:
        what = N_("`%(op)s` is not a comparison.") if op else N_("The comparison is missing its `op`.")
        yield spot.fault(what, ONE_OF, "op", op=op, choices=", ".join(OPERATORS))
    elif op in _PRESENCE and condition.value is not None:
        yield spot.fault(N_("`%(op)s` takes no value."), N_("Take `value` out."), "value", op=op)
    elif op not in _PRESENCE and condition.value is None:
        yield spot.fault(N_("`%(op)s` needs a value."), N_("Add `value:`."), op=op)
    elif condition.case is not None:
        yield from _case_faults(spot, condition)
    else:
        yield from _question_faults(spot, condition)


def _case_faults(spot: _Spot, condition: WrittenCondition) -> Iterator[Fault]:
    band = condition.case or ""
    if band not in CASE_BANDS:
        what = N_("`%(band)s` is not a stored band of the case.")
        yield spot.fault(what, ONE_OF, "case", band=band, choices=", ".join(CASE_BANDS))
    elif condition.op in _ORDER:
        yield spot.fault(N_("Bands are not compared by size."), N_("Use `any_of` with a list of bands."), "op")
    elif band == "check" and spot.found.written.kind != "new_starter":
        what = N_("`check` belongs to new-starter questionnaires.")
        yield spot.fault(what, N_("Take the condition out."), "case")
    else:
        unknown = sorted(set(listed(condition.value)) - KNOWN_BANDS.get(band, frozenset(listed(condition.value))))
        if unknown:
            known = ", ".join(sorted(KNOWN_BANDS[band]))
            what = N_("`%(value)s` is not a %(band)s.")
            yield spot.fault(what, ONE_OF, "value", value=unknown[0], band=band, choices=known)


def _question_faults(spot: _Spot, condition: WrittenCondition) -> Iterator[Fault]:
    code = condition.question or ""
    question = spot.earlier.get(code)
    if question is None:
        if code in spot.all_codes:
            yield spot.fault(
                N_("The condition looks at `%(code)s`, which is not asked on an earlier page."),
                N_("Move `%(code)s` to a page before this one."),
                "question",
                code=code,
            )
        else:
            what = N_("There is no question `%(code)s`.")
            yield spot.fault(what, N_("Name the code of an earlier question."), "question", code=code)
        return
    allowed = _OPERATORS_OF_TYPE.get(question.type, frozenset(OPERATORS))
    if condition.op not in allowed:
        yield spot.fault(
            N_("A %(type)s question cannot be compared with `%(op)s`."),
            ONE_OF,
            "op",
            type=question.type,
            op=condition.op,
            choices=", ".join(sorted(allowed)),
        )
        return
    yield from _row_faults(spot, condition, question)
    yield from _value_faults(spot, condition, question)


def _row_faults(spot: _Spot, condition: WrittenCondition, question: WrittenQuestion) -> Iterator[Fault]:
    rows = {row.code for row in question.rows or ()}
    if condition.row is not None and condition.row not in rows:
        what = N_("`%(code)s` has no row `%(row)s`.")
        yield spot.fault(what, N_("Name one of its rows."), "row", code=question.code, row=condition.row)
    elif question.type == "matrix" and condition.row is None and condition.op not in _PRESENCE:
        yield spot.fault(N_("`%(code)s` is a matrix."), N_("Add `row:` to say which statement."), code=question.code)


def _value_faults(spot: _Spot, condition: WrittenCondition, question: WrittenQuestion) -> Iterator[Fault]:
    values = listed(condition.value)
    if question.type in ("number", "scale"):
        if not all(_is_number(value) for value in values):
            yield spot.fault(N_("`%(value)s` is not a number."), N_("Give a number."), "value", value=condition.value)
    elif question.type in _DATES:
        if not all(_DATES[question.type].fullmatch(value) for value in values):
            is_date = question.type == "date"
            what = N_("`%(value)s` is not a date.") if is_date else N_("`%(value)s` is not a month.")
            example = "2027-03-27" if is_date else "2027-03"
            yield spot.fault(what, N_("Write it like %(example)s."), "value", value=condition.value, example=example)
    else:
        known = {option.code for option in options_of(spot.found, question)} | {PREFER_NOT_TO_SAY}
        for value in values:
            if known != {PREFER_NOT_TO_SAY} and value not in known:
                what = N_("`%(code)s` has no option `%(value)s`.")
                yield spot.fault(what, N_("Name one of its options."), "value", code=question.code, value=value)


def listed(value: Any) -> list[str]:
    """The compared values as text, one or many."""
    if value is None:
        return []
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False
