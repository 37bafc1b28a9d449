"""Counts that can be added up, kept and read again: how many leavers reached each step, and how long it took. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from surveyapp.compliance.progress import CaseProgress, Delay, Stage
from surveyapp.working_days import WorkingCalendar


@dataclass(frozen=True, order=True)
class Group:
    """The smallest group that is counted apart; `month` is that of the last working day, such as 2026-11."""

    agency: str
    area: str
    family: str
    leaving_type: str
    month: str


@dataclass(frozen=True)
class Tally:
    """Leavers, those who reached each stage of those it was due for, working days by how often, decline reasons."""

    n_leavers: int = 0
    reached: Mapping[Stage, int] = field(default_factory=dict)
    due: Mapping[Stage, int] = field(default_factory=dict)
    days: Mapping[Delay, Mapping[int, int]] = field(default_factory=dict)
    declined: Mapping[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Plain numbers under the codes of stages and delays."""
        return {
            "leavers": self.n_leavers,
            "reached": dict(sorted(self.reached.items())),
            "due": dict(sorted(self.due.items())),
            "days": {
                delay: {str(n): times for n, times in sorted(found.items())} for delay, found in self.days.items()
            },
            "declined": dict(sorted(self.declined.items())),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Tally":
        """The tally that `as_json` gave."""
        return cls(
            stored["leavers"],
            {Stage(code): n for code, n in stored["reached"].items()},
            {Stage(code): n for code, n in stored["due"].items()},
            {Delay(code): {int(n): times for n, times in found.items()} for code, found in stored["days"].items()},
            dict(stored["declined"]),
        )


def tally_of(case: CaseProgress, today: date, calendar: WorkingCalendar) -> Tally:
    """One leaver, counted as things stand today."""
    counted = {stage: case.counts_for(stage, today) for stage in Stage}
    taken = {delay: case.delay(delay, calendar) for delay in Delay}
    return Tally(
        1,
        {stage: 1 for stage, done in counted.items() if done},
        {stage: 1 for stage, done in counted.items() if done is not None},
        {delay: {} if days is None else {days: 1} for delay, days in taken.items()},
        {case.decline_reason: 1} if case.decline_reason else {},
    )


def group_of(case: CaseProgress) -> Group:
    """Where one leaver is counted."""
    month = f"{case.last_working_day:%Y-%m}"
    return Group(case.agency, case.area, case.family, case.leaving_type, month)


def total(tallies: Iterable[Tally]) -> Tally:
    """All together."""
    n, reached, due = 0, Counter[Stage](), Counter[Stage]()
    days: dict[Delay, Counter[int]] = {delay: Counter() for delay in Delay}
    declined = Counter[str]()
    for one in tallies:
        n += one.n_leavers
        reached.update(one.reached)
        due.update(one.due)
        declined.update(one.declined)
        for delay, found in one.days.items():
            days[delay].update(found)
    return Tally(n, reached, due, days, declined)
