"""A leaver asks for a link: to the address we have, or to one of their own. At most three of each a day."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.audit import Actor, ActorKind
from surveyapp.cases import service as cases
from surveyapp.cases import timeline
from surveyapp.cases.details import details_of
from surveyapp.cases.models import Case
from surveyapp.invitations import addresses
from surveyapp.invitations.models import Link
from surveyapp.invitations.sending import send_apart
from surveyapp.mail.models import OutboxMessage

OWN_COPY = "invitation.own_copy"
AGAIN = "invitation.again"
SENT_ELSEWHERE = "invitation.sent_elsewhere"
A_DAY = 3


class AskedTooOften(Exception):
    """Three links have been sent for this case today."""


def send_to_known_address(session: Session, case: Case, link: Link) -> None:
    """Queue a new link to the address on file; silently nothing when there is none, or after three a day."""
    address = addresses.address_of(session, case)
    if not address or not case.is_open or _n_today(session, case, AGAIN) >= A_DAY:
        return
    send_apart(session, case, AGAIN, address, link.occasion)
    timeline.note(session, case, "link.asked_again", Actor(ActorKind.LEAVER, str(case.id)))


def send_to_own_address(session: Session, case_id: UUID, occasion: str, address: str) -> None:
    """Queue a link to the address the leaver typed, and tell the address we wrote to before (CONTRACTS 1.8).

    It becomes the case's personal address when there is none, so that later messages reach the leaver too. No second
    person is asked: it is the leaver's own word.
    """
    case = session.get_one(Case, case_id)
    if _n_today(session, case, OWN_COPY) >= A_DAY:
        raise AskedTooOften(case.id)
    before = addresses.address_of(session, case)
    address = address.strip()
    send_apart(session, case, OWN_COPY, address, occasion)
    if before and before.casefold() != address.casefold():
        send_apart(session, case, SENT_ELSEWHERE, before, occasion)
    actor = Actor(ActorKind.LEAVER, str(case.id))
    if not case.personal_email:
        cases.update_case(session, case, replace(details_of(case), personal_email=address), actor, is_agreed=True)
    addresses.revive(session, case, address)
    timeline.note(session, case, "link.sent_to_own_address", actor)
    session.flush()


def _n_today(session: Session, case: Case, kind: str) -> int:
    midnight = clock.now().astimezone(clock.LONDON).replace(hour=0, minute=0, second=0, microsecond=0)
    counted = select(func.count()).where(
        OutboxMessage.about == case.about, OutboxMessage.kind == kind, OutboxMessage.created_at >= midnight
    )
    return session.scalar(counted) or 0
