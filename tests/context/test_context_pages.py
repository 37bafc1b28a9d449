"""Head-count and workload on screen: preview then apply, what is held with its gaps, corrections, who may."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.access import StaffRole
from surveyapp.context.jobs import discard_old_uploads
from surveyapp.context.models import ContextFigure, ContextUpload
from surveyapp.directory.models import User
from surveyapp.uploads import FileState
from tests.context.test_context_files import file_of, take
from tests.page_rules import page_faults

pytestmark = pytest.mark.one_backend

ROWS = ("headcount,2026-01,ncs,NM,,,120", "headcount,2026-03,ncs,NM,,,118", "headcount,2026-03,ncs,EV,,,60")


@pytest.fixture
def national(staff: Callable[..., User], signed_in: Callable[[User], FlaskClient]) -> FlaskClient:
    return signed_in(staff(StaffRole.NATIONAL_HR))


def upload(browser: FlaskClient, *rows: str) -> str:
    sent = browser.post("/settings/context/import", data={"file": (file_of(*rows), "figures.csv")})
    assert sent.status_code == 302, sent.text
    return str(sent.location)


def test_a_preview_changes_nothing_applying_takes_all_and_gaps_are_named(
    national: FlaskClient, session: Session
) -> None:
    assert "Nothing is held yet" in national.get("/settings/context").text
    address = upload(national, *ROWS)
    assert "Use this file" in national.get(address).text
    assert session.scalars(select(ContextFigure)).all() == []
    assert "3 figures were added or corrected" in national.post(address, follow_redirects=True).text
    held = national.get("/settings/context").text
    assert page_faults(held) == [] and "2026-02: Northmoor" in held and "missing" in held
    kept = session.scalars(select(ContextUpload)).one()
    assert kept.state is FileState.APPLIED and kept.content_cipher is None
    assert "no longer kept" in national.post(address, follow_redirects=True).text


def test_a_correction_is_shown_before_and_after_it_is_made(national: FlaskClient, session: Session) -> None:
    take(session, *ROWS)
    address = upload(national, "headcount,2026-03,ncs,EV,,,66")
    preview = national.get(address).text
    assert "Figures that would be corrected" in preview and ">60<" in preview and ">66<" in preview
    national.post(address)
    changes = national.get("/settings/context/changes").text
    assert page_faults(changes) == [] and ">60<" in changes and ">66<" in changes


def test_a_file_with_a_fault_cannot_be_used(national: FlaskClient, session: Session) -> None:
    address = upload(national, ROWS[0], "headcount,2026-03,ncs,<script>alert(1)</script>,,,60")
    page = national.get(address).text
    assert "&lt;script&gt;" in page and "Use this file" not in page
    national.post(address)
    assert session.scalars(select(ContextFigure)).all() == []


def test_what_is_held_comes_back_as_a_file_that_changes_nothing(national: FlaskClient, session: Session) -> None:
    take(session, *ROWS)
    text = national.get("/settings/context/figures.csv").text
    assert text.splitlines()[0] == "measure,period,agency,area,role,tenure_band,value"
    preview = national.get(upload(national, *text.splitlines()[1:])).text
    assert "<dt>Known already</dt><dd>3</dd>" in preview and "<dt>New</dt><dd>0</dd>" in preview


def test_an_upload_is_its_owners_alone_and_waits_one_day(
    national: FlaskClient, session: Session, staff: Callable[..., User], signed_in: Callable[[User], FlaskClient]
) -> None:
    address = upload(national, *ROWS)
    assert signed_in(staff(StaffRole.CENTRAL_TEAM)).get(address).status_code == 404
    with clock.set_to(clock.now() + timedelta(hours=25)):
        assert discard_old_uploads(session, clock.today()) == 1
    assert session.scalars(select(ContextUpload)).one().content_cipher is None


def test_another_agency_and_other_staff_roles_find_nothing(
    national: FlaskClient, session: Session, staff: Callable[..., User], signed_in: Callable[[User], FlaskClient]
) -> None:
    assert national.get("/settings/context?agency=css").status_code == 404
    assert national.get("/settings/context/figures.csv?agency=css").status_code == 404
    assert signed_in(staff(StaffRole.RETENTION_LEAD)).get("/settings/context").status_code == 404


def test_one_areas_national_officer_sees_only_its_figures(
    session: Session, staff: Callable[..., User], signed_in: Callable[[User], FlaskClient], organisation: str
) -> None:
    take(session, *ROWS)
    narrow = signed_in(staff(StaffRole.NATIONAL_HR, areas=("EV",)))
    assert "NM" not in narrow.get("/settings/context/figures.csv").text
    page = narrow.get("/settings/context").text
    assert '<th scope="row" class="govuk-table__header">Northmoor' not in page
