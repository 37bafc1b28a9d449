"""Every page a leaver can meet, in both languages and at three widths: found sound by axe, wide enough, one heading."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.directory.models import Agency
from surveyapp.encryption.sealed_box import ReleasePrivateKey
from surveyapp.invitations import links
from surveyapp.invitations.models import WhyRevoked
from surveyapp.responses import ballot_box, batches
from tests.browser import accessibility_faults
from tests.journeys.conftest import DESK, PHONE, scrolls_sideways
from tests.responses.walking import make_case, prepare

pytestmark = pytest.mark.one_backend
TABLET = {"width": 768, "height": 1024}
HALF_AS_WIDE = {"width": 640, "height": 450}
"""A desk's window at 200% text: the browser then lays out half as many pixels."""
WORDS = {
    "en": (
        "Start",
        "Save and continue",
        "Send my answers",
        "Open my answers",
        "Change my answers",
        "Delete my answers",
    ),
    "cy": ("Dechrau", "Cadw a pharhau", "Anfon fy atebion", "Agor fy atebion", "Newid fy atebion", "Dileu fy atebion"),
}


WITHOUT_JAVASCRIPT: list[BrowserContext] = []


def look(page: Page, *said: str) -> None:
    """What must hold on every page; axe itself needs a browser with JavaScript."""
    page.wait_for_load_state()
    page.locator("h1").first.wait_for()
    assert page.locator("h1").count() == 1, page.url
    assert not scrolls_sideways(page), page.url
    if page.context not in WITHOUT_JAVASCRIPT:
        assert not accessibility_faults(page), page.url
    text = page.locator("body").inner_text()
    for words in said:
        assert words in text, f"{words!r} is missing on {page.url}"


@pytest.fixture
def contact(session: Session, organisation: str) -> str:
    """A named person and a phone number stand on the leaver's pages."""
    agency = session.get_one(Agency, organisation)
    agency.contact_name, agency.contact_phone = "Mair Cyswllt", "029 2018 0000"
    session.commit()
    return "Mair Cyswllt"


@pytest.fixture(
    params=[
        pytest.param(("en", PHONE, True), id="English on a phone"),
        pytest.param(("cy", DESK, True), id="Welsh on a desk"),
        pytest.param(("cy", PHONE, True), id="Welsh on a phone", marks=pytest.mark.drill),
        pytest.param(("en", TABLET, True), id="English on a tablet", marks=pytest.mark.drill),
        pytest.param(("en", HALF_AS_WIDE, False), id="large text without JavaScript", marks=pytest.mark.drill),
        pytest.param(("cy", PHONE, False), id="Welsh without JavaScript", marks=pytest.mark.drill),
    ]
)
def opened(request: pytest.FixtureRequest, new_page: Callable[..., Page]) -> Iterator[tuple[str, Page]]:
    """A browser in one of the languages, at one of the widths."""
    language, viewport, has_javascript = request.param
    page = new_page(viewport, javascript=has_javascript, language=language)
    if not has_javascript:
        WITHOUT_JAVASCRIPT.append(page.context)
    yield language, page
    WITHOUT_JAVASCRIPT.clear()


def test_links_that_do_not_open_say_what_to_do_next(session: Session, contact: str, opened: tuple[str, Page]) -> None:
    _language, page = opened
    _case, replaced = prepare(session)
    links.revoke_all(session, _case.id, WhyRevoked.REPLACED)
    withdrawn_case, late_case = make_case(session), make_case(session)
    withdrawn = links.mint(session, withdrawn_case.id, "test").token
    links.revoke_all(session, withdrawn_case.id, WhyRevoked.WITHDRAWN)
    ended = links.mint(session, late_case.id, "test", expires_on=clock.today() - timedelta(days=1)).token
    closed_case = make_case(session, last_working_day=clock.today() - timedelta(days=60))
    closed = links.mint(session, closed_case.id, "test").token
    session.commit()
    for token in (replaced, withdrawn, ended, closed):
        page.goto(f"/a/{token}")
        look(page, contact, "029 2018 0000")
    page.goto(f"/a/{'x' * 43}")
    look(page)
    page.goto("/code")
    look(page)


def test_from_the_first_page_to_the_receipt_and_back(
    session: Session, contact: str, opened: tuple[str, Page], release_key: ReleasePrivateKey
) -> None:
    language, page = opened
    start, go_on, send, open_, change, delete = WORDS[language]
    _case, token = prepare(session, language=language)
    page.goto(f"/a/{token}")
    page.locator("details summary").first.click()  # what a manager might see
    look(page, contact, "17 o")
    page.get_by_role("button", name=start).click()
    page.locator("input[type=checkbox]").first.check()
    page.get_by_role("button", name=go_on).click()
    page.goto(f"/a/{token}")
    look(page, contact)  # "you have begun"
    page.goto("/a/check")
    for _ in range(40):
        if page.url.endswith("/check"):
            break
        page.get_by_role("button", name=go_on).click()
    look(page)
    page.get_by_role("button", name=send).dblclick()
    page.locator("#receipt-code").wait_for()
    look(page, contact)
    code = page.locator("#receipt-code").inner_text()
    page.emulate_media(media="print")
    assert page.locator("#receipt-code").is_visible() and page.get_by_text("/receipt").is_visible()
    page.emulate_media(media="screen")
    page.goto(f"/a/{token}")
    look(page, contact)  # sent before
    page.goto("/receipt")
    page.locator("#code").fill("BCDF")
    page.get_by_role("button", name=open_).click()
    look(page)
    assert page.locator("#code").input_value() == "BCDF"
    page.locator("#code").fill(code.lower())
    page.get_by_role("button", name=open_).click()
    look(page, contact)
    page.get_by_role("button", name=change).click()
    look(page)
    page.goto("/receipt/withdraw")
    look(page, contact)
    session.commit()
    _cut(session, release_key)
    page.get_by_role("button", name=delete).click()
    look(page)  # after the cut nothing opens: the page asks for a code
    assert page.url.endswith("/receipt")


def _cut(session: Session, key: ReleasePrivateKey) -> None:
    quarter = batches.quarter_of(clock.today())
    with clock.set_to(batches.cut_on(quarter)):
        ballot_box.move_batch(session, key, ballot_box.open_batch(session, key, "ncs", quarter))
        session.commit()


def test_two_tabs_another_link_a_word_and_declining(session: Session, contact: str, opened: tuple[str, Page]) -> None:
    language, page = opened
    start, go_on = WORDS[language][:2]
    case, token = prepare(session, language=language)
    page.goto(f"/a/{token}")
    page.locator("details").last.locator("summary").click()
    page.locator("#word").fill("heron")
    page.get_by_role("button", name=start).click()
    other = page.context.new_page()
    other.goto(page.url)
    page.locator("input[type=checkbox]").nth(0).check()
    page.get_by_role("button", name=go_on).click()
    other.locator("input[type=checkbox]").nth(1).check()
    other.get_by_role("button", name=go_on).click()
    look(other)
    assert other.locator("input[type=checkbox]").nth(1).is_checked(), "what was typed stays"
    page.context.clear_cookies(name="word")
    page.goto("/a/on")
    look(page)  # asks for the word
    page.locator("#word").fill("raven")
    page.locator("#answers button").first.click()
    look(page)
    second = links.mint(session, case.id, "test").token
    session.commit()
    page.goto(f"/a/{second}")
    look(page, contact)  # begun with another link
    page.get_by_role("button").last.click()
    page.locator("#sharing-3").check()
    page.get_by_role("button", name=start).click()
    look(page, contact)
    page.locator("#answers button").last.click()
    look(page, contact)  # declined
