"""Whether news about a person belongs to a case we have: an open one always, a closed one within 90 days."""

from collections import defaultdict
from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from surveyapp.cases.details import CaseDetails, staff_number_index
from surveyapp.cases.models import Case, CaseKind, CaseState
from surveyapp.db import is_postgresql

SAME_WITHIN = timedelta(days=90)
ARRIVALS_LOCK = 7_301_002  # shared by single arrivals, held alone by an import, on PostgreSQL


def hold_person(session: Session, details: CaseDetails) -> None:
    """Until this transaction ends nobody else adds a case for this person (SQLite has one writer anyway)."""
    if is_postgresql(session):
        index = staff_number_index(f"{details.agency}/{details.staff_number}")
        session.execute(text("SELECT pg_advisory_xact_lock_shared(:lock)"), {"lock": ARRIVALS_LOCK})
        session.execute(
            text("SELECT pg_advisory_xact_lock(:person)"), {"person": int.from_bytes(index[:8], "big", signed=True)}
        )


def hold_everybody(session: Session) -> None:
    """Until this transaction ends nobody else adds any case: for an import of many people."""
    if is_postgresql(session):
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ARRIVALS_LOCK})


def matching_case(session: Session, details: CaseDetails) -> Case | None:
    """The case that this news is about, None when it is a new one.

    A merged duplicate is never met: its news goes to the case it was merged into. The key is agency, staff number and
    kind; an open case matches whatever its date, a closed one when the last working days lie within 90 days.
    """
    index = staff_number_index(details.staff_number)
    return best_match(people(session, details.agency, [index]).get((index, details.kind), []), details)


def people(session: Session, agency: str, indexes: Collection[bytes]) -> dict[tuple[bytes, CaseKind], list[Case]]:
    """The unmerged cases of those staff numbers, by person and kind; the open one first, then the latest last day."""
    query = select(Case).where(
        Case.agency == agency, Case.staff_number_index.in_(indexes), Case.merged_into_id.is_(None)
    )
    open_first = (Case.state != CaseState.OPEN, Case.last_working_day.desc(), Case.id)
    found: dict[tuple[bytes, CaseKind], list[Case]] = defaultdict(list)
    for case in session.scalars(query.order_by(*open_first)):
        found[case.staff_number_index, case.kind].append(case)
    return found


def best_match(candidates: list[Case], details: CaseDetails) -> Case | None:
    """The first of a person's cases, in the order `people` gives them, that the news is about."""
    return next((case for case in candidates if case.is_open or _is_near(case, details)), None)


def _is_near(case: Case, details: CaseDetails) -> bool:
    if case.last_working_day is None or details.last_working_day is None:
        return False
    return abs(case.last_working_day - details.last_working_day) <= SAME_WITHIN
