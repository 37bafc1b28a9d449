"""A leaver's way in: a scanner uses nothing up, the token leaves the address bar, old addresses are told."""

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.audit.models import AuditEvent
from surveyapp.db import begin_writing
from surveyapp.invitations import ledger, links
from surveyapp.invitations.models import Invitation, Link, WhyRevoked
from surveyapp.mail.models import OutboxMessage
from tests.factories.cases import make_case
from tests.page_rules import page_faults

pytestmark = [pytest.mark.one_backend, pytest.mark.usefixtures("organisation")]


@pytest.fixture(autouse=True)
def _today() -> object:
    with clock.set_to(date(2026, 11, 23)):
        yield


@pytest.fixture
def token(session: Session) -> str:
    case = make_case(session, personal_email="", work_email="ann@ncs.example")
    made = links.mint(session, case.id, "invite").token
    session.commit()
    return made


def count(session: Session, *models: type) -> list[int]:
    found = [session.scalar(select(func.count()).select_from(model)) or 0 for model in models]
    session.rollback()
    return found


def test_a_scanner_that_opens_the_link_fifty_times_changes_nothing(
    client: FlaskClient, session: Session, token: str
) -> None:
    before = count(session, Link, Invitation, AuditEvent, OutboxMessage)
    for n in range(50):
        scan = client.head if n % 2 else client.get
        assert scan(f"/a/{token}").status_code in (302, 303)
    assert count(session, Link, Invitation, AuditEvent, OutboxMessage) == before
    assert links.find(session, token).state is links.LinkState.OPEN


def test_the_token_leaves_the_address_bar_and_is_never_sent_on(client: FlaskClient, token: str) -> None:
    answer = client.get(f"/a/{token}")
    assert token not in answer.location and answer.headers["Referrer-Policy"] == "no-referrer"
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("bad", ["x" * 43, "'%20OR%201=1--", "..%2f..%2fetc", "%00", "é" * 43])
def test_a_token_nobody_made_is_explained(client: FlaskClient, bad: str) -> None:
    answer = client.get(f"/a/{bad}", follow_redirects=True)
    assert answer.status_code == 404 and "Traceback" not in answer.text


def test_a_link_to_an_own_address_tells_the_old_one_and_becomes_the_address(
    client: FlaskClient, session: Session, token: str
) -> None:
    client.set_cookie("leaver", token)
    answer = client.post("/link/own-address", data={"address": "ann@home.example"})
    assert "ann@home.example" in answer.text
    session.expire_all()
    sent = {message.kind: message.recipient for message in session.scalars(select(OutboxMessage))}
    assert sent == {"invitation.own_copy": "ann@home.example", "invitation.sent_elsewhere": "ann@ncs.example"}
    case = links.find(session, token).case
    assert case is not None and case.personal_email == "ann@home.example"


def test_an_own_address_is_written_to_three_times_a_day_at_most(
    client: FlaskClient, session: Session, token: str
) -> None:
    client.set_cookie("leaver", token)
    answers = [client.post("/link/own-address", data={"address": f"a{n}@home.example"}) for n in range(4)]
    assert ["on its way" in answer.text for answer in answers] == [True, True, True, False]
    assert "three times today" in answers[-1].text


def test_a_replaced_link_can_ask_for_a_new_one_to_the_known_address_only(
    client: FlaskClient, session: Session, token: str
) -> None:
    client.set_cookie("leaver", token)
    case = links.find(session, token).case
    assert case is not None
    links.revoke_all(session, case.id, WhyRevoked.REPLACED)
    session.commit()
    for _ in range(5):
        assert "Look in your mail" in client.post("/link/again").text
    begin_writing()
    sent = [(message.kind, message.recipient) for message in session.scalars(select(OutboxMessage))]
    assert sent == [("invitation.again", "ann@ncs.example")] * 3


def test_asking_again_says_the_same_to_a_stranger(client: FlaskClient, session: Session, token: str) -> None:
    stranger = client.post("/link/again")
    client.set_cookie("leaver", token)
    known = client.post("/link/again")
    assert (stranger.status_code, stranger.text) == (known.status_code, known.text)


def test_who_answered_is_told_about_the_receipt(client: FlaskClient, session: Session, token: str) -> None:
    case = links.find(session, token).case
    assert case is not None
    ledger.mark_answered(session, case.id)
    session.commit()
    client.set_cookie("leaver", token)
    answer = client.post("/link/own-address", data={"address": "ann@home.example"})
    assert answer.status_code == 410 and "receipt code" in answer.text
    assert count(session, OutboxMessage) == [0]


def test_the_own_link_can_be_copied_to_another_device(client: FlaskClient, token: str) -> None:
    client.set_cookie("leaver", token)
    page = client.get("/link")
    assert page.status_code == 200 and f"http://localhost/a/{token}" in page.text
    client.delete_cookie("leaver")
    assert client.get("/link").status_code == 404


def test_whoever_was_writing_when_the_link_ended_can_copy_their_words(
    client: FlaskClient, session: Session, token: str
) -> None:
    case = links.find(session, token).case
    assert case is not None
    ledger.mark_answered(session, case.id)
    session.commit()
    client.set_cookie("leaver", token)
    typed = {"csrf_token": "x" * 60, "reason": "workload", "more": "The posts stayed <empty> and I did two."}
    ours = client.post("/link/own-address", data=typed, headers={"Sec-Fetch-Site": "same-origin"})
    assert ours.status_code == 410 and "The posts stayed &lt;empty&gt; and I did two." in ours.text
    assert "x" * 60 not in ours.text and page_faults(ours.text) == []
    assert "What you had written" not in client.get("/link/own-address").text
    for site in ("cross-site", None):
        foreign = client.post("/link/own-address", data=typed, headers={"Sec-Fetch-Site": site} if site else {})
        assert foreign.status_code == 410 and "posts stayed" not in foreign.text
