"""HR in a browser: the work list, a case from first news to its end, files, letters, policy; by keys alone too."""

import csv
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from openpyxl import Workbook
from playwright.sync_api import FilePayload, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.access import StaffRole
from surveyapp.cases.models import AbsenceCover, Case, CaseState
from surveyapp.directory.models import User
from surveyapp.invitations import ledger
from surveyapp.mail.models import OutboxMessage
from tests.factories.cases import make_case
from tests.journeys.conftest import DESK, PHONE, looked_at

pytestmark = [pytest.mark.one_backend, pytest.mark.usefixtures("organisation")]
BOTH = pytest.mark.parametrize(("language", "viewport"), [("en", PHONE), ("cy", DESK)])
SAVED = ".govuk-notification-banner--success"
SUBMIT = "main form[method=post] button[type=submit]"
COLUMNS = ["staff_number", "name", "area", "job_role", "leaving_type", "last_working_day", "work_email"]


def soon(n: int = 30) -> date:
    return clock.today() + timedelta(days=n)


@pytest.fixture
def hr_page(
    new_page: Callable[..., Page], sign_in_page: Callable[[Page, User], Page], staff: Callable[..., User]
) -> Callable[..., Page]:
    """A page of an adviser of Northmoor and Eastvale, or of another staff role."""

    def make(viewport: dict[str, int], language: str, role: StaffRole = StaffRole.HR_ADVISER, **where: Any) -> Page:
        user = staff(role, email=f"{role}@ncs.example", **(where or {"areas": ("NM", "EV")}))
        return sign_in_page(new_page(viewport, language=language), user)

    return make


def the_case(session: Session, **wanted: Any) -> Case:
    """The newest look at the one case; ends the test's own transaction, so that the server can write."""
    session.commit()
    session.expire_all()
    found = session.scalars(select(Case).filter_by(**wanted)).one()
    session.commit()
    return found


def fill_day(page: Page, name: str, day: date) -> None:
    for part, value in (("day", day.day), ("month", day.month), ("year", day.year)):
        page.locator(f"[name={name}-{part}]").fill(str(value))


def send(page: Page, address_ends: str) -> None:
    """Press the one button of the form that posts there; what was done is told."""
    page.locator(f"form[action$='{address_ends}'] button").first.click()
    expect(page.locator(SAVED)).to_be_visible()


@BOTH
def test_an_adviser_carries_a_case_from_first_news_to_its_end(
    hr_page: Callable[..., Page], staff: Callable[..., User], session: Session, language: str, viewport: dict[str, int]
) -> None:
    other_id = staff(StaffRole.HR_ADVISER, areas=("NM",), email="other@ncs.example").id
    session.commit()
    page = hr_page(viewport, language)
    page.goto("/cases/add")
    page.locator(SUBMIT).click()
    assert page.locator(".govuk-error-summary").count() == 1
    looked_at(page, f"add-errors-{language}")
    page.locator("[name=staff_number]").fill("N1")
    page.locator("[name=name]").fill("Siân Lewis")
    page.locator("[name=area]").select_option("NM")
    page.locator("[name=job_role]").select_option("case_lawyer")
    page.locator("[name=leaving_type]").select_option("resignation")
    fill_day(page, "last_working_day", soon())
    page.locator("[name=work_email]").fill("sian@ncs.example")
    page.locator("[name=personal_email]").fill("sian@home.example")
    page.locator(SUBMIT).click()
    case = the_case(session)
    page.wait_for_url(f"**/cases/{case.id}")
    looked_at(page, f"case-{language}")
    page.goto(f"/cases/{case.id}/invitation")
    looked_at(page, f"invitation-{language}")
    send(page, "/invitation/send")
    send(page, "/invitation/hold")
    send(page, "/invitation/release")
    page.locator("main details summary").click()
    looked_at(page, f"invitation-reissue-{language}")
    send(page, "/invitation/reissue")
    page.locator("[name=address]").fill("not an address")
    page.locator("form[action$='/invitation/address'] button").click()
    assert page.locator("[name=address]").input_value() == "not an address"
    page.locator("[name=address]").fill("sian@elsewhere.example")
    send(page, "/invitation/address")
    page.goto(f"/cases/{case.id}/note")
    page.locator("textarea").fill("Rang on Monday.")
    page.locator(SUBMIT).click()
    expect(page.locator("main")).to_contain_text("Rang on Monday.")
    page.goto(f"/cases/{case.id}/hand-over")
    page.locator("[name=owner]").select_option(str(other_id))
    looked_at(page, f"hand-over-{language}")
    page.locator(SUBMIT).click()
    page.goto(f"/cases/{case.id}/stayed")
    looked_at(page, f"stayed-{language}")
    page.locator("[name=after_conversation]").check()
    page.locator(SUBMIT).click()
    assert the_case(session).state is CaseState.STAYED and the_case(session).stayed_after_conversation
    send(page, "/open-again")
    looked_at(page, f"case-full-{language}")
    found = the_case(session)
    assert found.is_open and found.owner_id == other_id and found.personal_email == "sian@elsewhere.example"
    kinds = {message.kind for message in session.scalars(select(OutboxMessage))}
    session.commit()
    assert {"invitation.reissued", "invitation.address_changed"} <= kinds


def csv_file(*rows: dict[str, str]) -> FilePayload:
    text = StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return {"name": "leavers.csv", "mimeType": "text/csv", "buffer": text.getvalue().encode()}


def xlsx_file(*rows: dict[str, str]) -> FilePayload:
    book, stream = Workbook(), BytesIO()
    sheet: Any = book.active
    sheet.append(COLUMNS)
    for one in rows:
        sheet.append([one[column] for column in COLUMNS])
    book.save(stream)
    return {"name": "leavers.xlsx", "mimeType": "application/vnd.ms-excel", "buffer": stream.getvalue()}


def row(number: str, **changes: str) -> dict[str, str]:
    usual = dict(zip(COLUMNS, (number, f"Leaver {number}", "NM", "case_lawyer", "resignation", "", ""), strict=True))
    return usual | {"last_working_day": soon().isoformat()} | changes


def names(session: Session) -> list[str]:
    session.commit()
    session.expire_all()
    found = sorted(case.staff_number or "" for case in session.scalars(select(Case)))
    session.commit()
    return found


@BOTH
def test_a_file_is_looked_at_then_taken_whole_or_its_good_rows_only(
    hr_page: Callable[..., Page], session: Session, language: str, viewport: dict[str, int]
) -> None:
    page = hr_page(viewport, language)
    page.goto("/cases/import")
    looked_at(page, f"import-{language}")
    faulty = csv_file(row("N1"), row("N2", area="Atlantis", last_working_day="18/12/2026"), row("N3"))
    page.locator("input[type=file]").set_input_files(faulty)
    page.locator(SUBMIT).click()
    expect(page.locator("main table")).to_contain_text("Atlantis")
    looked_at(page, f"import-faults-{language}")
    assert page.locator("input[name=take][value=all]").count() == 0 and names(session) == []
    page.locator("form:has(input[name=take][value=good]) button").click()
    expect(page.locator(SAVED)).to_be_visible()
    assert names(session) == ["N1", "N3"]
    page.goto("/cases/import")
    page.locator("input[type=file]").set_input_files(xlsx_file(row("N1"), row("N2"), row("N4")))
    page.locator(SUBMIT).click()
    looked_at(page, f"import-preview-{language}")
    page.locator("form:has(input[name=take][value=all]) button").click()
    expect(page.locator(SAVED)).to_contain_text("2")
    assert names(session) == ["N1", "N2", "N3", "N4"]
    looked_at(page, f"cases-{language}")


@BOTH
def test_the_work_list_leads_to_bulk_sending_and_letters_in_one_file(
    hr_page: Callable[..., Page], session: Session, language: str, viewport: dict[str, int], tmp_path: Path
) -> None:
    reached = make_case(session, name="Ann Rees", last_working_day=soon())
    by_post = make_case(session, name="Bo Lewis", work_email="", personal_email="", last_working_day=soon())
    make_case(session, name="Other Area", area="SM", last_working_day=soon())
    session.commit()
    page = hr_page(viewport, language)
    page.goto("/")
    expect(page.locator("main")).to_contain_text("Ann Rees")
    expect(page.locator("main")).not_to_contain_text("Other Area")
    looked_at(page, f"work-{language}")
    if viewport is PHONE:
        page.locator("main details summary").first.click()
    page.locator("[name=whose]").select_option("mine")
    page.locator("main form[method=get] button").first.click()
    looked_at(page, f"work-empty-{language}")
    page.goto("/")
    with page.expect_download() as download:
        page.locator("a[href*='work-list.csv']").click()
    assert "Ann Rees" in Path(download.value.path()).read_text(encoding="utf-8-sig")
    page.goto("/invitations")
    looked_at(page, f"to-invite-{language}")
    for box in page.locator("input[name=case]").all():
        box.check(force=True)
    page.locator("form[action$='/invitations/confirm'] button").click()
    looked_at(page, f"confirm-{language}")
    page.locator("form[action$='/invitations/send'] button").click()
    expect(page.locator(SAVED)).to_be_visible()
    page.goto("/invitations/letters")
    expect(page.locator("main table")).to_contain_text("Bo Lewis")
    looked_at(page, f"letters-{language}")
    with page.expect_download() as letters:
        page.locator("form[action$='/letters/print'] button").click()
    with pikepdf.open(letters.value.path()) as made:
        assert len(made.pages) == 1
    page.goto("/invitations/failed")
    looked_at(page, f"failed-{language}")
    session.commit()
    assert all(ledger.invitation_for(session, case.id).invited_on for case in (reached, by_post))
    session.commit()


@BOTH
def test_an_absence_is_covered_and_last_days_are_moved_together(
    hr_page: Callable[..., Page], staff: Callable[..., User], session: Session, language: str, viewport: dict[str, int]
) -> None:
    away = staff(StaffRole.HR_ADVISER, areas=("NM",), email="away@ncs.example")
    cover = staff(StaffRole.HR_ADVISER, areas=("NM",), email="cover@ncs.example")
    for _ in range(2):
        make_case(session, last_working_day=soon())
    session.commit()
    page = hr_page(viewport, language)
    page.goto("/cases/cover")
    page.locator("[name=absent]").select_option(str(away.id))
    page.locator("[name=cover]").select_option(str(cover.id))
    fill_day(page, "from_on", soon(1))
    fill_day(page, "until_on", soon(0))
    page.locator(SUBMIT).last.click()
    looked_at(page, f"cover-errors-{language}")
    fill_day(page, "until_on", soon(8))
    page.locator(SUBMIT).last.click()
    looked_at(page, f"covers-{language}")
    session.commit()
    assert len(session.scalars(select(AbsenceCover)).all()) == 1
    session.commit()
    page.goto("/cases")
    for box in page.locator("input[name=case]").all():
        box.check(force=True)
    page.locator("form[action$='/last-days'] > button").last.click()
    fill_day(page, "last_working_day", soon(60))
    looked_at(page, f"last-days-{language}")
    page.locator(SUBMIT).click()
    expect(page.locator(SAVED)).to_be_visible()
    session.commit()
    session.expire_all()
    assert set(session.scalars(select(Case.last_working_day))) == {soon(60)}
    session.commit()


@BOTH
def test_national_hr_reads_changes_and_tries_the_policy(
    hr_page: Callable[..., Page], language: str, viewport: dict[str, int]
) -> None:
    page = hr_page(viewport, language, StaffRole.NATIONAL_HR, areas=())
    page.goto("/settings/policy/ncs")
    looked_at(page, f"policy-{language}")
    page.goto("/settings/policy/ncs/type/dismissal_conduct")
    page.locator("input[name=questionnaire][value=short], [name=questionnaire] option[value=short]").first.evaluate(
        "one => { if (one.tagName === 'OPTION') { one.parentElement.value = one.value } else { one.click() } }"
    )
    looked_at(page, f"policy-rule-{language}")
    page.locator(SUBMIT).click()
    expect(page.locator(SAVED)).to_be_visible()
    page.goto("/settings/policy/ncs/days")
    looked_at(page, f"policy-days-{language}")
    page.goto("/settings/policy/ncs/try")
    page.locator("[name=leaving_type]").select_option("resignation")
    fill_day(page, "told", date(2026, 12, 1))
    fill_day(page, "last", date(2027, 1, 15))
    page.locator("main form button").click()
    heads = page.locator("main table").nth(1).locator("th").all_inner_texts()
    assert len(set(heads)) == 7, "each day of the week has its own name"
    looked_at(page, f"policy-try-{language}")


def test_the_next_step_is_reached_and_done_by_keyboard_alone(hr_page: Callable[..., Page], session: Session) -> None:
    case = make_case(session, name="Ann Rees", last_working_day=soon())
    session.commit()
    page = hr_page(DESK, "en")
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className").startswith("govuk-skip-link")
    page.keyboard.press("Enter")
    reach(page, f"/cases/{case.id}")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cases/{case.id}")
    reach(page, f"/cases/{case.id}/invitation")
    page.keyboard.press("Enter")
    page.wait_for_url("**/invitation")
    reach(page, "/invitation/send")
    page.keyboard.press("Enter")
    expect(page.locator(SAVED)).to_be_visible()
    session.commit()
    assert ledger.invitation_for(session, case.id).invited_on == clock.today()
    session.commit()


def reach(page: Page, address: str) -> None:
    """Tab on until the link, or the button of the form, that leads there has the focus, and can be seen."""
    for _ in range(60):
        page.keyboard.press("Tab")
        leads_to = page.evaluate("(e => e.href || (e.form && e.form.action) || '')(document.activeElement)")
        if leads_to.split("?")[0].endswith(address):
            assert page.evaluate("document.activeElement.matches(':focus-visible')")
            return
    raise AssertionError(f"no key leads to {address}")
