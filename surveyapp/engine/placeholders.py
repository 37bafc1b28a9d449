"""The {name} marks in texts: finding them and putting values in. There is no expression language."""

import re
from collections.abc import Callable, Mapping

_MARK = re.compile(r"\{([a-z0-9_]+)\}")


def names_in(words: Mapping[str, str] | None) -> frozenset[str]:
    """The names piped into a text, in any of its languages."""
    return frozenset(name for text in (words or {}).values() for name in _MARK.findall(str(text)))


def has_stray_brace(text: str) -> bool:
    return not {"{", "}"}.isdisjoint(_MARK.sub("", text))


def put_in(text: str, value_of: Callable[[str], str]) -> str:
    """The text with each {name} replaced by its value."""
    return _MARK.sub(lambda mark: value_of(mark[1]), text)
