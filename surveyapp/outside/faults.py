"""What is wrong with a file or a mapping: row, column, what was read and what is wanted; and what there is to know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from surveyapp.languages import ENGLISH, gettext
from surveyapp.outside.fault_texts import NTH_COLUMN

MOST_READ = 60  # characters of a cell that are repeated to the reader


@dataclass(frozen=True)
class Fault:
    """One fault. `row` counts from 1 with the heading row; 0 when it is about the whole file.

    `wanted` and `remedy` are texts of `fault_texts`, told with `values`; a column without a heading is the `nth`.
    """

    row: int
    column: str
    read: str
    wanted: str
    values: Mapping[str, object] = field(default_factory=dict)
    remedy: str = ""
    nth: int = 0

    def wanted_in(self, language: str) -> str:
        """What to write instead, or what to do, in that language."""
        return " ".join(gettext(text, language, **self.values) for text in (self.wanted, self.remedy) if text)

    def column_in(self, language: str) -> str:
        """The column's heading, or which column it is."""
        return _short(self.column) or (gettext(NTH_COLUMN, language, n=self.nth) if self.nth else "")

    @property
    def shown(self) -> str:
        """What was read, cut to a readable length."""
        return _short(self.read)

    def as_json(self) -> dict[str, object]:
        column = self.column or self.column_in(ENGLISH)
        return {"row": self.row, "column": column, "read": self.shown, "wanted": self.wanted_in(ENGLISH)}

    def __str__(self) -> str:
        parts = (f"row {self.row}" if self.row else "", self.column_in(ENGLISH))
        place = ", ".join(part for part in parts if part)
        said = f"read {self.shown!r}; {self.wanted_in(ENGLISH)}" if self.read else self.wanted_in(ENGLISH)
        return f"{place}: {said}" if place else said


@dataclass(frozen=True)
class Warned:
    """Something to know about a column or the whole file; never how many people gave an answer."""

    column: str
    text: str
    values: Mapping[str, object] = field(default_factory=dict)

    def said_in(self, language: str) -> str:
        """The column and what there is to know of it, in that language."""
        told = gettext(self.text, language, **self.values)
        return f"{_short(self.column)}: {told}" if self.column else told

    def as_json(self) -> dict[str, str]:
        return {"column": self.column, "text": gettext(self.text, ENGLISH, **self.values)}

    def __str__(self) -> str:
        return self.said_in(ENGLISH)


class FileRefused(Exception):
    """The file cannot be taken as it is; nothing was changed."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = list(faults)


class MappingFaulty(Exception):
    """The mapping has faults: each names its line (as `row`), the key, and the remedy."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(str(fault).replace("row ", "line ", 1) for fault in faults))
        self.faults = list(faults)


def _short(text: str) -> str:
    return text if len(text) <= MOST_READ else f"{text[:MOST_READ]}…"
