"""The one door to released rows, on both databases: the newest signed row of every key, and none of a later release."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from analytics.tables import Family, Selection, WindowCode
from surveyapp.reports import queries
from surveyapp.reports.models import Release, ReleaseRow, ReleaseState
from surveyapp.reports.selection import Asked, By
from surveyapp.reports.themes import theme_table
from tests.actions.released import row, signed_release

LAST = ("2025Q4", "2026Q1", "2026Q2")
"""The periods of releases 1 to 3; the third is not signed."""


@pytest.fixture
def rows(session: Session, organisation: str) -> Session:
    """Northmoor is in every release, Eastvale in the first alone, Southmere only where others may not look."""
    for number, last in enumerate(LAST, start=1):
        session.add(signed_release(number, last))
    session.flush()
    session.get_one(Release, 3).state = ReleaseState.CUT
    session.add_all([row(1, LAST[0], "NM", "30", 60), row(1, LAST[0], "EV", "20", 50)])
    session.add_all([row(2, LAST[1], "NM", "12", 60), row(3, LAST[2], "NM", "5", 60)])
    elsewhere: list[dict[str, Any]] = [
        {"source": "hr"},
        {"selection": "all"},
        {"dimension": "tenure", "level": "lt2"},
        {"agency": "css"},
        {"family": "region"},
    ]
    session.add_all(changed(row(1, LAST[0], "SM", "9", 30), **one) for one in elsewhere)
    session.commit()
    return session


def changed(made: ReleaseRow, **values: Any) -> ReleaseRow:
    for name, value in values.items():
        setattr(made, name, value)
    return made


def areas(session: Session, number: int, windows: list[WindowCode] | None = None) -> dict[str, tuple[str, str]]:
    """Count and accepting release of each Area, as a reader of the release gets them."""
    release = session.get_one(Release, number)
    found = queries.rows_of(session, release, "leaver", Family.AREA, Selection.RESIGNATION, windows)
    assert len(found) == len({one.key.area for one in found}), "every key once"
    return {one.key.area: (one.n, one.accepted_in) for one in found}


def test_a_release_shows_its_own_rows_and_the_newest_signed_ones_that_it_does_not_renew(rows: Session) -> None:
    assert areas(rows, 1) == {"NM": ("30", "1"), "EV": ("20", "1")}
    assert areas(rows, 2) == areas(rows, 3) == {"NM": ("12", "2"), "EV": ("20", "1")}
    rows.get_one(Release, 3).state = ReleaseState.SIGNED
    rows.commit()
    assert areas(rows, 3) == {"NM": ("5", "3"), "EV": ("20", "1")}
    assert areas(rows, 2, [WindowCode.TWELVE_MONTHS]) == areas(rows, 2) and areas(rows, 2, [WindowCode.YEAR]) == {}


def test_a_table_by_length_of_service_has_a_hidden_row_for_every_band_that_is_not_shown(rows: Session) -> None:
    shown = changed(row(1, LAST[0], "*", "9", 30), family="organisation_d", dimension="tenure", level="2to4")
    rows.add(shown)
    rows.get_one(Release, 2).reasons = [{"code": "workload", "en": "Workload", "cy": "Llwyth gwaith"}]
    rows.commit()
    asked = Asked(by=By.TENURE, window=WindowCode.TWELVE_MONTHS)
    found = [(one.key.level, one.status.value) for one in theme_table(rows, rows.get_one(Release, 2), asked).rows]
    assert found == [("10plus", "hidden"), ("2to4", "shown"), ("5to9", "hidden"), ("lt2", "hidden")]
    assert theme_table(rows, rows.get_one(Release, 2), replace(asked, by=By.GRADE)).rows == ()


def test_a_command_narrows_hrs_own_causes_to_one_of_them(rows: Session, app: Flask) -> None:
    narrowed = ("themes", "--agency", "ncs", "--source", "hr", "--format", "csv", "--reason")
    answer = app.test_cli_runner().invoke(args=[*narrowed, "retirement"])
    assert answer.exit_code == 0 and {one.split(",")[6] for one in answer.stdout.splitlines()[1:]} == {"retirement"}
    refused = app.test_cli_runner().invoke(args=[*narrowed, "workload"])
    assert refused.exit_code == 1 and "retirement" in refused.stderr


def test_of_several_years_in_one_release_the_newest_is_shown(rows: Session) -> None:
    for year in ("2012", "2014", "2013"):
        made = row(2, LAST[1], "RV", str(year[-1]), 40)
        rows.add(changed(made, window_code="fy", window_first=year, window_last=year))
    rows.commit()
    assert areas(rows, 2, [WindowCode.YEAR]) == {"RV": ("4", "2")}


def test_quarters_years_and_choices_are_those_of_signed_releases(rows: Session) -> None:
    whole = {"family": "organisation", "area": "*"}
    for number, last in enumerate(LAST, start=1):
        quarter = {"window_code": "1q", "window_first": last, "window_last": last}
        rows.add(changed(row(number, last, "NM", str(10 + number), 30), **whole, **quarter))
        rows.add(changed(row(number, last, "NM", str(40 + number), 120), **whole))
    rows.commit()
    newest = rows.get_one(Release, 3)
    quarters = queries.quarters_of(rows, newest, "leaver", Selection.RESIGNATION)
    assert [(one.key.window.last, one.n) for one in quarters] == [("2025Q4", "11"), ("2026Q1", "12")]
    year = queries.twelve_months_ending(rows, newest, "leaver", Selection.RESIGNATION, "2025Q4")
    assert [one.n for one in year] == ["41"]
    assert queries.twelve_months_ending(rows, newest, "leaver", Selection.RESIGNATION, "2026Q2") == []
    found = queries.year_ending(
        rows, "ncs", "leaver", Family.AREA, Selection.RESIGNATION, WindowCode.TWELVE_MONTHS, "2025Q4", "workload"
    )
    assert sorted((one.key.area, one.n) for one in found) == [("EV", "20"), ("NM", "30")]
    offered = queries.offered_in(rows, newest)
    assert {one.window for one in offered if one.family == "organisation"} == {"1q", "12m"}
    assert queries.agencies_signed(rows) == {"2025Q4": {"ncs"}, "2026Q1": {"ncs"}}


def test_a_list_of_releases_reads_none_of_what_each_of_them_holds(rows: Session) -> None:
    """Every page offers a choice of releases: their audits and words would be most of its time."""
    rows.expire_all()
    for one in queries.signed_releases(rows, "ncs"):
        assert not {"audit", "sign_off", "reasons", "questions", "shape"} & set(vars(one))
        assert one.shape == {"role_families": {}, "regions": {}} and "audit" not in vars(one)
