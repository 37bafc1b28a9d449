"""Offering the interview, declining it, asking to be called back, letting it lapse: verbs that change offers."""

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.audit import Actor
from surveyapp.cases import timeline
from surveyapp.cases.models import Case
from surveyapp.interviews import messages
from surveyapp.interviews.locks import hold_case, hold_offer
from surveyapp.interviews.models import DeclineReason, InterviewOffer, OfferState


class OfferIsClosed(Exception):
    """The offer cannot be answered like this any more; a booking to come is cancelled first."""


def offer_interview(session: Session, case: Case, *, actor: Actor) -> InterviewOffer:
    """Offer the interview to a leaver, once; HR can open a declined or lapsed offer again."""
    hold_case(session, case)
    offer = offer_of(session, case.id)
    if offer is not None:
        hold_offer(session, offer)
    if offer is None:
        offer = InterviewOffer(id=uuid.uuid4(), case=case, state=OfferState.OFFERED, offered_at=clock.now())
        session.add(offer)
        session.flush()
    elif offer.is_open:
        return offer
    else:
        _open_again(offer)
    timeline.note(session, case, "interview.offered", actor, offer=str(offer.id))
    messages.tell_offered(session, offer, round_=int(offer.offered_at.timestamp()))
    return offer


def _open_again(offer: InterviewOffer) -> None:
    offer.state = OfferState.OFFERED
    offer.offered_at = clock.now()
    offer.accepted_at = offer.declined_at = offer.lapsed_at = offer.decline_reason = None


def offer_of(session: Session, case_id: uuid.UUID) -> InterviewOffer | None:
    """The case's offer, if it has one."""
    return session.scalar(select(InterviewOffer).where(InterviewOffer.case_id == case_id))


def decline_interview(session: Session, offer: InterviewOffer, reason: DeclineReason, *, actor: Actor) -> None:
    """The leaver would rather not; nobody asks again. A booking to come has to be cancelled first."""
    hold_offer(session, offer)
    if offer.state is not OfferState.OFFERED and offer.state is not OfferState.LAPSED:
        raise OfferIsClosed
    offer.state = OfferState.DECLINED
    offer.declined_at = clock.now()
    offer.decline_reason = reason
    timeline.note(session, offer.case, "interview.declined", actor, reason=reason.value)


def release_after_cancelling(offer: InterviewOffer) -> None:
    """The leaver cancelled: the offer stands again as it was, so that another time can be chosen or it be declined."""
    if offer.state is OfferState.ACCEPTED:
        offer.state = OfferState.OFFERED


def lapse_offer(session: Session, offer: InterviewOffer, *, actor: Actor) -> None:
    """No reply came in time; the leaver can still book by the link while it lives."""
    hold_offer(session, offer)
    if offer.state is not OfferState.OFFERED:
        raise OfferIsClosed
    offer.state = OfferState.LAPSED
    offer.lapsed_at = clock.now()
    timeline.note(session, offer.case, "interview.lapsed", actor)


def withdraw_offer(session: Session, offer: InterviewOffer, *, actor: Actor) -> None:
    """The person stays, or has died: there is nothing to offer."""
    hold_offer(session, offer)
    if offer.state is not OfferState.WITHDRAWN:
        offer.state = OfferState.WITHDRAWN
        timeline.note(session, offer.case, "interview.withdrawn", actor)


def ask_for_call_back(session: Session, offer: InterviewOffer, *, actor: Actor) -> None:
    """The leaver wants to be called before choosing; it stands on the Area's work list until somebody did."""
    hold_offer(session, offer)
    if offer.call_back_asked_at is None or offer.call_back_done_at is not None:
        offer.call_back_asked_at, offer.call_back_done_at = clock.now(), None
        timeline.note(session, offer.case, "interview.call_back_asked", actor)


def mark_called_back(session: Session, offer: InterviewOffer, *, actor: Actor) -> None:
    """Somebody has called."""
    hold_offer(session, offer)
    if offer.call_back_asked_at is not None and offer.call_back_done_at is None:
        offer.call_back_done_at = clock.now()
        timeline.note(session, offer.case, "interview.called_back", actor)


def note_needs(offer: InterviewOffer, needs: str, companion: str) -> None:
    """What would make the interview easier, and who comes along; both encrypted, empty when there is nothing."""
    offer.needs = needs.strip() or None
    offer.companion = companion.strip() or None
