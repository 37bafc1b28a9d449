"""HR's own counts of a quarter, frozen at its cut: who was invited, answered, closed, and who left when."""

from collections import Counter
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from surveyapp.cases.models import Case, CaseKind, CaseState
from surveyapp.invitations.models import LEAVING, Invitation
from surveyapp.reports.models import FrozenCounts
from surveyapp.responses.batches import last_day_of

POPULATION, LEAVERS = "population", "leavers_by_month"


def bounds_of(quarter: str) -> tuple[date, date]:
    """First and last day of a quarter."""
    end = last_day_of(quarter)
    return date(end.year, end.month - 2, 1), end


def freeze_populations(session: Session, agency: str, quarter: str) -> list[dict[str, Any]]:
    """Freeze the quarter's counts and return the population rows: one a (role, Area, tenure band, leaving type).

    The population of a quarter is the cases whose questionnaire was answered or closed in it (CONTRACTS 7).
    """
    population = _population(session, agency, quarter)
    for kind, rows in ((POPULATION, population), (LEAVERS, _leavers_by_month(session, agency, quarter))):
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


def _leavers_by_month(session: Session, agency: str, quarter: str) -> list[dict[str, Any]]:
    first, last = bounds_of(quarter)
    found = session.execute(
        select(Case.job_role, Case.area, Case.leaving_type, Case.last_working_day).where(
            Case.agency == agency,
            Case.kind == CaseKind.LEAVER,
            or_(Case.state == CaseState.OPEN, Case.state == CaseState.CLOSED, Case.state == CaseState.DIED),
            Case.last_working_day.between(first, last),
        )
    )
    counts = Counter((role, area, kind or "other", f"{day:%Y-%m}") for role, area, kind, day in found)
    names = ("role", "area", "leaving_type", "month")
    return [dict(zip(names, key, strict=True)) | {"n": n} for key, n in sorted(counts.items())]
