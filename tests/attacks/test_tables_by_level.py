"""Attacks on tables by a D: length of service at k = 10, protected characteristics at k = 20, subtraction and span."""

from __future__ import annotations

from dataclasses import replace
from unittest.mock import patch

import pytest

from analytics import rules
from analytics.cutting import ReleaseCutter
from analytics.lattice import DimensionRule
from analytics.releases import DisclosureSettings, Release, ReleaseHistory
from analytics.signoff import sign_off
from analytics.tables import Family, Status, WindowCode
from tests.attacks.attacker import Attacker, seen_levels
from tests.factories.agencies import Agency, simulate_agency

SENSITIVE = frozenset({"reason03"})
EQUALITY = DimensionRule("grade", (WindowCode.THREE_YEARS,), organisation_only=True)
SETTINGS = DisclosureSettings(sensitive=SENSITIVE, dimensions=(DimensionRule("tenure"),), equality=(EQUALITY,))


@pytest.fixture(scope="module")
def agency() -> Agency:
    """Three years and a half; `grade` stands in for a protected characteristic."""
    return simulate_agency(160, seed=4, quarters=14, n_roles=5, n_areas=6, n_reasons=4, dimensions=("tenure", "grade"))


def cut_all(agency: Agency) -> list[Release]:
    cutter = ReleaseCutter(agency.batches, ReleaseHistory(), agency.shape, SETTINGS)
    return [cutter.cut(period) for period in cutter.due]


@pytest.fixture(scope="module")
def releases(agency: Agency) -> list[Release]:
    return cut_all(agency)


def recovered(agency: Agency, releases: list[Release]) -> list[str]:
    """What follows about small groups: by tenure below 10, by the protected characteristic below 20."""
    found = []
    rows = [row for release in releases for row in release.rows]
    for dimension, k, years, whole in (("tenure", 10, (1, 3), False), ("grade", 20, (3,), True)):
        attacker = Attacker(agency.batches, agency.shape, k, dimension)
        second = {key for key in seen_levels(rows) if dimension == "tenure" or key in of_the_second_run(releases)}
        attacker.read(sorted(second))
        targets = attacker.level_targets(years, organisation_only=whole)
        found += attacker.recovered_by_span(targets) + attacker.recovered_by_insider(targets)
    return found


def of_the_second_run(releases: list[Release]) -> set[object]:
    return {indicator.key for release in releases for indicator in release.published if indicator.is_sensitive}


def test_tables_by_level_give_no_small_group_away(agency: Agency, releases: list[Release]) -> None:
    keys = seen_levels(row for release in releases for row in release.rows)
    assert {key.dimension for key in keys} == {"", "tenure", "grade"}
    assert recovered(agency, releases) == []


def test_a_threshold_alone_gives_groups_of_a_level_away(agency: Agency) -> None:
    """Positive control: the same attack on groups of k or more, whatever follows from them."""

    def only_t1(run: rules.Run, group: rules.Group, *_: object) -> str:
        return "T1" if rules.is_too_small(run.people_in(group), run.k) else ""

    with patch.object(rules.Run, "_refusing_rule", only_t1):
        assert recovered(agency, cut_all(agency))


def test_protected_characteristics_are_shown_for_the_whole_organisation_over_three_years_from_twenty(
    releases: list[Release],
) -> None:
    rows = [row for release in releases for row in release.rows if row.key.dimension == "grade"]
    assert rows
    assert {row.key.family for row in rows} == {Family.ORGANISATION_D}
    assert {row.key.window.code for row in rows} == {WindowCode.THREE_YEARS}
    assert all(row.base is not None and row.base >= 20 for row in rows if row.status is not Status.HIDDEN)
    assert all(row.n == "<5" or int(row.n) >= 5 for row in rows if row.reason in SENSITIVE and row.n.isdecimal())


def test_sensitive_reasons_are_shown_from_twenty_and_never_by_role_and_area(releases: list[Release]) -> None:
    shown = [
        row
        for release in releases
        for row in release.rows
        if row.reason in SENSITIVE and row.status is not Status.HIDDEN
    ]
    assert shown
    assert all(row.base is not None and row.base >= 20 for row in shown)
    assert not [row for row in shown if row.key.family in (Family.ROLE_AREA, Family.ROLE_D, Family.AREA_D)]


def test_the_second_audit_agrees_on_both_runs(agency: Agency, releases: list[Release]) -> None:
    history = ReleaseHistory()
    for release in releases[:-2]:
        history = history.after(release)
    for result, first in zip(
        sign_off(releases[-2], history, agency.batches, agency.shape, programs=0),
        (releases[-2].audit.main, releases[-2].audit.sensitive),
        strict=True,
    ):
        assert first is not None
        assert result.may_be_signed, result
        assert result.rank == first.rank
        assert result.unsafe >= first.unsafe  # the second audit counts windows still open a little more widely


def test_a_forged_equality_group_is_caught_by_the_second_audit(agency: Agency, releases: list[Release]) -> None:
    history = ReleaseHistory()
    for release in releases[:-2]:
        history = history.after(release)
    honest = releases[-2]
    key = next(row.key for release in releases for row in release.rows if row.key.dimension == "grade")
    indicator = next(i for i in (*history.published, *honest.published) if i.key == key)
    small = replace(indicator, roles=(agency.batches[0].atoms[0].role,), areas=(agency.batches[0].atoms[0].area,))
    forged = replace(honest, published=(*honest.published, small))
    _, second = sign_off(forged, history, agency.batches, agency.shape, programs=0)
    assert not second.may_be_signed
