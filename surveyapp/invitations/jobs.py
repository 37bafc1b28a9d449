"""What the worker does for invitations, each safe to repeat: send what is due, follow failures, close, tidy up."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, delete, select
from sqlalchemy.orm import Session

from surveyapp.audit import Actor, ActorKind
from surveyapp.cases import queries as cases
from surveyapp.cases import timeline
from surveyapp.cases.models import Case, CaseKind, CaseState, ReplacedAddress
from surveyapp.db import each_apart, reading
from surveyapp.invitations import addresses, codes, ledger, sending, service
from surveyapp.invitations.dates import Rules
from surveyapp.invitations.due import Act, Standing, Verb, acts_for
from surveyapp.invitations.models import LEAVING, Invitation, InvitationStep, Step, StepOutcome
from surveyapp.mail.models import Failure, MailState, OutboxMessage

Standings = dict[tuple[UUID, str], Standing]
WORKER = Actor(ActorKind.WORKER, "invitations")
CLOSED = "invitation.closed"


def send_due_messages(session: Session, today: date) -> int:
    """Invitations, reminders and closings that are due today; how many acts were done."""
    with reading():
        rules, standings = Rules(session), _standings(session)
        due = [case.id for case in session.scalars(_unfinished_cases()) if _acts(case, rules, standings, today)]
    return each_apart(session, due, lambda case_id: _act_on(session, case_id, today))


def follow_failures(session: Session, today: date) -> int:
    """Messages that did not arrive go to the other mailbox, or become letters; stopped ones are due again."""
    with reading():
        failed = [(row[0], row[1]) for row in session.execute(_steps_whose_message(MailState.FAILED))]
        stopped = [(row[0], row[1]) for row in session.execute(_steps_whose_message(MailState.CANCELLED))]
    n_followed = each_apart(session, failed, lambda row: _follow(session, *row))
    return n_followed + each_apart(session, stopped, lambda row: _forget(session, *row))


def tell_old_addresses(session: Session, today: date) -> int:
    """HR's system has replaced an address: the leaver is told at the old one (CONTRACTS 1.8)."""
    with reading():
        changed = list(session.scalars(select(ReplacedAddress.case_id).distinct().order_by(ReplacedAddress.case_id)))
    return each_apart(session, changed, lambda case_id: _tell_old_addresses(session, case_id))


def _tell_old_addresses(session: Session, case_id: UUID) -> int:
    """Nobody is written to about somebody who stays or has died; what was kept is forgotten all the same."""
    case = cases.held(session, case_id)
    if case is None or not case.is_open:
        session.execute(delete(ReplacedAddress).where(ReplacedAddress.case_id == case_id))
        return 0
    return service.tell_old_addresses(session, case)


def forget_guesses(session: Session, today: date) -> int:
    """Counts of code guesses of past hours are deleted."""
    return codes.forget_old_guesses(session)


def _unfinished_cases() -> Select[Case]:
    """Open cases whose questionnaires are not all answered, declined or closed; starters always, they have three."""
    ended = Invitation.answered_on.is_not(None) | Invitation.declined_on.is_not(None)
    join = and_(Invitation.case_id == Case.id, Invitation.occasion == LEAVING)
    wanted = (Case.kind != CaseKind.LEAVER) | Invitation.id.is_(None) | ~ended
    query = select(Case).outerjoin(Invitation, join).where(Case.state == CaseState.OPEN, wanted)
    return query.order_by(Case.last_working_day, Case.id)


def _standings(session: Session, case_id: UUID | None = None) -> Standings:
    """How invitations stand, by case and occasion: of one case, or of every open case in three queries."""
    mine = Invitation.case_id == case_id if case_id else Case.state == CaseState.OPEN
    joined = select(InvitationStep).join(Invitation).join(Case, Case.id == Invitation.case_id)
    taken: dict[UUID, set[Step]] = {}
    for row in session.scalars(joined.where(mine)):
        taken.setdefault(row.invitation_id, set()).add(row.step)
    invitations = session.scalars(select(Invitation).join(Case, Case.id == Invitation.case_id).where(mine))
    return {(one.case_id, one.occasion): _standing(one, taken.get(one.id, set())) for one in invitations}


def _standing(invitation: Invitation, taken: set[Step]) -> Standing:
    return Standing(
        invited_on=invitation.invited_on,
        ended=invitation.answered_on is not None or invitation.declined_on is not None,
        closed=invitation.closed_on is not None,
        held=invitation.is_held,
        taken=frozenset(taken),
    )


def _acts(case: Case, rules: Rules, standings: Standings, today: date) -> list[tuple[str, Act]]:
    """What is due for one case, by occasion."""
    return [
        (plan.occasion, act)
        for plan in rules.plans(case)
        for act in acts_for(plan, standings.get((case.id, plan.occasion), Standing()), today)
    ]


def _act_on(session: Session, case_id: UUID, today: date) -> int:
    """Do what is due for one case, looked at again under its lock: HR may have acted meanwhile."""
    case = cases.held(session, case_id)
    if case is None or not case.is_open:
        return 0
    done = 0
    for occasion, act in _acts(case, Rules(session), _standings(session, case_id), today):
        done += _do(session, case, ledger.invitation_for(session, case.id, occasion), act)
    return done


def _do(session: Session, case: Case, invitation: Invitation, act: Act) -> bool:
    if act.verb is Verb.CLOSE:
        return _close(session, case, invitation)
    if act.verb is Verb.REOPEN:
        invitation.closed_on = None
        timeline.note(session, case, "questionnaire.reopened", WORKER, occasion=invitation.occasion)
        return True
    assert act.step is not None
    carry_out = sending.take_step if act.verb is Verb.TAKE else sending.drop_step
    return carry_out(session, case, invitation, act.step, WORKER)


def _close(session: Session, case: Case, invitation: Invitation) -> bool:
    """The time is over; somebody who had begun is told that what they saved is gone."""
    closed = ledger.close(session, invitation, WORKER)
    address = addresses.address_of(session, case)
    if closed and invitation.begun_on is not None and address is not None:
        sending.send_apart(session, case, CLOSED, address, invitation.occasion)
    return closed


def _steps_whose_message(state: MailState) -> Select[Any, UUID]:
    """Steps sent by e-mail whose message ended like that, while the leaver may still answer."""
    query = (
        select(InvitationStep.outbox_id, Case.id)
        .join(OutboxMessage, OutboxMessage.id == InvitationStep.outbox_id)
        .join(Invitation, Invitation.id == InvitationStep.invitation_id)
        .join(Case, Case.id == Invitation.case_id)
        .where(OutboxMessage.state == state, InvitationStep.outcome == StepOutcome.E_MAILED)
        .where(Case.state == CaseState.OPEN, Invitation.answered_on.is_(None), Invitation.declined_on.is_(None))
        .where(Invitation.closed_on.is_(None))
    )
    if state is MailState.FAILED:
        return query.where(OutboxMessage.failure.in_([Failure.REFUSED, Failure.BOUNCED]))
    return query.where(Invitation.held_on.is_(None))


def _follow(session: Session, outbox_id: UUID, case_id: UUID) -> int:
    case, taken, invitation, message = _locked(session, outbox_id, case_id)
    if taken is None or message.state is not MailState.FAILED:
        return 0
    became = sending.resend_elsewhere(session, case, invitation, taken.step, message)
    timeline.note(session, case, "message.not_delivered", WORKER, step=taken.step.value, became=became)
    return 1


def _forget(session: Session, outbox_id: UUID, case_id: UUID) -> int:
    _case, taken, invitation, message = _locked(session, outbox_id, case_id)
    if taken is None or message.state is not MailState.CANCELLED:
        return 0
    sending.forget_cancelled_step(session, invitation, taken.step)
    return 1


def _locked(
    session: Session, outbox_id: UUID, case_id: UUID
) -> tuple[Case, InvitationStep | None, Invitation, OutboxMessage]:
    case = cases.held(session, case_id) or session.get_one(Case, case_id)
    taken = session.scalar(select(InvitationStep).where(InvitationStep.outbox_id == outbox_id))
    message = session.get_one(OutboxMessage, outbox_id, populate_existing=True)
    occasion = message.ids.get("occasion", LEAVING)
    return case, taken, ledger.invitation_for(session, case_id, occasion), message
