"""Making, rotating, revoking and recognising the tokens of HR systems; a token is shown once and stored as a hash."""

import hashlib
import secrets
import uuid
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import audit, clock
from surveyapp.api.models import ApiScope, ApiToken
from surveyapp.directory.models import Agency

PREFIX = "sva_"
VALID_DAYS = 365
OVERLAP_DAYS = 7
USE_NOTED_EVERY = timedelta(minutes=1)


class TokenRefused(Exception):
    """The token cannot be made or changed like this; the message says why."""


def make_token(
    session: Session,
    agency: str,
    name: str,
    scopes: tuple[ApiScope, ...],
    actor: audit.Actor,
    *,
    days: int = VALID_DAYS,
) -> tuple[ApiToken, str]:
    """A new token and its text, which is shown only now."""
    if session.get(Agency, agency) is None:
        raise TokenRefused(f"There is no agency {agency}.")
    if not scopes or not name.strip():
        raise TokenRefused("A token needs a name and at least one scope.")
    text = PREFIX + secrets.token_urlsafe(32)
    made = ApiToken(
        id=uuid.uuid4(),
        agency=agency,
        name=name.strip(),
        scopes=[scope.value for scope in scopes],
        token_hash=hash_of(text),
        created_at=clock.now(),
        expires_on=clock.today() + timedelta(days),
    )
    session.add(made)
    audit.record(session, "api_token.made", actor, ("api_token", made.id), agency=agency, scopes=made.scopes)
    return made, text


def rotate_token(
    session: Session, old: ApiToken, actor: audit.Actor, *, overlap_days: int = OVERLAP_DAYS
) -> tuple[ApiToken, str]:
    """A new token with the same rights; the old one still works for some days, so that nothing stops meanwhile."""
    if not is_live(old):
        raise TokenRefused("This token is over. Make a new one.")
    made = make_token(session, old.agency, old.name, tuple(ApiScope(scope) for scope in old.scopes), actor)
    old.expires_on = min(old.expires_on, clock.today() + timedelta(overlap_days))
    audit.record(session, "api_token.rotated", actor, ("api_token", old.id), agency=old.agency, to=str(made[0].id))
    return made


def revoke_token(session: Session, token: ApiToken, actor: audit.Actor) -> None:
    """The token stops working now."""
    if token.revoked_at is None:
        token.revoked_at = clock.now()
        audit.record(session, "api_token.revoked", actor, ("api_token", token.id), agency=token.agency)


def live_token(session: Session, text: str) -> ApiToken | None:
    """The token with that text, None when there is none, it ended, or it was revoked."""
    found = session.scalar(select(ApiToken).where(ApiToken.token_hash == hash_of(text)))
    return found if found is not None and is_live(found) else None


def is_live(token: ApiToken) -> bool:
    """Whether the token works today."""
    return token.revoked_at is None and token.expires_on >= clock.today()


def note_use(token: ApiToken) -> None:
    """Remember when the token was last used, to the minute."""
    now = clock.now()
    if token.last_used_at is None or now - token.last_used_at >= USE_NOTED_EVERY:
        token.last_used_at = now


def tokens_of(session: Session) -> list[ApiToken]:
    """Every token, by agency and name, newest first."""
    query = select(ApiToken).order_by(ApiToken.agency, ApiToken.name, ApiToken.created_at.desc())
    return list(session.scalars(query))


def hash_of(text: str) -> bytes:
    """What is stored of a token: it has 256 random bits, so that a plain hash is enough."""
    return hashlib.sha256(text.encode()).digest()
