"""GOV.UK Notify, spoken to over HTTP through its own client: what arrives, what fails for whom, what is told later."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from surveyapp import clock, mail
from surveyapp.config import SETTINGS_KEY, Settings
from surveyapp.db import db
from surveyapp.mail.delivery import Delivered
from surveyapp.mail.models import Failure, MailState, OutboxMessage
from surveyapp.mail.transports import transport_for
from tests.mail.fake_notify import API_KEY, TEMPLATE, FakeNotify, fake_notify
from tests.mail.post import postman


@pytest.fixture
def office() -> Iterator[FakeNotify]:
    with fake_notify() as server:
        yield server


def deliver(office: FakeNotify, minutes: float = 0, *, key: str = API_KEY, template: str = TEMPLATE) -> Delivered:
    settings = Settings(
        instance_dir=Path("unused"),
        mail_url=f"notify:{office.url}",
        notify_api_key=SecretStr(key),
        notify_template_id=template,
    )
    with clock.set_to(clock.now() + timedelta(minutes=minutes)):
        return postman(db.engine, transport_for(settings)).deliver_due()


def queued_for(session: Session, *names: str) -> None:
    for name in names:
        mail.queue(session, "plain", f"{name}@home.example", about="case:1", reason_key=f"plain/{name}")
    session.commit()


def ends(session: Session) -> dict[str, tuple[MailState, Failure, int]]:
    session.expire_all()
    found = session.scalars(select(OutboxMessage))
    standing = {str(m.recipient).partition("@")[0]: (m.state, m.failure, m.n_attempts) for m in found}
    session.rollback()
    return standing


def test_a_message_reaches_notify_with_its_template_its_texts_and_our_reference(
    session: Session, office: FakeNotify
) -> None:
    queued_for(session, "ceri")
    assert deliver(office).n_sent == 1
    (taken,) = office.taken
    message_id = session.scalars(select(OutboxMessage.message_id)).one()
    assert taken == {
        "email_address": "ceri@home.example",
        "template_id": TEMPLATE,
        "personalisation": {"subject": "Subject plain/ceri", "body": "text"},
        "reference": message_id,
    }


@pytest.mark.one_backend
def test_a_refused_address_is_told_at_once_and_a_fault_of_notify_is_tried_again(
    session: Session, office: FakeNotify
) -> None:
    queued_for(session, "gone", "broken", "ceri")
    done = deliver(office)
    assert (done.n_sent, done.n_failed, done.n_postponed) == (1, 1, 1)
    assert ends(session)["gone"] == (MailState.FAILED, Failure.REFUSED, 1)
    assert ends(session)["broken"] == (MailState.QUEUED, Failure.NONE, 1)


@pytest.mark.one_backend
def test_a_rate_limit_stops_the_run_and_uses_up_nobodys_attempts(session: Session, office: FakeNotify) -> None:
    office.limit = 2
    queued_for(session, "a", "b", "c", "d")
    assert deliver(office).n_sent == 2
    assert office.n_asked == 3, "after the first refusal nothing more is asked"
    office.limit = 100
    assert deliver(office, minutes=2).n_sent == 2
    assert {state for state, _why, _n in ends(session).values()} == {MailState.SENT}


@pytest.mark.one_backend
@pytest.mark.parametrize(
    "wrong",
    [
        {"key": API_KEY[:-1] + "1"},
        {"template": "00000000-0000-0000-0000-000000000000"},
    ],
)
def test_a_wrong_key_or_template_is_no_messages_fault(
    session: Session, office: FakeNotify, wrong: dict[str, str]
) -> None:
    queued_for(session, "a", "b")
    assert deliver(office, **wrong).n_postponed == 1  # type: ignore[arg-type]  # one of the two
    assert {(state, n) for state, _why, n in ends(session).values()} == {(MailState.QUEUED, 0)}
    assert deliver(office, minutes=2).n_sent == 2


@pytest.mark.one_backend
def test_an_answer_that_was_lost_sends_nothing_twice(session: Session, office: FakeNotify) -> None:
    queued_for(session, "lost")
    assert deliver(office).n_postponed == 1
    assert deliver(office, minutes=2).n_sent == 1
    assert len(office.taken) == 1


@pytest.mark.one_backend
def test_a_message_that_notify_failed_to_bring_is_sent_again_when_hr_asks(session: Session, office: FakeNotify) -> None:
    queued_for(session, "full")
    deliver(office)
    office.status = "temporary-failure"
    again = {"state": MailState.QUEUED, "failure": Failure.NONE, "n_attempts": 0, "next_attempt_at": clock.now()}
    session.execute(update(OutboxMessage).values(again))
    session.commit()
    assert deliver(office, minutes=1).n_sent == 1
    assert len(office.taken) == 2


@pytest.mark.one_backend
def test_a_notify_that_does_not_answer_uses_up_no_attempt(session: Session) -> None:
    with fake_notify() as gone:
        address = gone
    queued_for(session, "a")
    assert deliver(address).n_postponed == 1
    assert ends(session)["a"] == (MailState.QUEUED, Failure.NONE, 0)


def test_a_delivery_receipt_marks_what_did_not_arrive_and_nothing_else(
    app: Flask, client: FlaskClient, session: Session, office: FakeNotify
) -> None:
    queued_for(session, "full", "fine", "never")
    deliver(office)
    ids = {str(m.recipient).partition("@")[0]: m.message_id for m in session.scalars(select(OutboxMessage))}
    session.rollback()
    told = {"full": "temporary-failure", "fine": "delivered", "never": "permanent-failure"}
    receipts = [{"id": "1", "reference": ids[name], "to": name, "status": told[name]} for name in told]
    assert client.post("/mail/notify-receipts", json=receipts[0]).status_code == 404, "closed without a token"
    app.config[SETTINGS_KEY].mail_bounce_token = SecretStr("secret")
    bearer = {"Authorization": "Bearer secret"}
    wrong = {"Authorization": "Bearer secret2"}
    assert client.post("/mail/notify-receipts", json=receipts[0], headers=wrong).status_code == 404
    for receipt in [*receipts, {"id": "2", "reference": None, "status": "permanent-failure"}]:
        assert client.post("/mail/notify-receipts", json=receipt, headers=bearer).status_code == 204
    assert client.post("/mail/notify-receipts", json=["x"], headers=bearer).status_code == 422
    bounced = {name for name, (_state, failure, _n) in ends(session).items() if failure is Failure.BOUNCED}
    assert bounced == {"full", "never"}
