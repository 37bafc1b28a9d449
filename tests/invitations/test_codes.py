"""Letter codes: unambiguous, the same link each time, and exactly so many guesses."""

import threading
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.db import db
from surveyapp.invitations import codes, links
from surveyapp.invitations.models import LetterCode
from tests.factories.cases import make_case
from tests.factories.codes import minted_code

pytestmark = pytest.mark.usefixtures("organisation")
HALF_PAST = datetime(2027, 3, 1, 9, 30, tzinfo=UTC)
"""Guesses are counted by the hour of the clock: no test may begin in one and end in the next."""


def test_a_code_opens_the_same_link_every_time_it_is_typed(session: Session) -> None:
    case = make_case(session)
    code = minted_code(session, case.id)
    session.commit()
    first = codes.token_for(session, db.engine, code, "here")
    session.commit()
    second = codes.token_for(session, db.engine, f"  {code.lower().replace('-', ' ')} ", "there")
    assert first == second
    assert first is not None and links.find(session, first).case is case


def test_a_code_has_only_characters_that_cannot_be_mistaken(session: Session) -> None:
    code = minted_code(session, make_case(session).id)
    assert len(codes.normalised(code)) == 16
    assert not set(codes.normalised(code)) & set("0O1ILU")


def test_the_database_holds_the_look_up_half_only(session: Session) -> None:
    code = codes.normalised(minted_code(session, make_case(session).id))
    row = session.get_one(LetterCode, code[:4])
    assert code[4:].encode() not in row.salt and len(row.salt) == 16


@pytest.mark.parametrize("wrong", ["ABCD-2345-EFGH-6789", "", "x", "known"])
def test_wrong_codes_all_get_the_same_page(client: FlaskClient, session: Session, wrong: str) -> None:
    code = minted_code(session, make_case(session).id)
    session.commit()
    typed = code[:-1] + ("2" if code[-1] != "2" else "3") if wrong == "known" else wrong or "AAAA"
    answer = client.post("/code", data={"code": typed})
    assert answer.status_code == 200
    assert "Check the code" in answer.text


def test_a_right_code_leads_to_the_entrance_with_the_token_in_a_cookie(client: FlaskClient, session: Session) -> None:
    code = minted_code(session, make_case(session).id)
    session.commit()
    answer = client.post("/code", data={"code": code})
    assert answer.status_code == 303 and answer.location == "/a"
    assert "HttpOnly" in answer.headers["Set-Cookie"]


def test_many_guesses_at_once_leave_exactly_the_limit(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty at once with a limit of twenty: exactly twenty are tried (the drill does 200 and 50)."""
    monkeypatch.setattr(codes, "TIME_COST", 1)
    monkeypatch.setattr(codes, "MEMORY_KIB", 8)
    tried, refused = [], []

    def guess(number: int) -> None:
        with clock.set_to(HALF_PAST), app.app_context():
            try:
                codes.token_for(db.session, db.engine, "ABCD2345EFGH6789", f"place {number}")
                tried.append(number)
            except codes.TooManyGuesses:
                refused.append(number)

    threads = [threading.Thread(target=guess, args=(n,)) for n in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(tried), len(refused)) == (codes.GUESSES_AN_HOUR_PER_CODE, 20)


@pytest.mark.drill
def test_two_hundred_guesses_at_once_from_one_place_leave_exactly_fifty(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codes, "TIME_COST", 1)
    monkeypatch.setattr(codes, "MEMORY_KIB", 8)
    tried = []

    def guess(number: int) -> None:
        with clock.set_to(HALF_PAST), app.app_context():
            try:
                codes.token_for(db.session, db.engine, f"{number:04d}2345EFGH6789", "one place")
                tried.append(number)
            except codes.TooManyGuesses:
                db.session.rollback()

    threads = [threading.Thread(target=guess, args=(n,)) for n in range(200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(tried) == codes.GUESSES_AN_HOUR_PER_PLACE


def test_the_next_hour_allows_guesses_again(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codes, "GUESSES_AN_HOUR_PER_CODE", 1)
    with clock.set_to(date(2027, 3, 1)):
        assert codes.token_for(session, db.engine, "ABCD2345EFGH6789", "here") is None
        session.commit()
        with pytest.raises(codes.TooManyGuesses):
            codes.token_for(session, db.engine, "ABCD2345EFGH6789", "here")
    with clock.set_to(date(2027, 3, 2)):
        assert codes.token_for(session, db.engine, "ABCD2345EFGH6789", "here") is None
