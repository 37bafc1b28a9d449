"""What a file of rows holds and what is wrong with it: for every import that reads its rows with `file_reading`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from surveyapp.cases.file_reading import FileRefused, Warned
from surveyapp.cases.row_faults import RowFault
from surveyapp.languages import ENGLISH

MOST_FAULTS_KEPT = 1000
FAULTS_PRINTED = 50


@dataclass
class FileReport:
    """Rows read, faults and warnings; a slice's own report adds what became of the rows."""

    n_rows: int = 0
    faults: list[RowFault] = field(default_factory=list)
    n_faults: int = 0
    warnings: list[Warned] = field(default_factory=list)
    is_refused: bool = False
    """The file as a whole cannot be read: not even its good rows can be taken."""

    def add_faults(self, found: Sequence[RowFault]) -> None:
        """Keep the first thousand and count them all."""
        self.n_faults += len(found)
        self.faults += found[: MOST_FAULTS_KEPT - len(self.faults)]

    def refuse(self, refused: FileRefused) -> None:
        """Tell why the file cannot be read like the faults of its rows."""
        self.is_refused = True
        self.add_faults(refused.faults)

    def as_json(self) -> dict[str, Any]:
        """Faults and warnings, for `--json` and the API."""
        return {
            "n_faults": self.n_faults,
            "faults": [
                {"row": one.line, "column": one.column, "read": one.shown, "wanted": one.wanted_in(ENGLISH)}
                for one in self.faults
            ],
            "warnings": [str(one) for one in self.warnings],
        }

    def lines(self) -> Iterator[str]:
        """Faults and warnings in words, one line each."""
        yield from (f"Warning: {one}" for one in self.warnings)
        yield from (str(one) for one in self.faults[:FAULTS_PRINTED])
        if self.n_faults > FAULTS_PRINTED:
            yield f"... and {self.n_faults - FAULTS_PRINTED} more faults; --json lists up to 1,000."


class FileHasFaults(Exception):
    """Some rows cannot be taken, or the file cannot be read, so that nothing was; the report says which and why."""

    def __init__(self, report: FileReport) -> None:
        super().__init__(f"{report.n_faults} faults")
        self.report = report
