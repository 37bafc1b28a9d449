"""Signed-in sessions, kept on the server so that ending one takes effect on the next request."""

import hashlib
import secrets
import uuid
from datetime import timedelta

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.db import is_postgresql
from surveyapp.directory.models import SignInAttempt, SignInSession, User
from surveyapp.encryption.records import ring

TOUCH_EVERY = timedelta(minutes=5)
ATTEMPT_WINDOW = timedelta(minutes=15)
MOST_ATTEMPTS = 10
COUNT_LOCK = 7_301_002


def token_hash(token: str) -> bytes:
    """What the database keeps of a random token."""
    return hashlib.sha256(token.encode()).digest()


def begin(session: Session, user: User, *, is_by_provider: bool = False) -> str:
    """Begin a session for an account that has proved itself; returns the token for its cookie."""
    token, now = secrets.token_urlsafe(32), clock.now()
    made = SignInSession(id=uuid.uuid4(), token_hash=token_hash(token), user_id=user.id, created_at=now)
    made.last_used_at, made.is_by_provider = now, is_by_provider
    session.add(made)
    session.flush()
    return token


def live(session: Session, token: str, longest: timedelta, idle: timedelta) -> SignInSession | None:
    """The live session behind a cookie's token; None when it has ended, grown old or lain unused."""
    found = session.scalar(select(SignInSession).where(SignInSession.token_hash == token_hash(token)))
    now = clock.now()
    if found is None or now - found.created_at > longest or now - found.last_used_at > idle:
        return None
    return found


def end(session: Session, token: str) -> None:
    """End one session."""
    session.execute(delete(SignInSession).where(SignInSession.token_hash == token_hash(token)))


def end_all(session: Session, user_id: uuid.UUID) -> None:
    """End every session of an account."""
    session.execute(delete(SignInSession).where(SignInSession.user_id == user_id))


def count_attempt(session: Session, kind: str, name: str, most: int = MOST_ATTEMPTS) -> bool:
    """Count one try against a bucket and say whether it is allowed; exact across processes.

    Call it in a transaction of its own that commits before the try is judged, so that a failed try still counts.
    """
    if is_postgresql(session):
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": COUNT_LOCK})
    bucket, now = ring().blind_index(kind, name), clock.now()
    session.execute(delete(SignInAttempt).where(SignInAttempt.at < now - ATTEMPT_WINDOW))
    n = session.scalar(select(func.count()).select_from(SignInAttempt).where(SignInAttempt.bucket == bucket)) or 0
    if n >= most:
        return False
    session.add(SignInAttempt(id=uuid.uuid4(), bucket=bucket, at=now))
    return True


def forget_attempts(session: Session, kind: str, name: str) -> None:
    """Empty a bucket after a success."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.bucket == ring().blind_index(kind, name)))
