"""The whole life of one interview in a browser, in both languages, on a phone and at a desk."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.access import StaffRole
from surveyapp.directory.models import User
from surveyapp.interviews import jobs, messages, queries, records
from surveyapp.interviews.models import BookingState, InterviewOffer, OfferState
from surveyapp.interviews.record_models import InterviewRecord, RecordState
from surveyapp.invitations import links
from surveyapp.mail.models import OutboxMessage
from tests.factories.cases import make_case
from tests.interviews.people import make_interviewer
from tests.journeys.conftest import DESK, PHONE, looked_at

pytestmark = pytest.mark.one_backend
DRILL = pytest.mark.drill
WAYS = (
    pytest.param(("en", PHONE, DESK), id="en-leaver-390-staff-1280"),
    pytest.param(("cy", DESK, PHONE), id="cy-leaver-1280-staff-390"),
    pytest.param(("en", DESK, PHONE), id="en-leaver-1280-staff-390", marks=DRILL),
    pytest.param(("cy", PHONE, DESK), id="cy-leaver-390-staff-1280", marks=DRILL),
)


@dataclass
class Scene:
    """The people of the story, each at a browser of their own."""

    session: Session
    case_id: uuid.UUID
    quarter: str
    leaver: Page
    adviser: Page
    interviewer: Page
    name: str

    def look(self, page: Page, what: str) -> None:
        looked_at(page, f"path-{self.name}-{what}")

    def booking(self) -> tuple[int, bool] | None:
        """The interview to come, as the database has it now: its sequence, and whether HR booked it."""
        self.session.expire_all()
        found = queries.booking_to_come(self.session, self.case_id)
        seen = None if found is None else (found.sequence, found.booked_by_hr)
        self.session.rollback()  # on SQLite an open transaction of the test would keep the server waiting
        return seen


@pytest.fixture
def scene(
    request: pytest.FixtureRequest,
    session: Session,
    staff: Callable[..., User],
    new_page: Callable[..., Page],
    sign_in_page: Callable[[Page, User], Page],
) -> Scene:
    language, leaver_width, staff_width = request.param
    ceri = make_interviewer(session, languages=["en", "cy"])
    make_interviewer(session, "Line Manager")
    case = make_case(
        session,
        name="Ann Rees",
        language=language,
        last_working_day=clock.today() + timedelta(days=40),
        line_manager_email="line.manager@ncs.example",
    )
    monday = clock.today() + timedelta(days=(7 - clock.today().weekday()) % 7)
    assert jobs.offer_interviews(session, monday) == 1
    adviser = staff(StaffRole.HR_ADVISER, StaffRole.HR_LEAD, areas=("NM",))
    token = links.mint(session, case.id, "test").token
    session.commit()
    leaver = new_page(leaver_width, language=language)
    leaver.goto("/code")
    leaver.context.add_cookies([{"name": "leaver", "value": token, "url": leaver.evaluate("location.origin")}])
    pages = [sign_in_page(new_page(staff_width, language=language), user) for user in (adviser, ceri.user)]
    last = clock.today() + timedelta(days=40)
    case_id, quarter = case.id, f"{last.year}q{(last.month + 2) // 3}"
    session.rollback()
    return Scene(session, case_id, quarter, leaver, *pages, f"{language}-{leaver_width['width']}")


@pytest.mark.parametrize("scene", WAYS, indirect=True)
def test_from_the_offer_to_the_agreed_record_and_the_board(scene: Scene) -> None:
    the_leaver_books_in_two_clicks(scene)
    the_leaver_moves_and_cancels(scene)
    the_adviser_books_again_and_moves(scene)
    the_interviewer_writes_up_with_coded_reasons(scene)
    the_leaver_comments_and_agrees_the_correction(scene)
    the_adviser_sends_the_point_and_sees_the_board(scene)


def the_leaver_books_in_two_clicks(scene: Scene) -> None:
    page = scene.leaver
    page.goto("/a/interview")
    assert "Line Manager" not in page.content()
    page.locator("details summary").first.click()
    scene.look(page, "1-choose")
    page.locator("input[name=slot]").first.check()
    page.locator("#times button[type=submit]").click()
    expect(page.locator(".govuk-summary-list")).to_contain_text("Ceri Hughes")
    scene.look(page, "2-booked")
    assert scene.booking() == (0, False)


def the_leaver_moves_and_cancels(scene: Scene) -> None:
    page = scene.leaver
    page.locator("a[href*='change=1']").click()
    page.locator("input[name=slot]").nth(4).check()
    page.locator("#times button[type=submit]").click()
    expect(page.locator(".govuk-summary-list")).to_be_visible()
    assert scene.booking() == (1, False)
    page.locator("a[href$='/cancel']").click()
    scene.look(page, "3-cancel")
    page.locator("main form button[type=submit]").click()
    expect(page.locator("[role=status]")).to_be_visible()
    scene.look(page, "4-cancelled")
    assert scene.booking() is None
    offer = scene.session.scalars(select(InterviewOffer)).one()
    assert offer.state is OfferState.OFFERED
    scene.session.rollback()


def the_adviser_books_again_and_moves(scene: Scene) -> None:
    page = scene.adviser
    page.goto("/interviews")
    scene.look(page, "5-interviews")
    page.goto(f"/interviews/cases/{scene.case_id}")
    scene.look(page, "6-case")
    for option in (2, 6):
        page.locator("#slot").select_option(index=option)
        page.locator("form[action$='/book'] button[type=submit]").click()
        expect(page.locator(".govuk-notification-banner--success")).to_be_visible()
    scene.look(page, "7-booked-by-hr")
    assert scene.booking() == (1, True)


def the_interviewer_writes_up_with_coded_reasons(scene: Scene) -> None:
    """The days go by: the booking's time is put into yesterday, as nothing on a page can do."""
    booking = queries.booking_to_come(scene.session, scene.case_id)
    assert booking is not None
    back = booking.starts_at - (clock.now() - timedelta(days=1))
    for name in ("starts_at", "ends_at", "busy_from_at", "busy_until_at"):
        setattr(booking, name, getattr(booking, name) - back)
    scene.session.commit()
    page = scene.interviewer
    page.goto("/interviews/mine")
    scene.look(page, "8-mine")
    page.locator("main table a").first.click()
    page.wait_for_url("**/record*")  # loaded, script and all: what is typed before it listens is saved by the buttons
    page.locator("#limits").check()
    page.locator("#note-decision").fill("The caseload doubled after the move.")
    page.locator("details:has(#sharing-decision) summary").click()
    page.locator("#sharing-decision").select_option("line_manager")
    page.locator("input[name=note-return][value=perhaps]").check()
    page.locator("#main").select_option("workload")
    page.locator("input[name=reasons][value=pay]").check()
    expect(page.locator("[data-autosave-status]")).not_to_be_empty()
    page.reload()
    assert page.locator("#note-decision").input_value() == "The caseload doubled after the move."
    assert page.locator("#main").input_value() == "workload"
    scene.look(page, "9-record")
    page.locator("button[value=write_up]").click()
    expect(page.locator(".govuk-notification-banner--success")).to_be_visible()
    record = record_of(scene)
    assert record.state is RecordState.WRITTEN_UP and record.booking.state is BookingState.HELD
    assert records.reasons_of(record) == records.Reasons("workload", ("pay",))
    scene.session.rollback()


def record_of(scene: Scene) -> InterviewRecord:
    scene.session.rollback()
    scene.session.expire_all()
    return scene.session.scalars(select(InterviewRecord)).one()


def the_leaver_comments_and_agrees_the_correction(scene: Scene) -> None:
    page = scene.leaver
    page.goto("/a/record")
    scene.look(page, "10-own-record")
    page.locator("#comment").fill("It was after the second move.")
    page.locator("button[value=comment]").click()
    expect(page.locator("main")).to_contain_text("It was after the second move.")
    writer = scene.interviewer
    writer.reload()
    expect(writer.locator("main")).to_contain_text("It was after the second move.")
    writer.locator("#note-decision").fill("The caseload doubled after the second move.")
    writer.locator("button[value=write_up]").click()
    expect(writer.locator(".govuk-notification-banner--success")).to_be_visible()
    page.goto("/a/record")
    expect(page.locator("main")).to_contain_text("after the second move.")
    page.locator("input[name=points]").check()
    scene.look(page, "11-corrected")
    page.locator("button[value=agree]").click()
    expect(page.locator("[role=status]")).to_be_visible()
    scene.look(page, "12-agreed")
    record = record_of(scene)
    assert record.state is RecordState.AGREED and len(record.comments) == 1
    (point,) = [one for one in record.points if one.question == "decision"]
    assert point.leaver_agreed and [one.note for one in point.versions] == ["The caseload doubled after the move."]
    scene.session.rollback()


def the_adviser_sends_the_point_and_sees_the_board(scene: Scene) -> None:
    page = scene.adviser
    page.goto(f"/interviews/cases/{scene.case_id}/points")
    scene.look(page, "13-points")
    page.locator("form[action$='/points/send'] button").click()
    expect(page.locator(".govuk-notification-banner--success")).to_be_visible()
    kinds = scene.session.scalars(select(OutboxMessage.kind)).all()
    assert kinds.count(messages.POINTS_TO_MANAGER) == 1
    scene.session.rollback()
    page.goto(f"/compliance?period={scene.quarter}")
    scene.look(page, "14-board")
    page.goto(f"/compliance/leavers?period={scene.quarter}&step=agreed")
    expect(page.locator("main")).to_contain_text("Ann Rees")
    scene.look(page, "15-behind")
    page.goto("/interviews/guide")
    scene.look(page, "16-guide")
