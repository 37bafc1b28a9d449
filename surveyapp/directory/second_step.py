"""The second step of signing in: codes of an authenticator app, each used once, and recovery codes for a lost phone."""

import hashlib
import secrets
import uuid

import pyotp
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from surveyapp import audit, clock
from surveyapp.directory import queries
from surveyapp.directory.models import RecoveryCode, User

N_RECOVERY_CODES = 10
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
STEP_SECONDS = 30


def begin_set_up(session: Session, user: User) -> None:
    """Make a secret for the person's app; it counts only once a code made from it has been typed."""
    if not user.has_app and user.totp_secret is None:
        user.totp_secret = pyotp.random_base32()
        session.flush()


def app_address(user: User, service_name: str) -> str:
    """What the QR code says to an authenticator app."""
    return str(pyotp.TOTP(user.totp_secret or "").provisioning_uri(name=user.email, issuer_name=service_name))


def confirm(session: Session, user: User, code: str, actor: audit.Actor) -> list[str]:
    """Switch the second step on if the code is right; the recovery codes, shown once, or nothing if it is wrong."""
    if user.has_app or not _is_right(user, code):
        return []
    user.totp_confirmed_at = clock.now()
    codes = [_new_code() for _ in range(N_RECOVERY_CODES)]
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    session.add_all(RecoveryCode(id=uuid.uuid4(), user_id=user.id, code_hash=_hash(one)) for one in codes)
    audit.record(session, "user.second_step_set", actor, ("user", user.id))
    return codes


def check(session: Session, user: User, code: str) -> bool:
    """Whether the code is the app's (not used before) or a recovery code, which is then used up."""
    queries.hold_user(session, user.id)
    session.refresh(user, ["totp_last_step"])
    if _is_right(user, code):
        return True
    wanted = select(RecoveryCode).where(RecoveryCode.user_id == user.id, RecoveryCode.code_hash == _hash(code))
    found = session.scalar(wanted.with_for_update())
    if found is None:
        return False
    session.delete(found)
    audit.record(session, "user.recovery_code_used", _self(user), ("user", user.id))
    return True


def remove(session: Session, user: User, actor: audit.Actor) -> None:
    """Forget the app and the recovery codes, when a phone is lost or changed."""
    if user.totp_secret is not None:
        _forget_app(session, user, actor)


def _forget_app(session: Session, user: User, actor: audit.Actor) -> None:
    user.totp_secret, user.totp_confirmed_at, user.totp_last_step = None, None, None
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    audit.record(session, "user.second_step_removed", actor, ("user", user.id))


def remove_all(session: Session, user: User, actor: audit.Actor) -> None:
    """Forget the app, the recovery codes and every passkey: for somebody who has lost them all."""
    if user.totp_secret is not None or user.passkeys:
        user.passkeys.clear()
        _forget_app(session, user, actor)


def n_recovery_codes_left(session: Session, user: User) -> int:
    """How many recovery codes have not been used."""
    query = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.user_id == user.id)
    return session.scalar(query) or 0


def _is_right(user: User, code: str) -> bool:
    """Whether the code is of this half minute or one beside it, and none so late was used before."""
    typed = "".join(code.split())
    if user.totp_secret is None or not typed.isdecimal():
        return False
    now = int(clock.now().timestamp()) // STEP_SECONDS
    made = pyotp.TOTP(user.totp_secret)
    for step in (now - 1, now, now + 1):
        is_new = user.totp_last_step is None or step > user.totp_last_step
        if is_new and secrets.compare_digest(made.generate_otp(step), typed):
            user.totp_last_step = step
            return True
    return False


def _new_code() -> str:
    letters = "".join(secrets.choice(LETTERS) for _ in range(16))
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))


def _hash(code: str) -> bytes:
    plain = "".join(letter for letter in code.lower() if letter in LETTERS)
    return hashlib.sha256(f"recovery code {plain}".encode()).digest()


def _self(user: User) -> audit.Actor:
    return audit.Actor(audit.ActorKind.STAFF, str(user.id))
