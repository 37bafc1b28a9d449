"""The interview in a browser: the leaver books without JavaScript, the interviewer writes up, HR looks on."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.access import StaffRole
from surveyapp.cases.models import Case
from surveyapp.directory.models import User
from surveyapp.interviews import offers, queries, records
from surveyapp.interviews.interviewer_models import Interviewer
from surveyapp.invitations import links
from tests.conftest import TESTER
from tests.factories.cases import make_case
from tests.interviews.people import at, booked, make_interviewer
from tests.journeys.conftest import DESK, PHONE, PICTURES, looked_at, scrolls_sideways

pytestmark = pytest.mark.one_backend


def leaver_with_offer(session: Session, **changes: object) -> Case:
    case = make_case(session, last_working_day=clock.today() + timedelta(days=30), **changes)
    offers.offer_interview(session, case, actor=TESTER)
    return case


def arrive(page: Page, session: Session, case: Case) -> None:
    token = links.mint(session, case.id, "test").token
    session.commit()
    page.context.add_cookies([{"name": "leaver", "value": token, "url": page.evaluate("location.origin")}])


@pytest.mark.parametrize("language", ["en", "cy"])
def test_a_leaver_books_changes_and_cancels_on_a_phone_without_javascript(
    new_page: Callable[..., Page], session: Session, organisation: str, language: str
) -> None:
    make_interviewer(session)
    case = leaver_with_offer(session)
    session.commit()
    page = new_page(PHONE, javascript=False, language=language)
    page.goto("/code")
    token = links.mint(session, case.id, "test").token
    session.commit()
    page.context.add_cookies([{"name": "leaver", "value": token, "url": page.url}])
    page.goto("/a/interview")
    looked_at_without_script(new_page, page, f"choose-{language}")
    page.locator("input[name=slot]").first.check()
    page.locator("#times button[type=submit]").click()
    assert page.locator(".govuk-summary-list").count() == 1
    picture(page, f"booked-{language}")
    page.locator("a[href*='change=1']").click()
    page.locator("#later-days").click()
    page.locator("input[name=slot]").nth(3).check()
    page.locator("#times button[type=submit]").click()
    page.locator("a[href$='/cancel']").click()
    page.locator("main form button[type=submit]").click()
    session.rollback()
    assert queries.booking_to_come(session, case.id) is None
    assert [one.sequence for one in queries.bookings_of(session, case.id)] == [2]


def looked_at_without_script(new_page: Callable[..., Page], page: Page, name: str) -> None:
    """Axe needs scripts: the same page is opened once more with them."""
    other = new_page(PHONE)
    other.context.add_cookies(page.context.cookies())  # type: ignore[arg-type]  # what one context gives another takes
    other.goto(page.url)
    looked_at(other, name)


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)
    assert not scrolls_sideways_without_script(page), name


def scrolls_sideways_without_script(page: Page) -> bool:
    box = page.locator("main").bounding_box()
    return box is not None and box["width"] > PHONE["width"]


@pytest.fixture
def held(session: Session, organisation: str) -> tuple[Interviewer, Case]:
    """An interview that took place yesterday, or on the last working day before it."""
    day = clock.today() - timedelta(days=1)
    while day.weekday() > 4:
        day -= timedelta(days=1)
    with clock.set_to(day - timedelta(days=7)):
        ceri = make_interviewer(session)
        case = make_case(session, last_working_day=clock.today() + timedelta(days=40))
        booked(session, case, ceri, at(9, day=day))
    session.commit()
    return ceri, case


@pytest.mark.parametrize("language", ["en", "cy"])
def test_an_interviewer_writes_up_and_the_leaver_agrees(
    new_page: Callable[..., Page],
    sign_in_page: Callable[[Page, User], Page],
    session: Session,
    held: tuple[Interviewer, Case],
    language: str,
) -> None:
    ceri, case = held
    page = sign_in_page(new_page(DESK, language=language), ceri.user)
    page.goto("/interviews/mine")
    looked_at(page, f"mine-{language}")
    page.locator("main table a").first.click()
    page.locator("#note-decision").fill("The caseload doubled.")
    expect(page.locator("[data-autosave-status]")).not_to_be_empty()
    page.reload()
    assert page.locator("#note-decision").input_value() == "The caseload doubled."
    page.locator("#limits").check()
    page.locator("#main").select_option("workload")
    looked_at(page, f"record-{language}")
    page.locator("button[value=write_up]").click()
    expect(page.locator(".govuk-notification-banner--success")).to_be_visible()
    page.goto("/interviews/mine/hours")
    looked_at(page, f"hours-{language}")
    session.rollback()
    record = records.record_of(session, queries.bookings_of(session, case.id)[0])
    assert record is not None and record.state == "written_up"
    leaver = new_page(PHONE, language=language)
    leaver.goto("/code")
    arrive(leaver, session, case)
    leaver.goto("/a/record")
    looked_at(leaver, f"own-record-{language}")
    leaver.locator("button[value=agree]").click()
    expect(leaver.locator("[role=status]")).to_be_visible()
    leaver.goto("/a/contact")
    looked_at(leaver, f"contact-{language}")
    session.rollback()
    session.refresh(record)
    assert record.state == "agreed"


def test_notes_typed_before_the_script_has_come_are_saved_too(
    new_page: Callable[..., Page],
    sign_in_page: Callable[[Page, User], Page],
    held: tuple[Interviewer, Case],
) -> None:
    page = sign_in_page(new_page(DESK), held[0].user)
    script = "**/interview_notes.js*"
    held_back: list[Route] = []
    page.route(script, lambda route: held_back.append(route), times=1)
    page.goto("/interviews/mine")
    with page.expect_request(script):
        page.locator("main table a").first.press("Enter")
    page.locator("#note-decision").fill("The caseload doubled.")
    held_back[0].continue_()
    expect(page.locator("[data-autosave-status]")).not_to_be_empty()
    page.reload()
    assert page.locator("#note-decision").input_value() == "The caseload doubled."


def test_what_is_typed_during_a_save_is_not_called_saved_before_it_is(
    new_page: Callable[..., Page],
    sign_in_page: Callable[[Page, User], Page],
    held: tuple[Interviewer, Case],
) -> None:
    page = sign_in_page(new_page(DESK), held[0].user)
    page.goto("/interviews/mine")
    page.locator("main table a").first.click()
    saves: list[Route] = []
    page.route(page.url, lambda route: saves.append(route))
    status, note = page.locator("[data-autosave-status]"), page.locator("#note-decision")
    with page.expect_request(page.url):
        note.fill("The caseload doubled.")
    note.fill("The caseload doubled. Nobody came.")
    with page.expect_request(page.url):  # the second save, which begins when the first has ended
        saves[0].continue_()
    expect(status).to_be_empty()
    saves[1].continue_()
    expect(status).not_to_be_empty()
    page.unroute(page.url)
    page.reload()
    expect(note).to_have_value("The caseload doubled. Nobody came.")


@pytest.mark.parametrize("language", ["en", "cy"])
def test_hr_looks_at_interviews_a_case_the_capacity_and_the_board(
    new_page: Callable[..., Page],
    sign_in_page: Callable[[Page, User], Page],
    session: Session,
    staff: Callable[..., User],
    held: tuple[Interviewer, Case],
    language: str,
) -> None:
    waiting = leaver_with_offer(session, name="Bo Lewis")
    for area in ("NM", "EV", "SM"):
        for _ in range(4):
            make_case(session, area=area, last_working_day=clock.today() + timedelta(days=5))
    lead = staff(StaffRole.NATIONAL_HR)
    page = sign_in_page(new_page(DESK, language=language), lead)
    for path, name in (
        ("/interviews", "list"),
        (f"/interviews/cases/{waiting.id}", "case"),
        ("/interviews/capacity", "capacity"),
        ("/interviews/interviewers", "interviewers"),
        ("/interviews/interviewers/new", "accredit"),
        ("/compliance", "compliance"),
    ):
        page.goto(path)
        looked_at(page, f"{name}-{language}")
    phone = sign_in_page(new_page(PHONE, language=language), lead)
    phone.goto("/compliance")
    assert not scrolls_sideways(phone)
