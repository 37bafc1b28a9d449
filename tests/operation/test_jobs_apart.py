"""Jobs that write to many act on each thing apart: a fault keeps no other back, a killed run is taken up again."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import clock, mail
from surveyapp.access import StaffRole
from surveyapp.actions import jobs as actions
from surveyapp.actions.emails import REVIEW_DUE
from surveyapp.concerns import jobs as concerns
from surveyapp.concerns import service
from surveyapp.concerns.models import ConcernKind, ConcernSource
from surveyapp.db import SomeFailed, db
from surveyapp.directory.models import User
from surveyapp.interviews import jobs as interviews
from surveyapp.interviews import messages
from surveyapp.invitations import service as invitations
from surveyapp.mail.models import OutboxMessage
from surveyapp.operation import escalation
from tests.actions.agreed import begun
from tests.conftest import TESTER
from tests.factories.cases import make_case
from tests.interviews.people import MONDAY, at, booked, make_interviewer

AREAS = ("EV", "NM", "SM")
TODAY = MONDAY - timedelta(days=3)
Staff = Callable[..., User]


class Killed(BaseException):
    """The process ends here: nothing of ours catches it, and nothing after it is done."""


@dataclass(frozen=True)
class Night:
    """A job with three things to do on a day, and the kinds of messages that it queues for each, in that order."""

    prepare: Callable[[Session, Staff], None]
    run: Callable[[Session, date], int]
    on: date
    kinds: tuple[str, ...]
    nth_of_the_rest: int = 2
    """Which thing to let fail once the first is done: a job that goes through all of them again comes to it second."""


def three_steps(session: Session, staff: Staff) -> None:
    for area in AREAS:
        staff(StaffRole.HR_LEAD, areas=(area,), email=f"{area}@ncs.example".lower())
        # a redundancy is asked for answers only: no interview step mixes in
        case = make_case(session, area=area, leaving_type="redundancy", last_working_day=date(2027, 1, 29))
        invitations.hold(session, case, actor=TESTER)


def three_concerns(session: Session, staff: Staff) -> None:
    for area in AREAS:
        case = make_case(session, area=area)
        service.raise_concern(session, case, ConcernKind.MISCONDUCT, ConcernSource.LEAVER_FORM, "said", actor=TESTER)
        staff(StaffRole.NOMINATED_OFFICER, areas=(area,))


def three_interviews(session: Session, staff: Staff) -> None:
    for hour in (9, 11, 14):
        booked(session, make_case(session), make_interviewer(session, f"Ceri {hour}"), at(hour))


def three_reviews(session: Session, staff: Staff) -> None:
    for _ in AREAS:
        day = TODAY - timedelta(days=30)
        begun(session, staff(StaffRole.RETENTION_LEAD), day, due_on=day, review_on=TODAY)


NIGHTS = {
    "escalation": Night(
        three_steps, escalation.escalate_overdue_steps, MONDAY + timedelta(days=3), (escalation.ESCALATED,), 1
    ),
    "digest": Night(three_steps, escalation.send_digests, MONDAY + timedelta(days=1), (escalation.DIGEST,)),
    "concerns": Night(
        three_concerns, concerns.follow_concerns, TODAY + timedelta(days=2), (service.RAISED, service.OVERDUE)
    ),
    "reviews": Night(three_reviews, actions.remind_of_reviews, TODAY, (REVIEW_DUE,)),
    "tomorrow": Night(
        three_interviews,
        interviews.remind_of_tomorrow,
        MONDAY - timedelta(days=1),
        (messages.REMINDER, messages.INTERVIEWER_REMINDER),
    ),
}


@pytest.fixture(params=NIGHTS)
def night(request: pytest.FixtureRequest, session: Session, staff: Staff, organisation: str) -> Iterator[Night]:
    found = NIGHTS[request.param]
    with clock.set_to(TODAY):
        found.prepare(session, staff)
        session.commit()
    with clock.set_to(found.on):
        yield found


def disturb(monkeypatch: pytest.MonkeyPatch, night: Night, nth: int, with_what: BaseException) -> None:
    """The last message about the nth thing cannot be queued."""
    queue, calls = mail.queue, Counter[str]()

    def disturbed(session: Session, kind: str, *what: object, **more: object) -> OutboxMessage:
        calls["all"] += kind in night.kinds
        if calls["all"] == nth * len(night.kinds):
            raise with_what
        return queue(session, kind, *what, **more)  # type: ignore[arg-type]  # as it was given

    monkeypatch.setattr(mail, "queue", disturbed)


def run_by_a_worker(night: Night) -> int:
    with Session(db.engine) as own:
        return night.run(own, clock.today())


def n_told(session: Session, night: Night) -> int:
    """Of how many things everybody has been told, and nobody of a part of one or twice."""
    found = session.scalars(select(OutboxMessage).where(OutboxMessage.kind.in_(night.kinds))).all()
    assert len({(one.kind, one.recipient, one.about) for one in found}) == len(found)
    (n,) = {sum(one.kind == kind for one in found) for kind in night.kinds}
    session.rollback()
    return n


def test_a_killed_run_keeps_what_it_did_and_a_thing_that_fails_keeps_no_other_back(
    session: Session, night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as once:
        disturb(once, night, 2, Killed())
        with pytest.raises(Killed):
            run_by_a_worker(night)
    assert n_told(session, night) == 1
    with monkeypatch.context() as once:
        disturb(once, night, night.nth_of_the_rest, RuntimeError("no such thing"))
        with pytest.raises(SomeFailed, match="1 of "):
            run_by_a_worker(night)
    assert n_told(session, night) == 2, "the one that was kept, and the one after the one that failed"
    run_by_a_worker(night)
    run_by_a_worker(night)
    assert n_told(session, night) == 3
