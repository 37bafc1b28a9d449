"""One row of the survey sheet as one written question, type by type."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from surveyapp.engine.faults import Fault
from surveyapp.engine.xlsform.sheets import SheetRow

Written = dict[str, Any]

REFUSED_TYPES = {
    "calculate": "Work the figure out after the answers are in.",
    "begin_repeat": "Ask each question once.",
    "end_repeat": "Ask each question once.",
    "start": "The time of answering is never kept: take the row out.",
    "end": "The time of answering is never kept: take the row out.",
    "today": "The date of answering is never kept: take the row out.",
    "deviceid": "Nothing about the device is ever kept: take the row out.",
    "username": "Nothing about the person is ever kept: take the row out.",
    "email": "Nothing about the person is ever kept: take the row out.",
    "phonenumber": "Nothing about the person is ever kept: take the row out.",
    "geopoint": "Places are never kept: take the row out.",
}
_PIPED = re.compile(r"\$\{([A-Za-z_][\w.-]*)\}")
_LIMITS = re.compile(r"\s*\.\s*(>=|<=)\s*(-?\d+(?:\.\d+)?)\s*")
# columns whose content cannot be kept
_UNTRANSLATED = (
    "calculation",
    "choice_filter",
    "default",
    "read_only",
    "readonly",
    "repeat_count",
    "trigger",
    "media::image",
    "media::audio",
    "media::video",
    "guidance_hint",
    "constraint_message",
    "required_message",
)
_APPEARANCES = {"", "multiline", "minimal", "month-year", "likert", "table-list", "field-list", "w1", "horizontal"}

_ENDS = {"low": {"en": "Lowest", "cy": "Isaf"}, "high": {"en": "Highest", "cy": "Uchaf"}}
_OTHER = {"code": "other", "other": True, "text": {"en": "Other", "cy": "Arall"}}


def code_of(name: str) -> str:
    """The form's name as a code: lower case, `_` for what a code cannot hold."""
    return re.sub(r"[^a-z0-9_]+", "_", name.lower()).strip("_")[:40]


def piped(words: Mapping[str, str]) -> dict[str, str]:
    """`${name}` as {name}, in every language."""
    return {language: _PIPED.sub(lambda mark: f"{{{code_of(mark[1])}}}", text) for language, text in words.items()}


def piped_names(words: Mapping[str, str]) -> set[str]:
    return {code_of(name) for text in words.values() for name in _PIPED.findall(text)}


def row_faults(row: SheetRow) -> list[Fault]:
    """What this row asks for that has no counterpart."""
    faults = [
        row.fault(f"`{heading}` cannot be brought in.", "Clear the cell.")
        for heading in _UNTRANSLATED
        if row.cell(heading) and row.cell(heading).lower() != "no"
    ]
    if row.cell("required").lower() in ("yes", "true", "true()", "1"):
        faults.append(row.fault("The question is required.", "Every question may be skipped: clear `required`."))
    unknown = sorted(set(row.cell("appearance").split()) - _APPEARANCES)
    if unknown:
        faults.append(row.fault(f"The appearance `{unknown[0]}` cannot be brought in.", "Clear the cell."))
    return faults


class CannotTranslate(Exception):
    """The row asks for something the format does not have: what, and the remedy."""

    def __init__(self, what: str, remedy: str) -> None:
        self.what, self.remedy = what, remedy
        super().__init__(what)


def question_of(row: SheetRow, lists: Mapping[str, list[Written]]) -> Written:
    """The written question, without its condition; raises `CannotTranslate`."""
    kind, _, rest = row.cell("type").partition(" ")
    kind = kind.lower()
    if kind not in _BUILDERS:
        raise CannotTranslate(f"The type `{row.cell('type')}` cannot be brought in.", REFUSED_TYPES.get(kind, _USE))
    if not row.label:
        raise CannotTranslate("The question has no label.", "Write its text in `label`.")
    question: Written = {"code": code_of(row.cell("name")), "type": "", "text": piped(row.label)}
    if row.hint:
        question["hint"] = piped(row.hint)
    question |= _BUILDERS[kind](row, rest.strip(), lists)
    if row.cell("constraint") and question["type"] != "number":
        raise CannotTranslate("The constraint cannot be brought in.", "Only numbers may have limits.")
    return question


_USE = "Use text, integer, decimal, date, select_one, select_multiple, rank, range or note."


def _text(row: SheetRow, rest: str, lists: Mapping[str, list[Written]]) -> Written:
    return {"type": "long_text" if "multiline" in row.cell("appearance") else "short_text"}


def _number(row: SheetRow, rest: str, lists: Mapping[str, list[Written]]) -> Written:
    whole = row.cell("type").lower().startswith("int")
    return {"type": "number"} | ({} if whole else {"decimals": 2}) | _limits(row.cell("constraint"))


def _limits(constraint: str) -> Written:
    """`. >= 0 and . <= 10` as min and max."""
    found: Written = {}
    for part in constraint.split(" and ") if constraint else ():
        match = _LIMITS.fullmatch(part)
        if match is None:
            raise CannotTranslate(f"The constraint `{constraint}` cannot be brought in.", "Write . >= 0 and . <= 10.")
        found["min" if match[1] == ">=" else "max"] = float(match[2])
    return found


def _date(row: SheetRow, rest: str, lists: Mapping[str, list[Written]]) -> Written:
    return {"type": "month" if "month-year" in row.cell("appearance") else "date"}


def _range(row: SheetRow, rest: str, lists: Mapping[str, list[Written]]) -> Written:
    wanted = {"start": "0", "end": "10", "step": "1"}
    written = dict(re.findall(r"(start|end|step)\s*=\s*(\d+)", row.cell("parameters")))
    if wanted | written != wanted:
        raise CannotTranslate("The range is not 0 to 10.", "Write start=0 end=10 step=1.")
    return {"type": "scale", **_ENDS}


def _select(kind: str) -> Callable[[SheetRow, str, Mapping[str, list[Written]]], Written]:
    def build(row: SheetRow, rest: str, lists: Mapping[str, list[Written]]) -> Written:
        name, _, extra = rest.partition(" ")
        if name not in lists:
            raise CannotTranslate(f"There is no list `{name}`.", "Write it on the sheet `choices`.")
        if extra.strip() not in ("", "or_other"):
            raise CannotTranslate(f"`{extra.strip()}` cannot be brought in.", "Write the type and the list only.")
        other = {"options": [_OTHER]} if extra.strip() else {}
        pick = {"pick": max(2, min(3, len(lists[name])))} if kind == "ranking" else {}
        return {"type": kind, "list": code_of(name), **other, **pick}

    return build


_BUILDERS: dict[str, Callable[[SheetRow, str, Mapping[str, list[Written]]], Written]] = {
    "text": _text,
    "string": _text,
    "integer": _number,
    "int": _number,
    "decimal": _number,
    "date": _date,
    "range": _range,
    "select_one": _select("single_choice"),
    "select_multiple": _select("multiple_choice"),
    "rank": _select("ranking"),
}
