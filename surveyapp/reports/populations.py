"""HR's own counts of a quarter, frozen at its cut: who was invited, answered, closed, who left when and how soon."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from surveyapp.cases.models import Case, CaseKind, CaseState
from surveyapp.invitations.models import LEAVING, Invitation
from surveyapp.reports.models import FrozenCounts
from surveyapp.reports.sources import OTHER, RESIGNATION
from surveyapp.responses.batches import last_day_of

POPULATION, LEAVERS, SERVICE = "population", "leavers_by_month", "months_of_service"
LOOK_BACK = 2
"""Quarters before this one whose leavers are looked at again: HR's news is sometimes later than a cut."""
LONGEST_SERVICE = 36
"""Months of service up to which leavers are kept by month: later than that nobody is an early leaver."""
EVERYONE, BY_AREA, BY_ROLE = "all", "area", "role"


def bounds_of(quarter: str) -> tuple[date, date]:
    """First and last day of a quarter."""
    end = last_day_of(quarter)
    return date(end.year, end.month - 2, 1), end


def freeze_populations(session: Session, agency: str, quarter: str) -> list[dict[str, Any]]:
    """Freeze the quarter's counts and return the population rows: one a (role, Area, tenure band, leaving type).

    The population of a quarter is the cases whose questionnaire was answered or closed in it (CONTRACTS 7).
    """
    population = _population(session, agency, quarter)
    leavers = _leavers(session, agency, quarter)
    kinds = (
        (POPULATION, population),
        (LEAVERS, _not_yet_frozen(session, agency, LEAVERS, _MONTH, _by_month(leavers))),
        (SERVICE, _not_yet_frozen(session, agency, SERVICE, _SERVICE, _by_service(leavers))),
    )
    for kind, rows in kinds:
        session.add(FrozenCounts(agency=agency, period=quarter, kind=kind, rows=rows))
    session.flush()
    return population


def _population(session: Session, agency: str, quarter: str) -> list[dict[str, Any]]:
    first, last = bounds_of(quarter)
    ended = func.coalesce(Invitation.answered_on, Invitation.declined_on, Invitation.closed_on)
    found = session.execute(
        select(Case, Invitation)
        .join(Invitation, Invitation.case_id == Case.id)
        .where(
            Case.agency == agency,
            Case.kind == CaseKind.LEAVER,
            Invitation.occasion == LEAVING,
            Invitation.invited_on.is_not(None),
            ended.between(first, last),
        )
    )
    counts: dict[tuple[str, str, str, str], Counter[str]] = {}
    for case, invitation in found:
        key = (case.job_role, case.area, case.tenure_band(), case.leaving_type or "other")
        counts.setdefault(key, Counter())["invited"] += 1
        counts[key]["answered"] += invitation.answered_on is not None
        counts[key]["declined"] += invitation.answered_on is None and invitation.declined_on is not None
    names = ("role", "area", "tenure", "leaving_type")
    return [dict(zip(names, key, strict=True)) | dict(counter) for key, counter in sorted(counts.items())]


_MONTH = ("role", "area", "leaving_type", "month")
_SERVICE = ("family", "code", "leaving_type", "started", "months", "month")
Leaver = tuple[str, str, str | None, date | None, date]


def _leavers(session: Session, agency: str, quarter: str) -> list[Leaver]:
    """Everybody whose last day lay in the quarter or the two before it: role, Area, type, start, last day."""
    first, last = bounds_of(quarter)
    at = first.year * 12 + first.month - 1 - 3 * LOOK_BACK
    since = date(at // 12, at % 12 + 1, 1)
    found = session.execute(
        select(Case.job_role, Case.area, Case.leaving_type, Case.start_date, Case.last_working_day).where(
            Case.agency == agency,
            Case.kind == CaseKind.LEAVER,
            or_(Case.state == CaseState.OPEN, Case.state == CaseState.CLOSED, Case.state == CaseState.DIED),
            Case.last_working_day.between(since, last),
        )
    )
    return [(role, area, kind, start, day) for role, area, kind, start, day in found if day]


def _by_month(leavers: list[Leaver]) -> Counter[tuple[Any, ...]]:
    return Counter((role, area, kind or "other", f"{day:%Y-%m}") for role, area, kind, _start, day in leavers)


def _by_service(leavers: list[Leaver]) -> Counter[tuple[Any, ...]]:
    """Leavers by completed months of service, for everyone, by Area and by role; never by both together."""
    counts: Counter[tuple[Any, ...]] = Counter()
    for role, area, kind, start, day in leavers:
        months = -1 if start is None else completed_months(start, day)
        if start is None or not 0 <= months <= LONGEST_SERVICE:
            continue
        cause = RESIGNATION if kind == RESIGNATION else OTHER
        for family, code in ((EVERYONE, ""), (BY_AREA, area), (BY_ROLE, role)):
            counts[family, code, cause, f"{start:%Y-%m}", months, f"{day:%Y-%m}"] += 1
    return counts


def completed_months(start: date, end: date) -> int:
    """Whole months of service on the last day, that day included."""
    after = end + timedelta(1)
    return (after.year - start.year) * 12 + after.month - start.month - (after.day < start.day)


def _not_yet_frozen(
    session: Session, agency: str, kind: str, names: tuple[str, ...], found: Counter[tuple[Any, ...]]
) -> list[dict[str, Any]]:
    """What earlier cuts did not count yet: this quarter's leavers, and those of whom HR learned late.

    Only what is missing is added. A case that has since been disposed of stays counted, and no figure falls.
    """
    earlier = session.scalars(select(FrozenCounts.rows).where(FrozenCounts.agency == agency, FrozenCounts.kind == kind))
    frozen: Counter[tuple[Any, ...]] = Counter()
    for rows in earlier:
        for row in rows:
            frozen[tuple(row[name] for name in names)] += row["n"]
    return [dict(zip(names, key, strict=True)) | {"n": n} for key, n in sorted((found - frozen).items())]
