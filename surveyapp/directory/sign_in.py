"""Which viewer a request belongs to, and the verbs of signing in and out."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from flask import Response, after_this_request, current_app, request, session
from sqlalchemy import update
from sqlalchemy.orm import Session

from surveyapp import audit, clock
from surveyapp.access import StaffRole, Viewer
from surveyapp.audit import Actor, ActorKind
from surveyapp.config import SETTINGS_KEY, Settings
from surveyapp.db import db, reading, writing_session
from surveyapp.directory import (
    accounts,
    devices,
    passkeys,
    passwords,
    provider_accounts,
    queries,
    second_step,
    sessions,
)
from surveyapp.directory.models import SignInSession, User

COOKIE_FIELD = "sign_in"
PENDING_FIELD = "awaiting_code"
CODE_WITHIN = timedelta(minutes=10)
FRESH_FOR = timedelta(minutes=30)
DEVICE_LASTS = timedelta(days=400)


def settings() -> Settings:
    """The running application's settings."""
    found: Settings = current_app.config[SETTINGS_KEY]
    return found


def passkeys_possible() -> bool:
    """Whether the address people type can have passkeys."""
    return passkeys.party_of(settings().base_url, "").is_possible


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
    required = frozenset() if found.is_by_provider else limits.second_step_roles
    return queries.viewer_for(db.session, found.user_id, frozenset(StaffRole(role) for role in required))


def _touch(found: SignInSession) -> None:
    with writing_session(db.engine) as apart:
        used = update(SignInSession).where(SignInSession.id == found.id)
        apart.execute(used.values(last_used_at=clock.now()))


def device_token() -> str:
    """The token of this browser's device cookie, empty when it has none."""
    return request.cookies.get(_device_cookie(), "")


def _device_cookie() -> str:
    return "__Host-device" if current_app.config["SESSION_COOKIE_SECURE"] else "device"


def check_password(database: Session, email: str, password: str) -> User | None:
    """The account, when address and password are right and tries are left; None otherwise, with nothing told apart.

    A browser known to the account has tries of its own, so that a stranger's guesses lock no colleague out.
    """
    name, device = email.strip().lower(), device_token()
    with writing_session(db.engine) as apart:
        bucket = f"{name} {device}" if devices.is_known(apart, name, device) else name
        allowed = sessions.count_attempt(apart, "sign-in", bucket)
    user = queries.user_by_email(database, name)
    pepper = settings().password_salt.get_secret_value()
    right = passwords.is_right(password, user.password if user else None, pepper)
    if not (allowed and right and user and user.active and _may_use_password(database, user)):
        actor = Actor(ActorKind.STAFF, str(user.id) if user else "unknown")
        audit.record(database, "user.sign_in_refused", actor, ("user", actor.id), reason="password")
        return None
    sessions.forget_attempts(database, "sign-in", bucket)
    return user


def _may_use_password(database: Session, user: User) -> bool:
    """Where the provider replaces passwords, its people need it, but for an emergency administrator."""
    if not (settings().has_single_sign_on and settings().oidc_replaces_passwords):
        return True
    return accounts.is_emergency_administrator(user) or not provider_accounts.is_connected(database, user)


def ask_for_code(user: User) -> None:
    """Remember in the signed cookie that the password was right; the code must follow within ten minutes."""
    session.clear()
    session[PENDING_FIELD] = [str(user.id), clock.now().timestamp()]


def pending_user_id() -> UUID | None:
    """Whose code is awaited in this browser; None when nobody's, or when it took too long."""
    user_id, at = session.get(PENDING_FIELD, (None, 0.0))
    if user_id is None or clock.now() - datetime.fromtimestamp(at, UTC) > CODE_WITHIN:
        return None
    return UUID(user_id)


def check_code(database: Session, user_id: UUID, code: str) -> User | None:
    """The account, when its code is right and tries are left."""
    with writing_session(db.engine) as apart:
        allowed = sessions.count_attempt(apart, "second-step", str(user_id))
    user = database.get(User, user_id)
    if user is None or not user.active:
        return None
    if not (allowed and second_step.check(database, user, code)):
        audit.record(database, "user.sign_in_refused", _actor(user), ("user", user.id), reason="code")
        return None
    sessions.forget_attempts(database, "second-step", str(user.id))
    return user


def sign_in(database: Session, user: User, *, is_by_provider: bool = False) -> None:
    """Begin a session in this browser; the cookie changes, so that none can be fixed beforehand."""
    session.clear()
    session[COOKIE_FIELD] = sessions.begin(database, user, is_by_provider=is_by_provider)
    device = devices.remember(database, user, device_token())
    audit.record(database, "user.signed_in", _actor(user), ("user", user.id))

    @after_this_request
    def keep(response: Response) -> Response:
        secure = current_app.config["SESSION_COOKIE_SECURE"]
        response.set_cookie(
            _device_cookie(), device, max_age=DEVICE_LASTS, secure=secure, httponly=True, samesite="Lax"
        )
        return response


def must_set_up_second_step(user: User) -> bool:
    """Whether this person may do nothing else before setting their second step up."""
    roles = {role.value for role in queries.viewer_of(user).staff_roles}
    return bool(roles & settings().second_step_roles) and not user.has_second_step


def sessions_of(database: Session, viewer: Viewer) -> list[sessions.Seen]:
    """Where this person is signed in, this browser first."""
    limits = settings()
    longest, idle = timedelta(hours=limits.session_hours), timedelta(minutes=limits.session_idle_minutes)
    return sessions.seen(database, viewer.user_id, session.get(COOKIE_FIELD, ""), longest, idle)


def sign_out_everywhere(database: Session, viewer: Viewer) -> None:
    """End every session of this person, this one too."""
    sessions.end_all(database, viewer.user_id)
    session.clear()
    audit.record(database, "user.signed_out_everywhere", viewer.actor, ("user", viewer.user_id))


def _actor(user: User) -> Actor:
    return Actor(ActorKind.STAFF, str(user.id))


def sign_out(database: Session, viewer: Viewer) -> bool:
    """End this browser's session; whether it had begun at the identity provider, which goes on by itself."""
    was_by_provider = sessions.end(database, session.get(COOKIE_FIELD, ""))
    session.clear()
    audit.record(database, "user.signed_out", viewer.actor, ("user", viewer.user_id))
    return was_by_provider


def is_fresh(database: Session) -> bool:
    """Whether this session began so lately that the person may change how they sign in."""
    found = sessions.live(database, session.get(COOKIE_FIELD, ""), FRESH_FOR, FRESH_FOR)
    return found is not None


def safe_next(default: str) -> str:
    """Where to go after signing in, from this request's address."""
    return own_path(request.args.get("next", ""), default)


def own_path(wanted: str, default: str) -> str:
    """A path of our own, never another origin; the default when it is anything else."""
    is_path = wanted.startswith("/") and not wanted.startswith("//")
    return wanted if is_path and wanted.isprintable() and "\\" not in wanted else default
