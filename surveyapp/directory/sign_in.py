"""Which viewer a request belongs to, and the verbs of signing in and out."""

from datetime import timedelta

from flask import current_app, request, session
from sqlalchemy import update
from sqlalchemy.orm import Session

from surveyapp import audit, clock
from surveyapp.access import Viewer
from surveyapp.audit import Actor, ActorKind
from surveyapp.config import SETTINGS_KEY, Settings
from surveyapp.db import db, reading, writing_session
from surveyapp.directory import passwords, queries, sessions
from surveyapp.directory.models import SignInSession, User

COOKIE_FIELD = "sign_in"


def settings() -> Settings:
    """The running application's settings."""
    found: Settings = current_app.config[SETTINGS_KEY]
    return found


def load_viewer() -> Viewer | None:
    """The viewer behind this request's session cookie, read anew, so that lost rights are lost at once.

    It reads in a transaction of its own that ends here, so that the request's writing one begins with its own work.
    """
    token = session.get(COOKIE_FIELD)
    if not token:
        return None
    with reading():
        try:
            return _viewer_behind(token)
        finally:
            db.session.rollback()


def _viewer_behind(token: str) -> Viewer | None:
    limits = settings()
    longest, idle = timedelta(hours=limits.session_hours), timedelta(minutes=limits.session_idle_minutes)
    found = sessions.live(db.session, token, longest, idle)
    if found is None:
        return None
    if clock.now() - found.last_used_at > sessions.TOUCH_EVERY:
        _touch(found)
    return queries.viewer_for(db.session, found.user_id)


def _touch(found: SignInSession) -> None:
    with writing_session(db.engine) as apart:
        used = update(SignInSession).where(SignInSession.id == found.id)
        apart.execute(used.values(last_used_at=clock.now()))


def check_password(database: Session, email: str, password: str) -> User | None:
    """The account, when address and password are right and tries are left; None otherwise, with nothing told apart."""
    name = email.strip().lower()
    with writing_session(db.engine) as apart:
        allowed = sessions.count_attempt(apart, "sign-in", name)
    user = queries.user_by_email(database, name)
    pepper = settings().password_salt.get_secret_value()
    right = passwords.is_right(password, user.password if user else None, pepper)
    if not (allowed and right and user and user.active):
        actor = Actor(ActorKind.STAFF, str(user.id) if user else "unknown")
        audit.record(database, "user.sign_in_refused", actor, ("user", actor.id), reason="password")
        return None
    sessions.forget_attempts(database, "sign-in", name)
    return user


def sign_in(database: Session, user: User) -> None:
    """Begin a session in this browser; the cookie changes, so that none can be fixed beforehand."""
    session.clear()
    session[COOKIE_FIELD] = sessions.begin(database, user)
    audit.record(database, "user.signed_in", Actor(ActorKind.STAFF, str(user.id)), ("user", user.id))


def sign_out(database: Session, viewer: Viewer) -> None:
    """End this browser's session."""
    sessions.end(database, session.get(COOKIE_FIELD, ""))
    session.clear()
    audit.record(database, "user.signed_out", viewer.actor, ("user", viewer.user_id))


def safe_next(default: str) -> str:
    """Where to go after signing in: a path of our own, never another origin."""
    wanted = request.args.get("next", "")
    is_path = wanted.startswith("/") and not wanted.startswith("//")
    return wanted if is_path and wanted.isprintable() and "\\" not in wanted else default
