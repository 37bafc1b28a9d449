"""Files of cases: what is taken, what is refused and how it is told, all or nothing, and the same file again."""

import csv
import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openpyxl import Workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp import audit, clock
from surveyapp.access import StaffRole
from surveyapp.cases import queries, row_faults, service
from surveyapp.cases.arrivals import NewsStatus, Outcome, receive_news
from surveyapp.cases.bulk import add_cases
from surveyapp.cases.details import details_of
from surveyapp.cases.file_reading import RawRow
from surveyapp.cases.file_reports import FileHasFaults
from surveyapp.cases.file_rows import ReadRow, RowReader
from surveyapp.cases.imports import ImportReport, import_cases, preview_import, vocabulary_of
from surveyapp.cases.models import Case, CaseEvent, CaseFingerprint, CaseState
from surveyapp.directory.models import Agency, User
from surveyapp.directory.queries import viewer_of
from tests.conftest import TESTER
from tests.factories.cases import details
from tests.schemas import schema_faults

ROW = {
    "agency": "ncs",
    "staff_number": "100234",
    "name": "Null",
    "area": "Northmoor",
    "job_role": "case_lawyer",
    "leaving_type": "Resignation",
    "last_working_day": "2026-12-18",
    "work_email": "n.null@ncs.example",
    "line_manager_email": "boss@ncs.example",
    "manager_line": "head@ncs.example; chief@ncs.example",
    "language": "Welsh",
    "working_pattern": "Part-time",
}


@pytest.fixture(autouse=True)
def _ground(organisation: str) -> None:
    """Every test here needs the demo organisation."""


def csv_file(*rows: dict[str, str], columns: list[str] | None = None, **dialect: Any) -> BytesIO:
    text = StringIO(newline="")
    writer = csv.DictWriter(text, columns or list(ROW), **dialect)
    writer.writeheader()
    writer.writerows(rows)
    return BytesIO(text.getvalue().encode())


def xlsx_file(rows: list[list[Any]]) -> BytesIO:
    book, stream = Workbook(), BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(stream)
    stream.seek(0)
    return stream


def row(**changes: str) -> dict[str, str]:
    return ROW | changes


def take(session: Session, *rows: dict[str, str], **options: Any) -> ImportReport:
    return import_cases(session, csv_file(*rows), ".csv", TESTER, **options)


def faults_of(session: Session, *rows: dict[str, str], columns: list[str] | None = None) -> list[tuple[int, str, str]]:
    report = preview_import(session, csv_file(*rows, columns=columns), ".csv")
    return [(fault.line, fault.column, fault.wanted) for fault in report.faults]


def n_cases(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Case)) or 0


def test_a_row_becomes_a_case_with_names_or_codes_and_a_surname_of_null(session: Session) -> None:
    assert take(session, row()).outcomes == {Outcome.CREATED: 1}
    case = session.scalars(select(Case)).one()
    told = details_of(case)
    assert (told.name, told.area, told.language, told.working_pattern) == ("Null", "NM", "cy", "part_time")
    assert told.manager_line == ("head@ncs.example", "chief@ncs.example")
    assert told.last_working_day == date(2026, 12, 18) and told.leaving_type == "resignation"
    assert queries.is_related(session, case, "chief@ncs.example")


def test_the_same_file_again_changes_nothing(session: Session) -> None:
    rows = [row(staff_number=f"N{n}") for n in range(5)] + [row(staff_number="W", status="withdrawn")]
    columns = [*ROW, "status"]
    import_cases(session, csv_file(*rows, columns=columns), ".csv", TESTER)
    before = session.scalar(select(func.count()).select_from(CaseEvent))
    again = import_cases(session, csv_file(*rows, columns=columns), ".csv", TESTER)
    assert again.outcomes == {Outcome.UNCHANGED: 6}
    assert session.scalar(select(func.count()).select_from(CaseEvent)) == before


def test_one_bad_row_stops_the_whole_file_and_good_rows_are_taken_by_choice(session: Session) -> None:
    rows = row(staff_number="N1"), row(staff_number="N2", area="Atlantis"), row(staff_number="N3")
    with pytest.raises(FileHasFaults) as refused:
        take(session, *rows)
    (fault,) = refused.value.report.faults
    assert str(fault).startswith("row 3, area: read 'Atlantis'; Use a code or the exact name")
    session.rollback()
    assert n_cases(session) == 0
    report = take(session, *rows, good_rows_only=True)
    assert (report.outcomes[Outcome.CREATED], report.n_bad_rows, n_cases(session)) == (2, 1, 2)


@pytest.mark.one_backend
@pytest.mark.parametrize(
    ("changes", "column", "wanted"),
    [
        ({"staff_number": ""}, "staff_number", row_faults.NOT_EMPTY),
        ({"staff_number": "1.23457E+11"}, "staff_number", row_faults.ROUNDED),
        ({"staff_number": "03-Apr"}, "staff_number", row_faults.DATE_MADE),
        ({"staff_number": "x" * 41}, "staff_number", row_faults.TOO_LONG),
        ({"last_working_day": "18/12/2026"}, "last_working_day", row_faults.ISO_DATE),
        ({"last_working_day": "2026-02-30"}, "last_working_day", row_faults.ISO_DATE),
        ({"last_working_day": "46374"}, "last_working_day", row_faults.DAY_NUMBER),
        ({"last_working_day": "2206-12-18"}, "last_working_day", row_faults.FAR_DATE),
        ({"last_working_day": ""}, "last_working_day", row_faults.NOT_EMPTY),
        ({"leaving_type": "vanished"}, "leaving_type", row_faults.ONE_OF),
        ({"work_email": "n.null at ncs"}, "work_email", row_faults.AN_EMAIL),
        ({"manager_line": "a@b.example;nobody"}, "manager_line", row_faults.AN_EMAIL),
        ({"agency": "mi6"}, "agency", row_faults.NOT_A_PLACE),
        ({"agency": ""}, "agency", row_faults.WHICH_AGENCY),
        ({"language": "Latin"}, "language", row_faults.ONE_OF),
        ({"area": "CN"}, "area", row_faults.NOT_A_PLACE),
    ],
)
def test_a_fault_names_row_column_and_what_is_wanted(
    session: Session, changes: dict[str, str], column: str, wanted: str
) -> None:
    assert faults_of(session, row(**changes)) == [(2, column, wanted)]


@pytest.mark.one_backend
def test_every_fault_of_a_row_is_told_at_once(session: Session) -> None:
    found = faults_of(session, row(staff_number="", area="x", last_working_day="soon"))
    assert {column for _line, column, _wanted in found} == {"staff_number", "area", "last_working_day"}


@pytest.mark.one_backend
def test_the_same_person_twice_in_a_file_is_never_merged_in_silence(session: Session) -> None:
    found = faults_of(session, row(staff_number="N1"), row(staff_number=" n1 ", name="Other"))
    assert found == [(3, "staff_number", row_faults.SAME_PERSON)]


@pytest.mark.one_backend
def test_mixed_orders_of_day_and_month_are_told_and_never_guessed(session: Session) -> None:
    days = ("18/12/2026", "12/18/2026", "03/04/2026")
    rows = [row(staff_number=f"N{n}", last_working_day=day) for n, day in enumerate(days)]
    report = preview_import(session, csv_file(*rows), ".csv")
    assert report.n_faults == 3
    (warned,) = report.warnings
    assert warned.values == {"day_first": 1, "month_first": 1, "either": 1}


@pytest.mark.one_backend
@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (b"", row_faults.NO_ROWS),
        (b"Leavers of November\n\nstaff_number,name,area,job_role,leaving_type,last_working_day\n", row_faults.SHIFTED),
        (b"staff_number,name,area,job_role,leaving_type,last_workng_day\n", row_faults.LIKE_COLUMN),
        (b"staff_number,name,area,job_role,leaving_type,last_working_day,shoe_size\n", row_faults.UNKNOWN_COLUMN),
        (b"staff_number,name,area,job_role,leaving_type,last_working_day,name\n", row_faults.TWICE),
        (b"staff_number,name,area,job_role,leaving_type\n", row_faults.MISSING_COLUMN),
        (b"PK\x03\x04\x00\x00\n", row_faults.NOT_A_TABLE),
    ],
)
def test_a_heading_row_that_is_not_ours_is_refused_with_what_to_do(
    session: Session, content: bytes, wanted: str
) -> None:
    with pytest.raises(FileHasFaults) as refused:
        import_cases(session, BytesIO(content), ".csv", TESTER)
    assert wanted in [fault.wanted for fault in refused.value.report.faults]


@pytest.mark.one_backend
def test_headings_in_any_case_with_blanks_and_hard_spaces_are_ours(session: Session) -> None:
    heading = "Staff Number;Name;AREA;Job\u00a0role;Leaving-type;Last working day;Agency"
    text = f"{heading}\nN1;Siân;NM;Case lawyer;resignation;2026-12-18;ncs\n"
    for encoding in ("utf-8-sig", "cp1252"):
        report = preview_import(session, BytesIO(text.encode(encoding)), ".csv")
        assert report.outcomes == {Outcome.CREATED: 1}, report.faults
        assert len(report.warnings) == (2 if encoding == "cp1252" else 1)


@pytest.mark.one_backend
def test_a_row_with_too_many_cells_is_refused(session: Session) -> None:
    heading = "staff_number,name,area,job_role,leaving_type,last_working_day,agency"
    text = f"{heading}\nN1,Rees, Ann,NM,case_lawyer,resignation,2026-12-18,ncs\n"
    report = preview_import(session, BytesIO(text.encode()), ".csv")
    assert row_faults.TOO_MANY_CELLS in [fault.wanted for fault in report.faults]


@pytest.mark.one_backend
def test_a_workbook_gives_real_dates_and_tells_what_a_spreadsheet_spoiled(session: Session) -> None:
    heading = ["staff_number", "name", "agency", "area", "job_role", "grade", "leaving_type", "last_working_day"]
    good = ["0012", "=1+1", "ncs", "NM", "case_lawyer", "G7", "resignation", datetime(2026, 12, 18)]
    number = [100234, "Ann Rees", "ncs", "NM", "case_lawyer", None, "resignation", "2026-12-18"]
    spoiled = [1.23457e15, "Bo", "ncs", "NM", "case_lawyer", datetime(2026, 4, 3), "resignation", 46374]
    stream = xlsx_file([heading, good, number, spoiled])
    report = preview_import(session, stream, ".xlsx")
    found = [(fault.line, fault.column, fault.wanted) for fault in report.faults]
    assert sorted(found) == [
        (4, "grade", row_faults.DATE_MADE),
        (4, "last_working_day", row_faults.DAY_NUMBER),
        (4, "staff_number", row_faults.ROUNDED),
    ]
    assert len(report.warnings) == 1
    stream.seek(0)
    import_cases(session, stream, ".xlsx", TESTER, good_rows_only=True)
    names = {case.staff_number: case.name for case in session.scalars(select(Case))}
    assert names == {"0012": "=1+1", "100234": "Ann Rees"}


@pytest.mark.one_backend
@pytest.mark.parametrize("good_rows_only", [False, True])
def test_a_damaged_workbook_is_refused_even_when_good_rows_would_do(session: Session, good_rows_only: bool) -> None:
    with pytest.raises(FileHasFaults):
        import_cases(session, BytesIO(b"PK\x03\x04 no workbook"), ".xlsx", TESTER, good_rows_only=good_rows_only)


def test_an_adviser_cannot_import_into_another_area_nor_change_a_case_they_cannot_see(
    session: Session, staff: Callable[..., User]
) -> None:
    viewer = viewer_of(staff(StaffRole.HR_ADVISER, areas=("NM",), email="pat@ncs.example"))
    receive_news(session, details(staff_number="N2", area="EV"), NewsStatus.LEAVING, TESTER)
    receive_news(session, details(staff_number="N3", line_manager_email="pat@ncs.example"), NewsStatus.LEAVING, TESTER)
    rows = [row(staff_number="N1", area="EV"), row(staff_number="N2"), row(staff_number="N3"), row(staff_number="N4")]
    report = preview_import(session, csv_file(*rows), ".csv", viewer=viewer)
    assert [(fault.line, fault.wanted) for fault in report.faults] == [
        (2, row_faults.NOT_YOURS),
        (3, row_faults.CASE_NOT_YOURS),
        (4, row_faults.CASE_NOT_YOURS),
    ]
    assert report.outcomes == {Outcome.CREATED: 1}


def test_statuses_withdraw_and_stop_and_what_a_row_leaves_empty_stays(session: Session) -> None:
    take(session, row(staff_number="N1"), row(staff_number="N2"), row(staff_number="N3"))
    columns = [*ROW, "status"]
    changed = [
        row(staff_number="N1", status="withdrawn", work_email="", name="New Name"),
        row(staff_number="N2", status="died"),
        row(staff_number="N3", last_working_day="2027-01-29"),
    ]
    report = import_cases(session, csv_file(*changed, columns=columns), ".csv", TESTER)
    assert report.outcomes == {Outcome.STAYED: 1, Outcome.DIED: 1, Outcome.UPDATED: 1}
    session.expire_all()
    cases = {case.staff_number: case for case in session.scalars(select(Case))}
    assert [cases[n].state for n in ("N1", "N2", "N3")] == [CaseState.STAYED, CaseState.DIED, CaseState.OPEN]
    assert cases["N1"].work_email == "n.null@ncs.example" and cases["N1"].name == "New Name"
    assert cases["N3"].last_working_day == date(2027, 1, 29)


def test_writing_many_at_once_writes_what_writing_one_would(session: Session) -> None:
    reader = RowReader(vocabulary_of(session, None))
    read = [
        reader.read(RawRow(2, row(staff_number=number, status=status)))
        for number, status in (("N1", "leaving"), ("N2", "died"), ("N3", "withdrawn"))
    ]
    rows = [one for one in read if isinstance(one, ReadRow)]
    add_cases(session, rows, TESTER)
    session.flush()
    for one in rows:
        bulk = queries_case(session, one.details.staff_number)
        twin = service.build_case(one.details)
        twin.leaving_type = bulk.leaving_type
        assert details_of(bulk) == details_of(twin) and bulk.staff_number_index == twin.staff_number_index
    written = contents(session)
    for table in (CaseEvent, CaseFingerprint, Case):
        session.query(table).delete()
    session.expire_all()
    for one in rows:
        receive_news(session, one.details, one.status, TESTER)
    session.flush()
    assert contents(session) == written
    assert audit.verify(session) is None


def queries_case(session: Session, staff_number: str | None) -> Case:
    return next(case for case in session.scalars(select(Case)) if case.staff_number == staff_number)


def contents(session: Session) -> dict[str, Any]:
    found = {}
    for case in session.scalars(select(Case)):
        events = session.execute(select(CaseEvent.event).where(CaseEvent.case_id == case.id)).scalars()
        prints = session.execute(
            select(CaseFingerprint.fingerprint).where(CaseFingerprint.case_id == case.id)
        ).scalars()
        closed = case.closed_at is not None
        key = str(case.staff_number)
        found[key] = (case.state, case.leaving_type, closed, case.news_fingerprint, sorted(events), sorted(prints))
    return found


@pytest.mark.one_backend
def test_the_command_says_what_would_happen_then_does_it(app: Flask, session: Session, tmp_path: Path) -> None:
    session.commit()
    file = tmp_path / "leavers.csv"
    file.write_bytes(csv_file(row()).getvalue())
    run = app.test_cli_runner()
    tried = run.invoke(args=["cases", "import", str(file), "--dry-run", "--json"])
    assert tried.exit_code == 0 and json.loads(tried.output)["outcomes"]["created"] == 1
    assert schema_faults("cases-import", tried.output) == []
    assert n_cases(session) == 0
    session.rollback()
    assert "1 created" in run.invoke(args=["cases", "import", str(file)]).output
    session.rollback()
    assert n_cases(session) == 1
    session.rollback()
    file.write_bytes(csv_file(row(staff_number="N2"), row(staff_number="N3", area="x")).getvalue())
    told = run.invoke(args=["cases", "import", str(file), "--json"])
    assert told.exit_code == 1 and schema_faults("cases-import", told.output) == []
    session.rollback()
    refused = run.invoke(args=["cases", "import", str(file)])
    assert refused.exit_code == 1 and "row 3, area: read 'x'" in refused.output
    session.rollback()
    assert n_cases(session) == 1
    session.rollback()
    assert run.invoke(args=["cases", "import", str(file), "--good-rows"]).exit_code == 0
    session.rollback()
    assert n_cases(session) == 2


def test_an_own_address_of_somebody_who_left_is_refused_in_a_file(session: Session) -> None:
    session.get_one(Agency, "ncs").mail_domains = ["ncs.example"]
    columns, gone = [*ROW, "personal_email"], str(clock.today() - timedelta(days=9))
    import_cases(session, csv_file(row(last_working_day=gone), columns=columns), ".csv", TESTER)
    changed = csv_file(row(last_working_day=gone, personal_email="desk@ncs.example"), columns=columns).getvalue()
    report = preview_import(session, BytesIO(changed), ".csv")
    assert [(fault.column, fault.wanted) for fault in report.faults] == [("personal_email", row_faults.SECOND_PERSON)]
    with pytest.raises(FileHasFaults):
        import_cases(session, BytesIO(changed), ".csv", TESTER)
