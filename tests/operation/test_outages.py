"""Mail, PDFs and the disk for files may be down, slow or flapping: a leaver answers, nothing is lost, HR is told."""

import subprocess
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.access import StaffRole
from surveyapp.config import Settings
from surveyapp.db import db
from surveyapp.directory.models import User
from surveyapp.mail.models import MailState, OutboxMessage
from surveyapp.mail.queries import outbox_standing
from surveyapp.mail.transports import DeliveryRefused, ReadyMessage, TransportUnavailable
from surveyapp.operation import work_checks
from surveyapp.operation.findings import State
from surveyapp.operation.worker import Worker
from tests.mail.post import Remembering
from tests.responses.walking import Leaver, make_case, prepare

Staff = Callable[..., User]
SignedIn = Callable[[User], FlaskClient]
MORNING = datetime(2027, 3, 1, 9, tzinfo=UTC)


def answers(client: FlaskClient, token: str) -> str:
    """A leaver's whole journey; the receipt code."""
    leaver = Leaver(client)
    leaver.enter(token)
    leaver.to_check()
    return leaver.send()


class Failing:
    """A mail server that is down, slow, or comes and goes."""

    def __init__(self, how: str) -> None:
        self.how, self.n = how, 0

    def __call__(self, _message: ReadyMessage) -> Exception | None:
        self.n += 1
        if self.how == "slow":
            return TransportUnavailable("no answer in 30 seconds")
        if self.how == "flapping":
            return TransportUnavailable("connection reset") if self.n % 2 else None
        return TransportUnavailable("connection refused")


@pytest.mark.one_backend
@pytest.mark.parametrize("how", ["down", pytest.param("slow", marks=pytest.mark.drill), "flapping"])
def test_without_a_mail_server_leavers_answer_and_every_message_goes_once_when_it_is_back(
    app: Flask, session: Session, organisation: str, client: FlaskClient, settings: Settings, how: str
) -> None:
    failing = Failing(how)
    transport = Remembering(failing)
    with clock.set_to(MORNING):
        _case, token = prepare(session)
        for _ in range(3):
            make_case(session)
    for minute in range(0, 90, 10):
        with clock.set_to(MORNING + timedelta(minutes=minute)):
            assert Worker(db.engine, settings, transport=transport).run_once().failed == {}
    with clock.set_to(MORNING + timedelta(minutes=90)):
        assert answers(client, token)
        if how != "flapping":
            assert transport.sent == [] and outbox_standing(session).minutes_behind >= 80
            states = {one.state for one in work_checks.check_mail(session)}
            assert State.FAULT in states, "doctor and the administrator's page name the oldest unsent message"
        session.rollback()
    transport.fails = lambda _message: None
    for minute in range(100, 130, 5):
        with clock.set_to(MORNING + timedelta(minutes=minute)):
            Worker(db.engine, settings, transport=transport).run_once()
    messages = session.scalars(select(OutboxMessage)).all()
    assert {one.state for one in messages} <= {MailState.SENT, MailState.CANCELLED}
    sent = [one.message_id for one in transport.sent]
    assert len(sent) == len(set(sent)) == sum(one.state is MailState.SENT for one in messages) >= 4


@pytest.mark.one_backend
def test_an_address_that_refuses_reaches_a_person_within_minutes(
    app: Flask, session: Session, staff: Staff, signed_in: SignedIn, settings: Settings
) -> None:
    refusing = Remembering(lambda _message: DeliveryRefused("SMTP 550"))
    with clock.set_to(MORNING):
        session.commit()
        prepare(session)
        Worker(db.engine, settings, transport=refusing).run_once()
    with clock.set_to(MORNING + timedelta(minutes=2)):
        Worker(db.engine, settings, transport=refusing).run_once()
    with clock.set_to(MORNING + timedelta(minutes=4)):
        Worker(db.engine, settings, transport=refusing).run_once()
        assert session.scalars(select(OutboxMessage).where(OutboxMessage.state == MailState.FAILED)).first()
        session.rollback()
        page = signed_in(staff(StaffRole.HR_ADVISER, areas=("NM",))).get("/", follow_redirects=True)
    assert "Find an address that works" in page.text


@pytest.mark.one_backend
def test_with_no_room_for_files_and_no_pdf_a_leaver_answers(
    session: Session, organisation: str, client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _case, token = prepare(session)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "not" / "there"))

    def no_programs(*_given: object, **_more: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(subprocess, "run", no_programs)
    assert answers(client, token)
