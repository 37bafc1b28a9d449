"""Checks of each question: its type is known, it has the fields its type needs and no others, its options are sound."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from surveyapp.engine.assembly import options_of
from surveyapp.engine.faults import Fault
from surveyapp.engine.outline import Outline, PlacedPage
from surveyapp.engine.sources import Place
from surveyapp.engine.values import PREFER_NOT_TO_SAY
from surveyapp.engine.written import PURPOSES, QUESTION_TYPE_NAMES, WrittenQuestion

_CHOICE = frozenset({"options", "list_"})
_FIELDS_BY_TYPE: dict[str, frozenset[str]] = {
    "single_choice": _CHOICE | {"choose_among", "default"},
    "multiple_choice": _CHOICE,
    "matrix": _CHOICE | {"rows"},
    "scale": frozenset({"low", "high"}),
    "ranking": _CHOICE | {"pick"},
    "number": frozenset({"min", "max", "decimals", "unit"}),
    "date": frozenset(),
    "month": frozenset(),
    "short_text": frozenset({"max_length"}),
    "long_text": frozenset({"max_length"}),
}
_TYPED_FIELDS = frozenset().union(*_FIELDS_BY_TYPE.values())
_TYPES_OF_PURPOSE = {
    "reasons": {"multiple_choice"},
    "main_reason": {"single_choice"},
    "avoidable": {"single_choice"},
    "recommend": {"scale"},
    "return": {"single_choice"},
    "destination": {"single_choice"},
    "consent": {"single_choice"},
    "comment": {"long_text"},
}
# reports know these codes
_CODES_OF_PURPOSE = {
    "consent": {"quote", "summarised", "no"},
    "avoidable": {"yes", "perhaps", "no"},
    "return": {"yes", "perhaps", "no"},
}


@dataclass(frozen=True)
class _Asked:
    """A question with its place, and the faults it can tell."""

    found: Outline
    on: PlacedPage
    question: WrittenQuestion
    place: Place

    def fault(self, field: str, what: str, remedy: str) -> Fault:
        return self.on.fault((*self.place, field), what, remedy)


def question_faults(found: Outline) -> Iterator[Fault]:
    for on in found.pages:
        for question, place in on.questions():
            asked = _Asked(found, on, question, place)
            if question.type not in QUESTION_TYPE_NAMES:
                yield asked.fault("type", f"`{question.type}` is not a question type.", _use_one_of(question.type))
                continue
            yield from _field_faults(asked)
            yield from _option_faults(asked)
            yield from _purpose_faults(asked)
            yield from _range_faults(asked)


def _use_one_of(name: str) -> str:
    near = difflib.get_close_matches(name, QUESTION_TYPE_NAMES, n=1, cutoff=0.5)
    return (
        f"Did you mean `{near[0]}`? Otherwise see the README for the types."
        if near
        else f"Use one of: {', '.join(QUESTION_TYPE_NAMES)}."
    )


def _field_faults(asked: _Asked) -> Iterator[Fault]:
    question = asked.question
    for field in sorted(_TYPED_FIELDS - _FIELDS_BY_TYPE[question.type]):
        if getattr(question, field) is not None:
            name = field.rstrip("_")
            yield asked.fault(name, f"A {question.type} question has no `{name}`.", "Take it out, or change the type.")
    if question.type == "matrix" and not question.rows:
        yield asked.fault("type", "A matrix needs `rows`.", "Add the statements as `rows:`.")
    if question.type == "scale" and not (question.low and question.high):
        yield asked.fault("type", "A scale needs `low` and `high`.", "Say what 0 and what 10 mean.")
    if question.required and question.purpose != "consent":
        yield asked.fault("required", f"`{question.code}` is required.", "Only the consent question may be.")


def _option_faults(asked: _Asked) -> Iterator[Fault]:
    found, question = asked.found, asked.question
    if "list_" not in _FIELDS_BY_TYPE[question.type]:
        return
    if question.list_ == "reasons" and not found.written.reasons:
        yield asked.fault("list", "No reason list is named.", "Add `reasons: reasons/1` at the top.")
    elif question.list_ not in (None, "reasons", *found.lists):
        yield asked.fault("list", f"There is no list `{question.list_}`.", "Define it under `lists:`.")
    yield from _choose_among_faults(asked)
    options = options_of(found, question)
    broken_link = question.list_ is not None or question.choose_among is not None
    if len(options) < 2 and not broken_link:
        yield asked.fault("type", f"A {question.type} question needs two options.", "Add `options:` or `list:`.")
    yield from _option_code_faults(asked, [option.code for option in options])
    if sum(option.other for option in options) > 1:
        yield asked.fault("options", "Two options have `other: true`.", "Keep one.")
    if question.type == "ranking" and len(options) < (question.pick or 3):
        yield asked.fault("pick", "More are to be ranked than there are options.", "Lower `pick:`.")


def _choose_among_faults(asked: _Asked) -> Iterator[Fault]:
    code = asked.question.choose_among
    if code is None:
        return
    if asked.question.options or asked.question.list_:
        yield asked.fault("choose_among", "`choose_among` brings its own options.", "Take `options` and `list` out.")
    earlier = {question.code: question for question in _asked_before(asked)}
    if code not in earlier:
        yield asked.fault("choose_among", f"No earlier page asks `{code}`.", "Name a question asked before this page.")
    elif earlier[code].type != "multiple_choice":
        yield asked.fault("choose_among", f"`{code}` is not a multiple choice.", "Name one that is.")


def _asked_before(asked: _Asked) -> Iterator[WrittenQuestion]:
    for on in asked.found.pages:
        if on == asked.on:
            return
        yield from on.page.questions


def _option_code_faults(asked: _Asked, codes: list[str]) -> Iterator[Fault]:
    question = asked.question
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        yield asked.fault("options", f"The option code `{code}` is used twice.", "Rename one.")
    rows = [row.code for row in question.rows or ()]
    for code in sorted({code for code in rows if rows.count(code) > 1}):
        yield asked.fault("rows", f"The row code `{code}` is used twice.", "Rename one.")
    if PREFER_NOT_TO_SAY in codes and not question.choose_among:
        yield asked.fault("options", f"`{PREFER_NOT_TO_SAY}` is offered by the engine.", "Take the option out.")
    if question.default is not None and question.purpose != "consent":
        yield asked.fault("default", "A default would answer for the leaver.", "Only consent may have one.")
    elif question.default is not None and question.default not in codes:
        yield asked.fault("default", f"There is no option `{question.default}`.", "Name one of the options.")


def _purpose_faults(asked: _Asked) -> Iterator[Fault]:
    question = asked.question
    if question.purpose is None:
        return
    if question.purpose not in PURPOSES:
        yield asked.fault("purpose", f"`{question.purpose}` is not a purpose.", f"Use one of: {', '.join(PURPOSES)}.")
    elif question.type not in _TYPES_OF_PURPOSE.get(question.purpose, {question.type}):
        wanted = " or ".join(sorted(_TYPES_OF_PURPOSE[question.purpose]))
        yield asked.fault("type", f"A question with purpose `{question.purpose}` is a {wanted}.", "Change the type.")
    elif question.purpose == "reasons" and question.list_ != "reasons":
        yield asked.fault("purpose", "The reasons question has its own options.", "Use `list: reasons`.")
    elif question.purpose == "main_reason" and not question.choose_among:
        yield asked.fault("purpose", "The main reason is not a choice among those ticked.", "Add `choose_among:`.")
    else:
        yield from _purpose_code_faults(asked)


def _purpose_code_faults(asked: _Asked) -> Iterator[Fault]:
    wanted = _CODES_OF_PURPOSE.get(asked.question.purpose or "")
    codes = {option.code for option in options_of(asked.found, asked.question)}
    if wanted and codes and codes != wanted:
        names = ", ".join(sorted(wanted))
        yield asked.fault("purpose", f"Reports cannot read `{asked.question.purpose}` here.", f"Use the codes {names}.")


def _range_faults(asked: _Asked) -> Iterator[Fault]:
    low, high = asked.question.min, asked.question.max
    if low is not None and high is not None and low > high:
        yield asked.fault("min", "`min` is larger than `max`.", "Swap them.")
