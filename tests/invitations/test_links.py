"""Links: hashed, several at once, revoked on reissue, and their end explained."""

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.cases.models import CaseState
from surveyapp.invitations import ledger, links
from surveyapp.invitations.links import LinkState
from surveyapp.invitations.models import Link, WhyRevoked
from tests.factories.cases import make_case

DAY = date(2027, 3, 1)


@pytest.fixture(autouse=True)
def _today(organisation: str) -> object:
    with clock.set_to(DAY):
        yield


def test_only_the_hash_of_a_token_is_stored(session: Session) -> None:
    made = links.mint(session, make_case(session).id, "invite")
    row = session.scalars(select(Link)).one()
    assert len(made.token) == 43, "256 bits in URL-safe base64"
    assert row.token_hash == links.hash_of(made.token)
    assert made.token not in str(vars(row))


def test_several_links_of_a_case_open_at_once(session: Session) -> None:
    case = make_case(session)
    tokens = [links.mint(session, case.id, "invite").token for _ in range(3)]
    assert {links.find(session, token).state for token in tokens} == {LinkState.OPEN}


def test_a_reissue_kills_the_old_links_and_not_the_new(session: Session) -> None:
    case = make_case(session)
    old = links.mint(session, case.id, "invite").token
    assert links.revoke_all(session, case.id, WhyRevoked.REPLACED) == 1
    new = links.mint(session, case.id, "reissue").token
    assert links.find(session, old).state is LinkState.REPLACED
    assert links.find(session, new).state is LinkState.OPEN


def test_a_link_ends_with_the_questionnaire_and_moves_with_the_last_day(session: Session) -> None:
    case = make_case(session, last_working_day=DAY)
    token = links.mint(session, case.id, "invite").token
    with clock.set_to(DAY + timedelta(days=30)):
        assert links.find(session, token).state is LinkState.OPEN
    with clock.set_to(DAY + timedelta(days=31)):
        assert links.find(session, token).state is LinkState.EXPIRED
        case.last_working_day = DAY + timedelta(days=20)
        assert links.find(session, token).state is LinkState.OPEN


@pytest.mark.parametrize("state", [CaseState.STAYED, CaseState.DIED])
def test_a_link_of_somebody_who_stays_or_died_opens_nothing(session: Session, state: CaseState) -> None:
    case = make_case(session)
    token = links.mint(session, case.id, "invite").token
    case.state = state
    assert links.find(session, token).state is LinkState.WITHDRAWN


def test_a_token_nobody_made_is_unknown(session: Session) -> None:
    assert links.find(session, "x" * 43).state is LinkState.UNKNOWN


@pytest.mark.one_backend
def test_each_end_of_a_link_has_a_page_that_says_what_to_do(client: FlaskClient, session: Session) -> None:
    case = make_case(session)
    token = links.mint(session, case.id, "invite").token
    client.set_cookie("leaver", token)
    session.commit()
    assert "/link/own-address" in client.get("/link/own-address").text
    ledger.mark_answered(session, case.id)
    session.commit()
    answered = client.get("/link/own-address")
    assert answered.status_code == 410 and "already sent your answers" in answered.text
    links.revoke_all(session, case.id, WhyRevoked.REPLACED)
    session.commit()
    replaced = client.get("/link/own-address")
    assert replaced.status_code == 410 and "Send me a new link" in replaced.text
    client.set_cookie("leaver", "x" * 43)
    unknown = client.get("/link/own-address")
    assert unknown.status_code == 404 and "letter" in unknown.text
