"""Plain data put into the written shapes, and every misfit told in plain words with its line."""

import copy
import difflib
import re
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from surveyapp.engine.faults import DefinitionFaulty, Fault
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

_EXPECTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "list_type": "a list, each item starting with `- `",
    "dict_type": "one text for each language, such as {en: ..., cy: ...}",
    "model_type": "an entry with named fields",
    "model_attributes_type": "an entry with named fields",
}


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
        holder[last] = re.findall(r"'(.*?)'", str(misfit["ctx"]["expected"]))[0]
    elif misfit["type"] == "string_pattern_mismatch":
        holder[last] = re.sub(r"[^a-z0-9_]", "_", str(misfit["input"]).lower()).strip("_") or "code"
    else:
        holder.pop(last, None)


def _shape_fault(source: Source, model: type[BaseModel], error: dict[str, Any]) -> Fault:
    kind, place = error["type"], _place(source, error["loc"])
    name = next((part for part in reversed(place) if isinstance(part, str)), "the file")
    if kind == "missing":
        return source.fault(place[:-1], f"`{name}` is missing.", f"Add `{name}:` here.")
    if kind == "extra_forbidden":
        return source.fault(place, f"`{name}` is not a field of the format.", _spelling(name, model))
    if kind == "literal_error":
        options = str(error["ctx"]["expected"]).replace("'", "`")
        return source.fault(place, f"`{error['input']}` cannot stand at `{name}`.", f"Use {options}.")
    if kind in _EXPECTED:
        return source.fault(place, f"`{name}` is not {_EXPECTED[kind]}.", f"Write {_EXPECTED[kind]}.")
    return source.fault(place, *_size_or_pattern(kind, name, error))


def _size_or_pattern(kind: str, name: str, error: dict[str, Any]) -> tuple[str, str]:
    context = error.get("ctx", {})
    match kind:
        case "string_pattern_mismatch" if "https" in context["pattern"]:
            return f"`{error['input']}` is not a safe web address.", "Start it with https:// and leave out spaces."
        case "string_pattern_mismatch":
            return f"`{error['input']}` is not a code.", "Use lower-case letters, digits and _ only."
        case "string_too_long":
            return f"`{error['input']}` is too long for a code.", f"Use {context['max_length']} characters at most."
        case "too_short":
            return f"`{name}` holds too few entries.", f"Give {context['min_length']} or more."
        case "greater_than_equal":
            return f"`{name}` is too small.", f"Give {context['ge']} or more."
        case "less_than_equal":
            return f"`{name}` is too large.", f"Give {context['le']} or less."
        case _:
            return f"`{name}` does not fit the format: {error['msg']}.", "See questionnaires/README.md."


def _place(source: Source, loc: tuple[str | int, ...]) -> Place:
    """The error's path without the steps that are pydantic's own, such as a union's tag or `[key]`."""
    place: Place = ()
    for step in loc:
        deeper = (*place, step)
        if deeper in source.lines or step == loc[-1] and step not in ("[key]", "page", "include"):
            place = deeper
    return place


def _spelling(name: str, model: type[BaseModel]) -> str:
    near = difflib.get_close_matches(name, _field_names(model), n=1)
    return f"Did you mean `{near[0]}`? Otherwise take it out." if near else "Take it out, or check its spelling."


def _field_names(model: type[BaseModel]) -> list[str]:
    schema = model.model_json_schema()
    shapes = [schema, *schema.get("$defs", {}).values()]
    return sorted({name for shape in shapes for name in shape.get("properties", {})})
