"""Young agencies are told when there will be something to read, and HR's small groups are hidden like all others."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from analytics.lattice import Timeline, quarter_name, quarter_number, windows_ending
from analytics.tables import WindowCode
from surveyapp.access import StaffRole
from surveyapp.definitions.service import publish_shipped
from surveyapp.directory.models import User
from surveyapp.encryption.sealed_box import ReleasePrivateKey
from surveyapp.reports.atom_boxes import keep_atoms
from surveyapp.reports.frames import freeze_people
from surveyapp.reports.models import ReleaseRow
from surveyapp.reports.pages.waiting import first_whole
from surveyapp.reports.sources import HR, RESIGNATION
from tests.conftest import TESTER
from tests.factories.releases import people_of, signed_releases

WINDOWS = (
    WindowCode.TWELVE_MONTHS,
    WindowCode.YEAR,
    WindowCode.TWO_YEARS,
    WindowCode.THREE_YEARS,
    WindowCode.FIVE_YEARS,
)


@given(start=st.integers(quarter_number("2020Q1"), quarter_number("2024Q4")), window=st.sampled_from(WINDOWS))
def test_a_window_is_first_whole_when_the_lattice_first_offers_it(start: int, window: WindowCode) -> None:
    quarters = [quarter_name(start + step) for step in range(28)]
    timeline = Timeline.over(quarters)
    offers = (
        quarter for at, quarter in enumerate(quarters) if window in {span.code for span in windows_ending(timeline, at)}
    )
    assert first_whole(quarters[0], window) == next(offers)


@pytest.fixture
def lead(
    session: Session,
    organisation: str,
    release_key: ReleasePrivateKey,
    staff: Callable[..., User],
    signed_in: Callable[[User], FlaskClient],
) -> FlaskClient:
    """Six quarters of leavers' answers, and of HR's causes for one in three of them."""
    publish_shipped(session, actor=TESTER)
    for quarter, people in people_of(session, "ncs").items():
        causes = [
            replace(one, reasons=frozenset({RESIGNATION if one.is_resignation else "retirement"})) for one in people
        ]
        keep_atoms(session, release_key, "ncs", freeze_people(causes[::3], [RESIGNATION, "retirement"], HR, quarter))
    signed_releases(session, release_key)
    return signed_in(staff(StaffRole.RETENTION_LEAD))


@pytest.mark.one_backend
def test_a_young_agency_is_told_in_how_many_quarters_it_can_read_three_years(lead: FlaskClient) -> None:
    page = lead.get("/themes/kept?window=3fy").get_data(as_text=True)
    assert "You can read this in 7 more quarters, with the release for January to March 2028." in page
    lead.set_cookie("language", "cy")
    assert "7 chwarter" in lead.get("/themes/kept?window=3fy").get_data(as_text=True)


@pytest.mark.one_backend
def test_small_groups_of_hrs_own_causes_are_hidden_with_every_number_empty(session: Session, lead: FlaskClient) -> None:
    asked = "/themes/files/csv/role-area?source=hr&type=all&window=fy&release=5"
    rows = list(csv.DictReader(io.StringIO(lead.get(asked).get_data(as_text=True))))
    hidden = [row for row in rows if row["status"] == "hidden"]
    shown = [row for row in rows if row["status"] != "hidden"]
    assert hidden and all(not row[name] for row in hidden for name in ("n", "base", "percent", "low", "high"))
    assert all(int(row["base"]) >= 10 for row in shown)
    page = lead.get("/themes/role-area?source=hr&type=all&window=fy&release=5").get_data(as_text=True)
    assert "[c]" in page
    stored = session.scalars(select(ReleaseRow.base).where(ReleaseRow.source == HR))
    assert all(base is None or base >= 10 for base in stored), "what is hidden is not even stored"
