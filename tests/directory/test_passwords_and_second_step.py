"""Setting a password by a link, the second step, new browsers, and ending every session."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.access import StaffRole
from surveyapp.app import create_app
from surveyapp.config import SETTINGS_KEY, Settings
from surveyapp.db import db
from surveyapp.directory import password_links, second_step, sessions
from surveyapp.directory.models import PasswordLink, User
from surveyapp.mail.models import OutboxMessage
from surveyapp.operation.worker import Worker
from tests.conftest import TESTER
from tests.directory.test_sign_in import WORDS, with_password

NEW_WORDS = "velvet harbour compass"


def mailed(settings: Settings) -> str:
    """Everything the file transport has sent."""
    folder = Path(settings.mail_url.removeprefix("file:"))
    return "\n".join(file.read_text() for file in sorted(folder.rglob("*.eml"))) if folder.exists() else ""


def deliver(app: Flask) -> None:
    db.session.commit()
    Worker(db.engine, app.config[SETTINGS_KEY], jobs=()).run_once()


def sign_in(client: FlaskClient, user: User, words: str = WORDS) -> str:
    return client.post("/sign-in", data={"email": user.email, "password": words}).location or ""


def code_now(user: User) -> str:
    return pyotp.TOTP(user.totp_secret or "").at(clock.now())


def with_second_step(session: Session, user: User) -> list[str]:
    second_step.begin_set_up(session, user)
    codes = second_step.confirm(session, user, code_now(user), TESTER)
    session.commit()
    return codes


def test_a_person_sets_a_password_by_the_mailed_link_once(
    app: Flask, client: FlaskClient, session: Session, staff: Callable[..., User], settings: Settings
) -> None:
    user = staff(StaffRole.HR_ADVISER)
    client.post("/password/forgotten", data={"email": user.email.upper()})
    deliver(app)
    link = re.search(r"/password/([\w-]{43})", mailed(settings).replace("=\n", ""))
    assert link
    assert client.get(link[0]).location == "/password/new"
    form = {"password": NEW_WORDS, "again": NEW_WORDS}
    assert client.post("/password/new", data=form).location == "/sign-in"
    assert sign_in(client, user, NEW_WORDS) == "/"
    client.get(link[0])
    assert client.get("/password/new").status_code == 410


def test_asking_for_a_link_tells_and_does_the_same_for_a_stranger(
    app: Flask, client: FlaskClient, session: Session, staff: Callable[..., User], settings: Settings
) -> None:
    user = staff(StaffRole.HR_ADVISER)
    pages = [client.post("/password/forgotten", data={"email": email}) for email in (user.email, "who@ncs.example")]
    assert pages[0].text == pages[1].text and pages[0].status_code == pages[1].status_code == 200
    assert len(list(session.scalars(select(OutboxMessage)))) == 2
    deliver(app)
    assert "who@ncs.example" not in mailed(settings) and session.scalars(select(PasswordLink)).one()


def test_a_link_is_only_a_hash_in_the_database_and_dies_after_a_day(
    session: Session, staff: Callable[..., User]
) -> None:
    user = staff(StaffRole.HR_ADVISER)
    token = password_links.mint(session, user)
    assert session.scalars(select(PasswordLink)).one().token_hash == sessions.token_hash(token)
    assert password_links.user_behind(session, token) is user
    with clock.set_to(clock.now() + timedelta(hours=25)):
        assert password_links.user_behind(session, token) is None


@pytest.mark.parametrize("weak", ["short", "aaaaaaaaaaaaaa", "password1234"])
def test_a_weak_password_is_refused_in_words(
    client: FlaskClient, session: Session, staff: Callable[..., User], weak: str
) -> None:
    client.get(f"/password/{password_links.mint(session, staff(StaffRole.HR_ADVISER))}")
    page = client.post("/password/new", data={"password": weak, "again": weak})
    assert page.status_code == 422 and "Three random words" in page.text


def test_a_new_password_ends_every_session(
    session: Session, staff: Callable[..., User], signed_in: Callable[[User], FlaskClient], settings: Settings
) -> None:
    user = staff(StaffRole.HR_ADVISER)
    browser = signed_in(user)
    token = password_links.mint(session, user)
    password_links.set_password(session, token, NEW_WORDS, settings.password_salt.get_secret_value())
    assert "/sign-in" in browser.get("/settings/account/").location


def test_the_second_step_asks_for_a_code_that_works_once(
    client: FlaskClient, session: Session, staff: Callable[..., User], settings: Settings
) -> None:
    user = with_password(session, staff(StaffRole.HR_ADVISER), settings)
    with_second_step(session, user)
    with clock.set_to(clock.now() + timedelta(minutes=2)):
        assert sign_in(client, user) == "/sign-in/code"
        assert "/sign-in" in client.get("/settings/account/").location
        assert client.post("/sign-in/code", data={"code": "000000"}).status_code == 200
        code = code_now(user)
        assert client.post("/sign-in/code", data={"code": code}).location == "/"
        client.post("/sign-out")
        sign_in(client, user)
        assert client.post("/sign-in/code", data={"code": code}).status_code == 200


def test_a_recovery_code_signs_in_once(
    client: FlaskClient, session: Session, staff: Callable[..., User], settings: Settings
) -> None:
    user = with_password(session, staff(StaffRole.HR_ADVISER), settings)
    codes = with_second_step(session, user)
    assert len(set(codes)) == 10
    for status in (302, 200):
        sign_in(client, user)
        assert client.post("/sign-in/code", data={"code": codes[0].upper()}).status_code == status
        client.post("/sign-out")


def test_codes_cannot_be_guessed_at_length(
    client: FlaskClient, session: Session, staff: Callable[..., User], settings: Settings
) -> None:
    user = with_password(session, staff(StaffRole.HR_ADVISER), settings)
    codes = with_second_step(session, user)
    sign_in(client, user)
    for _ in range(sessions.MOST_ATTEMPTS):
        client.post("/sign-in/code", data={"code": "123456"})
    assert client.post("/sign-in/code", data={"code": codes[0]}).status_code == 200


def test_a_person_sets_the_second_step_up_on_screen(
    session: Session, staff: Callable[..., User], signed_in: Callable[[User], FlaskClient]
) -> None:
    user = staff(StaffRole.HR_ADVISER)
    browser = signed_in(user)
    browser.post("/settings/account/second-step/begin")
    page = browser.get("/settings/account/second-step").text
    assert "<svg" in page and "<script>" not in page
    session.refresh(user)
    assert user.totp_secret and user.totp_secret in page
    page = browser.post("/settings/account/second-step", data={"code": code_now(user)}).text
    assert len(re.findall(r"<code>[a-z0-9-]{19}</code>", page)) == 10


def test_an_administrator_in_production_may_do_nothing_before_the_second_step(
    settings: Settings, session: Session, staff: Callable[..., User]
) -> None:
    user = with_password(session, staff(StaffRole.ADMINISTRATOR, agency=None), settings)
    strict = create_app(settings.model_copy(update={"second_step_required_for": ["administrator"]}))
    strict.config["WTF_CSRF_ENABLED"] = False
    browser = strict.test_client()
    answer = browser.post("/sign-in", data={"email": user.email, "password": WORDS})
    assert answer.location == "/settings/account/second-step"
    assert browser.get("/settings/policy/").status_code == 404
    assert settings.model_copy(update={"environment": "production"}).second_step_roles == {
        "administrator",
        "central_team",
    }


def test_a_sign_in_from_a_new_browser_is_told_by_mail_but_not_the_first(
    app: Flask, session: Session, staff: Callable[..., User], settings: Settings
) -> None:
    user = with_password(session, staff(StaffRole.HR_ADVISER), settings)
    first, second = app.test_client(), app.test_client()
    for browser in (first, first, second):
        sign_in(browser, user)
    deliver(app)
    assert mailed(settings).count("Subject: Your account was used from a new browser") == 1


def test_a_strangers_guesses_do_not_lock_a_known_browser_out(
    app: Flask, client: FlaskClient, session: Session, staff: Callable[..., User], settings: Settings
) -> None:
    user = with_password(session, staff(StaffRole.HR_ADVISER), settings)
    assert sign_in(client, user) == "/"
    client.post("/sign-out")
    stranger = app.test_client()
    for _ in range(sessions.MOST_ATTEMPTS + 1):
        sign_in(stranger, user, "wrong words here")
    assert sign_in(stranger, user) == ""
    assert sign_in(client, user) == "/"


def test_signing_out_everywhere_ends_every_session_and_clears_the_browser(
    staff: Callable[..., User], signed_in: Callable[[User], FlaskClient]
) -> None:
    user = staff(StaffRole.HR_ADVISER)
    one, other = signed_in(user), signed_in(user)
    answer = one.post("/settings/account/sign-out-everywhere")
    assert answer.location == "/sign-in" and "storage" in answer.headers["Clear-Site-Data"]
    assert "/sign-in" in other.get("/settings/account/").location


def test_breaking_the_glass_makes_an_administrator_for_today_and_tells_the_others(
    app: Flask, session: Session, staff: Callable[..., User], settings: Settings
) -> None:
    staff(StaffRole.ADMINISTRATOR, agency=None, email="boss@ncs.example")
    session.commit()
    run = app.test_cli_runner().invoke(args=["users", "break-glass", "night@ncs.example", "--reference", "INC-7"])
    assert run.exit_code == 0 and "/password/" in run.output
    deliver(app)
    assert "night@ncs.example was made an administrator" in mailed(settings).replace("=\n", "")
