"""Signed-in sessions, kept on the server so that ending one takes effect on the next request."""

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

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


@dataclass(frozen=True)
class Seen:
    """One live session as its owner sees it."""

    since: datetime
    used: datetime
    is_this: bool


def seen(session: Session, user_id: uuid.UUID, token: str, longest: timedelta, idle: timedelta) -> list[Seen]:
    """A person's live sessions, the one with that token first, then by last use."""
    now, own = clock.now(), token_hash(token)
    query = select(SignInSession).where(
        SignInSession.user_id == user_id,
        SignInSession.created_at >= now - longest,
        SignInSession.last_used_at >= now - idle,
    )
    found = [Seen(one.created_at, one.last_used_at, one.token_hash == own) for one in session.scalars(query)]
    return sorted(found, key=lambda one: (not one.is_this, -one.used.timestamp()))


def end(session: Session, token: str) -> bool:
    """End one session; whether it had begun at the identity provider."""
    found = session.scalar(select(SignInSession).where(SignInSession.token_hash == token_hash(token)))
    session.execute(delete(SignInSession).where(SignInSession.token_hash == token_hash(token)))
    return found is not None and found.is_by_provider


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
