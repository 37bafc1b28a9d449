"""A leaver in a real browser on a phone: by keyboard alone, without JavaScript, in both languages, checked by axe."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from sqlalchemy.orm import Session

from tests.browser import accessibility_faults
from tests.journeys.conftest import PHONE, scrolls_sideways
from tests.responses.walking import prepare

pytestmark = pytest.mark.one_backend


def check(page: Page) -> None:
    assert page.locator("h1").count() == 1, page.url
    assert not accessibility_faults(page), page.url
    assert not scrolls_sideways(page), page.url


def press_until(page: Page, text: str) -> None:
    """Reach a button or link with the Tab key alone and press it."""
    for _ in range(160):
        page.keyboard.press("Tab")
        if (page.evaluate("document.activeElement.innerText") or "").strip() == text:
            with page.expect_navigation():
                page.keyboard.press("Enter")
            return
    raise AssertionError(f"{text} cannot be reached by keyboard on {page.url}")


@pytest.mark.parametrize(
    ("language", "start", "go_on", "send"),
    [
        ("en", "Start", "Save and continue", "Send my answers"),
        ("cy", "Dechrau", "Cadw a pharhau", "Anfon fy atebion"),
    ],
)
def test_a_leaver_answers_by_keyboard_on_a_phone(
    session: Session,
    organisation: str,
    new_page: Callable[..., Page],
    language: str,
    start: str,
    go_on: str,
    send: str,
) -> None:
    _case, token = prepare(session, language=language)
    page = new_page(PHONE, language=language)
    page.goto(f"/a/{token}")
    assert page.locator("html").get_attribute("lang") == language and token not in page.url
    check(page)
    press_until(page, start)
    for _ in range(60):
        if page.url.endswith("/check"):
            break
        check(page)
        press_until(page, go_on)
    check(page)
    press_until(page, send)
    check(page)
    assert len(page.locator("#receipt-code").inner_text().replace("-", "")) == 24


def test_without_javascript_errors_are_listed_and_what_was_typed_stays(
    session: Session, organisation: str, new_page: Callable[..., Page]
) -> None:
    _case, token = prepare(session)
    page = new_page(PHONE, javascript=False)
    page.goto(f"/a/{token}")
    page.get_by_role("button", name="Start").click()
    page.get_by_label("Something else").check()
    page.get_by_label("Please say").fill("The move")
    with page.expect_navigation():
        page.get_by_label("Please say").press("Enter")
    assert page.url.endswith("/a/page/kept") and page.locator("html").get_attribute("lang") == "en"
    page.get_by_label("Perhaps").check()
    page.get_by_role("button", name="Back").click()
    assert page.get_by_label("Please say").input_value() == "The move"
    page.get_by_role("button", name="Save and continue").click()
    assert page.get_by_label("Perhaps").is_checked()
    page.get_by_role("button", name="Back").click()
    page.get_by_label("Please say").fill("x" * 2000)
    page.get_by_role("button", name="Save and continue").click()
    assert page.get_by_role("heading", name="There is a problem").is_visible()
    assert page.title().startswith("Error:")
    assert page.get_by_label("Please say").input_value().startswith("xxx")
