"""Plain data put into the written shapes, and every misfit told in plain words with its line."""

import copy
import difflib
import re
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from surveyapp.engine.faults import N_, DefinitionFaulty, Fault
from surveyapp.engine.sources import Place, Source

M = TypeVar("M", bound=BaseModel)

_ROUNDS_OF_MENDING = 6
_WORDS = {"en": "-", "cy": "-"}
_PLAIN_VALUES: dict[str, Any] = {
    "questionnaire": "unnamed",
    "version": 1,
    "kind": "leaver",
    "languages": ["en", "cy"],
    "title": _WORDS,
    "text": _WORDS,
    "progress": _WORDS,
    "if_blank": _WORDS,
    "type": "short_text",
    "code": "unnamed",
}

_WHOLE = (N_("`%(name)s` is not a whole number."), N_("Write a whole number."))
_NUMBER = (N_("`%(name)s` is not a number."), N_("Write a number."))
_EITHER = (N_("`%(name)s` is not true or false."), N_("Write true or false."))
_ENTRY = (N_("`%(name)s` is not an entry with named fields."), N_("Write an entry with named fields."))
_EXPECTED = {
    "string_type": (N_("`%(name)s` is not text."), N_("Write text.")),
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "bool_type": _EITHER,
    "bool_parsing": _EITHER,
    "list_type": (
        N_("`%(name)s` is not a list, each item starting with `- `."),
        N_("Write a list, each item starting with `- `."),
    ),
    "dict_type": (
        N_("`%(name)s` is not one text for each language, such as {en: ..., cy: ...}."),
        N_("Write one text for each language, such as {en: ..., cy: ...}."),
    ),
    "model_type": _ENTRY,
    "model_attributes_type": _ENTRY,
}
_SIZES = {
    "string_too_long": (N_("`%(read)s` is too long for a code."), N_("Use %(max_length)s characters at most.")),
    "too_short": (N_("`%(name)s` holds too few entries."), N_("Give %(min_length)s or more.")),
    "greater_than_equal": (N_("`%(name)s` is too small."), N_("Give %(ge)s or more.")),
    "less_than_equal": (N_("`%(name)s` is too large."), N_("Give %(le)s or less.")),
}
_NO_CODE = (N_("`%(read)s` is not a code."), N_("Use lower-case letters, digits and _ only."))
_NO_ADDRESS = (
    N_("`%(read)s` is not a safe web address."),
    N_("Start it with https:// and leave out spaces."),
)
_MISFIT = (N_("`%(name)s` does not fit the format: %(told)s."), N_("See questionnaires/README.md."))


def shaped(source: Source, model: type[M]) -> tuple[M, list[Fault]]:
    """The file's data in the written shape, and every fault of shape.

    Small misfits are mended in a copy so that the other checks still run and all faults are told at once; raises
    `DefinitionFaulty` when the file is too far from the format for that.
    """
    data, faults, mended = copy.deepcopy(source.data), set[Fault](), set[tuple[str | int, ...]]()
    for _ in range(_ROUNDS_OF_MENDING):
        try:
            return model.model_validate(data), sorted(faults)
        except ValidationError as error:
            misfits: list[dict[str, Any]] = [dict(one) for one in error.errors(include_url=False)]
            # a place that was mended is no longer the author's
            faults |= {_shape_fault(source, model, one) for one in misfits if one["loc"] not in mended}
            mended.update(one["loc"] for one in misfits)
            for misfit in misfits:
                _mend(data, misfit)
    raise DefinitionFaulty(sorted(faults))


def _mend(data: Any, misfit: dict[str, Any]) -> None:
    """Take out a field that does not fit; put a plain value where one is needed."""
    *path, last = [step for step in misfit["loc"] if step not in ("page", "include", "[key]")]
    holder = data
    for step in path:
        try:
            holder = holder[step]
        except (KeyError, IndexError, TypeError):
            return
    if not isinstance(holder, dict):
        return
    if misfit["type"] == "missing" and last in _PLAIN_VALUES:
        holder[last] = copy.deepcopy(_PLAIN_VALUES[last])
    elif misfit["type"] == "literal_error":
        holder[last] = _choices(misfit)[0]
    elif misfit["type"] == "string_pattern_mismatch":
        holder[last] = re.sub(r"[^a-z0-9_]", "_", str(misfit["input"]).lower()).strip("_") or "code"
    else:
        holder.pop(last, None)


def _shape_fault(source: Source, model: type[BaseModel], error: dict[str, Any]) -> Fault:
    kind, place = error["type"], _place(source, error["loc"])
    name = next((part for part in reversed(place) if isinstance(part, str)), source.name)
    if kind == "missing":
        return source.fault(place[:-1], N_("`%(name)s` is missing."), N_("Add `%(name)s:` here."), name=name)
    if kind == "extra_forbidden":
        return _unknown_field(source, place, name, model)
    context, read = error.get("ctx", {}), str(error["input"])
    if kind == "literal_error":
        what, remedy = N_("`%(read)s` cannot stand at `%(name)s`."), N_("Use one of: %(choices)s.")
        choices = ", ".join(f"`{one}`" for one in _choices(error))
        return source.fault(place, what, remedy, read=read, name=name, choices=choices)
    if kind in _EXPECTED:
        return source.fault(place, *_EXPECTED[kind], name=name)
    if kind in _SIZES:
        return source.fault(place, *_SIZES[kind], name=name, read=read, **context)
    if kind == "string_pattern_mismatch":
        return source.fault(place, *(_NO_ADDRESS if "https" in context["pattern"] else _NO_CODE), read=read)
    return source.fault(place, *_MISFIT, name=name, told=error["msg"])


def _choices(misfit: dict[str, Any]) -> list[str]:
    """The values that pydantic would have taken."""
    return re.findall(r"'(.*?)'", str(misfit["ctx"]["expected"]))


def _unknown_field(source: Source, place: Place, name: str, model: type[BaseModel]) -> Fault:
    what = N_("`%(name)s` is not a field of the format.")
    near = difflib.get_close_matches(name, _field_names(model), n=1)
    if near:
        return source.fault(place, what, N_("Did you mean `%(near)s`? Otherwise take it out."), name=name, near=near[0])
    return source.fault(place, what, N_("Take it out, or check its spelling."), name=name)


def _place(source: Source, loc: tuple[str | int, ...]) -> Place:
    """The error's path without the steps that are pydantic's own, such as a union's tag or `[key]`."""
    place: Place = ()
    for step in loc:
        deeper = (*place, step)
        if deeper in source.lines or step == loc[-1] and step not in ("[key]", "page", "include"):
            place = deeper
    return place


def _field_names(model: type[BaseModel]) -> list[str]:
    schema = model.model_json_schema()
    shapes = [schema, *schema.get("$defs", {}).values()]
    return sorted({name for shape in shapes for name in shape.get("properties", {})})
