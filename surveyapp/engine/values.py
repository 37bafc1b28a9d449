"""Answers as typed values, one frozen class per shape, and what conditions may ask of them.

Each says which codes it `held`: option codes, or the number, date or words as one code.
"""

from dataclasses import dataclass
from decimal import Decimal

PREFER_NOT_TO_SAY = "prefer_not_to_say"
_PREFER_NOT = frozenset((PREFER_NOT_TO_SAY,))


@dataclass(frozen=True, slots=True)
class PreferNot:
    """The leaver prefers not to say. This is an answer."""

    def held(self) -> frozenset[str]:
        return _PREFER_NOT


@dataclass(frozen=True, slots=True)
class Chosen:
    """One option, with the words beside "other"."""

    code: str
    other: str = ""

    def held(self) -> frozenset[str]:
        return frozenset((self.code,))


@dataclass(frozen=True, slots=True)
class Ticked:
    """Some options in the order of the definition, with the words beside "other"."""

    codes: tuple[str, ...]
    other: str = ""

    def held(self) -> frozenset[str]:
        return frozenset(self.codes)


@dataclass(frozen=True, slots=True)
class Graded:
    """Rows of a matrix that were answered: (row, option) in the order of the definition."""

    rows: tuple[tuple[str, str], ...]

    def held(self) -> frozenset[str]:
        return frozenset(grade for _, grade in self.rows)


@dataclass(frozen=True, slots=True)
class Ranked:
    """Options from first to last choice."""

    codes: tuple[str, ...]

    def held(self) -> frozenset[str]:
        return frozenset(self.codes)


@dataclass(frozen=True, slots=True)
class Number:
    value: Decimal

    def held(self) -> frozenset[str]:
        return frozenset((plain_number(self.value),))


@dataclass(frozen=True, slots=True)
class Day:
    """A date as ISO text, `2027-03-27`."""

    iso: str

    def held(self) -> frozenset[str]:
        return frozenset((self.iso,))


@dataclass(frozen=True, slots=True)
class Month:
    """A month as ISO text, `2027-03`."""

    iso: str

    def held(self) -> frozenset[str]:
        return frozenset((self.iso,))


@dataclass(frozen=True, slots=True)
class Said:
    """Words the leaver typed."""

    text: str

    def held(self) -> frozenset[str]:
        return frozenset((self.text,))


Answer = PreferNot | Chosen | Ticked | Graded | Ranked | Number | Day | Month | Said

_NO_CODES: frozenset[str] = frozenset()


def held_codes(answer: Answer | None) -> frozenset[str]:
    """The codes an answer holds; no answer holds none."""
    return _NO_CODES if answer is None else answer.held()


def measure(answer: Answer | None) -> Decimal | str | None:
    """What can be compared by size: a number, or a date or month as ISO text."""
    match answer:
        case Number(value):
            return value
        case Day(iso) | Month(iso):
            return iso
        case _:
            return None


def plain_number(value: Decimal) -> str:
    """The number without exponent or trailing zeros: `12`, `7.5`."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
