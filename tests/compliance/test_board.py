"""The board: what is counted, when a step is late, how long things take; numbers equal the cases underneath."""

import csv
import io
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import openpyxl
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from analytics.tables import Column, OperationalTable
from surveyapp.access import StaffRole
from surveyapp.cases import service as cases
from surveyapp.cases.models import Case
from surveyapp.compliance.board import (
    LEAST_SHOWN,
    make_board,
    spread,
    without_small_groups,
)
from surveyapp.compliance.files import as_csv
from surveyapp.compliance.periods import period_of, periods
from surveyapp.compliance.progress import CaseProgress, Delay, Stage, overdue_steps
from surveyapp.compliance.tally import group_of, tally_of
from surveyapp.directory.models import User
from surveyapp.working_days import WorkingCalendar
from tests.conftest import TESTER
from tests.factories.cases import make_case

ENGLAND = WorkingCalendar.of("ENG")
FRIDAY = date(2026, 11, 20)


def case(**changes: Any) -> CaseProgress:
    made = CaseProgress(
        case_id=uuid.uuid4(),
        agency="ncs",
        area="NM",
        family="lawyer",
        leaving_type="resignation",
        last_working_day=date(2026, 12, 18),
        notified_on=date(2026, 11, 9),
        owner_id=None,
        invite_by=date(2026, 11, 11),
        offer_by=date(2026, 11, 16),
    )
    return replace(made, **changes)


def board(*progress: CaseProgress, by: str = "area") -> Any:
    return make_board([(group_of(one), tally_of(one, FRIDAY, ENGLAND)) for one in progress], by, lambda code: code)


def test_in_time_is_counted_only_when_done_or_due() -> None:
    in_time = case(invited_on=date(2026, 11, 11))
    late = case(invited_on=date(2026, 11, 12))
    missing, not_due = case(), case(invite_by=date(2026, 11, 20))
    none_asked = case(invite_by=None)
    share = board(in_time, late, missing, not_due, none_asked).total.shares[Stage.INVITED_IN_TIME]
    assert (share.n, share.base, share.percent) == (1, 3, 33)


def test_each_stage_counts_those_who_reached_the_one_before() -> None:
    offered_on, accepted = date(2026, 11, 12), date(2026, 11, 13)
    done = case(
        invited_on=date(2026, 11, 10),
        answered_on=date(2026, 11, 12),
        offered_on=offered_on,
        accepted_on=accepted,
        held_on=date(2026, 11, 16),
        write_up_by=date(2026, 11, 19),
        written_up_on=date(2026, 11, 18),
        agreed_on=date(2026, 11, 19),
    )
    declined = case(offered_on=offered_on, declined_on=accepted, decline_reason="no_time")
    shares = board(done, declined).total.shares
    counted = {stage.value: (share.n, share.base) for stage, share in shares.items()}
    assert counted == {
        "notified_late": (0, 2),
        "invited_in_time": (1, 2),
        "answered": (1, 1),
        "offered_in_time": (2, 2),
        "accepted": (1, 2),
        "held": (1, 1),
        "written_up_in_time": (1, 1),
        "agreed": (1, 1),
    }


def test_a_record_that_is_not_agreed_counts_once_the_leavers_days_are_over() -> None:
    written = {"written_up_on": FRIDAY - timedelta(3)}
    waiting, over = case(**written, agree_by=FRIDAY), case(**written, agree_by=FRIDAY - timedelta(1))
    agreed = case(**written, agree_by=FRIDAY - timedelta(1), agreed_on=FRIDAY)
    share = board(waiting, over, agreed, case()).total.shares[Stage.AGREED]
    assert (share.n, share.base) == (1, 2)


def test_delays_are_working_days_and_skip_weekends() -> None:
    made = case(notified_on=date(2026, 11, 13), invited_on=date(2026, 11, 16), offered_on=date(2026, 11, 20))
    assert made.delay(Delay.TO_INVITE, ENGLAND) == 1
    assert made.delay(Delay.TO_OFFER, ENGLAND) == 5
    assert made.delay(Delay.TO_WRITE_UP, ENGLAND) is None


def test_median_and_90th_percentile_interpolate() -> None:
    assert (spread([]).median, spread([3]).p90) == (None, 3)
    tens = spread([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    assert (tens.median, tens.p90) == (5.5, 9.1)


def test_what_is_late_names_whose_it_is() -> None:
    owner, interviewer = uuid.uuid4(), uuid.uuid4()
    late = case(owner_id=owner, write_up_by=date(2026, 11, 18), interviewer_id=interviewer)
    found = {(step.step, step.owner_id, step.interviewer_id) for step in overdue_steps(late, FRIDAY)}
    assert found == {
        (Stage.INVITED_IN_TIME, owner, None),
        (Stage.OFFERED_IN_TIME, owner, None),
        (Stage.WRITTEN_UP_IN_TIME, owner, interviewer),
    }
    assert overdue_steps(case(invite_by=FRIDAY, offer_by=None), FRIDAY) == []


def test_nothing_is_overdue_in_a_case_that_is_closed() -> None:
    missed = {"invite_by": FRIDAY - timedelta(3), "offer_by": None}
    assert len(overdue_steps(case(**missed), FRIDAY)) == 1
    assert overdue_steps(case(**missed, is_open=False), FRIDAY) == []


def test_small_groups_and_the_one_their_gap_gives_away_are_hidden() -> None:
    sizes = {"NM": 30, "EV": 15, "SM": 9}
    progress = [case(area=area) for area, n in sizes.items() for _ in range(n)]
    hidden = without_small_groups(board(*progress))
    assert [line.code for line in hidden.lines] == ["ncs/NM"] and hidden.n_hidden == 2
    two_small = [*progress, *(case(area="WB") for _ in range(3))]
    assert [line.code for line in without_small_groups(board(*two_small)).lines] == ["ncs/EV", "ncs/NM"]
    tiny = [*(case(area=area) for area in ("NM",) * 30 + ("EV",) * 15), case(area="SM"), case(area="WB")]
    assert [line.code for line in without_small_groups(board(*tiny)).lines] == ["ncs/NM"], "one and one are too few"
    assert without_small_groups(board(*(case() for _ in range(LEAST_SHOWN - 1)))).total.n_leavers == 0


def test_periods_cover_whole_years_and_quarters() -> None:
    found = {one.code: (one.first, one.last) for one in periods(FRIDAY)}
    assert found["12m"] == (date(2025, 12, 1), date(2026, 11, 30))
    assert found["fy2026"] == (date(2026, 4, 1), date(2027, 3, 31))
    assert found["2026q4"] == (date(2026, 10, 1), date(2026, 12, 31))
    assert period_of("nonsense", FRIDAY).code == "12m"
    assert period_of("2027q1", FRIDAY).last == date(2027, 3, 31)


def downloaded(browser: FlaskClient, query: str = "") -> dict[str, dict[str, str]]:
    text = browser.get(f"/compliance/board.csv?period=2026q4{query}").data.decode("utf-8-sig")
    return {row["group"]: row for row in csv.DictReader(io.StringIO(text))}


def test_the_numbers_reconcile_exactly_with_the_cases(
    year: Session, staff: Callable[..., User], signed_in: Callable[[User], FlaskClient]
) -> None:
    rows = downloaded(signed_in(staff(StaffRole.NATIONAL_HR)))
    in_policy = [c for c in year.scalars(select(Case)) if c.state == "open" and c.leaving_type == "resignation"]
    assert int(rows["*"]["leavers"]) == len(in_policy) == 6
    assert sum(int(rows[f"ncs/{area}"]["leavers"]) for area in ("NM", "EV")) == 6
    for column, value in rows["*"].items():
        if value and column not in ("group", "name") and not column.endswith(("percent", "median", "p90")):
            assert int(value) == sum(int(rows[f"ncs/{area}"][column]) for area in ("NM", "EV")), column
    total = rows["*"]
    assert (total["notified_late"], total["answered"], total["answered_base"]) == ("1", "1", "2")
    assert (total["offered_in_time"], total["offered_in_time_base"]) == ("4", "6")
    assert (total["accepted"], total["accepted_base"]) == ("2", "4")
    assert (total["held"], total["held_base"]) == ("1", "2")
    assert (total["written_up_in_time"], total["written_up_in_time_base"]) == ("1", "1")
    assert (total["agreed"], total["agreed_base"]) == ("0", "0"), "the leaver still has days to agree"


def test_page_csv_xlsx_and_pdf_hold_the_same_numbers(
    year: Session, staff: Callable[..., User], signed_in: Callable[[User], FlaskClient]
) -> None:
    browser = signed_in(staff(StaffRole.NATIONAL_HR))
    rows = downloaded(browser)
    sheet = openpyxl.load_workbook(io.BytesIO(browser.get("/compliance/board.xlsx?period=2026q4").data)).active
    assert sheet is not None
    last = [cell for cell in list(sheet.values)[-1]]
    assert [str(cell) if cell is not None else "" for cell in last][2:8] == list(rows["*"].values())[2:8]
    page = browser.get("/compliance?period=2026q4").text
    assert "4 of 6, 67%" in page and "I do not have the time" in page and "Overdue now" in page
    assert browser.get("/compliance/board.pdf?period=2026q4").data.startswith(b"%PDF")
    for by in ("agency", "family", "leaving_type"):
        assert downloaded(browser, f"&by={by}")["*"]["leavers"] == "6"


def test_each_sees_their_own_areas_and_a_retention_lead_no_case(
    year: Session, staff: Callable[..., User], signed_in: Callable[[User], FlaskClient]
) -> None:
    users = [staff(StaffRole.HR_LEAD, areas=("EV",)), staff(StaffRole.RETENTION_LEAD), staff(StaffRole.CODER)]
    lead, retention, coder = map(signed_in, users)
    assert downloaded(lead)["*"]["leavers"] == "2" and "ncs/NM" not in downloaded(lead)
    page = retention.get("/compliance?period=2026q4").text
    assert "Ann Rees" not in page and "Overdue now" not in page and "Northmoor</th>" not in page
    assert retention.get("/compliance/board.csv").status_code == 404
    assert coder.get("/compliance").status_code == 404


def test_who_stays_after_a_conversation_is_counted_as_a_success_where_the_reader_may_see_so_few(
    year: Session, staff: Callable[..., User], signed_in: Callable[[User], FlaskClient]
) -> None:
    kept = make_case(year, area="EV")
    cases.withdraw_resignation(year, kept, TESTER, after_conversation=True)
    year.commit()
    readers = [staff(StaffRole.NATIONAL_HR), staff(StaffRole.HR_LEAD, areas=("NM",)), staff(StaffRole.RETENTION_LEAD)]
    of_all, of_one, retention = map(signed_in, readers)
    success = "Stayed after a conversation, which counts as a success: "
    assert "2 people who were leaving stay after all." in (page := of_all.get("/compliance?period=2026q4").text)
    assert f"{success}1." in page
    assert "1 person who was leaving stays after all." in (page := of_one.get("/compliance?period=2026q4").text)
    assert f"{success}0." in page
    assert success not in of_all.get("/compliance?period=2026q3").text
    assert success not in retention.get("/compliance?period=2026q4").text


def test_a_name_that_looks_like_a_formula_is_only_text() -> None:
    table = OperationalTable("t", (Column("name", "Name"),), (("=1+1",), ("@x",)))
    assert b"'=1+1" in as_csv(table) and b"'@x" in as_csv(table)
