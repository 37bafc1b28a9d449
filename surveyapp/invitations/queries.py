"""Reading invitations for staff: the viewer first, never a case that is not theirs."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.access import Permission, Viewer
from surveyapp.cases.models import Case, CaseState
from surveyapp.cases.queries import visible_to
from surveyapp.invitations import addresses, ledger
from surveyapp.invitations.dates import Plan, Rules
from surveyapp.invitations.models import LEAVING, AddressChange, ChangeState, Invitation, InvitationStep, Letter
from surveyapp.mail.models import MailState, OutboxMessage

MAY_SEND = Permission.SEND_INVITATIONS


@dataclass(frozen=True)
class InvitationView:
    """One invitation of one case, as its page shows it."""

    plan: Plan
    invitation: Invitation
    steps: list[InvitationStep]


@dataclass(frozen=True)
class LetterDue:
    """A letter to print and whose it is."""

    letter: Letter
    case: Case


@dataclass(frozen=True)
class FailedMessage:
    """A message that did not arrive and whose it was."""

    message: OutboxMessage
    case: Case


@dataclass(frozen=True)
class ToInvite:
    """A case in policy that has not been invited yet, and the day by which it should be."""

    case: Case
    due_on: date
    is_held: bool
    has_mailbox: bool


def views_of(session: Session, case: Case) -> list[InvitationView]:
    """Every questionnaire of one case, as policy plans them; a case without one has none yet (nothing is written)."""
    known = {one.occasion: one for one in ledger.invitations_of(session, case.id)}
    views = []
    for plan in Rules(session).plans(case):
        invitation = known.get(plan.occasion) or Invitation(case_id=case.id, occasion=plan.occasion)
        steps = select(InvitationStep).where(InvitationStep.invitation_id == invitation.id)
        found = list(session.scalars(steps.order_by(InvitationStep.taken_on))) if invitation.id else []
        views.append(InvitationView(plan, invitation, found))
    return views


def waiting_changes(session: Session, case: Case) -> list[AddressChange]:
    """Changes of address that wait for a second person, oldest first."""
    query = select(AddressChange).where(AddressChange.case_id == case.id, AddressChange.state == ChangeState.WAITING)
    return list(session.scalars(query.order_by(AddressChange.requested_at)))


def change_of(session: Session, case: Case, change_id: UUID) -> AddressChange | None:
    """One asked-for change of this case."""
    return session.scalar(select(AddressChange).where(AddressChange.id == change_id, AddressChange.case_id == case.id))


def to_invite_for(viewer: Viewer, session: Session, case_ids: list[UUID] | None = None) -> list[ToInvite]:
    """Cases in policy that are not invited yet, the earliest due first; `case_ids` narrows to those."""
    query = (
        select(Case, Invitation)
        .outerjoin(Invitation, (Invitation.case_id == Case.id) & (Invitation.occasion == LEAVING))
        .where(Case.state == CaseState.OPEN, visible_to(viewer, MAY_SEND), Invitation.invited_on.is_(None))
    )
    if case_ids is not None:
        query = query.where(Case.id.in_(case_ids))
    rules, found = Rules(session), []
    for case, invitation in session.execute(query):
        plan = rules.plan(case, LEAVING)
        if plan is not None and (invitation is None or invitation.is_open):
            held = invitation is not None and invitation.is_held
            found.append(ToInvite(case, plan.invite_on, held, addresses.address_of(session, case) is not None))
    return sorted(found, key=lambda one: (one.due_on, one.case.id))


def letters_for(viewer: Viewer, session: Session, case: Case | None = None) -> list[LetterDue]:
    """Letters that wait to be printed, oldest first."""
    query = (
        select(Letter, Case)
        .join(Invitation, Invitation.id == Letter.invitation_id)
        .join(Case, Case.id == Invitation.case_id)
        .where(Letter.printed_on.is_(None), Letter.cancelled_on.is_(None))
        .where(Case.state == CaseState.OPEN, visible_to(viewer, MAY_SEND))
        .order_by(Letter.due_on, Letter.id)
    )
    if case is not None:
        query = query.where(Case.id == case.id)
    return [LetterDue(letter, owner) for letter, owner in session.execute(query)]


def letters_to_print(viewer: Viewer, session: Session, case: Case | None = None) -> list[Letter]:
    """The same letters, without whose they are."""
    return [due.letter for due in letters_for(viewer, session, case)]


def failed_messages_for(viewer: Viewer, session: Session, case: Case | None = None) -> list[FailedMessage]:
    """Messages that did not arrive and that nobody has dealt with, oldest first."""
    query = select(OutboxMessage).where(OutboxMessage.state == MailState.FAILED)
    query = query.where(OutboxMessage.about == case.about if case else OutboxMessage.about.like("case:%"))
    messages = list(session.scalars(query.order_by(OutboxMessage.created_at, OutboxMessage.id)))
    ids = {UUID(message.about.removeprefix("case:")) for message in messages}
    wanted = select(Case).where(Case.id.in_(ids), Case.state == CaseState.OPEN, visible_to(viewer, MAY_SEND))
    owners = {owner.about: owner for owner in session.scalars(wanted)}
    return [FailedMessage(message, owners[message.about]) for message in messages if message.about in owners]


def message_of(session: Session, case: Case, message_id: UUID) -> OutboxMessage | None:
    """One failed message of this case."""
    mine = (OutboxMessage.id == message_id, OutboxMessage.about == case.about, OutboxMessage.state == MailState.FAILED)
    return session.scalar(select(OutboxMessage).where(*mine))
