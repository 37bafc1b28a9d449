"""The locks for rules that no constraint can say: one change at a time to a case's interview and to a day."""

import hashlib
import uuid
from collections.abc import Iterable
from datetime import date

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from surveyapp.cases.models import Case
from surveyapp.db import is_postgresql
from surveyapp.interviews.models import InterviewBooking, InterviewOffer


def hold_offers(session: Session, case_ids: Iterable[uuid.UUID]) -> None:
    """Wait until nobody else changes the interviews of these cases, and keep others waiting until ours ends.

    Always taken before any day is held, in one order everywhere, so that nobody waits in a circle.
    """
    wanted = InterviewOffer.case_id.in_(sorted(set(case_ids)))
    session.execute(select(InterviewOffer.id).where(wanted).order_by(InterviewOffer.id).with_for_update())


def hold_case(session: Session, case: Case) -> None:
    """Where there is no offer to hold yet: whoever offers an interview waits for the one who was quicker."""
    session.execute(select(Case.id).where(Case.id == case.id).with_for_update(key_share=True))


def hold_offer(session: Session, offer: InterviewOffer) -> None:
    """Hold one case and read its offer again: the leaver, HR and the worker may all be at it."""
    hold_offers(session, [offer.case_id])
    session.refresh(offer)


def hold_booking(session: Session, booking: InterviewBooking) -> None:
    """Hold the booking's case and read the booking again: whoever was quicker may have moved or cancelled it."""
    hold_offers(session, [booking.case_id])
    session.refresh(booking)


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
