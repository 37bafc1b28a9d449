"""Files of context: all or nothing, faults by row, a repeat changes nothing, a correction leaves a trace."""

import json
from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import Workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.access import StaffRole
from surveyapp.audit.models import AuditEvent
from surveyapp.cases.file_reports import FileHasFaults
from surveyapp.cli.context import context
from surveyapp.context.imports import ContextReport, import_context, preview_context
from surveyapp.context.models import ContextFigure, ContextRevision
from surveyapp.directory import queries as directory
from surveyapp.directory.models import User
from tests.conftest import TESTER
from tests.schemas import schema_faults

HEAD = "measure,period,agency,area,role,tenure_band,value"
GOOD = "headcount,2026-03,ncs,NM,case_lawyer,,41\nheadcount,2026-03,ncs,Northmoor,,,120.5\nstarters,2026-03,ncs,NM,,,3"


def file_of(*lines: str, head: str = HEAD) -> BytesIO:
    return BytesIO("\n".join((head, *lines)).encode())


def take(session: Session, *lines: str, head: str = HEAD) -> ContextReport:
    report = import_context(session, file_of(*lines, head=head), ".csv", TESTER)
    session.commit()
    return report


def values(session: Session) -> dict[tuple[str, str, str, str], float]:
    found = session.scalars(select(ContextFigure))
    return {(one.measure.value, one.period, one.area, one.role): one.value for one in found}


def test_a_file_is_taken_a_repeat_changes_nothing_and_a_correction_leaves_a_trace(
    session: Session, organisation: str
) -> None:
    first = take(session, *GOOD.split("\n"))
    assert (first.n_added, first.n_changed, first.n_unchanged) == (3, 0, 0)
    assert values(session)["headcount", "2026-03", "NM", ""] == 120.5
    again = take(session, *GOOD.split("\n"))
    assert (again.n_added, again.n_changed, again.n_unchanged) == (0, 0, 3)
    corrected = take(session, "headcount,2026-03,ncs,NM,case_lawyer,,43", "headcount,2026-04,ncs,NM,case_lawyer,,44")
    assert (corrected.n_added, corrected.n_changed) == (1, 1)
    trace = session.scalars(select(ContextRevision)).one()
    assert (trace.before, trace.after) == (41, 43)
    events = list(session.scalars(select(AuditEvent).where(AuditEvent.event == "context.imported")))
    assert [event.codes["changed"] for event in events] == [0, 0, 1]


FAULTY = {
    "head_count,2026-03,ncs,NM,,,4": ("measure", "head_count"),
    "headcount,Mar-26,ncs,NM,,,4": ("period", "Mar-26"),
    "headcount,2026-13,ncs,NM,,,4": ("period", "2026-13"),
    "headcount,2026-11,ncs,NM,,,4": ("period", "2026-11"),
    "headcount,2026-03,xyz,NM,,,4": ("agency", "xyz"),
    "headcount,2026-03,ncs,Nowhere,,,4": ("area", "Nowhere"),
    "headcount,2026-03,ncs,NM,chief,,4": ("role", "chief"),
    "headcount,2026-03,ncs,NM,,02-Apr,4": ("tenure_band", "02-apr"),
    'headcount,2026-03,ncs,NM,,,"1,204"': ("value", "1,204"),
    "headcount,2026-03,ncs,NM,,,-4": ("value", "-4"),
    "headcount,2026-03,ncs,NM,,,1E+05": ("value", "1E+05"),
    "starters,2026-03,ncs,NM,,,2.5": ("value", "2.5"),
    "headcount,2026-03,ncs,NM,,,": ("value", ""),
}


@pytest.mark.one_backend
def test_every_fault_is_named_by_row_column_and_what_was_read_and_nothing_is_taken(
    session: Session, organisation: str
) -> None:
    with clock.set_to(date(2026, 11, 21)), pytest.raises(FileHasFaults) as refused:
        import_context(session, file_of("headcount,2026-03,ncs,EV,,,9", *FAULTY), ".csv", TESTER)
    session.rollback()
    found = [(fault.line, fault.column, fault.read) for fault in refused.value.report.faults]
    assert found == [(line, *expected) for line, expected in enumerate(FAULTY.values(), start=3)]
    assert all(fault.wanted_in("en") and fault.wanted_in("cy") for fault in refused.value.report.faults)
    assert values(session) == {}


@pytest.mark.one_backend
def test_the_same_figure_twice_in_a_file_is_refused_and_not_merged(session: Session, organisation: str) -> None:
    with pytest.raises(FileHasFaults) as refused:
        take(session, "headcount,2026-03,ncs,NM,,,4", "headcount,2026-03,ncs,Northmoor,,,4")
    assert refused.value.report.faults[0].values == {"line": 2}


@pytest.mark.one_backend
def test_a_file_without_its_heading_or_with_a_shifted_one_is_refused(session: Session, organisation: str) -> None:
    for lines, head in (
        (["headcount,2026-03,ncs,NM,,,4"], "measure,month,agency,area,role,tenure_band,value"),
        ([HEAD], "Figures"),
    ):
        with pytest.raises(FileHasFaults):
            import_context(session, file_of(*lines, head=head), ".csv", TESTER)
    assert preview_context(session, BytesIO(b"\0\1\2"), ".xlsx").n_faults == 1


@pytest.mark.one_backend
def test_a_workbook_with_its_own_dates_and_numbers_is_read_and_a_day_in_the_month_is_not_guessed(
    session: Session, organisation: str
) -> None:
    book = Workbook()
    for row in (HEAD.split(","), ["headcount", datetime(2026, 3, 31), "ncs", "NM", None, None, 120.5]):
        book.active.append(row)
    stream = BytesIO()
    book.save(stream)
    assert import_context(session, BytesIO(stream.getvalue()), ".xlsx", TESTER).n_added == 1
    assert values(session) == {("headcount", "2026-03", "NM", ""): 120.5}
    book.active["B2"] = datetime(2026, 3, 12)
    book.save(second := BytesIO())
    assert preview_context(session, BytesIO(second.getvalue()), ".xlsx").faults[0].column == "period"


@pytest.mark.one_backend
def test_a_total_that_differs_from_its_roles_is_said_aloud(session: Session, organisation: str) -> None:
    lines = ["headcount,2026-03,ncs,NM,,,50", "headcount,2026-03,ncs,NM,case_lawyer,,41"]
    warned = take(session, *lines).warnings
    assert [one.values["parts"] for one in warned] == ["41"]


@pytest.mark.one_backend
def test_somebody_elses_place_is_a_fault(session: Session, staff: Callable[..., User]) -> None:
    viewer = directory.viewer_of(staff(StaffRole.NATIONAL_HR, areas=("EV",)))
    report = preview_context(session, file_of(*GOOD.split("\n")), ".csv", viewer=viewer)
    assert [fault.line for fault in report.faults] == [2, 3, 4]


@pytest.mark.one_backend
def test_the_command_takes_a_file_tells_its_faults_and_leaves_with_1(
    app: Flask, session: Session, organisation: str, tmp_path: Path
) -> None:
    path = tmp_path / "figures.csv"
    path.write_bytes(file_of(*GOOD.split("\n")).getvalue())
    run = app.test_cli_runner()
    session.commit()
    assert "3 new" in run.invoke(context, ["import", str(path), "--dry-run"]).output and values(session) == {}
    session.commit()
    taken = run.invoke(context, ["import", str(path), "--json"]).output
    assert json.loads(taken)["added"] == 3 and schema_faults("context-import", taken) == []
    path.write_bytes(file_of("headcount,2026-03,ncs,Nowhere,,,4").getvalue())
    session.commit()
    refused = run.invoke(context, ["import", str(path)])
    assert refused.exit_code == 1 and "row 2, area: read 'Nowhere'" in refused.output
    session.rollback()
    assert schema_faults("context-import", run.invoke(context, ["import", str(path), "--json"]).output) == []
