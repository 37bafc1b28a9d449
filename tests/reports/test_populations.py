"""HR's own counts at the cut: leavers by month and by months of service, late news too; disposal has no effect."""

from datetime import date

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.cases.models import Case, CaseEvent, CaseFingerprint
from surveyapp.reports.models import FrozenCounts
from surveyapp.reports.populations import BY_AREA, LEAVERS, SERVICE, completed_months, freeze_populations
from tests.factories.cases import make_case


def leaver(session: Session, last: date, **more: object) -> Case:
    with clock.set_to(last):
        return make_case(session, last_working_day=last, notice_date=None, **{"start_date": date(2025, 1, 15), **more})


def frozen(session: Session, kind: str) -> list[dict[str, object]]:
    query = select(FrozenCounts).where(FrozenCounts.kind == kind).order_by(FrozenCounts.period)
    return [row for one in session.scalars(query) for row in one.rows]


def test_leavers_are_frozen_by_month_and_late_news_is_added_once_at_the_next_cut(
    session: Session, organisation: str
) -> None:
    leaver(session, date(2026, 1, 30))
    leaver(session, date(2026, 2, 27), leaving_type="retirement")
    freeze_populations(session, "ncs", "2026Q1")
    leaver(session, date(2026, 2, 20))  # HR learns of it after the cut
    freeze_populations(session, "ncs", "2026Q2")
    freeze_populations(session, "ncs", "2026Q3")
    counted = [(row["month"], row["leaving_type"], row["n"]) for row in frozen(session, LEAVERS)]
    expected = [("2026-01", "resignation", 1), ("2026-02", "retirement", 1), ("2026-02", "resignation", 1)]
    assert sorted(counted) == sorted(expected)


@pytest.mark.one_backend
def test_a_case_that_is_gone_stays_counted_and_is_not_counted_twice(session: Session, organisation: str) -> None:
    case = leaver(session, date(2026, 3, 31))
    freeze_populations(session, "ncs", "2026Q1")
    for table in (CaseEvent, CaseFingerprint):
        session.execute(delete(table).where(table.case_id == case.id))
    session.execute(delete(Case).where(Case.id == case.id))
    freeze_populations(session, "ncs", "2026Q2")
    assert [row["n"] for row in frozen(session, LEAVERS)] == [1]


@pytest.mark.one_backend
def test_months_of_service_are_frozen_for_everyone_by_area_and_by_role_never_by_both(
    session: Session, organisation: str
) -> None:
    leaver(session, date(2026, 1, 14))
    leaver(session, date(2026, 1, 30), start_date=date(2001, 1, 1))  # nobody's early leaver
    freeze_populations(session, "ncs", "2026Q1")
    rows = frozen(session, SERVICE)
    assert sorted(row["family"] for row in rows) == ["all", "area", "role"]
    assert all(row["months"] == 12 and row["started"] == "2025-01" for row in rows)
    assert [row["code"] for row in rows if row["family"] == BY_AREA] == ["NM"]
    assert all("role" not in row and "area" not in row for row in rows)


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (date(2025, 1, 15), date(2025, 2, 13), 0),
        (date(2025, 1, 15), date(2025, 2, 14), 1),
        (date(2025, 1, 31), date(2025, 2, 28), 1),
        (date(2025, 1, 1), date(2025, 12, 31), 12),
    ],
)
def test_a_month_of_service_is_complete_on_the_day_before_its_date_comes_round(
    start: date, end: date, months: int
) -> None:
    assert completed_months(start, end) == months
