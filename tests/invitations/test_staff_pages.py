"""HR's pages for invitations: buttons that act, lists, letters, and nothing of another Area."""

import io
import re
from collections.abc import Callable
from datetime import date

import pikepdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import clock, mail
from surveyapp.access import StaffRole
from surveyapp.config import SETTINGS_KEY
from surveyapp.db import begin_writing
from surveyapp.directory.models import User
from surveyapp.invitations import ledger
from surveyapp.invitations.models import Letter, Link, Wording
from surveyapp.mail.models import Failure, MailState, OutboxMessage
from tests.factories.cases import make_case

pytestmark = pytest.mark.one_backend
DAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _today() -> object:
    with clock.set_to(DAY):
        yield


@pytest.fixture
def adviser(staff: Callable[..., User], signed_in: Callable[[User], FlaskClient]) -> FlaskClient:
    return signed_in(staff(StaffRole.HR_ADVISER, areas=("NM",)))


@pytest.fixture
def administrator(staff: Callable[..., User], signed_in: Callable[[User], FlaskClient]) -> FlaskClient:
    return signed_in(staff(StaffRole.ADMINISTRATOR))


def post(browser: FlaskClient, to: str, **data: object) -> str:
    answer = browser.post(to, data=data, follow_redirects=True)
    assert answer.status_code == 200, answer.status
    return answer.text


def test_an_adviser_sends_holds_releases_and_reissues(adviser: FlaskClient, session: Session) -> None:
    case = make_case(session)
    session.commit()
    page = f"/cases/{case.id}/invitation"
    assert "Invite now" in adviser.get(page).text
    assert "on its way" in post(adviser, f"{page}/send")
    assert "Send another link" in adviser.get(page).text
    assert "on hold" in post(adviser, f"{page}/hold")
    assert "Release it first" in post(adviser, f"{page}/send")
    assert "hold is released" in post(adviser, f"{page}/release")
    assert "on its way" in post(adviser, f"{page}/reissue")
    session.expire_all()
    kinds = [m.kind for m in session.scalars(select(OutboxMessage)) if m.state is MailState.QUEUED]
    assert kinds == ["invitation.reissued"]


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("get", "invitation"),
        ("post", "invitation/send"),
        ("post", "invitation/hold"),
        ("post", "invitation/release"),
        ("post", "invitation/reissue"),
        ("post", "invitation/address"),
        ("post", "invitation/letter"),
    ],
)
def test_another_areas_case_is_not_there(adviser: FlaskClient, session: Session, method: str, address: str) -> None:
    case = make_case(session, area="EV")
    session.commit()
    assert getattr(adviser, method)(f"/cases/{case.id}/{address}").status_code == 404


def test_many_are_invited_after_a_count_and_never_those_of_another_area(adviser: FlaskClient, session: Session) -> None:
    mine = [make_case(session) for _ in range(3)]
    theirs = make_case(session, area="EV")
    session.commit()
    ids = [str(case.id) for case in [*mine[:2], theirs]]
    assert "Invite 2 people now?" in post(adviser, "/invitations/confirm", case=ids)
    assert "2 invitations are on their way" in post(adviser, "/invitations/send", case=ids)
    assert session.scalars(select(OutboxMessage.kind)).all() == ["invitation.invite"] * 2


def test_all_letters_come_in_one_file_with_a_working_code_each(
    adviser: FlaskClient, client: FlaskClient, session: Session
) -> None:
    for language in ("en", "cy"):
        make_case(session, work_email="", personal_email="", language=language, name="Ann <b>Rees</b>")
    session.commit()
    ids = [str(one.id) for one in session.scalars(select(ledger.Case))]
    post(adviser, "/invitations/send", case=ids)
    assert "Make the file with 2 letters" in adviser.get("/invitations/letters").text
    answer = adviser.post("/invitations/letters/print")
    assert answer.content_type == "application/pdf"
    with pikepdf.open(io.BytesIO(answer.data)) as pdf:
        assert len(pdf.pages) == 2 and pdf.Root.StructTreeRoot is not None
    session.expire_all()
    assert {letter.printed_on for letter in session.scalars(select(Letter))} == {DAY}
    assert len(session.scalars(select(Link)).all()) == 2
    assert "no letter to print" in post(adviser, "/invitations/letters/print")


def test_a_failed_message_says_what_to_do_and_can_be_tried_again(adviser: FlaskClient, session: Session) -> None:
    case = make_case(session)
    session.commit()
    post(adviser, f"/cases/{case.id}/invitation/send")
    session.rollback()
    begin_writing()
    message = session.scalars(select(OutboxMessage)).one()
    message.state, message.failure = MailState.FAILED, Failure.REFUSED
    session.commit()
    page = adviser.get("/invitations/failed").text
    assert case.work_email in page and "Enter another address" in page
    assert "on its way again" in post(adviser, f"/cases/{case.id}/messages/{message.id}/again", back="list")
    session.expire_all()
    assert session.scalars(select(OutboxMessage.state)).all() == [MailState.QUEUED]


def test_a_second_adviser_agrees_to_an_own_domain_address(
    administrator: FlaskClient,
    adviser: FlaskClient,
    staff: Callable[..., User],
    signed_in: Callable[[User], FlaskClient],
    session: Session,
) -> None:
    other = signed_in(staff(StaffRole.HR_ADVISER, areas=("NM",)))
    post(administrator, "/settings/messages/ncs", own_domains="ncs.example", contact_phone="029 2000 0000")
    session.rollback()
    begin_writing()
    case = make_case(session, last_working_day=date(2026, 11, 20))
    session.commit()
    page = f"/cases/{case.id}/invitation"
    text = post(adviser, f"{page}/address", address="elsewhere@ncs.example")
    assert "Somebody else must agree" in text and "Agree</button>" not in text
    assert "Agree</button>" in other.get(page).text
    (agree,) = re.findall(r'action="([^"]+/agree)"', other.get(page).text)
    assert "The address is changed." in post(other, agree)
    assert "elsewhere@ncs.example" in other.get(page).text


def test_an_administrator_words_a_message_and_cannot_break_it(administrator: FlaskClient, session: Session) -> None:
    page = "/settings/messages/ncs/invitation.invite/en"
    assert "Answer the questions" in administrator.get(page).text
    bad = post(administrator, page, subject="Hello {{7*7}} {link}", body="No button {nonsense}", do="save")
    assert "Put the button on a line of its own" in bad and "nonsense" in bad
    good = {"subject": "Goodbye {name}", "body": "Dear {name}\n\n[[Begin]]\n\n{contact}"}
    assert "Goodbye Ceri Hughes" in post(administrator, page, **good, do="preview")
    assert session.scalars(select(Wording)).all() == []
    assert "wording is saved" in post(administrator, page, **good, do="save")
    assert session.scalars(select(Wording.subject)).all() == ["Goodbye {name}"]
    post(administrator, page, do="reset")
    session.expire_all()
    assert session.scalars(select(Wording)).all() == []


def test_a_faulty_sender_comes_back_as_typed_beside_the_list_of_messages(administrator: FlaskClient) -> None:
    page = post(administrator, "/settings/messages/ncs", mail_sender="nobody")
    assert "There is a problem" in page and 'value="nobody"' in page
    assert "/settings/messages/ncs/invitation.invite/cy" in page


def test_an_adviser_cannot_change_wording(adviser: FlaskClient) -> None:
    assert adviser.get("/settings/messages/ncs").status_code == 404


REPORT = """\
From: MAILER-DAEMON@mail.example
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It did not arrive.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example

Final-Recipient: rfc822; gone@home.example
Action: failed
Status: 5.1.1

--b
Content-Type: message/rfc822

Message-ID: {id}
Subject: Tell us

--b--
"""


def test_a_mail_servers_report_is_noted_once_it_proves_who_it_is(
    app: Flask, client: FlaskClient, session: Session, organisation: str
) -> None:
    message = mail.queue(session, "plain", "a@b.example", about="case:1", reason_key="r")
    message.state = MailState.SENT
    session.commit()
    raw = REPORT.format(id=message.message_id).replace("\n", "\r\n")
    headers = {"Content-Type": "message/rfc822", "Authorization": "Bearer secret"}
    assert client.post("/mail/bounces", data=raw, headers=headers).status_code == 404
    app.config[SETTINGS_KEY].mail_bounce_token = SecretStr("secret")
    assert client.post("/mail/bounces", data=raw, headers=headers).status_code == 204
    assert client.post("/mail/bounces", data="nonsense", headers=headers).status_code == 422
    told = {"message_id": message.message_id, "permanent": True}
    bearer = {"Authorization": "Bearer secret"}
    assert client.post("/mail/bounces", json=told, headers=bearer).status_code == 204
    assert client.post("/mail/bounces", json={"message_id": "<x>"}, headers=bearer).status_code == 404
    session.expire_all()
    assert session.scalars(select(OutboxMessage.failure)).all() == [Failure.BOUNCED]
