"""A small history of leavers at every stage, for the board and what is frozen of it."""

from collections.abc import Iterator
from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.cases import service as cases
from surveyapp.cases.models import Case
from surveyapp.interviews import offers, records
from surveyapp.interviews.models import DeclineReason
from surveyapp.interviews.records import Note, Reasons, Typed
from surveyapp.invitations import ledger
from tests.conftest import TESTER
from tests.factories.cases import make_case
from tests.interviews.people import at, booked, make_interviewer, offered


@pytest.fixture
def year(session: Session, organisation: str) -> Iterator[Session]:
    """A small history: leavers of two Areas at every stage, one who stayed, one who died, one out of policy."""
    with clock.set_to(datetime(2026, 11, 16, 9, tzinfo=clock.LONDON)):
        ceri = make_interviewer(session, serves=("NM", "EV"), hours=[(d, *HOURS) for d in range(5)])
        people = [make_case(session, area=area) for area in ("NM", "NM", "NM", "EV", "EV")]
        make_case(session, leaving_type="dismissal")
        make_case(session, last_working_day=date(2026, 11, 6))
        stays, dies = make_case(session), make_case(session)
        cases.withdraw_resignation(session, stays, TESTER)
        cases.record_death(session, dies, TESTER)
        for person in people[:4]:
            offered(session, person)
        offers.decline_interview(session, offered(session, people[0]), DeclineReason.NO_TIME, actor=TESTER)
        invite(session, people[0], answered=True)
        invite(session, people[1], answered=False)
        booking = booked(session, people[1], ceri, at(9, day=date(2026, 11, 17)))
        booked(session, people[3], ceri, at(9, day=date(2026, 11, 25)))
    with clock.set_to(datetime(2026, 11, 18, 9, tzinfo=clock.LONDON)):
        record = records.begin_record(session, booking, "interview_guide/1", actor=TESTER)
        typed = Typed({"decision": Note("Said.")}, Reasons("workload"), limits_explained=True)
        records.save_draft(session, record, typed, ceri.user_id)
        records.write_up(session, record, actor=TESTER)
    session.commit()
    with clock.set_to(datetime(2026, 11, 30, 9, tzinfo=clock.LONDON)):
        yield session


HOURS = (datetime(2026, 1, 1, 9).time(), datetime(2026, 1, 1, 17).time())


def invite(session: Session, person: Case, *, answered: bool) -> None:
    invitation = ledger.invitation_for(session, person.id)
    invitation.invited_on = clock.today()
    session.flush()
    if answered:
        ledger.mark_answered(session, person.id)
