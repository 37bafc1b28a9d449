"""What an import did or would do, in values and in words; never how many people gave which answer."""

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from surveyapp.outside.faults import Fault, Warned


class Outcome(StrEnum):
    IMPORTED = "imported"
    WOULD_IMPORT = "would_import"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


WORDS = {
    Outcome.IMPORTED: "Imported. Cut a release next: surveyapp releases cut --agency {agency}",
    Outcome.WOULD_IMPORT: "This is what would happen; nothing was changed.",
    Outcome.UNCHANGED: "This file is here already; nothing was changed.",
    Outcome.REFUSED: "Nothing was changed.",
}


@dataclass(frozen=True)
class ImportReport:
    """Rows read, people behind them, how many answered the question about reasons, and what to know or mend."""

    outcome: Outcome
    agency: str
    source: str
    rows: int = 0
    people: int = 0
    answered: int = 0
    undated: int = 0
    areas: int = 0
    roles: int = 0
    reasons: int = 0
    first_period: str = ""
    last_period: str = ""
    warnings: tuple[Warned, ...] = ()
    faults: tuple[Fault, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """The report as `import_report.schema.json` describes it."""
        values = asdict(self) | {"outcome": self.outcome.value}
        return values | {
            "warnings": [one.as_json() for one in self.warnings],
            "faults": [one.as_json() for one in self.faults],
        }

    def lines(self, most: int = 50) -> list[str]:
        """The report in words, one line each."""
        said = [f"Warning: {one}" for one in self.warnings[:most]]
        if len(self.warnings) > most:
            said.append(f"... and {len(self.warnings) - most} more warnings; --json lists all.")
        said += [str(one) for one in self.faults[:most]]
        if len(self.faults) > most:
            said.append(f"... and {len(self.faults) - most} more faults; --json lists up to 1,000.")
        if self.outcome is not Outcome.REFUSED:
            said.append(f"{self.rows:,} rows, {self.people:,} people: {self.answered:,} answered about reasons.")
            said.append(f"{self.areas} Areas, {self.roles} job roles, {self.reasons} reasons; {self._periods()}.")
        return [*said, WORDS[self.outcome].format(agency=self.agency)]

    def _periods(self) -> str:
        if not self.first_period:
            return "no dates"
        return f"{self.first_period} to {self.last_period}, {self.undated:,} people without a date"
