"""All agencies together: a sum of what three agencies and more publish, and never a way to what one of them hides."""

import csv
import io
import re
from collections.abc import Callable

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from surveyapp.access import StaffRole
from surveyapp.audit.models import AuditEvent
from surveyapp.directory import accounts
from surveyapp.directory.models import Agency, User
from surveyapp.reports.models import Release, ReleaseState
from tests.conftest import TESTER
from tests.factories.published_agencies import FIGURES, YEAR, YEAR_BEFORE, publish, publish_three
from tests.page_rules import page_faults

PAGE = "/themes/all-agencies"
FILE = f"{PAGE}/files/csv"


@pytest.fixture
def agencies(session: Session, organisation: str) -> Session:
    """Four agencies; what each publishes, a test says."""
    session.add_all([Agency(code="pps", name="Prisons"), Agency(code="yjs", name="Youth Justice")])
    session.flush()
    return session


@pytest.fixture
def published(session: Session, organisation: str) -> Session:
    """Three agencies, each with a signed release."""
    publish_three(session)
    return session


@pytest.fixture
def ministry(staff: Callable[..., User], signed_in: Callable[[User], FlaskClient]) -> FlaskClient:
    """A retention lead of all agencies."""
    return signed_in(staff(StaffRole.RETENTION_LEAD, agency=None))


def rows_in(answer_text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer_text)))


def sums(reader: FlaskClient, query: str = "") -> dict[str, tuple[str, str]]:
    """n and base of each reason that is served for all agencies together; nothing where no file is served."""
    answer = reader.get(FILE + query)
    if answer.status_code == 404:
        return {}
    return {row["reason"]: (row["n"], row["base"]) for row in rows_in(answer.text) if row["agency"] == "*"}


@pytest.mark.one_backend
def test_three_agencies_are_added_up_on_screen_and_in_files_in_both_languages(
    published: Session, ministry: FlaskClient
) -> None:
    assert sums(ministry) == {"workload": ("75", "200"), "pay": ("72", "200"), "travel": ("17", "200")}
    page = ministry.get(PAGE).text
    assert page_faults(page) == [] and "“Workload” is given most in all agencies together" in page
    assert "Added up: " in page and "Prisons" in page and "200 answered" in page
    served = re.sub(r"<[^>]+>", " ", page)
    assert {"38%", "36%", "9%"} <= set(served.split()), "75, 72 and 17 of 200"
    book = openpyxl.load_workbook(io.BytesIO(ministry.get(f"{PAGE}/files/xlsx").data))
    assert [cell.value for cell in book["Every reason, all agencies toge"]["B"]][3:] == [75, 72, 17]
    assert ministry.get(f"{PAGE}/files/svg").text.startswith("<svg")
    ministry.set_cookie("language", "cy")
    welsh = ministry.get(PAGE).text
    assert page_faults(welsh) == [] and "Yr holl asiantaethau gyda’i gilydd" in welsh and "Workload (cy)" in welsh


def test_every_number_of_the_sum_follows_from_what_each_agencys_own_files_serve(
    published: Session, ministry: FlaskClient
) -> None:
    """So nothing can be worked out with it that could not be worked out without it."""
    own = [row for n in (1, 2, 3) for row in rows_in(ministry.get(f"/themes/files/csv/leaving-types?release={n}").text)]
    whole = [row for row in own if row["leaving_type"] == "resignation" and row["base"]]
    for reason, (n, base) in sums(ministry).items():
        parts = [row for row in whole if row["reason"] == reason]
        assert len(parts) == 3 and (sum(int(p["n"]) for p in parts), sum(int(p["base"]) for p in parts)) == (
            int(n),
            int(base),
        )
    beside = [row for row in rows_in(ministry.get(FILE).text) if row["agency"] != "*"]
    assert sorted(map(str, beside)) == sorted(map(str, whole))


def test_two_agencies_are_not_added_up_and_the_page_says_what_is_wanted(
    agencies: Session, ministry: FlaskClient
) -> None:
    publish(agencies, 1, "ncs", FIGURES["ncs"])
    publish(agencies, 2, "css", FIGURES["css"])
    assert sums(ministry) == {}
    page = ministry.get(PAGE)
    assert page.status_code == 200 and page_faults(page.text) == []
    assert "Agencies are added up from 3 up" in page.text and "Only these show figures" in page.text
    assert ministry.get(f"{PAGE}/files/xlsx").status_code == ministry.get(f"{PAGE}/files/svg").status_code == 404
    assert PAGE not in ministry.get("/reports").text and PAGE not in ministry.get("/themes/leaving-types").text


@pytest.mark.one_backend
def test_before_any_release_the_page_says_what_is_wanted(agencies: Session, ministry: FlaskClient) -> None:
    page = ministry.get(PAGE)
    assert page.status_code == 200 and "Agencies are added up from 3 up" in page.text


@pytest.mark.one_backend
def test_an_unsigned_release_is_in_no_sum(published: Session, ministry: FlaskClient) -> None:
    published.execute(update(Release).where(Release.agency == "pps").values(state=ReleaseState.CUT))
    assert sums(ministry) == {}


def test_an_agency_that_is_hidden_is_left_out_and_never_the_third(agencies: Session, ministry: FlaskClient) -> None:
    for number, agency in enumerate(("ncs", "css", "pps"), start=1):
        publish(agencies, number, agency, FIGURES[agency] if agency != "pps" else None)
    assert sums(ministry) == {}, "two agencies with figures are two, whatever a third hides"
    publish(agencies, 4, "yjs", (50, {"workload": 10, "pay": 10, "travel": 10}))
    assert sums(ministry)["workload"] == ("76", "210")
    assert "Left out, because its figures for this window are not shown: Prisons." in ministry.get(PAGE).text


@pytest.mark.one_backend
def test_figures_of_another_year_are_not_added_to_this_one(agencies: Session, ministry: FlaskClient) -> None:
    for number, agency in enumerate(("ncs", "css", "pps"), start=1):
        publish(agencies, number, agency, FIGURES[agency], YEAR_BEFORE if agency == "pps" else YEAR)
    assert sums(ministry) == {}
    publish(agencies, 4, "yjs", (50, {"workload": 10, "pay": 10, "travel": 10}))
    assert sums(ministry)["workload"] == ("76", "210")


@pytest.mark.one_backend
@pytest.mark.parametrize("few", [{"travel": 2}, {"travel": 38}, {}], ids=["few", "all but few", "not asked"])
def test_a_reason_that_one_agency_masks_or_does_not_ask_is_added_up_nowhere(
    agencies: Session, ministry: FlaskClient, few: dict[str, int]
) -> None:
    """Else the sum less the other agencies would be the count behind the mask."""
    publish(agencies, 1, "ncs", FIGURES["ncs"])
    publish(agencies, 2, "css", FIGURES["css"])
    publish(agencies, 3, "pps", (40, {"workload": 9, "pay": 18} | few))
    assert set(sums(ministry)) == {"workload", "pay"}
    page = ministry.get(PAGE).text
    assert "Not added up, because not every agency shows it: travel." in page and "1 reason, not shown by all" in page
    told = [row for row in rows_in(ministry.get(FILE).text) if row["reason"] == "travel" and row["agency"] == "pps"]
    assert all(row["status"] == "masked" and not row["percent"] for row in told)


@pytest.mark.one_backend
def test_only_who_reads_every_agency_reads_them_together(
    published: Session, ministry: FlaskClient, staff: Callable[..., User], signed_in: Callable[[User], FlaskClient]
) -> None:
    own = signed_in(staff(StaffRole.RETENTION_LEAD))
    nearly = staff(StaffRole.RETENTION_LEAD)
    accounts.grant_staff_role(published, nearly.email, StaffRole.RETENTION_LEAD, "css", (), actor=TESTER)
    signer, adviser = staff(StaffRole.RELEASE_SIGNER, agency=None), staff(StaffRole.NATIONAL_HR, agency=None)
    published.commit()
    three, other, reads = signed_in(nearly), signed_in(adviser), signed_in(signer)
    for reader in (own, three, other):
        assert {reader.get(PAGE).status_code, reader.get(FILE).status_code} == {404}
    assert PAGE in ministry.get("/reports").text and PAGE in ministry.get("/themes/leaving-types").text
    assert PAGE not in own.get("/reports").text and PAGE not in own.get("/themes/leaving-types").text
    assert reads.get(PAGE).status_code == 200 and reads.get(FILE).status_code == 404, "reading is no right to export"
    accounts.grant_staff_role(published, nearly.email, StaffRole.RETENTION_LEAD, "pps", (), actor=TESTER)
    assert three.get(PAGE).status_code == 200 and three.get(FILE).status_code == 200


@pytest.mark.one_backend
def test_what_no_release_can_hold_is_404_and_every_look_is_written_down(
    published: Session, ministry: FlaskClient
) -> None:
    for query in ("as_of=2026Q1", "as_of=x", "window=2w", "window=all", "type=death"):
        assert ministry.get(f"{PAGE}?{query}").status_code == ministry.get(f"{FILE}?{query}").status_code == 404, query
    assert ministry.get(f"{PAGE}?as_of=2026Q2&window=fy&type=all").status_code == 200
    assert ministry.get(FILE).status_code == 200
    read, exported = looks(published)
    assert (read.event, exported.event) == ("report.read", "report.exported")
    assert read.codes["releases"] == [] and exported.codes["releases"] == [2, 1, 3], "in the order of agencies' codes"


def looks(session: Session) -> list[AuditEvent]:
    session.commit()  # what requests wrote since this session last looked
    query = select(AuditEvent).where(AuditEvent.subject_kind == "period").order_by(AuditEvent.number)
    return list(session.scalars(query))
