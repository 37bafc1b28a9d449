"""Passkeys: only an answer to this browser's own challenge, by the right person's device, signs anybody in."""

import html
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.access import StaffRole
from surveyapp.audit.models import AuditEvent
from surveyapp.config import Settings
from surveyapp.directory import passwords
from surveyapp.directory.models import Passkey, User
from surveyapp.directory.passkeys import party_of
from surveyapp.mail.models import OutboxMessage
from tests.directory.soft_device import PRESENT, SoftDevice

WORDS = "copper lantern orchard"
Staff = Callable[..., User]
SignedIn = Callable[[User], FlaskClient]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"base_url": "https://leaving.example"})


def device() -> SoftDevice:
    return SoftDevice("https://leaving.example", "leaving.example")


def asked(page: str) -> str:
    found = re.search(r'data-options="([^"]+)"', page)
    assert found is not None
    return html.unescape(found.group(1))


def get(browser: FlaskClient, path: str) -> str:
    return browser.get(path, base_url="https://leaving.example").text


def post(browser: FlaskClient, path: str, **data: str) -> int:
    return browser.post(path, data=data, base_url="https://leaving.example").status_code


def add(browser: FlaskClient, one: SoftDevice, name: str = "Laptop") -> int:
    sent = one.make(asked(get(browser, "/settings/account/passkeys/add")))
    return post(browser, "/settings/account/passkeys/add", credential=sent, name=name)


def use(browser: FlaskClient, one: SoftDevice) -> int:
    return post(browser, "/sign-in/passkey", credential=one.prove(asked(get(browser, "/sign-in/passkey"))))


def is_in(browser: FlaskClient) -> bool:
    return browser.get("/settings/account/", base_url="https://leaving.example").status_code == 200


@pytest.fixture
def at_home(signed_in: SignedIn) -> SignedIn:
    """A client signed in over https, where the cookie has another name than on the other tests' plain http."""

    def make(user: User) -> FlaskClient:
        browser = signed_in(user)
        cookie = browser.get_cookie("session") or browser.get_cookie("__Host-session")
        assert cookie is not None
        browser.set_cookie("__Host-session", cookie.value, domain="leaving.example", secure=True)
        return browser

    return make


def test_a_passkey_is_kept_told_by_mail_and_signs_its_owner_in_alone(
    app: Flask, session: Session, staff: Staff, at_home: SignedIn
) -> None:
    user, one = staff(StaffRole.HR_ADVISER, areas=("NM",)), device()
    assert add(at_home(user), one) == 302
    kept = session.scalars(select(Passkey)).one()
    assert kept.user_id == user.id and kept.name == "Laptop"
    kinds = [message.kind for message in session.scalars(select(OutboxMessage))]
    assert kinds == ["directory.passkey_added"]
    browser = app.test_client()
    assert use(browser, one) == 302 and is_in(browser)
    session.refresh(kept)
    assert kept.sign_count == 1 and kept.last_used_at is not None


WRONG: dict[str, Callable[[SoftDevice], None]] = {
    "another site's page": lambda one: setattr(one, "origin", "https://leaving.example.evil.example"),
    "another site's key": lambda one: setattr(one, "host", "evil.example"),
    "nobody verified": lambda one: setattr(one, "flags", PRESENT),
    "a copied device that counts from the beginning": lambda one: setattr(one, "count", -1 + one.count),
    "another key": lambda one: setattr(one, "key", device().key),
    "an unknown passkey": lambda one: setattr(one, "credential_id", b"x" * 32),
}


@pytest.mark.one_backend
def test_a_wrong_answer_signs_nobody_in(app: Flask, session: Session, staff: Staff, at_home: SignedIn) -> None:
    for name, spoil in WRONG.items():
        one, browser = device(), app.test_client()
        add(at_home(staff(StaffRole.HR_ADVISER)), one)
        assert use(app.test_client(), one) == 302
        spoil(one)
        assert use(browser, one) == 422 and not is_in(browser), name
        session.commit()
    assert post(app.test_client(), "/sign-in/passkey", credential="{}") == 422
    refused = select(AuditEvent).where(AuditEvent.event == "user.sign_in_refused")
    assert session.scalars(refused).first() is not None


@pytest.mark.one_backend
def test_an_answer_counts_once_and_only_for_this_browsers_challenge(
    app: Flask, session: Session, staff: Staff, at_home: SignedIn
) -> None:
    one, browser, thief = device(), app.test_client(), app.test_client()
    add(at_home(staff(StaffRole.HR_ADVISER)), one)
    sent = one.prove(asked(get(browser, "/sign-in/passkey")))
    kept = browser.get_cookie("__Host-session", domain="leaving.example")
    get(thief, "/sign-in/passkey")
    assert post(thief, "/sign-in/passkey", credential=sent) == 422
    assert kept is not None and post(browser, "/sign-in/passkey", credential=sent) == 302
    session.scalars(select(Passkey)).one().sign_count = 0
    session.commit()
    thief.set_cookie("__Host-session", kept.value, domain="leaving.example", secure=True)
    assert post(thief, "/sign-in/passkey", credential=sent) == 422 and not is_in(thief)


@pytest.mark.one_backend
def test_after_a_password_only_the_same_persons_passkey_will_do(
    app: Flask, session: Session, staff: Staff, at_home: SignedIn, settings: Settings
) -> None:
    victim, other = staff(StaffRole.HR_ADVISER), staff(StaffRole.HR_ADVISER)
    own, foreign, browser = device(), device(), app.test_client()
    add(at_home(victim), own)
    add(at_home(other), foreign)
    victim.password = passwords.hash_password(WORDS, settings.password_salt.get_secret_value())
    session.commit()
    form = {"email": victim.email, "password": WORDS}
    answer = browser.post("/sign-in", data=form, base_url="https://leaving.example")
    assert answer.location.startswith("/sign-in/code") and not is_in(browser)
    assert "Use a passkey" in get(browser, "/sign-in/code")
    assert use(browser, foreign) == 422 and not is_in(browser)
    assert use(browser, own) == 302 and is_in(browser)


@pytest.mark.one_backend
def test_only_ones_own_passkey_is_renamed_or_removed_and_only_after_a_fresh_sign_in(
    session: Session, staff: Staff, at_home: SignedIn
) -> None:
    browser, stranger = at_home(staff(StaffRole.HR_ADVISER)), at_home(staff(StaffRole.CODER))
    add(browser, device())
    path = f"/settings/account/passkeys/{session.scalars(select(Passkey)).one().id}"
    assert stranger.get(path, base_url="https://leaving.example").status_code == 404
    assert post(stranger, path, name="Mine") == 404 and post(stranger, f"{path}/remove") == 404
    assert post(browser, path, name="  ") == 404 and post(browser, path, name="Phone") == 302
    with clock.set_to(clock.now() + timedelta(minutes=31)):
        assert post(browser, f"{path}/remove") == 302 and add_is_refused(browser)
    assert session.scalars(select(Passkey)).one().name == "Phone"
    assert post(browser, f"{path}/remove") == 302
    assert session.scalars(select(Passkey)).first() is None


def add_is_refused(browser: FlaskClient) -> bool:
    return browser.get("/settings/account/passkeys/add", base_url="https://leaving.example").status_code == 302


@pytest.mark.one_backend
def test_a_closed_account_and_a_device_known_already_are_refused(
    app: Flask, session: Session, staff: Staff, at_home: SignedIn
) -> None:
    user, other, one = staff(StaffRole.HR_ADVISER), staff(StaffRole.CODER), device()
    add(at_home(user), one)
    assert add(at_home(other), one) == 422
    user.active = False
    session.commit()
    assert use(app.test_client(), one) == 422


def test_a_bare_number_cannot_have_passkeys() -> None:
    assert not party_of("http://127.0.0.1:8000", "x").is_possible
    assert not party_of("http://[::1]:8000", "x").is_possible
    assert party_of("http://localhost:8000", "x").is_possible and party_of("https://a.example", "x").is_possible
