"""Signing in: right and wrong passwords look the same, tries are counted exactly, lost rights are lost at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from surveyapp.access import StaffRole
from surveyapp.config import Settings
from surveyapp.db import db, writing_session
from surveyapp.directory import passwords, sessions
from surveyapp.directory.models import User

WORDS = "copper lantern orchard"


def with_password(session: Session, user: User, settings: Settings) -> User:
    user.password = passwords.hash_password(WORDS, settings.password_salt.get_secret_value())
    session.commit()
    return user


def test_a_person_signs_in_and_out(
    client: FlaskClient, session: Session, staff: Callable[..., User], settings: Settings
) -> None:
    user = with_password(session, staff(StaffRole.HR_ADVISER, areas=("NM",)), settings)
    answer = client.post("/sign-in?next=/cases", data={"email": user.email.upper(), "password": WORDS})
    assert answer.status_code == 302 and answer.location == "/cases"
    out = client.post("/sign-out")
    assert out.location == "/sign-in" and "cache" in out.headers["Clear-Site-Data"]


def test_a_wrong_password_and_an_unknown_address_are_told_the_same(
    client: FlaskClient, session: Session, staff: Callable[..., User], settings: Settings
) -> None:
    user = with_password(session, staff(StaffRole.HR_ADVISER), settings)
    pages = [
        client.post("/sign-in", data={"email": email, "password": "wrong words here"}).text.replace(email, "X")
        for email in (user.email, "nobody@ncs.example")
    ]
    assert pages[0] == pages[1] and "Check your e-mail address" in pages[0]


def test_after_ten_wrong_tries_even_the_right_password_waits(
    client: FlaskClient, session: Session, staff: Callable[..., User], settings: Settings
) -> None:
    user = with_password(session, staff(StaffRole.HR_ADVISER), settings)
    for _ in range(10):
        client.post("/sign-in", data={"email": user.email, "password": "wrong words here"})
    assert client.post("/sign-in", data={"email": user.email, "password": WORDS}).status_code == 200


def test_two_hundred_tries_at_once_are_allowed_exactly_fifty_times(app: Flask) -> None:
    engine = db.engine

    def one(_: int) -> bool:
        with writing_session(engine) as apart:
            return sessions.count_attempt(apart, "code", "ABCD", most=50)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(one, range(200))) == 50


def test_an_account_made_inactive_is_out_on_its_next_request(
    session: Session, staff: Callable[..., User], signed_in: Callable[[User], FlaskClient]
) -> None:
    user = staff(StaffRole.HR_ADVISER)
    browser = signed_in(user)
    assert browser.post("/sign-out").location == "/sign-in"
    browser = signed_in(user)
    user.active = False
    session.commit()
    assert browser.post("/sign-out").location == "/sign-in"


def test_the_page_after_signing_in_is_never_elsewhere(
    client: FlaskClient, session: Session, staff: Callable[..., User], settings: Settings
) -> None:
    user = with_password(session, staff(StaffRole.HR_ADVISER), settings)
    for wanted in ("//evil.example", "/\\evil.example", "https://evil.example", "/%09/evil.example", "/\r/x"):
        answer = client.post("/sign-in", query_string={"next": wanted}, data={"email": user.email, "password": WORDS})
        assert not answer.location or answer.location.startswith("/") and not answer.location.startswith(("//", "/\\"))
