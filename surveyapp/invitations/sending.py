"""Carrying out a step: by e-mail or by letter, once, in the transaction that notes it."""

from datetime import date, datetime, time
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from surveyapp import clock, mail
from surveyapp.audit import Actor
from surveyapp.cases import timeline
from surveyapp.cases.models import Case
from surveyapp.db import is_postgresql
from surveyapp.invitations import addresses
from surveyapp.invitations.models import Invitation, InvitationStep, Letter, Step, StepOutcome
from surveyapp.mail.models import MailState, OutboxMessage

FIRST_HOUR = time(8, tzinfo=clock.LONDON)
"""Nobody is written to in the night."""
STEPS_BY_LETTER = frozenset({Step.INVITE, Step.SECOND_REMINDER})
"""Post is slow: a leaver without a mailbox gets the invitation and one reminder."""


def kind_of(step: Step) -> str:
    """The kind of message that carries a step."""
    return f"invitation.{step.value}"


def take_step(session: Session, case: Case, invitation: Invitation, step: Step, actor: Actor) -> bool:
    """Carry out a step unless it was carried out before; the database decides, so two schedulers send one message."""
    address = addresses.address_of(session, case)
    by_letter = address is None
    outcome = StepOutcome.E_MAILED
    if by_letter:
        outcome = StepOutcome.LETTER if step in STEPS_BY_LETTER else StepOutcome.DROPPED
    if not _claim_step(session, invitation.id, step, outcome):
        return False
    if step is Step.INVITE:
        invitation.invited_on = clock.today()
    if address is not None:
        message = _queue_step(session, case, invitation, step, address)
        session.get_one(InvitationStep, (invitation.id, step)).outbox_id = message.id
    elif outcome is StepOutcome.LETTER:
        ask_for_letter(session, invitation, step)
    timeline.note(session, case, f"{step.value}.{outcome.value}", actor, occasion=invitation.occasion)
    session.flush()
    return True


def drop_step(session: Session, case: Case, invitation: Invitation, step: Step, actor: Actor) -> bool:
    """Note that a step came too late to be of use; it will not be carried out any more."""
    if not _claim_step(session, invitation.id, step, StepOutcome.DROPPED):
        return False
    timeline.note(session, case, f"{step.value}.dropped", actor, occasion=invitation.occasion)
    return True


def send_apart(session: Session, case: Case, kind: str, address: str, occasion: str) -> OutboxMessage:
    """Queue a message that is no step of the plan (a reissue, a notice); each call is a reason of its own."""
    return mail.queue(
        session,
        kind,
        address,
        about=case.about,
        reason_key=f"{kind}/{uuid4()}",
        language=case.language,
        agency=case.agency,
        ids={"case": str(case.id), "occasion": occasion},
    )


def ask_for_letter(session: Session, invitation: Invitation, step: Step) -> None:
    """Put a letter on the list to print, unless one is waiting there already."""
    waiting = select(Letter.id).where(
        Letter.invitation_id == invitation.id, Letter.printed_on.is_(None), Letter.cancelled_on.is_(None)
    )
    if session.scalar(waiting) is None:
        session.add(Letter(id=uuid4(), invitation_id=invitation.id, step=step, due_on=clock.today()))
        session.flush()


def resend_elsewhere(session: Session, case: Case, invitation: Invitation, step: Step, failed: OutboxMessage) -> str:
    """A step's message did not arrive: remember the address as dead, try the next one, else ask for a letter.

    Returns "e_mailed" or "letter". The failed message leaves HR's list when another mailbox takes over.
    """
    addresses.remember_dead(session, case, failed.recipient or "")
    taken = session.get_one(InvitationStep, (invitation.id, step))
    address = addresses.address_of(session, case)
    if address is None:
        taken.outcome = StepOutcome.LETTER
        ask_for_letter(session, invitation, step)
        return taken.outcome.value
    taken.outbox_id = _queue_step(session, case, invitation, step, address).id
    failed.state = MailState.CANCELLED
    session.flush()
    return taken.outcome.value


def settle_steps(session: Session, invitation: Invitation) -> None:
    """A fresh link has gone out: what became of earlier steps' messages no longer matters."""
    steps = update(InvitationStep).where(InvitationStep.invitation_id == invitation.id)
    session.execute(steps.values(outbox_id=None))


def forget_cancelled_step(session: Session, invitation: Invitation, step: Step) -> None:
    """The step's message was stopped before it was sent (a hold, a resignation withdrawn and back): due again."""
    session.execute(
        delete(InvitationStep).where(InvitationStep.invitation_id == invitation.id, InvitationStep.step == step)
    )
    if step is Step.INVITE:
        invitation.invited_on = None
    session.flush()


def _queue_step(session: Session, case: Case, invitation: Invitation, step: Step, address: str) -> OutboxMessage:
    return mail.queue(
        session,
        kind_of(step),
        address,
        about=case.about,
        reason_key=f"{kind_of(step)}/{invitation.id}/{uuid4().hex[:8]}",
        language=case.language,
        agency=case.agency,
        ids={"case": str(case.id), "occasion": invitation.occasion, "step": step.value},
        not_before=morning_of(clock.today()),
    )


def morning_of(day: date) -> datetime:
    """The moment from which a message of that day may be sent."""
    return datetime.combine(day, FIRST_HOUR)


def _claim_step(session: Session, invitation_id: UUID, step: Step, outcome: StepOutcome) -> bool:
    insert = postgresql.insert if is_postgresql(session) else sqlite.insert
    row = {"invitation_id": invitation_id, "step": step, "taken_on": clock.today(), "outcome": outcome}
    claimed = insert(InvitationStep).values(row).on_conflict_do_nothing().returning(InvitationStep.step)
    return session.execute(claimed).first() is not None
