"""Actions move only by their verbs; owners must be able to see them; every move is on the timeline and in the audit."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.access import StaffRole
from surveyapp.actions import service
from surveyapp.actions.emails import compose_review_due
from surveyapp.actions.jobs import remind_of_reviews
from surveyapp.actions.models import Action, ActionState, Outcome
from surveyapp.audit.models import AuditEvent
from surveyapp.directory.models import User
from surveyapp.mail.models import OutboxMessage
from tests.actions.agreed import agreed
from tests.conftest import TESTER

TODAY = date(2026, 11, 21)
MOVES = {
    "start": lambda session, action: service.start_action(session, action, clock.today(), TESTER),
    "complete": lambda session, action: service.complete_action(session, action, clock.today(), TESTER),
    "stop": lambda session, action: service.stop_action(session, action, TESTER),
    "review": lambda session, action: service.review_action(session, action, Outcome.WORKED, None, TESTER),
    "open_again": lambda session, action: service.open_again(session, action, TESTER),
}


@pytest.fixture
def lead(staff: Callable[..., User]) -> User:
    return staff(StaffRole.RETENTION_LEAD)


def test_an_action_goes_from_agreed_to_reviewed_and_every_step_is_on_its_timeline_and_in_the_audit(
    session: Session, lead: User
) -> None:
    with clock.set_to(TODAY):
        action = agreed(session, lead)
        service.start_action(session, action, TODAY - timedelta(9), TESTER)
        service.write_note(session, action, "Two posts advertised.", lead.id, TESTER)
        service.complete_action(session, action, TODAY, TESTER)
        service.review_action(session, action, Outcome.CANNOT_TELL, TODAY + timedelta(90), TESTER)
        assert (action.state, action.review_on) == (ActionState.COMPLETED, TODAY + timedelta(90))
        service.review_action(session, action, Outcome.WORKED, None, TESTER)
    session.commit()
    assert (action.state, action.started_on, action.ended_on) == (ActionState.REVIEWED, date(2026, 11, 12), TODAY)
    told = {one.event for one in action.events}
    audited = set(session.scalars(select(AuditEvent.event).where(AuditEvent.subject_kind == "action")))
    wanted = {"action.agreed", "action.started", "action.noted", "action.completed", "action.reviewed"}
    assert told == audited == wanted
    assert "Two posts" not in str([one.codes for one in session.scalars(select(AuditEvent))])


@pytest.mark.one_backend
def test_each_verb_is_refused_from_every_state_but_its_own(session: Session, lead: User) -> None:
    action = agreed(session, lead)
    for verb, move in MOVES.items():
        for state in ActionState:
            action.state = state
            if state in service.STARTS_FROM[verb]:
                move(session, action)
                assert action.state is not state, (verb, state)
            else:
                with pytest.raises(service.NotInThisState):
                    move(session, action)
                assert action.state is state


@pytest.mark.one_backend
def test_a_day_to_come_and_one_before_it_began_are_refused(session: Session, lead: User) -> None:
    with clock.set_to(TODAY):
        action = agreed(session, lead)
        with pytest.raises(service.DayNotPossible):
            service.start_action(session, action, TODAY + timedelta(1), TESTER)
        service.start_action(session, action, TODAY - timedelta(5), TESTER)
        for day in (TODAY + timedelta(1), TODAY - timedelta(6)):
            with pytest.raises(service.DayNotPossible):
                service.complete_action(session, action, day, TESTER)
        with pytest.raises(service.DayNotPossible):
            service.review_action(session, action, Outcome.WORKED, TODAY, TESTER)


@pytest.mark.one_backend
def test_whoever_may_not_see_an_action_cannot_own_it(session: Session, lead: User, staff: Callable[..., User]) -> None:
    for other in (
        staff(StaffRole.HR_ADVISER),
        staff(StaffRole.RETENTION_LEAD, areas=("EV",)),
        staff(StaffRole.RETENTION_LEAD, agency="css"),
    ):
        with pytest.raises(service.OwnerCannotSeeIt):
            agreed(session, other)
    assert agreed(session, staff(StaffRole.HR_LEAD, areas=("NM",))).state is ActionState.AGREED


@pytest.mark.one_backend
def test_a_change_names_the_fields_and_keeps_the_words_out_of_the_audit(session: Session, lead: User) -> None:
    action = agreed(session, lead)
    plan = service.Plan(
        "ncs", "Third adviser", action.why, lead.id, action.due_on, action.review_on, frozenset({"EV"}), reason="pay"
    )
    service.change_action(session, action, plan, TESTER)
    assert action.events[0].codes == {"fields": ["areas", "reason", "what"]}
    service.change_action(session, action, plan, TESTER)
    assert len(action.events) == 2


def test_the_owner_is_told_once_when_the_review_is_due_and_not_after_it_is_done(session: Session, lead: User) -> None:
    with clock.set_to(TODAY):
        action = agreed(session, lead, review_on=TODAY - timedelta(1), due_on=TODAY - timedelta(30))
        assert remind_of_reviews(session, TODAY) == 0  # it has not begun
        service.start_action(session, action, TODAY, TESTER)
        remind_of_reviews(session, TODAY)
        remind_of_reviews(session, TODAY)
        message = session.scalars(select(OutboxMessage)).one()
        assert message.recipient == lead.email
        made = compose_review_due(session, message)
        assert made and action.what in made.text and f"/actions/{action.id}" in made.text
        message.language = "cy"
        welsh = compose_review_due(session, message)
        assert welsh and "adolygu" in welsh.subject
        service.review_action(session, action, Outcome.WORKED, None, TESTER)
        assert compose_review_due(session, message) is None
        assert session.get_one(Action, action.id).state is ActionState.REVIEWED
