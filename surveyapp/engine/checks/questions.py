"""Checks of each question: its type is known, it has the fields its type needs and no others, its options are sound."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from surveyapp.engine.assembly import options_of
from surveyapp.engine.checks.conditions import ONE_OF
from surveyapp.engine.faults import N_, Fault
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
_TYPE_OF_PURPOSE = {
    "reasons": "multiple_choice",
    "main_reason": "single_choice",
    "avoidable": "single_choice",
    "recommend": "scale",
    "return": "single_choice",
    "destination": "single_choice",
    "consent": "single_choice",
    "comment": "long_text",
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

    def fault(self, field: str, what: str, remedy: str, /, **values: object) -> Fault:
        about = {"code": self.question.code, "type": self.question.type, "purpose": self.question.purpose}
        return self.on.fault((*self.place, field), what, remedy, **{**about, **values})


def question_faults(found: Outline) -> Iterator[Fault]:
    for on in found.pages:
        for question, place in on.questions():
            asked = _Asked(found, on, question, place)
            if question.type not in QUESTION_TYPE_NAMES:
                yield _type_fault(asked)
                continue
            yield from _field_faults(asked)
            yield from _option_faults(asked)
            yield from _purpose_faults(asked)
            yield from _range_faults(asked)


def _type_fault(asked: _Asked) -> Fault:
    what = N_("`%(type)s` is not a question type.")
    near = difflib.get_close_matches(asked.question.type, QUESTION_TYPE_NAMES, n=1, cutoff=0.5)
    if near:
        remedy = N_("Did you mean `%(near)s`? Otherwise see the README for the types.")
        return asked.fault("type", what, remedy, near=near[0])
    return asked.fault("type", what, ONE_OF, choices=", ".join(QUESTION_TYPE_NAMES))


def _field_faults(asked: _Asked) -> Iterator[Fault]:
    question = asked.question
    for field in sorted(_TYPED_FIELDS - _FIELDS_BY_TYPE[question.type]):
        if getattr(question, field) is not None:
            name = field.rstrip("_")
            what = N_("A %(type)s question has no `%(field)s`.")
            yield asked.fault(name, what, N_("Take it out, or change the type."), field=name)
    if question.type == "matrix" and not question.rows:
        yield asked.fault("type", N_("A matrix needs `rows`."), N_("Add the statements as `rows:`."))
    if question.type == "scale" and not (question.low and question.high):
        yield asked.fault("type", N_("A scale needs `low` and `high`."), N_("Say what 0 and what 10 mean."))
    if question.required and question.purpose != "consent":
        yield asked.fault("required", N_("`%(code)s` is required."), N_("Only the consent question may be."))


def _option_faults(asked: _Asked) -> Iterator[Fault]:
    found, question = asked.found, asked.question
    if "list_" not in _FIELDS_BY_TYPE[question.type]:
        return
    if question.list_ == "reasons" and not found.written.reasons:
        yield asked.fault("list", N_("No reason list is named."), N_("Add `reasons: reasons/1` at the top."))
    elif question.list_ not in (None, "reasons", *found.lists):
        what = N_("There is no list `%(list)s`.")
        yield asked.fault("list", what, N_("Define it under `lists:`."), list=question.list_)
    yield from _choose_among_faults(asked)
    options = options_of(found, question)
    broken_link = question.list_ is not None or question.choose_among is not None
    if len(options) < 2 and not broken_link:
        yield asked.fault("type", N_("A %(type)s question needs two options."), N_("Add `options:` or `list:`."))
    yield from _option_code_faults(asked, [option.code for option in options])
    if sum(option.other for option in options) > 1:
        yield asked.fault("options", N_("Two options have `other: true`."), N_("Keep one."))
    if question.type == "ranking" and len(options) < (question.pick or 3):
        yield asked.fault("pick", N_("More are to be ranked than there are options."), N_("Lower `pick:`."))


def _choose_among_faults(asked: _Asked) -> Iterator[Fault]:
    code = asked.question.choose_among
    if code is None:
        return
    if asked.question.options or asked.question.list_:
        what = N_("`choose_among` brings its own options.")
        yield asked.fault("choose_among", what, N_("Take `options` and `list` out."))
    earlier = {question.code: question for question in _asked_before(asked)}
    if code not in earlier:
        what, remedy = N_("No earlier page asks `%(code)s`."), N_("Name a question asked before this page.")
        yield asked.fault("choose_among", what, remedy, code=code)
    elif earlier[code].type != "multiple_choice":
        what = N_("`%(code)s` is not a multiple choice.")
        yield asked.fault("choose_among", what, N_("Name one that is."), code=code)


def _asked_before(asked: _Asked) -> Iterator[WrittenQuestion]:
    for on in asked.found.pages:
        if on == asked.on:
            return
        yield from on.page.questions


def _option_code_faults(asked: _Asked, codes: list[str]) -> Iterator[Fault]:
    question = asked.question
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        yield asked.fault("options", N_("The option code `%(code)s` is used twice."), N_("Rename one."), code=code)
    rows = [row.code for row in question.rows or ()]
    for code in sorted({code for code in rows if rows.count(code) > 1}):
        yield asked.fault("rows", N_("The row code `%(code)s` is used twice."), N_("Rename one."), code=code)
    if PREFER_NOT_TO_SAY in codes and not question.choose_among:
        what = N_("`%(code)s` is offered by the engine.")
        yield asked.fault("options", what, N_("Take the option out."), code=PREFER_NOT_TO_SAY)
    if question.default is not None and question.purpose != "consent":
        yield asked.fault("default", N_("A default would answer for the leaver."), N_("Only consent may have one."))
    elif question.default is not None and question.default not in codes:
        what = N_("There is no option `%(code)s`.")
        yield asked.fault("default", what, N_("Name one of the options."), code=question.default)


def _purpose_faults(asked: _Asked) -> Iterator[Fault]:
    question = asked.question
    if question.purpose is None:
        return
    if question.purpose not in PURPOSES:
        yield asked.fault("purpose", N_("`%(purpose)s` is not a purpose."), ONE_OF, choices=", ".join(PURPOSES))
    elif question.type != _TYPE_OF_PURPOSE.get(question.purpose, question.type):
        what = N_("A question with purpose `%(purpose)s` is a %(wanted)s.")
        yield asked.fault("type", what, N_("Change the type."), wanted=_TYPE_OF_PURPOSE[question.purpose])
    elif question.purpose == "reasons" and question.list_ != "reasons":
        yield asked.fault("purpose", N_("The reasons question has its own options."), N_("Use `list: reasons`."))
    elif question.purpose == "main_reason" and not question.choose_among:
        what = N_("The main reason is not a choice among those ticked.")
        yield asked.fault("purpose", what, N_("Add `choose_among:`."))
    else:
        yield from _purpose_code_faults(asked)


def _purpose_code_faults(asked: _Asked) -> Iterator[Fault]:
    wanted = _CODES_OF_PURPOSE.get(asked.question.purpose or "")
    codes = {option.code for option in options_of(asked.found, asked.question)}
    if wanted and codes and codes != wanted:
        what, remedy = N_("Reports cannot read `%(purpose)s` here."), N_("Use the codes %(choices)s.")
        yield asked.fault("purpose", what, remedy, choices=", ".join(sorted(wanted)))


def _range_faults(asked: _Asked) -> Iterator[Fault]:
    low, high = asked.question.min, asked.question.max
    if low is not None and high is not None and low > high:
        yield asked.fault("min", N_("`min` is larger than `max`."), N_("Swap them."))
