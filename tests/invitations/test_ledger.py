"""The ledger: each date is noted once, and answering or declining stops whatever still asks."""

import threading
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import clock, mail
from surveyapp.db import db
from surveyapp.invitations import ledger
from surveyapp.invitations.models import DeclineTally, LedgerState
from surveyapp.mail.models import MailState, OutboxMessage
from tests.factories.cases import make_case

pytestmark = pytest.mark.usefixtures("organisation")


def test_answering_is_noted_once_with_its_date(session: Session) -> None:
    case = make_case(session)
    with clock.set_to(date(2027, 3, 3)):
        assert ledger.mark_begun(session, case.id)
        assert ledger.mark_answered(session, case.id)
    with clock.set_to(date(2027, 3, 4)):
        assert not ledger.mark_begun(session, case.id)
        assert not ledger.mark_answered(session, case.id)
    row = ledger.invitation_for(session, case.id)
    assert (row.begun_on, row.answered_on, row.state) == (date(2027, 3, 3), date(2027, 3, 3), LedgerState.ANSWERED)


@pytest.mark.parametrize("end", [ledger.mark_answered, ledger.decline])
def test_a_waiting_reminder_is_cancelled_by_an_end(session: Session, end: object) -> None:
    case = make_case(session)
    mail.queue(session, "invitation.first_reminder", "a@b.example", about=case.about, reason_key="r")
    assert callable(end) and end(session, case.id)
    session.expire_all()
    assert session.scalars(select(OutboxMessage.state)).one() is MailState.CANCELLED


def test_somebody_who_declined_cannot_answer_by_another_tab(session: Session) -> None:
    case = make_case(session)
    assert ledger.decline(session, case.id, reason=ledger.DeclineReason.NO_TIME)
    assert not ledger.mark_answered(session, case.id)
    assert session.scalars(select(DeclineTally.n)).one() == 1


def test_twenty_submits_at_once_have_one_winner(app: Flask, session: Session) -> None:
    case_id = make_case(session).id
    session.commit()
    won = []

    def submit() -> None:
        with app.app_context():
            won.append(ledger.mark_answered(db.session, case_id))
            db.session.commit()

    threads = [threading.Thread(target=submit) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False] * 19 + [True]
