"""Browsers an account has signed in from: a new one is told to the person, and a known one has tries of its own."""

import secrets
import uuid

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from surveyapp import clock, mail
from surveyapp.directory.models import KnownDevice, User
from surveyapp.directory.sessions import token_hash

MESSAGE = "directory.new_device"


def is_known(session: Session, email: str, token: str) -> bool:
    """Whether this browser has signed in to that account before."""
    if not token:
        return False
    of_account = select(User.id).where(User.email == email)
    known = exists().where(KnownDevice.user_id.in_(of_account), KnownDevice.token_hash == token_hash(token))
    return bool(session.scalar(select(known)))


def remember(session: Session, user: User, token: str) -> str:
    """Remember this browser and return its token, a fresh one when it had none; tell of all but the first."""
    if token and is_known(session, user.email, token):
        return token
    is_first = not session.scalar(select(exists().where(KnownDevice.user_id == user.id)))
    token = token or secrets.token_urlsafe(32)
    made = KnownDevice(id=uuid.uuid4(), user_id=user.id, token_hash=token_hash(token), first_used_at=clock.now())
    session.add(made)
    if not is_first:
        about, key = f"user:{user.id}", f"new-device/{made.id}"
        ids = {"user": str(user.id), "at": clock.now().isoformat()}
        mail.queue(session, MESSAGE, user.email, about=about, reason_key=key, language=user.language, ids=ids)
    session.flush()
    return token
