"""Whether news about a person belongs to a case we have: an open one always, a closed one within 90 days."""

from datetime import timedelta

from sqlalchemy import or_, select, text
from sqlalchemy.orm import Session

from surveyapp.cases.details import CaseDetails, staff_number_index
from surveyapp.cases.models import Case, CaseState
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
    person = select(Case).where(
        Case.agency == details.agency,
        Case.staff_number_index == staff_number_index(details.staff_number),
        Case.kind == details.kind,
        Case.merged_into_id.is_(None),
    )
    open_first = (Case.state != CaseState.OPEN, Case.last_working_day.desc(), Case.id)
    if details.last_working_day is None:
        return session.scalars(person.where(Case.state == CaseState.OPEN).order_by(*open_first).limit(1)).first()
    day = details.last_working_day
    near = Case.last_working_day.between(day - SAME_WITHIN, day + SAME_WITHIN)
    query = person.where(or_(Case.state == CaseState.OPEN, near)).order_by(*open_first).limit(1)
    return session.scalars(query).first()
