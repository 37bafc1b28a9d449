"""Leaving rates, early leavers, workload: figures counted by hand, gaps named, corrections seen, hidden Areas mute."""

import csv
import io

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.context.file_rows import FigureKey, ReadFigure
from surveyapp.context.imports import ContextReport, write_figures
from surveyapp.context.models import Measure
from surveyapp.context.months import between
from surveyapp.db import begin_writing
from surveyapp.directory import queries as directory
from surveyapp.reports.models import FrozenCounts
from surveyapp.reports.populations import LEAVERS, SERVICE
from tests.conftest import TESTER
from tests.page_rules import page_faults

pytestmark = pytest.mark.one_backend

MONTHS = between("2025-01", "2026-06")
YEAR = between("2025-07", "2026-06")


@pytest.fixture
def areas(session: Session, organisation: str) -> list[str]:
    return sorted(area.code for area in directory.areas_of(session, "ncs"))[:4]


@pytest.fixture
def roles(session: Session, organisation: str) -> list[str]:
    return sorted(role.code for role in directory.job_roles_of(session, "ncs"))[:3]


def hold(session: Session, figures: dict[tuple[Measure, str, str, str], float]) -> None:
    begin_writing()  # a page was read before, and this is no request
    session.rollback()
    rows = [
        ReadFigure(n, FigureKey("ncs", measure, month, area, role), value)
        for n, ((measure, month, area, role), value) in enumerate(figures.items(), start=2)
    ]
    write_figures(session, rows, TESTER, ContextReport())
    session.commit()


def heads(areas: list[str], roles: list[str], people: int = 40) -> dict[tuple[Measure, str, str, str], float]:
    return {
        (Measure.HEADCOUNT, month, area, role): people
        for month in between("2024-12", "2026-06")
        for area in areas
        for role in roles
    }


def served(lead: FlaskClient, page: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(lead.get(f"/themes/files/csv/{page}").get_data(as_text=True))))


def test_a_leaving_rate_is_the_frozen_leavers_over_the_mean_of_thirteen_month_ends(
    session: Session, lead: FlaskClient, areas: list[str], roles: list[str]
) -> None:
    tiny = {key: 3.0 for key in heads([areas[3]], roles)}
    hold(session, heads(areas[:3], roles) | {(Measure.HEADCOUNT, "2026-06", areas[0], roles[0]): 66} | tiny)
    rows = {(row["area"], row["role"]): row for row in served(lead, "leaving-rates?type=all")}
    frozen = session.scalars(select(FrozenCounts).where(FrozenCounts.kind == LEAVERS))
    left = [row for one in frozen for row in one.rows]
    n = sum(row["n"] for row in left if row["area"] == areas[0] and row["month"] in YEAR)
    mean = (12 * 120 + 146) / 13
    got = rows[areas[0], "*"]
    assert (int(got["leavers"]), float(got["headcount"])) == (n, round(mean))
    assert float(got["percent"]) == round(100 * n / mean, 1)
    assert float(got["low"]) < float(got["percent"]) < float(got["high"]) and got["expected"]
    assert len(rows) == len(areas) + len(roles)
    few_staff = rows[areas[3], "*"]
    assert few_staff["leavers"] == few_staff["percent"] == few_staff["headcount"] == ""
    resigned = {(row["area"], row["role"]): row["leavers"] for row in served(lead, "leaving-rates")}
    assert all(int(resigned[place]) < int(row["leavers"]) for place, row in rows.items() if row["leavers"])


def test_a_missing_head_count_gives_no_rate_and_is_named_and_a_correction_is_seen_at_once(
    session: Session, lead: FlaskClient, areas: list[str], roles: list[str]
) -> None:
    nothing = lead.get("/themes/leaving-rates").get_data(as_text=True)
    assert page_faults(nothing) == [] and "They need head-counts by month" in nothing
    held = heads(areas, roles)
    gone = {key: held.pop(key) for key in [(Measure.HEADCOUNT, "2026-03", areas[1], roles[0])]}
    hold(session, held)
    page = lead.get("/themes/leaving-rates").get_data(as_text=True)
    assert page_faults(page) == []
    assert "Head-counts are missing" in page and "2026-03" in page and "head-count missing" in page
    assert {row["area"]: row["percent"] for row in served(lead, "leaving-rates")}[areas[1]] == ""
    hold(session, gone)
    assert {row["area"]: row["percent"] for row in served(lead, "leaving-rates")}[areas[1]] != ""


def test_starters_are_followed_and_areas_are_shown_beside_their_work_but_hidden_ones_without_a_number(
    session: Session, lead: FlaskClient, areas: list[str], roles: list[str]
) -> None:
    assert "not held yet" in lead.get("/themes/early-leavers").get_data(as_text=True)
    assert "No caseload, vacancies or sickness" in lead.get("/themes/workload").get_data(as_text=True)
    left = [
        {"family": family, "code": code, "leaving_type": "resignation", "started": "2025-01", "months": 4, "n": 8}
        | {"month": "2025-05"}
        for family, code in (("all", ""), ("area", areas[0]))
    ]
    starters = {(Measure.STARTERS, month, area, ""): 10 for month in MONTHS for area in areas}
    work = {(Measure.CASELOAD, month, area, ""): 30.0 + at for month in MONTHS for at, area in enumerate(areas)}
    vacant = {(Measure.VACANCIES, month, area, ""): 12.0 for month in MONTHS for area in areas}
    hold(session, heads(areas, roles) | starters | work | vacant)
    session.add(FrozenCounts(agency="ncs", period="2025Q2", kind=SERVICE, rows=left))
    session.commit()
    early = lead.get("/themes/early-leavers").get_data(as_text=True)
    assert page_faults(early) == [] and "How long new starters stay" in early
    assert "680 people who started from January 2025 to May 2026 are followed." in early
    followed_into_the_fifth_month = 13 * 40  # those of 2025-01 to 2026-01
    assert f"about {round(8 / followed_into_the_fifth_month * 100)} resign within a year" in early
    page = lead.get("/themes/workload").get_data(as_text=True)
    assert page_faults(page) == [] and "These are Areas, not people" in page
    rows = {row["label"]: row for row in served(lead, "workload")}
    first = directory.place_names(session).area("ncs", areas[0])
    assert (rows[first]["caseload"], rows[first]["vacancies"]) == ("30.0", "9.1")
    hidden = [row for row in rows.values() if row["percent"] == "[c]"]
    assert hidden and all(row["caseload"] == row["vacancies"] == row["base"] == "" for row in hidden)
