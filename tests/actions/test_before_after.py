"""Before and after an action: by hand from released rows alone, and plainly when nobody can tell."""

import ast
import csv
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from analytics.effects import Verdict
from analytics.tables import Family, WindowCode
from surveyapp.access import StaffRole
from surveyapp.actions import before_after
from surveyapp.actions.before_after import BeforeAfter, NothingToSay, Unknown, before_and_after, years_around
from surveyapp.actions.models import Action
from surveyapp.directory import queries as directory
from surveyapp.directory.models import User
from surveyapp.reports.models import Release, ReleaseState
from tests.actions.agreed import agreed, begun
from tests.actions.released import BEGAN

pytestmark = pytest.mark.one_backend


def told(session: Session, user: User, action: Action) -> BeforeAfter | NothingToSay:
    return before_and_after(directory.viewer_of(user), session, action, "workload", "en")


def test_the_years_leave_out_the_quarter_in_which_it_began() -> None:
    years = years_around(BEGAN, Family.AREA)
    assert (years.code, years.before, years.after) == (WindowCode.TWELVE_MONTHS, "2024Q4", "2026Q1")
    cells = years_around(BEGAN, Family.ROLE_AREA)
    assert (cells.code, cells.before, cells.after) == (WindowCode.YEAR, "2024Q1", "2026Q1")
    assert years_around(date(2025, 5, 1), Family.ROLE_AREA).after == "2027Q1"


def test_the_figures_are_the_released_rows_added_up_and_the_sentence_follows_from_them(
    session: Session, released: None, lead: User, signed_in: Callable[[User], FlaskClient]
) -> None:
    action = begun(session, lead)
    found = told(session, lead, action)
    assert isinstance(found, BeforeAfter) and found.effect
    acted, rest = found.table.records()
    assert (acted["n_before"], acted["base_before"], acted["n_after"], acted["base_after"]) == (30, 60, 12, 60)
    assert (rest["n_before"], rest["base_before"], rest["n_after"], rest["base_after"]) == (35, 110, 35, 110)
    assert (acted["before"], acted["after"], rest["before"]) == (50, 20, 32)
    assert found.effect.points == pytest.approx(100 * (12 / 60 - 30 / 60))
    assert found.effect.verdict is Verdict.FELL and "30 points less often" in found.sentence
    assert found.n_left_out == 2  # Fenland is masked, Millbrook had no figure before
    browser = signed_in(lead)
    page = browser.get(f"/actions/{action.id}").text
    assert found.sentence in page and "2 groups are left out" in page
    assert found.sentence not in browser.get(f"/actions/{action.id}?lang=cy").text
    served = list(csv.DictReader(io.StringIO(browser.get(f"/actions/{action.id}/before-after.csv").text)))
    assert [(one["n_before"], one["n_after"]) for one in served] == [("30", "12"), ("35", "35")]
    assert browser.get(f"/actions/{action.id}/before-after.xlsx").status_code == 200
    assert browser.get(f"/actions/{action.id}/before-after.svg").text.startswith("<svg")


def test_a_small_base_and_a_range_that_holds_0_are_said_to_tell_nothing(
    session: Session, released: None, lead: User
) -> None:
    small = told(session, lead, begun(session, lead, areas=("RV",)))
    even = told(session, lead, begun(session, lead, areas=("EV",)))
    for found in (small, even):
        assert isinstance(found, BeforeAfter) and found.effect and found.effect.verdict is Verdict.CANNOT_TELL
        assert found.sentence.startswith("We cannot tell whether workload changed because of the action")
    assert isinstance(small, BeforeAfter) and "fewer than 30 answers" in small.sentence


def test_an_unsigned_release_says_nothing_but_when_it_is_due(session: Session, released: None, lead: User) -> None:
    action = begun(session, lead)
    session.execute(update(Release).where(Release.as_of == "2026Q1").values(state=ReleaseState.CUT))
    session.commit()
    found = told(session, lead, action)
    assert isinstance(found, NothingToSay) and found.why is Unknown.TOO_EARLY and found.until == date(2026, 5, 1)


def test_it_says_plainly_why_nothing_can_be_said(
    session: Session, released: None, lead: User, staff: Callable[..., User]
) -> None:
    hr = staff(StaffRole.HR_LEAD)
    cases = {
        Unknown.NO_REASON: begun(session, lead, reason=""),
        Unknown.NOT_BEGUN: agreed(session, lead),
        Unknown.NO_BEFORE: begun(session, lead, date(2024, 5, 1)),
        Unknown.HIDDEN: begun(session, lead, areas=("FL",)),
        Unknown.NOWHERE_ELSE: begun(session, lead, areas=("NM", "EV", "SM", "RV")),
    }
    for why, action in cases.items():
        found = told(session, lead, action)
        assert isinstance(found, NothingToSay) and found.why is why, why
    found = told(session, hr, cases[Unknown.HIDDEN])
    assert isinstance(found, NothingToSay) and found.why is Unknown.NOT_YOURS


def test_nothing_but_released_rows_is_read() -> None:
    closed = {"ReleaseAtoms", "FrozenCounts", "ReleaseGroup", "ReleaseFinding", "Case", "Ballot", "OpenedBallot"}
    for path in Path(before_after.__file__).parent.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {name.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for name in node.names}
        assert not names & closed, path
