"""The lock for rules that a constraint cannot say: one booker at a time for one interviewer's day."""

import hashlib
import uuid
from collections.abc import Iterable
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from surveyapp.db import is_postgresql


def hold_days(session: Session, days: Iterable[tuple[uuid.UUID, date]]) -> None:
    """Wait until no other transaction books these interviewers' days, and keep others waiting until ours ends.

    PostgreSQL: advisory locks, taken in order so that two holders cannot wait for each other. SQLite needs none: a
    writing transaction begins IMMEDIATE, so there is only ever one.
    """
    if not is_postgresql(session):
        return
    for key in sorted({_key(interviewer, day) for interviewer, day in days}):
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})


def _key(interviewer: uuid.UUID, day: date) -> int:
    digest = hashlib.sha256(f"interviews/{interviewer}/{day}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
