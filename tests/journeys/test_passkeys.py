"""Passkeys in a real browser with a virtual authenticator: made, used alone and after a password, and taken away."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp.access import StaffRole
from surveyapp.app import create_app
from surveyapp.config import Settings
from surveyapp.directory import passwords
from surveyapp.directory.models import Passkey, User
from tests.browser import accessibility_faults, served
from tests.journeys.conftest import DESK, PHONE, scrolls_sideways

WORDS = "copper lantern orchard"
pytestmark = pytest.mark.one_backend


@pytest.fixture
def address(app: Flask, settings: Settings) -> Iterator[str]:
    """Served under a name: a passkey is bound to one, and to the address that the settings say people type."""

    def named(port: int) -> Flask:
        return create_app(settings.model_copy(update={"base_url": f"http://localhost:{port}"}))

    with served(app, named) as where:
        yield where.replace("127.0.0.1", "localhost")


@pytest.fixture
def person(session: Session, staff: Callable[..., User], settings: Settings) -> User:
    user = staff(StaffRole.HR_ADVISER, areas=("NM",), email="eluned@ncs.example")
    user.password = passwords.hash_password(WORDS, settings.password_salt.get_secret_value())
    session.commit()
    return user


def with_device(page: Page) -> Any:
    """Give the browser a device that keeps passkeys and answers at once, with the person's finger."""
    client = page.context.new_cdp_session(page)
    client.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = client.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return client, made["authenticatorId"]


def by_password(page: Page) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill("eluned@ncs.example")
    page.get_by_label("Password", exact=True).fill(WORDS)
    page.get_by_role("button", name="Sign in", exact=True).click()


def add_passkey(page: Page, name: str) -> None:
    page.goto("/settings/account/passkeys/add")
    page.get_by_label("Name of the passkey").fill(name)
    page.get_by_role("button", name="Add a passkey").click()
    page.wait_for_url("**/settings/account/")


def n_kept(session: Session) -> int:
    n = session.scalar(select(func.count()).select_from(Passkey)) or 0
    session.commit()
    return n


def test_a_passkey_is_made_and_used_alone_then_after_a_password_then_removed(
    new_page: Callable[..., Page], session: Session, person: User
) -> None:
    page = new_page(PHONE)
    with_device(page)
    by_password(page)
    add_passkey(page, "Work laptop")
    assert "The passkey is added" in page.inner_text("main") and n_kept(session) == 1
    assert accessibility_faults(page) == [] and not scrolls_sideways(page)
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.goto("/sign-in?next=/cases")
    page.get_by_role("link", name="Sign in with a passkey").click()
    assert accessibility_faults(page) == [] and not scrolls_sideways(page)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/cases")
    page.get_by_role("button", name="Sign out", exact=True).click()
    by_password(page)
    page.wait_for_url("**/sign-in/code*")
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(re.compile(r"localhost:\d+/$"))  # not "**/", which "?next=/" fits too
    page.goto("/settings/account/")
    page.get_by_role("link", name="Work laptop").click()
    assert accessibility_faults(page) == []
    page.get_by_label("Name of the passkey").fill("Old laptop")
    page.get_by_role("button", name="Save the name").click()
    page.get_by_role("link", name="Old laptop").click()
    page.get_by_role("button", name="Remove this passkey").click()
    assert "The passkey is removed" in page.inner_text("main") and n_kept(session) == 0


def test_a_device_that_does_not_know_who_holds_it_is_told_to_try_again(new_page: Callable[..., Page]) -> None:
    page = new_page(DESK, language="cy")
    client, device = with_device(page)
    page.goto("/sign-in/passkey")
    assert accessibility_faults(page) == []
    client.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    page.get_by_role("button", name="Defnyddio allwedd mynediad").click()
    page.get_by_text("Ni ddefnyddiwyd yr allwedd mynediad").wait_for()
    assert page.url.endswith("/sign-in/passkey")
