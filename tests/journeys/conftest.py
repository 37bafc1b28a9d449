"""A real browser against a real server: pages fail on any console error, and axe checks what is shown."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from surveyapp.db import db
from surveyapp.directory import sessions
from surveyapp.directory.models import User
from surveyapp.directory.sign_in import COOKIE_FIELD
from tests.browser import PATIENCE, accessibility_faults, served, settled_clicks

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
PICTURES = os.environ.get("SURVEYAPP_PICTURES")
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs a browser."""
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(autouse=True)
def settled() -> Iterator[None]:
    """Clicks wait for the page they lead to."""
    with settled_clicks():
        yield


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The application served on a free port of this machine by threads, with its guard against forged forms."""
    app.config["WTF_CSRF_ENABLED"] = True
    with served(app) as where:
        yield where


class ConsoleErrors(list[str]):
    """What a page complained about; a test fails when there is anything."""


@pytest.fixture
def new_page(own_browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Open a page: `new_page(viewport=PHONE, javascript=True, language="cy")`; any console error fails the test."""
    contexts: list[BrowserContext] = []
    complaints = ConsoleErrors()

    def make(viewport: dict[str, int] = DESK, *, javascript: bool = True, language: str = "en") -> Page:
        context = own_browser.new_context(
            viewport=viewport,  # type: ignore[arg-type]  # a plain dictionary does
            java_script_enabled=javascript,
            base_url=address,
            locale="en-GB",
            reduced_motion="reduce",
        )
        if language != "en":
            context.add_cookies([{"name": "language", "value": language, "url": address}])
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda said: complaints.append(said.text) if _is_complaint(said, page) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda r: complaints.append(f"asked {r.url}") if not _is_ours(r.url, address) else None)
        return page

    yield make
    for context in contexts:
        context.close()
    assert not complaints, complaints


def _is_complaint(said: ConsoleMessage, page: Page) -> bool:
    """An error on the console, but for the browser's note that the page itself was answered with an error status."""
    return said.type == "error" and not (said.text.startswith("Failed to load") and said.location["url"] == page.url)


def _is_ours(url: str, address: str) -> bool:
    return url.startswith((address, "data:", "blob:", "about:"))


@pytest.fixture
def sign_in_page(app: Flask, address: str) -> Callable[[Page, User], Page]:
    """Give a page the session cookie of a staff account, as signing in would."""

    def sign_in(page: Page, user: User) -> Page:
        serializer: Any = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
        token = sessions.begin(db.session, user)
        db.session.commit()
        value = serializer.dumps({COOKIE_FIELD: token})
        page.context.add_cookies([{"name": app.config["SESSION_COOKIE_NAME"], "value": value, "url": address}])
        return page

    return sign_in


def scrolls_sideways(page: Page) -> bool:
    """Whether the page is wider than the window (it must not be, at 390 pixels)."""
    wider: bool = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    return wider


def look_at(page: Page, address: str) -> None:
    """Open a page of the product: one heading, nothing that axe faults, nothing wider than the window."""
    page.goto(address)
    page.wait_for_load_state("networkidle")
    assert page.locator("h1").count() == 1, address
    assert accessibility_faults(page) == [], address
    assert not scrolls_sideways(page), address


def looked_at(page: Page, name: str) -> None:
    """Every page is accessible and fits its window; with SURVEYAPP_PICTURES it is kept to be looked at."""
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)
    faults = accessibility_faults(page)
    assert not faults, (name, faults)
    assert not scrolls_sideways(page), name
