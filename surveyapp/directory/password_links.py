"""Links by which a person sets their password: asked for, minted when the message is sent, used once."""

import secrets
import uuid
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from surveyapp import audit, clock, mail
from surveyapp.audit import Actor, ActorKind
from surveyapp.directory import passwords, queries, sessions
from surveyapp.directory.models import PasswordLink, User

MESSAGE = "directory.password_link"
LASTS = timedelta(hours=24)
MOST_ASKED = 5


def ask_for_link(session: Session, email: str, actor: Actor | None = None) -> None:
    """Queue a message for an address, known or not: the same work is done, and only the worker looks whose it is.

    `actor` is set when somebody else asks for the person (an administrator, a command).
    """
    address = email.strip().lower()
    user = queries.user_by_email(session, address)
    who = str(user.id) if user else "unknown"
    key = f"password-link/{uuid.uuid4()}"
    language = user.language if user else "en"
    mail.queue(session, MESSAGE, address, about=f"user:{who}", reason_key=key, language=language, ids={"user": who})
    by = actor or Actor(ActorKind.STAFF, who)
    audit.record(session, "user.password_link_asked", by, ("user", who))


def mint(session: Session, user: User) -> str:
    """A fresh token for the person's link; the database keeps its hash."""
    token = secrets.token_urlsafe(32)
    expires_at = clock.now() + LASTS
    session.add(
        PasswordLink(id=uuid.uuid4(), token_hash=sessions.token_hash(token), user_id=user.id, expires_at=expires_at)
    )
    session.flush()
    return token


def user_behind(session: Session, token: str) -> User | None:
    """The active account whose live link this is."""
    link = select(PasswordLink.user_id).where(
        PasswordLink.token_hash == sessions.token_hash(token), PasswordLink.expires_at > clock.now()
    )
    return session.scalar(select(User).where(User.id.in_(link), User.active))


def set_password(session: Session, token: str, password: str, pepper: str) -> User | None:
    """Set the password and use the link up, with every other link and session; raises PasswordRefused when weak.

    None when the link has been used or has run out meanwhile.
    """
    user = user_behind(session, token)
    if user is None:
        return None
    passwords.check_policy(password, user.email)
    queries.hold_user(session, user.id)
    if user_behind(session, token) is None:  # another request used the link up while this one waited
        return None
    user.password = passwords.hash_password(password, pepper)
    session.execute(delete(PasswordLink).where(PasswordLink.user_id == user.id))
    sessions.end_all(session, user.id)
    sessions.forget_attempts(session, "sign-in", user.email)
    audit.record(session, "user.password_set", Actor(ActorKind.STAFF, str(user.id)), ("user", user.id))
    return user
