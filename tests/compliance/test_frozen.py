"""Counts frozen at the cut and the monthly snapshots: disposal moves no figure, numbers lead to their cases."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.access import StaffRole
from surveyapp.audit.models import AuditEvent
from surveyapp.cases import service as cases
from surveyapp.cases.models import Case, CaseState
from surveyapp.compliance import jobs, snapshots
from surveyapp.compliance.freezing import freeze_counts
from surveyapp.compliance.models import CountedCase, FrozenCount, Snapshot
from surveyapp.compliance.progress import Stage
from surveyapp.compliance.tally import Tally
from surveyapp.directory.models import User
from surveyapp.directory.queries import viewer_of
from surveyapp.disposal import service as disposal
from surveyapp.interviews import records
from surveyapp.interviews.record_models import InterviewRecord
from tests.compliance.test_board import downloaded
from tests.conftest import TESTER
from tests.factories.cases import make_case

Staff = Callable[..., User]
SignedIn = Callable[[User], FlaskClient]
QUARTER_END = date(2026, 12, 31)
CUT_ON = date(2027, 1, 31)
LATER = datetime(2028, 2, 1, 9, tzinfo=clock.LONDON)


def afresh(session: Session) -> Session:
    """The session after a page was read: its reading transaction is over, so that it can write."""
    session.rollback()
    return session


def freeze(session: Session) -> int:
    afresh(session)
    with clock.set_to(CUT_ON):
        n = freeze_counts(session, "ncs", "2026Q4", QUARTER_END, CUT_ON)
    session.commit()
    return n


def test_the_cut_freezes_what_the_board_showed_that_day(year: Session, staff: Staff, signed_in: SignedIn) -> None:
    lead = staff(StaffRole.NATIONAL_HR)
    with clock.set_to(CUT_ON):
        browser = signed_in(lead)
        before = downloaded(browser)
        assert freeze(year) == 6 and freeze(year) == 0
        assert downloaded(browser) == before
        page = browser.get("/compliance?period=2026q4").text
    assert "December 2026 were counted for good" in page


def test_later_events_and_disposal_move_no_frozen_figure(year: Session, staff: Staff, signed_in: SignedIn) -> None:
    lead = staff(StaffRole.NATIONAL_HR)
    freeze(year)
    with clock.set_to(CUT_ON):
        frozen = downloaded(signed_in(lead))
        records.agree_record(afresh(year), year.scalars(select(InterviewRecord)).one(), actor=TESTER)
        assert downloaded(signed_in(lead)) == frozen, "an agreement after the cut"
    afresh(year).execute(update(Case).values(state=CaseState.CLOSED, closed_at=LATER - timedelta(days=200)))
    year.commit()
    with clock.set_to(LATER):
        assert disposal.run(year, clock.today(), TESTER) >= 6
        seen = [one for one in year.scalars(select(Case)) if one.last_working_day is not None]
        assert seen == [] and year.scalar(select(func.count(CountedCase.id))) == 0
        after = board_rows(year, lead, signed_in)
    assert after == frozen


def board_rows(session: Session, user: User, signed_in: SignedIn) -> dict[str, dict[str, str]]:
    """The quarter once more when it is no longer offered among the periods: straight from what the page reads."""
    session.commit()
    with clock.set_to(CUT_ON):
        return downloaded(signed_in(user))


def test_the_worker_freezes_a_due_quarter_even_where_no_release_can_be_cut(year: Session) -> None:
    with clock.set_to(CUT_ON - timedelta(days=1)):
        assert jobs.freeze_due_counts(year, clock.today()) == 0, "the cut of the fourth quarter is due tomorrow"
    with clock.set_to(CUT_ON):
        assert jobs.freeze_due_counts(year, clock.today()) == 6
        assert freeze_counts(year, "ncs", "2026Q4", QUARTER_END, CUT_ON) == 0
    assert {row.period for row in year.scalars(select(FrozenCount))} == {"2026Q4"}


def test_late_news_is_counted_by_the_next_cut_and_nobody_twice(
    year: Session, staff: Staff, signed_in: SignedIn
) -> None:
    lead = staff(StaffRole.NATIONAL_HR)
    freeze(year)
    with clock.set_to(datetime(2027, 2, 8, 9, tzinfo=clock.LONDON)):
        make_case(afresh(year), last_working_day=date(2026, 12, 11))
        year.commit()
        live = downloaded(signed_in(lead))
        assert live["*"]["leavers"] == "7" and live["*"]["notified_late"] == "2"
    with clock.set_to(date(2027, 5, 1)):
        assert freeze_counts(afresh(year), "ncs", "2027Q1", date(2027, 3, 31)) == 1
        year.commit()
    with clock.set_to(datetime(2027, 2, 8, 9, tzinfo=clock.LONDON)):
        assert downloaded(signed_in(lead))["*"]["leavers"] == "7"


def test_every_number_leads_to_exactly_its_leavers(year: Session, staff: Staff, signed_in: SignedIn) -> None:
    """Before and after the cut, for everybody together and for each Area: as many names as the number says."""
    browser = signed_in(staff(StaffRole.NATIONAL_HR))
    for frozen in (False, True):
        if frozen:
            freeze(year)
            year.commit()
        with clock.set_to(CUT_ON):
            browser = signed_in(staff(StaffRole.NATIONAL_HR))
            rows = downloaded(browser)
            for code, row in rows.items():
                area = "" if code == "*" else f"&agency=ncs&area={code.partition('/')[2]}"
                for stage in Stage:
                    page = browser.get(f"/compliance/leavers?period=2026q4&step={stage}{area}").text
                    n, base = int(row[stage.value]), int(row[f"{stage.value}_base"])
                    shown = [int(found) for found in re.findall(r"Counted \((\d+)\)", page)] or [0]
                    names = len(set(re.findall(r"/interviews/cases/([0-9a-f-]{36})", page)))
                    assert (shown[0], names) == (n, base), (frozen, code, stage)


def test_who_left_the_list_of_a_number_is_named_as_not_to_be_opened(
    year: Session, staff: Staff, signed_in: SignedIn
) -> None:
    manager = staff(StaffRole.HR_LEAD, areas=("NM",), email="boss@ncs.example")
    with clock.set_to(datetime(2026, 11, 16, 9, tzinfo=clock.LONDON)):
        make_case(year, name="Theirs Notyours", line_manager_email="boss@ncs.example")
    with clock.set_to(CUT_ON):
        browser = signed_in(manager)
        page = browser.get("/compliance/leavers?period=2026q4&step=notified_late").text
        board = browser.get("/compliance?period=2026q4").text
    assert "1 more is counted that you cannot open" in page
    assert "Theirs Notyours" not in page and "Theirs Notyours" not in board


def test_a_snapshot_is_numbered_made_once_and_never_changes(year: Session, staff: Staff, signed_in: SignedIn) -> None:
    lead = staff(StaffRole.NATIONAL_HR)
    with clock.set_to(datetime(2027, 1, 1, 4, tzinfo=clock.LONDON)):
        assert jobs.make_snapshots(year, clock.today()) == 2 and jobs.make_snapshots(year, clock.today()) == 0
        made = year.scalars(select(Snapshot).where(Snapshot.agency == "ncs")).one()
        assert (made.month, made.number) == ("2026-12", 2)
        path = f"/compliance/snapshots/{made.number}"
        csv_before = signed_in(lead).get(f"{path}/board.csv").data
        withdrawn = afresh(year).scalars(select(Case).where(Case.area == "EV")).first()
        assert withdrawn is not None
        cases.withdraw_resignation(year, withdrawn, TESTER)
        year.commit()
    with clock.set_to(CUT_ON):
        browser = signed_in(lead)
        assert browser.get(f"{path}/board.csv").data == csv_before
        assert browser.get(f"{path}/board.pdf").data.startswith(b"%PDF")
        assert browser.get(f"{path}/board.xlsx").data.startswith(b"PK")
        assert f"Snapshot {made.number}" in browser.get("/compliance/snapshots").text
        assert "As it stood on" in browser.get(f"{path}?by=leaving_type").text
        assert (
            browser.get(f"{path}/board.doc").status_code == browser.get("/compliance/snapshots/99").status_code == 404
        )
    events = year.scalars(select(AuditEvent.event)).all()
    assert events.count("compliance.snapshot_made") == 2 and "compliance.exported" in events


def test_a_snapshots_link_shows_each_reader_their_own_areas(year: Session, staff: Staff, signed_in: SignedIn) -> None:
    with clock.set_to(datetime(2026, 12, 31, 9, tzinfo=clock.LONDON)):
        made = snapshots.make_snapshot(year, "ncs", QUARTER_END, actor=TESTER)
        assert made is not None
        year.commit()
        lines = {
            role: signed_in(staff(role, areas=areas)).get(f"/compliance/snapshots/{made.number}").text
            for role, areas in ((StaffRole.HR_LEAD, ("EV",)), (StaffRole.RETENTION_LEAD, ()))
        }
        foreign = signed_in(staff(StaffRole.NATIONAL_HR, agency="css"))
        assert foreign.get(f"/compliance/snapshots/{made.number}").status_code == 404
        assert "Snapshot 1" not in foreign.get("/compliance/snapshots").text
    assert "Eastvale" in lines[StaffRole.HR_LEAD]
    assert "Northmoor" not in lines[StaffRole.HR_LEAD]
    assert "Northmoor" not in lines[StaffRole.RETENTION_LEAD], "six leavers are too few for a reader without cases"


def test_a_snapshot_that_somebody_wrote_into_is_not_shown(year: Session, staff: Staff) -> None:
    made = snapshots.make_snapshot(year, "ncs", QUARTER_END, actor=TESTER)
    assert made is not None
    made.lines = [{**line, "tally": Tally(99).as_json()} for line in made.lines]
    year.flush()
    viewer = viewer_of(staff(StaffRole.NATIONAL_HR))
    with pytest.raises(snapshots.SnapshotChanged):
        snapshots.snapshot_for(viewer, year, made.number)


def test_frozen_counts_hold_no_person(year: Session) -> None:
    freeze(year)
    stored = repr([(row.area, row.month, row.tally) for row in year.scalars(select(FrozenCount))])
    assert "Ann Rees" not in stored and not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}", stored)
