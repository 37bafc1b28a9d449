"""How late HR's news comes, by Area: cases that were added only after the last working day."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from statistics import median

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.access import Permission, Viewer
from surveyapp.access.scope import within
from surveyapp.cases.models import Case, CaseKind
from surveyapp.cases.schedule import dates_of


@dataclass(frozen=True)
class AreaLateness:
    """One Area's news: leavers, how many were told late, and how many days late half of those were."""

    agency: str
    area: str
    n_leavers: int
    n_late: int
    median_days_late: float | None


def lateness_by_area(
    viewer: Viewer, session: Session, first: date, last: date, permission: Permission = Permission.SEE_COMPLIANCE
) -> list[AreaLateness]:
    """For leavers whose last working day lies from `first` to `last`, by agency and Area; merged duplicates are out."""
    query = select(Case).where(
        within(viewer, permission, Case.agency, Case.area),
        Case.kind == CaseKind.LEAVER,
        Case.last_working_day.between(first, last),
        Case.merged_into_id.is_(None),
    )
    days: dict[tuple[str, str], list[int]] = defaultdict(list)
    for case in session.scalars(query):
        dates = dates_of(case)
        days[case.agency, case.area].append(max(0, (dates.notified_on - dates.last_working_day).days))
    return [_of_area(agency, area, found) for (agency, area), found in sorted(days.items())]


def _of_area(agency: str, area: str, days: list[int]) -> AreaLateness:
    late = [n for n in days if n]
    return AreaLateness(agency, area, len(days), len(late), float(median(late)) if late else None)
