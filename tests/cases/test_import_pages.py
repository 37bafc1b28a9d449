"""The import on screen: a preview that changes nothing, faults per row, all or the good rows, a file kept briefly."""

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.access import StaffRole
from surveyapp.cases import uploads
from surveyapp.cases.jobs import close_finished_cases, discard_old_uploads
from surveyapp.cases.models import Case, CaseUpload
from surveyapp.directory.models import User
from surveyapp.uploads import FileState
from tests.cases.test_case_files import csv_file, row
from tests.factories.cases import make_case

pytestmark = pytest.mark.one_backend


@pytest.fixture
def adviser(staff: Callable[..., User], signed_in: Callable[[User], FlaskClient]) -> FlaskClient:
    return signed_in(staff(StaffRole.HR_ADVISER, areas=("NM",)))


def upload(browser: FlaskClient, *rows: dict[str, str], name: str = "leavers.csv") -> str:
    sent = browser.post("/cases/import", data={"file": (csv_file(*rows), name)})
    assert sent.status_code == 302, sent.text
    return str(sent.location)


def names(session: Session) -> list[str | None]:
    session.rollback()
    return sorted(str(case.name) for case in session.scalars(select(Case)))


def test_a_preview_changes_nothing_and_applying_takes_every_row(adviser: FlaskClient, session: Session) -> None:
    assert "staff_number" in adviser.get("/cases/import").text
    address = upload(adviser, row(staff_number="N1", name="Ann"), row(staff_number="N2", name="Bo"))
    assert "Take all 2 rows" in adviser.get(address).text and names(session) == []
    assert "2 cases were added or changed" in adviser.post(address, follow_redirects=True).text
    assert names(session) == ["Ann", "Bo"]
    kept = session.scalars(select(CaseUpload)).one()
    assert kept.state is FileState.APPLIED and kept.content_cipher is None
    again = adviser.post(address, follow_redirects=True)
    assert "no longer kept" in again.text and names(session) == ["Ann", "Bo"]


def test_faults_are_shown_as_text_and_nothing_is_taken_without_the_choice(
    adviser: FlaskClient, session: Session
) -> None:
    hostile = "<script>alert(1)</script>"
    address = upload(adviser, row(staff_number="N1", name="Ann"), row(staff_number="N2", area=hostile))
    page = adviser.get(address).text
    assert "&lt;script&gt;" in page and "<script>alert" not in page and "Take 1 good row only" in page
    adviser.post(address, data={"take": "all"})
    assert names(session) == []
    adviser.post(address, data={"take": "good"})
    assert names(session) == ["Ann"]


@pytest.mark.parametrize("name", ["leavers.pdf", "leavers", "leavers.csv.exe"])
def test_another_kind_of_file_is_refused(adviser: FlaskClient, name: str) -> None:
    sent = adviser.post("/cases/import", data={"file": (BytesIO(b"x"), name)})
    assert sent.status_code == 422 and ".csv or .xlsx" in sent.text


def test_an_upload_is_its_owners_and_can_be_discarded(
    adviser: FlaskClient, session: Session, staff: Callable[..., User], signed_in: Callable[[User], FlaskClient]
) -> None:
    address = upload(adviser, row())
    stranger = signed_in(staff(StaffRole.HR_LEAD))
    assert stranger.get(address).status_code == 404 and stranger.post(address).status_code == 404
    assert stranger.post(f"{address}/discard").status_code == 404
    adviser.post(f"{address}/discard")
    session.rollback()
    assert session.scalars(select(CaseUpload)).one().content_cipher is None


def test_the_worker_forgets_files_that_nobody_applied(adviser: FlaskClient, session: Session) -> None:
    upload(adviser, row())
    session.rollback()
    assert discard_old_uploads(session, clock.today()) == 0
    with clock.set_to(clock.now() + timedelta(days=2)):
        assert discard_old_uploads(session, clock.today()) == 1
    assert session.scalars(select(CaseUpload)).one().content_cipher is None


def test_the_worker_closes_cases_whose_time_is_over(session: Session, organisation: str) -> None:
    last = date(2026, 12, 18)
    with clock.set_to(last - timedelta(30)):
        case = make_case(session, last_working_day=last)
    session.commit()
    assert close_finished_cases(session, last + timedelta(89)) == 0
    assert close_finished_cases(session, last + timedelta(90)) == 1 and not case.is_open
    assert close_finished_cases(session, last + timedelta(91)) == 0


def test_a_file_too_long_for_a_page_is_refused_with_what_to_do(
    adviser: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_ROWS_ON_SCREEN", 2)
    address = upload(adviser, *(row(staff_number=f"N{n}", name="Ann") for n in range(3)))
    page = adviser.get(address).text
    assert "at most 2 rows" in page and "Take" not in page.split("<main")[1]
    adviser.post(address, data={"take": "good"})
    assert names(session) == []
    adviser.post(upload(adviser, row(staff_number="N1", name="Ann"), row(staff_number="N2", name="Bo")))
    assert names(session) == ["Ann", "Bo"]
