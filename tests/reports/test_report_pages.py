"""The report pages: the same released numbers on screen, in files and at the command line, and only in scope."""

import csv
import gzip
import html
import io
import re
import zipfile
from collections.abc import Callable

import openpyxl
import pikepdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp.access import StaffRole
from surveyapp.audit.models import AuditEvent
from surveyapp.cli.themes import themes
from surveyapp.directory import queries as directory
from surveyapp.directory.models import User
from surveyapp.encryption.sealed_box import ReleasePrivateKey
from surveyapp.reports.models import Release, ReleaseState
from surveyapp.reports.staff_routes import CODED_PAGES, PAGES
from tests.factories.releases import signed_releases
from tests.page_rules import page_faults
from tests.reports.pdf_text import text_of

pytestmark = pytest.mark.one_backend

Staff = Callable[..., User]
SignedIn = Callable[[User], FlaskClient]


@pytest.fixture
def numbers(session: Session, organisation: str, release_key: ReleasePrivateKey) -> list[int]:
    return signed_releases(session, release_key)


@pytest.fixture
def areas(session: Session, organisation: str) -> list[str]:
    return sorted(area.code for area in directory.areas_of(session, "ncs"))[:4]


@pytest.fixture
def lead(numbers: list[int], staff: Staff, signed_in: SignedIn) -> FlaskClient:
    return signed_in(staff(StaffRole.RETENTION_LEAD))


def address_of(name: str) -> str:
    return f"/themes/{name}" if name else "/themes"


@pytest.mark.parametrize("language", ["en", "cy"])
def test_every_page_is_whole_light_and_says_release_window_base_and_what_is_hidden(
    lead: FlaskClient, numbers: list[int], areas: list[str], language: str
) -> None:
    lead.set_cookie("language", language)
    for name in (*PAGES, f"area/{areas[0]}", "reason/workload", "guide", "hidden"):
        answer = lead.get(address_of(name))
        assert answer.status_code == 200, name
        body = answer.get_data(as_text=True)
        assert page_faults(body) == [], name
        assert f'lang="{language}"' in body
        if name not in ("guide", "hidden"):
            assert body.count("app-release-line") == 1, name
        assert len(body) < 600_000


def test_the_finding_comes_before_the_filter_and_what_is_chosen_is_said(lead: FlaskClient) -> None:
    folded = re.compile(r'<details>\s*<summary class="app-filter__summary">Change what is shown<')
    for name in ("", "areas", "role-area", "sources"):
        assert folded.search(lead.get(address_of(name)).text), name
    said = re.findall(r"<dt>([^<]+)</dt><dd>([^<]+)</dd>", lead.get("/themes/role-area?reason=workload").text)
    assert ("Reason", "workload") in said
    assert "<details open data-fold-on-phone>" in lead.get("/themes/compare").text


def test_a_screen_shows_exactly_the_numbers_of_its_csv(lead: FlaskClient, areas: list[str]) -> None:
    page = lead.get("/themes/areas?reason=workload").get_data(as_text=True)
    rows = list(csv.DictReader(io.StringIO(lead.get("/themes/files/csv/areas?reason=workload").get_data(as_text=True))))
    table = page[page.index('id="by-area"') : page.index('id="all-reasons"')]
    shown = [row for row in rows if row["status"] == "shown"]
    assert shown
    cells = [re.sub("<[^>]+>", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", table)]
    for row in shown:
        assert {row["n"], row["base"], f"{row['percent']}%", f"{row['low']}%", f"{row['high']}%"} <= set(cells)


def test_the_csv_of_a_page_is_what_the_command_prints(
    app: Flask, session: Session, lead: FlaskClient, numbers: list[int]
) -> None:
    for by, page in (("area", "areas"), ("role", "roles"), ("role-area", "role-area")):
        session.commit()  # the command is another session, and SQLite has one writer
        printed = app.test_cli_runner().invoke(themes, ["--agency", "ncs", "--by", by, "--format", "csv"])
        assert printed.exit_code == 0, printed.output
        assert lead.get(f"/themes/files/csv/{page}").get_data(as_text=True) == printed.output


def test_a_workbook_holds_the_tables_of_its_page_and_no_formula(lead: FlaskClient) -> None:
    answer = lead.get("/themes/files/xlsx/areas")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    assert len(book.sheetnames) >= 3
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]


def test_a_chart_is_served_as_a_picture_that_refers_to_nothing_outside(lead: FlaskClient) -> None:
    answer = lead.get("/themes/files/svg/by-area/areas")
    assert answer.content_type == "image/svg+xml"
    text = answer.get_data(as_text=True)
    assert text.startswith("<svg") and "href" not in text
    assert lead.get("/themes/files/svg/nothing/areas").status_code == 404


def test_a_lead_of_one_area_reads_every_area_total_but_only_the_cells_of_that_area(
    numbers: list[int], areas: list[str], staff: Staff, signed_in: SignedIn, lead: FlaskClient
) -> None:
    own = signed_in(staff(StaffRole.RETENTION_LEAD, areas=(areas[0],)))
    whole, narrow = (
        list(csv.DictReader(io.StringIO(one.get("/themes/files/csv/role-area").get_data(as_text=True))))
        for one in (lead, own)
    )
    assert {row["area"] for row in whole} > {row["area"] for row in narrow} == {areas[0]}
    assert [row for row in whole if row["area"] == areas[0]] == narrow
    assert lead.get("/themes/files/csv/areas").data == own.get("/themes/files/csv/areas").data
    assert own.get(f"/themes/hidden?by=role-area&area={areas[1]}").status_code == 404
    assert own.get(f"/themes/hidden?by=role-area&area={areas[0]}").status_code == 200


def test_what_is_not_there_or_not_yours_is_404(
    lead: FlaskClient, numbers: list[int], staff: Staff, signed_in: SignedIn
) -> None:
    for query in ("release=99", "release=x", "window=2w", "type=death", "source=me", "reason=none", "area=ZZ", "a=ZZ"):
        assert lead.get(f"/themes/areas?{query}").status_code == 404, query
    for path in ("area/ZZ", "role/none", "reason/none", "files/csv/none", "files/csv/area/ZZ", "hidden?by=none"):
        assert lead.get(f"/themes/{path}").status_code == 404, path
    other = signed_in(staff(StaffRole.RETENTION_LEAD, agency="css"))
    assert other.get(f"/themes/areas?release={numbers[-1]}").status_code == 404
    assert other.get(f"/reports/report.html?release={numbers[-1]}").status_code == 404
    adviser = signed_in(staff(StaffRole.HR_ADVISER))
    assert {adviser.get(address_of(name)).status_code for name in PAGES} == {404}


def test_reading_needs_no_right_to_export_but_every_file_does(
    numbers: list[int], staff: Staff, signed_in: SignedIn
) -> None:
    signer = signed_in(staff(StaffRole.RELEASE_SIGNER))
    assert signer.get("/themes/areas").status_code == 200
    assert b"/themes/files/" not in signer.get("/themes/areas").data
    for path in ("/themes/files/csv/areas", "/themes/files/xlsx/areas", "/themes/files/svg/by-area/areas"):
        assert signer.get(path).status_code == 404
    assert signer.get("/reports/report.pdf").status_code == 404


def test_every_look_and_every_export_is_in_the_audit_log(session: Session, lead: FlaskClient) -> None:
    def events(name: str) -> int:
        return session.scalar(select(func.count()).select_from(AuditEvent).where(AuditEvent.event == name)) or 0

    lead.get("/themes/areas")
    lead.get("/themes/files/csv/areas")
    session.commit()  # looks are written apart, after this session's reading began
    assert (events("report.read"), events("report.exported")) == (1, 1)


def test_nobody_reads_an_unsigned_release(
    session: Session, organisation: str, release_key: ReleasePrivateKey, staff: Staff, signed_in: SignedIn
) -> None:
    numbers = signed_releases(session, release_key, sign=False)
    reader = signed_in(staff(StaffRole.RETENTION_LEAD))
    assert "No release has been signed yet" in reader.get("/themes").get_data(as_text=True)
    assert {reader.get(address_of(name)).status_code for name in PAGES if name} == {404}
    signer = signed_in(staff(StaffRole.RELEASE_SIGNER, agency=None))
    assert signer.get("/reports/releases").status_code == 200
    assert f"{len(numbers)} releases wait for a signature" in signer.get("/themes").text
    assert signer.post(f"/reports/releases/{numbers[0]}/sign").status_code == 302
    assert session.get_one(Release, numbers[0]).state is ReleaseState.SIGNED
    assert reader.get("/themes/areas").status_code == 200
    assert f"{len(numbers) - 1} releases wait for a signature" in signer.get("/themes").text
    assert "for a signature" not in reader.get("/themes").text + signer.get("/themes/areas").text
    assert reader.post(f"/reports/releases/{numbers[1]}/sign").status_code == 404


def test_an_older_release_signed_later_is_read_at_once(
    session: Session, organisation: str, release_key: ReleasePrivateKey, staff: Staff, signed_in: SignedIn
) -> None:
    """What is kept in memory depends on which releases are signed, not only on the number asked for."""
    numbers = signed_releases(session, release_key, sign=False)
    signer = signed_in(staff(StaffRole.RELEASE_SIGNER, agency=None))
    reader = signed_in(staff(StaffRole.RETENTION_LEAD))
    signer.post(f"/reports/releases/{numbers[-1]}/sign")
    before = reader.get("/themes/files/csv/time").get_data(as_text=True)
    signer.post(f"/reports/releases/{numbers[-2]}/sign")
    after = reader.get("/themes/files/csv/time").get_data(as_text=True)
    assert len(after.splitlines()) > len(before.splitlines())


@pytest.mark.parametrize("kind", ["html", "docx", "xlsx"])
def test_the_report_of_a_release_is_made_from_the_same_rows(lead: FlaskClient, kind: str) -> None:
    answer = lead.get(f"/reports/report.{kind}")
    assert answer.status_code == 200
    if kind == "html":
        text = answer.get_data(as_text=True)
    else:
        inside = zipfile.ZipFile(io.BytesIO(answer.data))
        name = "word/document.xml" if kind == "docx" else "xl/sharedStrings.xml"
        text = inside.read(name).decode()
    assert "Why people leave" in text and "Reasons by Area" in text


def test_the_pdf_is_tagged_and_in_the_readers_language(lead: FlaskClient) -> None:
    lead.set_cookie("language", "cy")
    answer = lead.get("/reports/report.pdf")
    assert answer.status_code == 200, answer.get_data(as_text=True)[:300]
    document = pikepdf.open(io.BytesIO(answer.data))
    assert str(document.Root.Lang) == "cy" and document.Root.MarkInfo.Marked
    assert b"pdfuaid" in document.Root.Metadata.read_bytes()
    printed, shown = text_of(document), html.unescape(lead.get("/reports/report.html").get_data(as_text=True))
    assert "Pam mae pobl yn gadael" in printed
    more = numbers_in(printed) - numbers_in(re.sub(r"<[^>]+>", " ", shown))
    assert more <= {str(at) for at in range(1, len(document.pages) + 1)}, f"only on paper: {sorted(more)}"


@pytest.mark.parametrize("name", ["areas", ""])
def test_a_page_can_be_taken_as_a_tagged_pdf_with_no_number_that_is_not_on_the_screen(
    lead: FlaskClient, name: str
) -> None:
    answer = lead.get(f"/themes/files/pdf/{name}".rstrip("/"))
    assert answer.status_code == 200 and answer.mimetype == "application/pdf"
    document = pikepdf.open(io.BytesIO(answer.data))
    assert str(document.Root.Lang) == "en" and document.Root.MarkInfo.Marked
    printed, shown = text_of(document), html.unescape(lead.get(address_of(name)).get_data(as_text=True))
    assert address_of("files/pdf") in shown and "How to read this" in printed
    heading = re.sub(r"<[^>]+>", "", shown.partition("<h1")[2].partition("</h1>")[0]).partition(">")[2].strip()
    assert heading.split()[-1] in printed
    more = {number for number in numbers_in(printed) - numbers_in(shown) if len(number) > 1}  # digits are set apart
    assert not more, f"only on paper: {sorted(more)}"


def numbers_in(text: str) -> set[str]:
    """Every number that a reader of this text gets."""
    return set(re.findall(r"\d[\d.,]*\d|\d", text))


def test_pages_by_code_are_those_of_the_address() -> None:
    assert set(CODED_PAGES) == {"area", "role", "reason"}


def over_the_wire(lead: FlaskClient, address: str) -> tuple[int, bool]:
    """Compressed bytes of a page with its styles and scripts, and whether it draws charts."""
    body = lead.get(address).get_data(as_text=True)
    parts = set(re.findall(r'(?:src|href)="(/static/[^"]+\.(?:css|js)[^"]*)"', body))
    assert parts, address
    size = len(gzip.compress(body.encode())) + sum(len(gzip.compress(lead.get(part).data)) for part in parts)
    return size, "data-chart=" in body


def test_pages_are_light_over_the_wire(lead: FlaskClient, areas: list[str]) -> None:
    for name in (*PAGES, f"area/{areas[0]}", "reason/workload", "guide", "hidden"):
        size, has_charts = over_the_wire(lead, address_of(name))
        assert size <= (600_000 if has_charts else 60_000), (name, size)
