"""What is wrong with a file or a mapping: row, column, what was read and what is wanted; and what there is to know."""

from collections.abc import Sequence
from dataclasses import dataclass

MOST_READ = 60  # characters of a cell that are repeated to the reader


@dataclass(frozen=True)
class Fault:
    """One fault. `row` counts from 1 with the heading row; 0 when it is about the whole file."""

    row: int
    column: str
    read: str
    wanted: str

    def as_json(self) -> dict[str, object]:
        return {"row": self.row, "column": self.column, "read": _short(self.read), "wanted": self.wanted}

    def __str__(self) -> str:
        place = ", ".join(part for part in (f"row {self.row}" if self.row else "", _short(self.column)) if part)
        said = f"read {_short(self.read)!r}; {self.wanted}" if self.read else self.wanted
        return f"{place}: {said}" if place else said


@dataclass(frozen=True)
class Warned:
    """Something to know about a column or the whole file; never how many people gave an answer."""

    column: str
    text: str

    def as_json(self) -> dict[str, str]:
        return {"column": self.column, "text": self.text}

    def __str__(self) -> str:
        return f"{_short(self.column)}: {self.text}" if self.column else self.text


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
