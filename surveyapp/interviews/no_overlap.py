"""How the database itself refuses double bookings: exclusion constraints or triggers, under the same names."""

from typing import Any, Final

from sqlalchemy import DDL, event
from sqlalchemy.exc import DBAPIError

INTERVIEWER_FREE: Final = "ex_interview_bookings_interviewer_free"
ONE_PER_CASE: Final = "ex_interview_bookings_one_per_case"
"""Live bookings of one interviewer never overlap, travel and buffer included; one case has one booking to come."""

POSTGRESQL: Final = (
    "CREATE EXTENSION IF NOT EXISTS btree_gist",
    f"""ALTER TABLE interview_bookings ADD CONSTRAINT {INTERVIEWER_FREE}
       EXCLUDE USING gist
       (interviewer_id WITH =, tstzrange(busy_from_at, busy_until_at, '[)') WITH &&)
       WHERE (state IN ('booked', 'held'))""",
    f"""ALTER TABLE interview_bookings ADD CONSTRAINT {ONE_PER_CASE}
       EXCLUDE USING gist
       (case_id WITH =) WHERE (state = 'booked')""",
)


def _sqlite_trigger(name: str, when: str, condition: str, columns: str = "") -> str:
    return f"""CREATE TRIGGER {name}_{when.lower()} BEFORE {when}{columns} ON interview_bookings
       WHEN {condition}
       BEGIN SELECT RAISE(ABORT, '{name}'); END"""


_OVERLAPS = """NEW.state IN ('booked', 'held') AND EXISTS (
       SELECT 1 FROM interview_bookings AS other
       WHERE other.interviewer_id = NEW.interviewer_id AND other.id <> NEW.id AND other.state IN ('booked', 'held')
       AND other.busy_from_at < NEW.busy_until_at AND other.busy_until_at > NEW.busy_from_at)"""
_SECOND = """NEW.state = 'booked' AND EXISTS (
       SELECT 1 FROM interview_bookings AS other
       WHERE other.case_id = NEW.case_id AND other.id <> NEW.id AND other.state = 'booked')"""

SQLITE: Final = (
    _sqlite_trigger(INTERVIEWER_FREE, "INSERT", _OVERLAPS),
    _sqlite_trigger(INTERVIEWER_FREE, "UPDATE", _OVERLAPS),
    _sqlite_trigger(ONE_PER_CASE, "INSERT", _SECOND),
    _sqlite_trigger(ONE_PER_CASE, "UPDATE", _SECOND),
)


def guard(table: Any) -> None:
    """Let the table be made with its guards on either database (migrations copy these statements)."""
    for statement in POSTGRESQL:
        event.listen(table, "after_create", DDL(statement).execute_if(dialect="postgresql"))
    for statement in SQLITE:
        event.listen(table, "after_create", DDL(statement).execute_if(dialect="sqlite"))


def refused_by(error: DBAPIError) -> str | None:
    """Which of the two guards refused a statement; None when it failed for another reason."""
    words = str(error.orig)
    return next((name for name in (INTERVIEWER_FREE, ONE_PER_CASE) if name in words), None)
