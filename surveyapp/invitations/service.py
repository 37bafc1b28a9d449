"""What staff do with an invitation: invite, send now, hold, release, reissue, change the address."""

from dataclasses import replace
from uuid import UUID, uuid4

from sqlalchemy import update
from sqlalchemy.orm import Session

from surveyapp import clock, mail
from surveyapp.audit import Actor
from surveyapp.cases import service as cases
from surveyapp.cases import timeline
from surveyapp.cases.addresses import has_left, is_own_domain, take_replaced
from surveyapp.cases.details import details_of
from surveyapp.cases.models import Case, CaseState
from surveyapp.invitations import addresses, ledger, links, sending
from surveyapp.invitations.dates import Plan, Rules
from surveyapp.invitations.models import LEAVING, AddressChange, ChangeState, Invitation, Step, WhyRevoked
from surveyapp.mail.models import MailState, OutboxMessage

REISSUED = "invitation.reissued"
ADDRESS_CHANGED = "invitation.address_changed"


class InvitationRefused(Exception):
    """The rules do not allow it; each kind below says which."""


class CaseNotOpen(InvitationRefused):
    """The case is closed: the person stayed, has died, or everything is done."""


class NotInPolicy(InvitationRefused):
    """Policy invites this leaving type to no questionnaire."""


class AlreadyEnded(InvitationRefused):
    """The leaver has answered or declined, or the questionnaire has closed."""


class IsHeld(InvitationRefused):
    """Somebody has put this invitation on hold; release it first."""


class AddressRefused(InvitationRefused):
    """This is not an e-mail address, or it is the one we have."""


class NeedsSecondPerson(InvitationRefused):
    """The person who asked for a change of address cannot also confirm it."""


def open_plan(session: Session, case: Case, occasion: str = LEAVING) -> tuple[Invitation, Plan]:
    """The invitation and its plan, if this case may be asked for answers today; else raises what stands against it."""
    if not case.is_open:
        raise CaseNotOpen(case.state.value)
    plan = Rules(session).plan(case, occasion)
    if plan is None:
        raise NotInPolicy(case.leaving_type)
    invitation = ledger.invitation_for(session, case.id, occasion)
    if not invitation.is_open or clock.today() > plan.closes_on:
        raise AlreadyEnded(invitation.state.value)
    return invitation, plan


def invite_case(session: Session, case: Case, *, actor: Actor, occasion: str = LEAVING) -> bool:
    """Invite by e-mail or letter; False when this case has been invited before."""
    invitation, _plan = open_plan(session, case, occasion)
    if invitation.is_held:
        raise IsHeld(invitation.held_on)
    return sending.take_step(session, case, invitation, Step.INVITE, actor)


def send_now(session: Session, case: Case, *, actor: Actor, occasion: str = LEAVING) -> str:
    """Invite before it is due, or send a fresh link to somebody invited: returns `invited`, `sent_again` or `letter`.

    Earlier links stay alive; to kill them reissue.
    """
    if invite_case(session, case, actor=actor, occasion=occasion):
        return "invited" if addresses.address_of(session, case) else "letter"
    invitation, _plan = open_plan(session, case, occasion)
    sent = _send_or_print(session, case, invitation, "invitation.again")
    timeline.note(session, case, "link.sent_again", actor, occasion=occasion)
    return sent


def hold(session: Session, case: Case, *, actor: Actor, occasion: str = LEAVING) -> None:
    """Send nothing until released; what waits unsent is stopped and becomes due again on release."""
    invitation, _plan = open_plan(session, case, occasion)
    if not invitation.is_held:
        invitation.held_on = clock.today()
        ledger.stop_asking(session, case)
        timeline.note(session, case, "invitation.held", actor, occasion=occasion)
        session.flush()


def release_hold(session: Session, case: Case, *, actor: Actor, occasion: str = LEAVING) -> None:
    """Go on where the hold began; the worker sends what has fallen due, at most one message."""
    invitation = ledger.invitation_for(session, case.id, occasion)
    if invitation.is_held:
        invitation.held_on = None
        timeline.note(session, case, "invitation.released", actor, occasion=occasion)
        session.flush()


def reissue(session: Session, case: Case, *, actor: Actor, occasion: str = LEAVING) -> str:
    """Kill every link of the case and send a new one; the address we wrote to before is told (CONTRACTS 1.8)."""
    invitation, _plan = open_plan(session, case, occasion)
    n_links = links.revoke_all(session, case.id, WhyRevoked.REPLACED)
    sent = _send_or_print(session, case, invitation, REISSUED)
    timeline.note(session, case, "link.reissued", actor, occasion=occasion, links=n_links)
    return sent


def _send_or_print(session: Session, case: Case, invitation: Invitation, kind: str) -> str:
    address = addresses.address_of(session, case)
    invitation.invited_on = invitation.invited_on or clock.today()
    settle_failed_messages(session, case)
    sending.settle_steps(session, invitation)
    if address is None:
        sending.ask_for_letter(session, invitation, Step.INVITE)
        return "letter"
    sending.send_apart(session, case, kind, address, invitation.occasion)
    return "sent_again"


def ask_for_letter(session: Session, case: Case, occasion: str = LEAVING) -> None:
    """A person wants a letter for this case, whether or not there is a mailbox."""
    invitation, _plan = open_plan(session, case, occasion)
    invitation.invited_on = invitation.invited_on or clock.today()
    sending.ask_for_letter(session, invitation, Step.INVITE)
    settle_failed_messages(session, case)


def settle_failed_messages(session: Session, case: Case) -> None:
    """A person has dealt with this case's failed messages: take them off HR's list."""
    failed = (OutboxMessage.about == case.about, OutboxMessage.state == MailState.FAILED)
    session.execute(update(OutboxMessage).where(*failed).values(state=MailState.CANCELLED))
    session.flush()


def change_address(session: Session, case: Case, address: str, *, actor: Actor, by_id: UUID) -> AddressChange | None:
    """Write to another address from now on; the old one is told, old links die, a new link goes out.

    For somebody who has left, an address in the agency's own domain needs a second person: then the request waits and
    is returned, and nothing else happens yet. None: done.
    """
    address = address.strip()
    if "@" not in address or any(character.isspace() for character in address):
        raise AddressRefused(address)
    before = addresses.address_of(session, case)
    if before and before.casefold() == address.casefold():
        raise AddressRefused(address)
    if has_left(case) and is_own_domain(session, case, address):
        change = AddressChange(id=uuid4(), case_id=case.id, requested_by_id=by_id, requested_at=clock.now())
        change.data_key = case.record_key()
        change.address = address
        session.add(change)
        timeline.note(session, case, "address_change.requested", actor, change=str(change.id))
        session.flush()
        return change
    _apply_address(session, case, address, before, actor)
    return None


def confirm_change(session: Session, case: Case, change: AddressChange, *, actor: Actor, by_id: UUID) -> None:
    """A second person agrees to a change of address; it takes effect now."""
    if change.requested_by_id == by_id:
        raise NeedsSecondPerson(change.id)
    if change.state is not ChangeState.WAITING or change.address is None:
        raise AlreadyEnded(change.state.value)
    _decide(change, ChangeState.CONFIRMED, by_id)
    _apply_address(session, case, change.address, addresses.address_of(session, case), actor)


def refuse_change(session: Session, case: Case, change: AddressChange, *, actor: Actor, by_id: UUID) -> None:
    """A change of address is not made; whoever asked may take it back too."""
    if change.state is not ChangeState.WAITING:
        raise AlreadyEnded(change.state.value)
    _decide(change, ChangeState.REFUSED, by_id)
    timeline.note(session, case, "address_change.refused", actor, change=str(change.id))
    session.flush()


def _decide(change: AddressChange, state: ChangeState, by_id: UUID) -> None:
    change.state, change.decided_by_id, change.decided_at = state, by_id, clock.now()


def _apply_address(session: Session, case: Case, address: str, before: str | None, actor: Actor) -> None:
    if case.state is CaseState.DIED:
        raise CaseNotOpen(case.id)
    is_work = not has_left(case) and is_own_domain(session, case, address)
    known = details_of(case)
    wanted = replace(known, work_email=address) if is_work else replace(known, personal_email=address)
    cases.update_case(session, case, wanted, actor, is_agreed=True)
    if not is_work and not has_left(case) and case.work_email:
        addresses.remember_dead(session, case, case.work_email)  # HR asked for another address than the work one
    addresses.revive(session, case, address)
    timeline.note(session, case, "address.changed", actor, which="work" if is_work else "personal")
    tell_old_addresses(session, case, before)
    _send_links_anew(session, case)


def tell_old_addresses(session: Session, case: Case, used_before: str | None = None) -> int:
    """Tell the leaver at every address that was replaced (CONTRACTS 1.8); how many addresses were told.

    What waits unsent for them is stopped and falls due again, to where the leaver is written to now.
    """
    told = list(dict.fromkeys([*([used_before] if used_before else []), *take_replaced(session, case)]))
    for address in told:
        sending.send_apart(session, case, ADDRESS_CHANGED, address, LEAVING)
    mail.cancel_about(session, case.about, ledger.ASKING_KINDS)
    return len(told)


def _send_links_anew(session: Session, case: Case) -> None:
    """Old links may be in the wrong hands: kill them, and invite anew whoever was invited and may still answer."""
    links.revoke_all(session, case.id, WhyRevoked.REPLACED)
    for invitation in ledger.invitations_of(session, case.id):
        if invitation.invited_on and invitation.is_open and case.is_open and not invitation.is_held:
            _send_or_print(session, case, invitation, REISSUED)
    session.flush()
