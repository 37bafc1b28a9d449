"""Minting, finding and revoking links; the token is given to the caller once and kept nowhere."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import and_, bindparam, select, update
from sqlalchemy.orm import Session, defer, lazyload

from surveyapp import clock
from surveyapp.cases.models import Case, CaseState
from surveyapp.invitations import dates
from surveyapp.invitations.models import LEAVING, Invitation, LedgerState, Link, WhyRevoked

TOKEN_BYTES = 32


class LinkState(StrEnum):
    """What a token opens; everything but `open` has its own page that says what to do next."""

    OPEN = "open"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class MintedLink:
    """A new link: its row's id and the token, which this is the only chance to read."""

    link_id: UUID
    token: str


@dataclass(frozen=True)
class FoundLink:
    """What a token leads to."""

    state: LinkState
    link: Link | None = None
    case: Case | None = None
    ledger: LedgerState = LedgerState.DUE
    closes_on: date | None = None


CIPHERS = (
    Case.staff_number_cipher,
    Case.name_cipher,
    Case.work_email_cipher,
    Case.personal_email_cipher,
    Case.phone_cipher,
    Case.line_manager_email_cipher,
    Case.manager_line_cipher,
)
_BY_HASH = (
    select(Link, Case, Invitation)
    .join(Case, Case.id == Link.case_id)
    .outerjoin(Invitation, and_(Invitation.case_id == Link.case_id, Invitation.occasion == Link.occasion))
    .where(Link.token_hash == bindparam("token_hash"))
    .options(*(defer(column) for column in CIPHERS), lazyload(Case.data_key))
)
"""Asked with every page a leaver opens, so it is put together once, and without the names and addresses, which few of
those pages need (they are read when one does)."""
_IS_KNOWN = select(Link.id).where(Link.token_hash == bindparam("token_hash"))


def mint(
    session: Session,
    case_id: UUID,
    purpose: str,
    *,
    occasion: str = LEAVING,
    expires_on: date | None = None,
    token: str | None = None,
) -> MintedLink:
    """Make a link for a case; `purpose` is the kind of message that carries it.

    Without `expires_on` it lives until the questionnaire closes. `token` is given only for a letter code.
    """
    token = token or secrets.token_urlsafe(TOKEN_BYTES)
    made = Link(
        id=uuid4(),
        case_id=case_id,
        occasion=occasion,
        token_hash=hash_of(token),
        purpose=purpose,
        made_on=clock.today(),
        expires_on=expires_on,
    )
    session.add(made)
    session.flush()
    return MintedLink(made.id, token)


def hash_of(token: str) -> bytes:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).digest()


def is_known(session: Session, token: str) -> bool:
    """Whether there ever was a link with this token, dead or alive."""
    return session.scalar(_IS_KNOWN, {"token_hash": hash_of(token)}) is not None


def find(session: Session, token: str) -> FoundLink:
    """What this token leads to now; never changes anything, so that a mail scanner uses nothing up."""
    found = session.execute(_BY_HASH, {"token_hash": hash_of(token)}).first()
    if found is None:
        return FoundLink(LinkState.UNKNOWN)
    link, case = found.Link, found.Case
    invitation: Invitation | None = found.Invitation
    while case.merged_into_id is not None:  # the person's other case took this one over, and answers there
        case = session.get_one(Case, case.merged_into_id)
        query = select(Invitation).where(Invitation.case_id == case.id, Invitation.occasion == link.occasion)
        invitation = session.scalar(query)
    ledger = invitation.state if invitation else LedgerState.DUE
    closes_on = dates.closes_on(session, case, link.occasion)
    return FoundLink(_state(link, case, closes_on), link, case, ledger, closes_on)


def _state(link: Link, case: Case, closes_on: date | None) -> LinkState:
    if link.why_revoked is WhyRevoked.REPLACED:
        return LinkState.REPLACED
    if link.revoked_on is not None or case.state in (CaseState.STAYED, CaseState.DIED):
        return LinkState.WITHDRAWN
    last_day = link.expires_on or closes_on
    if last_day is None:
        return LinkState.WITHDRAWN  # the leaving type was changed to one that is not invited
    return LinkState.EXPIRED if clock.today() > last_day else LinkState.OPEN


def revoke_all(session: Session, case_id: UUID, why: WhyRevoked) -> int:
    """Make every living link of a case dead; how many there were."""
    living = update(Link).where(Link.case_id == case_id, Link.revoked_on.is_(None))
    result = session.execute(living.values(revoked_on=clock.today(), why_revoked=why))
    return int(result.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result counts its rows
