"""From frozen batches and visible groups to the findings of a release."""

import numpy as np

from analytics.disclosure import cut_due_releases
from analytics.findings import Direction
from analytics.frozen import AtomRow, FrozenBatch
from analytics.lattice import OrganisationShape
from analytics.release_findings import counts_of, findings_of_release
from analytics.releases import DisclosureSettings, ReleaseHistory, newest_groups
from analytics.tables import EVERY, Family, GroupKey, PublishedGroup, Selection, Window, WindowCode

ROLES, AREAS, REASONS = ("r0", "r1", "r2"), tuple(f"a{i}" for i in range(5)), ("pay", "workload")
PERIODS = ("2024Q2", "2024Q3", "2024Q4", "2025Q1", "2025Q2", "2025Q3", "2025Q4", "2026Q1")
YEAR = Window(WindowCode.TWELVE_MONTHS, "2025Q2", "2026Q1")
TWO_YEARS = Window(WindowCode.TWO_YEARS, "2024Q2", "2026Q1")
ONE_YEAR = Window(WindowCode.YEAR, "2025Q2", "2026Q1")


def _atom(role: str, area: str, leaving_type: str) -> AtomRow:
    # workload weighs on resignations in a2 alone
    workload = 8 if area == "a2" and leaving_type == "resignation" else 2
    return AtomRow(role, area, leaving_type, "", 10, 10, (3, workload))


def _batches() -> list[FrozenBatch]:
    atoms = tuple(_atom(r, a, kind) for r in ROLES for a in AREAS for kind in ("resignation", "other"))
    return [FrozenBatch("leaver", period, REASONS, atoms) for period in PERIODS]


def _group(family: Family, role: str, area: str, window: Window, selection: Selection) -> PublishedGroup:
    key = GroupKey("leaver", family, role, area, window, selection)
    return PublishedGroup(key, 40, {"pay": 1, "workload": 1}, "2026Q1")


def _visible() -> list[PublishedGroup]:
    groups = []
    for selection in Selection:
        groups += [_group(Family.AREA, EVERY, area, YEAR, selection) for area in AREAS]
        for window in (ONE_YEAR, TWO_YEARS):
            groups += [_group(Family.ROLE_AREA, "r1", area, window, selection) for area in AREAS]
        groups.append(_group(Family.ORGANISATION, EVERY, EVERY, YEAR, selection))
    return groups


def test_counts_cover_the_window_and_the_selection() -> None:
    year = counts_of(_batches(), YEAR, Selection.RESIGNATION)
    both = counts_of(_batches(), TWO_YEARS, Selection.ALL)
    assert (year.roles, year.areas, year.reasons) == (ROLES, AREAS, REASONS)
    assert np.all(year.n == 40) and np.all(both.n == 160)
    assert year.x[1, 0].tolist() == [8, 8, 32, 8, 8]


def test_findings_are_made_apart_for_each_selection() -> None:
    found = findings_of_release(_batches(), _visible())
    first = found[Selection.RESIGNATION].findings[0]
    assert (first.key.area, first.reason, first.direction) == ("a2", "workload", Direction.OVER)
    assert first.key.selection is Selection.RESIGNATION
    assert {c.key.selection for c in found[Selection.ALL].comparisons} == {Selection.ALL}


def test_a_cell_is_judged_over_its_longest_published_window_only() -> None:
    found = findings_of_release(_batches(), _visible())[Selection.RESIGNATION]
    cells = [c for c in found.comparisons if c.family is Family.ROLE_AREA]
    assert {cell.key.window for cell in cells} == {TWO_YEARS}
    assert {cell.base for cell in cells} == {80}


def test_an_undated_import_is_judged_over_everything() -> None:
    whole = Window(WindowCode.EVERYTHING, "undated", "undated")
    atoms = tuple(_atom(r, a, "resignation") for r in ROLES for a in AREAS)
    groups = [_group(Family.AREA, EVERY, area, whole, Selection.RESIGNATION) for area in AREAS]
    found = findings_of_release([FrozenBatch("leaver", "undated", REASONS, atoms)], groups)
    assert len(found[Selection.RESIGNATION].comparisons) == 10


def _simulated_batches(seed: int) -> list[FrozenBatch]:
    """Two years of an agency of 3 roles and 4 Areas in which workload weighs on one Area."""
    rng = np.random.default_rng(seed)
    batches = []
    for period in PERIODS:
        atoms = []
        for role in ROLES:
            for area in AREAS[:4]:
                for kind, mean in (("resignation", 9), ("other", 3)):
                    base = int(rng.poisson(mean))
                    workload = int(rng.binomial(base, 0.7 if area == "a2" else 0.2))
                    atoms.append(AtomRow(role, area, kind, "", base, base, (int(rng.binomial(base, 0.3)), workload)))
        batches.append(FrozenBatch("leaver", period, REASONS, tuple(atoms)))
    return batches


def test_a_cut_release_has_findings_about_its_published_groups_only() -> None:
    batches = _simulated_batches(3)
    releases = cut_due_releases(batches, ReleaseHistory(), OrganisationShape(), DisclosureSettings(), "2026Q1")
    visible = newest_groups(group for release in releases for group in release.groups).values()
    found = findings_of_release(batches, visible)[Selection.RESIGNATION]
    assert ("a2", "workload") in {(f.key.area, f.reason) for f in found.findings if f.family is Family.AREA}
    published = {group.key for group in visible}
    assert {comparison.key for comparison in found.comparisons} <= published
