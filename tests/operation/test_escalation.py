"""Escalation and the digest: overdue steps reach the Area's lead, then national HR, once each, without names."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.access import StaffRole
from surveyapp.db import db
from surveyapp.directory.models import User
from surveyapp.invitations import service
from surveyapp.mail.models import OutboxMessage
from surveyapp.operation import escalation
from surveyapp.operation.jobs import COMPOSERS
from tests.conftest import TESTER
from tests.factories.cases import make_case
from tests.mail.post import Remembering, postman

MONDAY = date(2027, 3, 1)


@pytest.fixture
def people(staff: Callable[..., User]) -> dict[str, User]:
    return {
        "adviser": staff(StaffRole.HR_ADVISER, areas=("NM",), email="adviser@ncs.example"),
        "lead": staff(StaffRole.HR_LEAD, areas=("NM",), email="lead@ncs.example"),
        "elsewhere": staff(StaffRole.HR_LEAD, areas=("EV",), email="elsewhere@ncs.example"),
        "nation": staff(StaffRole.NATIONAL_HR, email="nation@ncs.example"),
    }


def held_case(session: Session, **given: object) -> None:
    with clock.set_to(MONDAY):
        # a redundancy is asked for answers only: no interview step mixes in
        case = make_case(session, leaving_type="redundancy", last_working_day=date(2027, 4, 30), **given)
        service.hold(session, case, actor=TESTER)
    session.commit()


def told(session: Session, job: Callable[[Session, date], int], days: int) -> list[tuple[int, str]]:
    for n in range(days):
        day = MONDAY + timedelta(days=n)
        with clock.set_to(day):
            job(session, day)
            session.commit()
    rows = session.scalars(select(OutboxMessage).order_by(OutboxMessage.created_at, OutboxMessage.kind))
    found = [((m.created_at.date() - MONDAY).days, m.recipient or "") for m in rows]
    session.rollback()
    return found


def test_an_overdue_step_goes_to_the_lead_then_to_national_hr_once_each(
    session: Session, people: dict[str, User]
) -> None:
    held_case(session)
    sent = told(session, escalation.escalate_overdue_steps, 30)
    assert sent == [(4, "lead@ncs.example"), (9, "nation@ncs.example")]


def test_a_lead_named_in_the_case_is_not_told(session: Session, people: dict[str, User]) -> None:
    held_case(session, line_manager_email="lead@ncs.example")
    assert [who for _day, who in told(session, escalation.escalate_overdue_steps, 30)] == ["nation@ncs.example"]


def test_many_steps_make_one_message_a_person(session: Session, people: dict[str, User]) -> None:
    for _ in range(4):
        held_case(session)
    told(session, escalation.escalate_overdue_steps, 6)
    transport = Remembering()
    with clock.set_to(MONDAY + timedelta(days=6)):
        postman(db.engine, transport, **COMPOSERS).deliver_due()
    (message,) = transport.sent
    assert message.content.subject == "4 steps need you"
    assert "Send the invitation: 4" in message.content.text and "Ann Rees" not in message.content.text


@pytest.mark.one_backend
def test_a_step_joins_the_message_that_still_waits_and_none_that_is_on_its_way(
    session: Session, people: dict[str, User]
) -> None:
    begins = datetime.combine(MONDAY + timedelta(days=4), time(9), tzinfo=clock.LONDON)
    for minutes, expected in ((0, [1]), (5, [2]), (12, [1, 2])):
        held_case(session)
        with clock.set_to(begins + timedelta(minutes=minutes)):
            claimed = postman(db.engine, Remembering()).claim_next()
            escalation.escalate_overdue_steps(session, clock.today())
        messages = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == escalation.ESCALATED))
        assert sorted(count for one in messages for _level, _kind, count in one.ids["counts"]) == expected
        assert (claimed is not None) == (minutes == 12)
        session.commit()


def test_a_digest_reaches_those_with_something_due_on_working_mornings_only(
    session: Session, people: dict[str, User]
) -> None:
    held_case(session)
    sent = told(session, escalation.send_digests, 7)
    mornings = [day for day, who in sent if who == "adviser@ncs.example"]
    assert mornings == [2, 3, 4], "due on Wednesday, told that day, Thursday and Friday, not at the weekend"
    assert not [who for _day, who in sent if who == "elsewhere@ncs.example"]


def test_a_digest_says_what_is_due_in_the_readers_language(session: Session, people: dict[str, User]) -> None:
    people["adviser"].language = "cy"
    held_case(session)
    told(session, escalation.send_digests, 4)
    transport = Remembering()
    with clock.set_to(MONDAY + timedelta(days=4)):
        postman(db.engine, transport, **COMPOSERS).deliver_due()
    texts = {message.recipient: message.content for message in transport.sent}
    assert '<html lang="cy">' in texts["adviser@ncs.example"].html
    assert texts["lead@ncs.example"].subject == "1 step is due, 1 overdue"
    assert "http://localhost/" in texts["lead@ncs.example"].text
