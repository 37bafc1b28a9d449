"""What happens next to a case by itself: the first thing that nothing has stopped, with its day."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.case_page import by_itself
from surveyapp.case_page.by_itself import SENDS, Planned, next_by_itself
from surveyapp.cases.models import Case
from surveyapp.interviews import bookings, offers
from surveyapp.interviews.models import DeclineReason
from surveyapp.invitations import ledger
from surveyapp.invitations import service as invitations
from surveyapp.invitations.models import InvitationStep, Step, StepOutcome
from tests.conftest import TESTER
from tests.factories.cases import make_case
from tests.interviews.people import at, make_interviewer, wish

pytestmark = pytest.mark.one_backend

TODAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def _the_day_of_the_news() -> Iterator[None]:
    with clock.set_to(datetime(2026, 11, 20, 9, tzinfo=UTC)):
        yield


@pytest.fixture
def asked(session: Session, organisation: str) -> Case:
    """A leaver who was invited and offered an interview today, and has a month to go."""
    case = make_case(session)
    invitations.invite_case(session, case, actor=TESTER)
    offers.offer_interview(session, case, actor=TESTER)
    return case


def test_each_planned_thing_is_next_until_its_day_has_passed(session: Session, asked: Case) -> None:
    told, today = [], TODAY
    while planned := next_by_itself(session, asked, today):
        told.append(planned)
        today = date.fromordinal(planned.on.toordinal() + 1)
    assert told == [
        Planned(date(2026, 11, 27), SENDS[Step.FIRST_REMINDER]),
        Planned(date(2026, 12, 4), SENDS[Step.SECOND_REMINDER]),
        Planned(date(2026, 12, 11), by_itself.LAPSES),
        Planned(date(2026, 12, 15), SENDS[Step.LAST_REMINDER]),
        Planned(date(2027, 1, 17), by_itself.CLOSES_QUESTIONNAIRE),
        Planned(date(2027, 3, 18), by_itself.CLOSES_CASE),
    ]


def test_an_invitation_and_every_message_to_somebody_without_a_mailbox_is_told_as_what_it_is(
    session: Session, organisation: str
) -> None:
    invited, by_letter = make_case(session), make_case(session, work_email="", personal_email="")
    assert next_by_itself(session, invited, TODAY) == Planned(date(2026, 11, 24), SENDS[Step.INVITE])
    assert next_by_itself(session, by_letter, TODAY) == Planned(date(2026, 11, 24), by_itself.PUTS_LETTER)


def test_a_reminder_is_not_announced_again_on_the_day_it_was_sent(session: Session, asked: Case) -> None:
    day = date(2026, 11, 27)
    assert next_by_itself(session, asked, day) == Planned(day, SENDS[Step.FIRST_REMINDER])
    invitation = ledger.invitation_for(session, asked.id)
    sent = {"step": Step.FIRST_REMINDER, "taken_on": day, "outcome": StepOutcome.E_MAILED}
    session.add(InvitationStep(invitation_id=invitation.id, **sent))
    session.flush()
    assert next_by_itself(session, asked, day) == Planned(date(2026, 12, 4), SENDS[Step.SECOND_REMINDER])


def test_whoever_has_answered_or_is_on_hold_is_promised_no_reminder(session: Session, asked: Case) -> None:
    ledger.mark_answered(session, asked.id)
    assert next_by_itself(session, asked, TODAY) == Planned(date(2026, 11, 27), by_itself.REMINDS_OF_OFFER)
    held = make_case(session)
    invitations.invite_case(session, held, actor=TESTER)
    invitations.hold(session, held, actor=TESTER)
    assert next_by_itself(session, held, TODAY) == Planned(date(2027, 1, 17), by_itself.CLOSES_QUESTIONNAIRE)


def test_a_booked_interview_comes_in_place_of_its_offer_and_a_declined_one_not_at_all(
    session: Session, asked: Case
) -> None:
    ledger.mark_answered(session, asked.id)
    offer = offers.offer_of(session, asked.id)
    assert offer is not None
    starts_at = at(10, day=date(2026, 11, 24))
    booking = bookings.book_interview(session, offer, wish(make_interviewer(session), starts_at), actor=TESTER)
    assert next_by_itself(session, asked, TODAY) == Planned(date(2026, 11, 23), by_itself.REMINDS_OF_INTERVIEW)
    assert next_by_itself(session, asked, date(2026, 11, 23)) == Planned(booking.held_on, by_itself.INTERVIEW)
    declined = make_case(session)
    ledger.mark_answered(session, declined.id)
    offer = offers.offer_interview(session, declined, actor=TESTER)
    offers.decline_interview(session, offer, DeclineReason.NO_TIME, actor=TESTER)
    assert next_by_itself(session, declined, TODAY) == Planned(date(2027, 3, 18), by_itself.CLOSES_CASE)
