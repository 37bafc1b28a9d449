"""The invented people: the same for the same seed, and the planted differences are there to be found."""

from datetime import date, timedelta
from random import Random

import numpy as np

from analytics.expectation import ReasonCounts
from analytics.findings import Direction, VisibleGroup
from analytics.standouts import find_standouts
from analytics.tables import EVERY, Family, GroupKey, Selection, Window, WindowCode
from surveyapp.demo.inventing import InventedLeaver, leavers_of, places_of
from surveyapp.demo.planted import BASE_CHANCES

AREAS = ("NM", "HS", "DY", "KF", "EV", "SM", "WB", "MD")
ROLES = ("case_lawyer", "paralegal_officer", "administrator", "advocate", "corporate", "specialist_lawyer")
TODAY = date(2026, 11, 21)


def people(seed: int, total: int = 400) -> list[InventedLeaver]:
    random = Random(seed)
    places = places_of("ncs", AREAS, ROLES, ("EO", "G7"), total, random)
    return list(leavers_of(places, date(2023, 4, 1), date(2026, 3, 31), TODAY, random))


def test_the_same_seed_invents_the_same_people() -> None:
    assert people(5, 60) == people(5, 60)
    assert people(5, 60) != people(6, 60)


def test_nothing_has_happened_after_today() -> None:
    for one in people(5, 60):
        days = (one.answered_on, one.declined_on, one.offered_on, one.written_up_on)
        assert all(day is None or day <= TODAY for day in days)
        assert one.written_up_on is None or one.interview_on < one.written_up_on + timedelta(1)
        assert one.start_date < one.last_working_day and one.main_reason in (None, *one.reasons)


PLANTED = {
    ("NM", "*", "workload"),
    ("HS", "*", "management"),
    ("DY", "*", "travel"),
    ("*", "case_lawyer", "workload"),
    ("*", "paralegal_officer", "promotion"),
}
SEEDS = range(1, 13)


def found_over(seed: int) -> set[tuple[str, str, str]]:
    """(Area, role, reason) of what stands out in three invented years of resignations."""
    answered = [one for one in people(seed) if one.answered_on and one.leaving_type == "resignation"]
    reasons = tuple(BASE_CHANCES)
    n = np.zeros((len(ROLES), len(AREAS)), np.int64)
    x = np.zeros((len(reasons), len(ROLES), len(AREAS)), np.int64)
    for one in answered:
        place = ROLES.index(one.place.role), AREAS.index(one.place.area)
        n[place] += 1
        x[(slice(None), *place)] += np.array([reason in one.reasons for reason in reasons])
    window = Window(WindowCode.THREE_YEARS, "2023Q2", "2026Q1")
    places = [(EVERY, area, Family.AREA) for area in AREAS] + [(role, EVERY, Family.ROLE) for role in ROLES]
    visible = [
        VisibleGroup(GroupKey("leaver", family, role, area, window, Selection.RESIGNATION), frozenset(reasons))
        for role, area, family in places
    ]
    found = find_standouts({window: ReasonCounts(ROLES, AREAS, reasons, n, x)}, visible).findings
    return {(one.key.area, one.key.role, one.reason) for one in found if one.direction is Direction.OVER}


def test_planted_differences_are_found_and_the_planted_nothing_hardly_ever() -> None:
    found = [found_over(seed) for seed in SEEDS]
    missed = [PLANTED - one for one in found if PLANTED - one]
    assert len(missed) <= 2, missed
    by_chance = sum(1 for one in found for key in one if key[2] == "team")
    assert by_chance <= len(SEEDS) // 3, f"nothing is planted for team, yet it was found {by_chance} times"
