"""What HR has to do about invitations: those on hold or late, letters to print, dead addresses, second persons."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import select

from surveyapp import clock
from surveyapp.cases.models import Case, CaseState
from surveyapp.invitations.dates import Rules
from surveyapp.invitations.models import LEAVING, AddressChange, ChangeState, Invitation, Letter
from surveyapp.mail.models import MailState, OutboxMessage
from surveyapp.worklist.ground import Ground, step_of
from surveyapp.worklist.steps import Step, StepKind

DAYS_TO_PRINT = 2
DAYS_TO_MEND = 1
DAYS_TO_AGREE = 1


def late_invitations(ground: Ground, open_cases: list[Case]) -> Iterator[Step]:
    """Invitations that did not go out on their day: on hold, or the worker stands still."""
    today, rules = clock.today(), Rules(ground.session)
    known = _invitations(ground)
    for case in open_cases:
        invitation, plan = known.get(case.id), rules.plan(case, LEAVING)
        if plan is None or today > plan.closes_on or (invitation and (invitation.invited_on or not invitation.is_open)):
            continue
        if (invitation and invitation.is_held) or today > plan.invite_on:
            yield step_of(case, StepKind.INVITE, plan.invite_on)


def letters_to_print(ground: Ground, open_cases: list[Case]) -> Iterator[Step]:
    """Letters that wait, due two working days after the invitation was."""
    query = select(Letter.due_on, Invitation.case_id).join(Invitation, Invitation.id == Letter.invitation_id)
    waiting = query.where(Letter.printed_on.is_(None), Letter.cancelled_on.is_(None))
    by_case = {row.case_id: row.due_on for row in ground.session.execute(waiting)}
    for case in open_cases:
        if case.id in by_case:
            due_on = ground.calendar(case).add(by_case[case.id], DAYS_TO_PRINT)
            yield step_of(case, StepKind.PRINT_LETTER, due_on)


def addresses_to_mend(ground: Ground, open_cases: list[Case]) -> Iterator[Step]:
    """Messages that did not arrive anywhere, due the working day after."""
    query = select(OutboxMessage.about, OutboxMessage.created_at).where(OutboxMessage.state == MailState.FAILED)
    failed = {row.about: row.created_at for row in ground.session.execute(query.order_by(OutboxMessage.created_at))}
    for case in open_cases:
        if case.about in failed:
            since = failed[case.about].astimezone(clock.LONDON).date()
            yield step_of(case, StepKind.MEND_ADDRESS, ground.calendar(case).add(since, DAYS_TO_MEND))


def addresses_to_agree(ground: Ground, open_cases: list[Case]) -> Iterator[Step]:
    """Changes of address that wait for a second person."""
    query = select(AddressChange.case_id, AddressChange.requested_at).where(AddressChange.state == ChangeState.WAITING)
    asked = {row.case_id: row.requested_at for row in ground.session.execute(query)}
    for case in open_cases:
        if case.id in asked:
            since = asked[case.id].astimezone(clock.LONDON).date()
            yield step_of(case, StepKind.AGREE_ADDRESS, ground.calendar(case).add(since, DAYS_TO_AGREE))


def _invitations(ground: Ground) -> dict[UUID, Invitation]:
    query = select(Invitation).join(Case, Case.id == Invitation.case_id)
    found = ground.session.scalars(query.where(Case.state == CaseState.OPEN, Invitation.occasion == LEAVING))
    return {one.case_id: one for one in found}
