"""Cutting releases: what is published and hidden, history, sensitive reasons, levels of D, imports, and tables."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from functools import reduce
from unittest.mock import patch

import numpy as np
import pytest

from analytics import rules
from analytics.atoms import AtomTable
from analytics.cutting import PeriodAlreadyCut, PeriodNotFrozen, ReleaseCutter
from analytics.disclosure import (
    EvidencedRow,
    GroupNotPublished,
    cut_due_releases,
    released_table,
    sum_of_agencies,
    table_of_rows,
)
from analytics.elimination import PublishedSpan, stack_members
from analytics.frozen import AtomRow, BatchesDisagree, FrozenBatch, WeightedTotals
from analytics.lattice import DimensionRule, OrganisationShape
from analytics.releases import (
    DisclosureSettings,
    Indicator,
    Release,
    ReleaseHistory,
    ThresholdTooLow,
    newest_groups,
)
from analytics.signoff import sign_off
from analytics.tables import Column, Family, PublishedGroup, Selection, Status, WindowCode
from tests.factories.agencies import Agency, simulate_agency

REASONS = ("pay", "bullying")
SHAPE = OrganisationShape({"clerk": "admin", "lawyer": "legal"}, {"north": "upper", "south": "lower"})
QUARTERS = ("2025Q2", "2025Q3", "2025Q4", "2026Q1")


def _batch(period: str, sizes: dict[tuple[str, str, str], int], named: int = 0) -> FrozenBatch:
    """`named` more people in every atom who are in the figures and not in the tests; a third give pay, one bullying."""
    rows = tuple(
        AtomRow(*place, "", n, n + named, ((n + named) // 3, min(n, 1))) for place, n in sorted(sizes.items()) if n
    )
    return FrozenBatch("leaver", period, REASONS, rows)


def _even(n: int) -> dict[tuple[str, str, str], int]:
    places = [(r, a, t) for r in ("clerk", "lawyer") for a in ("north", "south") for t in ("resignation", "other")]
    return {place: n for place in places}


def _cut_year(sizes: dict[tuple[str, str, str], int], settings: DisclosureSettings | None = None) -> Release:
    batches = [_batch(quarter, sizes) for quarter in QUARTERS]
    return ReleaseCutter(batches, ReleaseHistory(), SHAPE, settings or DisclosureSettings()).cut(QUARTERS[-1])


def test_the_four_by_four_table_gives_away_one_cell_and_hiding_one_more_cures_it() -> None:
    hidden = ["wa", "wb", "wc", "xa", "xc", "yb", "yd", "zb", "zd"]
    names = [row + column for row in "wxyz" for column in "abcd"]
    lines = [[n for n in names if letter in n] for letter in "wxyzabcd"]

    def derivable(suppressed: list[str]) -> list[str]:
        span = PublishedSpan()
        span.extend(16)
        span.watch_rows(stack_members([np.array([names.index(cell)]) for cell in suppressed], span.width))
        for group in [*lines, *([n] for n in names if n not in suppressed)]:
            span.add(np.array(sorted(names.index(n) for n in group)))
        return [cell for cell, ray in zip(suppressed, span.hashes(), strict=True) if ray == 0]

    assert derivable(hidden) == ["wb"]
    cures = [cell for cell in names if cell not in hidden and derivable([*hidden, cell]) == []]
    assert cures == ["wd", "xb", "xd", "ya", "yc", "za", "zc"]


def test_everything_of_a_large_even_agency_is_published() -> None:
    release = _cut_year(_even(20))
    assert release.hidden == ()
    families = {group.key.family for group in release.groups}
    assert {Family.ORGANISATION, Family.ROLE, Family.AREA, Family.ROLE_AREA, Family.REGION} <= families


def test_a_small_role_takes_one_sibling_with_it() -> None:
    sizes = _even(20)
    for area in ("north", "south"):
        sizes["lawyer", area, "resignation"] = 1
    release = _cut_year(sizes)
    roles = {g.key.role for g in release.groups if g.key.family is Family.ROLE and g.key.selection == "resignation"}
    assert roles == set(), "with two roles, showing the large one would give the small one away"


def test_the_counts_and_the_base_of_a_group_are_exact_and_named_answers_are_in_them() -> None:
    batches = [_batch(quarter, _even(5), named=2) for quarter in QUARTERS]
    release = ReleaseCutter(batches, ReleaseHistory(), SHAPE, DisclosureSettings()).cut("2026Q1")
    whole = next(g for g in release.groups if g.key.family is Family.ORGANISATION and g.key.selection == "all")
    assert whole.base == 4 * 8 * 7
    assert whole.counts == {"pay": 4 * 8 * 2, "bullying": 4 * 8}


def test_named_answers_do_not_help_a_group_over_the_threshold() -> None:
    sizes = dict.fromkeys(_even(1), 1)
    batches = [_batch(quarter, sizes, named=30) for quarter in QUARTERS]
    release = ReleaseCutter(batches, ReleaseHistory(), SHAPE, DisclosureSettings()).cut("2026Q1")
    assert all(group.key.family is not Family.ROLE_AREA for group in release.groups)


def test_sensitive_reasons_are_hidden_below_their_own_threshold_and_in_cells() -> None:
    settings = DisclosureSettings(sensitive=frozenset({"bullying"}))
    rows = _cut_year(_even(4), settings).rows
    cells = [row for row in rows if row.key.family is Family.ROLE_AREA and row.reason == "bullying"]
    assert cells and all(row.status is Status.HIDDEN for row in cells)
    roles = [row for row in rows if row.key.family is Family.ROLE and row.key.selection == "resignation"]
    assert {row.status for row in roles if row.reason == "bullying"} == {Status.SHOWN}
    assert all(row.n == "8" for row in roles if row.reason == "bullying")


def test_the_sensitive_run_is_a_subset_with_its_own_threshold() -> None:
    agency = simulate_agency(240, seed=4, quarters=8, n_roles=6, n_areas=6)
    settings = DisclosureSettings(sensitive=frozenset({"reason05"}))
    for release in cut_due_releases(agency.batches, ReleaseHistory(), agency.shape, settings, "2023Q1"):
        main = {i.key for i in release.published if not i.is_sensitive}
        frank = {i.key for i in release.published if i.is_sensitive}
        assert frank <= main
        bases = {group.key: group.base for group in release.groups}
        assert all(bases[key] >= 20 for key in frank)


def test_a_source_without_sensitive_reasons_needs_no_run_at_sensitive_k() -> None:
    release = _cut_year(_even(4), DisclosureSettings(sensitive=frozenset({"no_reason_of_this_source"})))
    assert release.audit.sensitive is None and release.settings.sensitive == frozenset()
    assert not any(indicator.is_sensitive for indicator in release.published)
    batches = [_batch(quarter, _even(4)) for quarter in QUARTERS]
    assert len(sign_off(release, ReleaseHistory(), batches, SHAPE)) == 1


def test_what_is_cut_cannot_be_cut_again_nor_what_is_not_frozen() -> None:
    batches = [_batch(quarter, _even(20)) for quarter in QUARTERS]
    cutter = ReleaseCutter(batches, ReleaseHistory(), SHAPE, DisclosureSettings())
    release = cutter.cut("2025Q3")
    assert cutter.due == ("2025Q4", "2026Q1")
    with pytest.raises(PeriodAlreadyCut, match="2025Q3 is cut already"):
        cutter.cut("2025Q3")
    with pytest.raises(PeriodAlreadyCut):
        ReleaseCutter(batches, ReleaseHistory().after(release), SHAPE, DisclosureSettings()).cut("2025Q2")
    with pytest.raises(PeriodNotFrozen):
        cutter.cut("2026Q2")


def test_batches_of_two_sources_or_one_period_twice_are_refused() -> None:
    batch = _batch("2025Q2", _even(2))
    for batches in ([], [batch, batch], [batch, replace(batch, period="2025Q3", source="hr")]):
        with pytest.raises(BatchesDisagree):
            AtomTable(batches, SHAPE)
    with pytest.raises(BatchesDisagree, match="different reasons"):
        AtomTable([batch, replace(batch, period="2025Q3", reasons=("pay", "other"))], SHAPE)


def test_levels_that_do_not_add_up_to_their_atoms_are_refused() -> None:
    batch = _batch("2025Q2", _even(2))
    short = replace(batch, dimensions={"tenure": (replace(batch.atoms[0], level="lt2", secret=1),)})
    with pytest.raises(BatchesDisagree, match="levels of tenure"):
        AtomTable([short], SHAPE)


def test_k_is_never_below_five() -> None:
    assert DisclosureSettings(k=7).k == 7
    with pytest.raises(ThresholdTooLow):
        DisclosureSettings(k=4)
    with pytest.raises(ThresholdTooLow):
        DisclosureSettings(k=10, sensitive_k=9)


def test_a_later_change_of_families_does_not_change_what_was_published() -> None:
    batches = [_batch(quarter, _even(20)) for quarter in (*QUARTERS, "2026Q2")]
    history = ReleaseHistory().after(
        ReleaseCutter(batches, ReleaseHistory(), SHAPE, DisclosureSettings()).cut("2026Q1")
    )
    moved = OrganisationShape({"clerk": "legal", "lawyer": "legal"}, SHAPE.regions)
    run = rules.Run(AtomTable(batches, moved), rules.RunRules(10))
    run.load(history)
    legal = next(i for i in history.published if i.key.family is Family.ROLE_FAMILY and i.key.role == "legal")
    assert legal.roles == ("lawyer",)
    assert ReleaseCutter(batches, history, moved, DisclosureSettings()).cut("2026Q2").audit.main.known_before == ()


def test_what_older_releases_give_away_after_k_is_raised_is_named_and_does_not_stop_the_cut() -> None:
    agency = simulate_agency(200, seed=5, quarters=5, n_roles=5, n_areas=5)
    first = ReleaseCutter(agency.batches, ReleaseHistory(), agency.shape, DisclosureSettings(k=5)).cut("2022Q1")
    history = ReleaseHistory().after(first)
    release = ReleaseCutter(agency.batches, history, agency.shape, DisclosureSettings(k=10)).cut("2022Q2")
    assert release.audit.main.known_before
    assert release.groups
    (result,) = sign_off(release, history, agency.batches, agency.shape)
    assert result.may_be_signed
    assert len(result.known_before) == len(release.audit.main.known_before)


def test_the_input_hash_tells_one_answer_more() -> None:
    same = [_cut_year(_even(20)).audit.input_hash for _ in range(2)]
    assert same[0] == same[1] != _cut_year({**_even(20), ("clerk", "north", "other"): 21}).audit.input_hash


@pytest.fixture(scope="module")
def with_levels() -> Agency:
    return simulate_agency(420, seed=3, quarters=8, n_roles=6, n_areas=6, dimensions=("tenure", "grade"))


LEVELLED = DisclosureSettings(dimensions=(DimensionRule("tenure"), DimensionRule("grade")))


def test_tables_by_level_are_published_and_pass_the_second_audit(with_levels: Agency) -> None:
    history = ReleaseHistory()
    for release in cut_due_releases(with_levels.batches, history, with_levels.shape, LEVELLED, "2023Q1"):
        if release.as_of == "2023Q1":
            assert {Family.ORGANISATION_D, Family.ROLE_D, Family.AREA_D} <= {g.key.family for g in release.groups}
            (result,) = sign_off(release, history, with_levels.batches, with_levels.shape)
            assert result.may_be_signed, result
            assert result.rank == release.audit.main.rank
        history = history.after(release)


@pytest.mark.parametrize("broken", ["span", "subtraction"])
def test_without_a_rule_tables_by_level_fail_the_second_audit(with_levels: Agency, broken: str) -> None:
    targets = {
        "span": [(rules, "brings_into_span")],
        "subtraction": [(rules.NestedGroups, "leaves_few"), (rules.Remainders, "leaves_few")],
    }
    with ExitStack() as stack:
        for target, name in targets[broken]:
            stack.enter_context(patch.object(target, name, lambda *_: False))
        batches, shape = with_levels.batches, with_levels.shape
        *older, last = cut_due_releases(batches, ReleaseHistory(), shape, LEVELLED, "2023Q1")
    history = reduce(ReleaseHistory.after, older, ReleaseHistory())
    (result,) = sign_off(last, history, batches, shape)
    assert not result.may_be_signed


def test_the_levels_shown_of_a_shown_group_add_up_or_leave_k(with_levels: Agency) -> None:
    release = ReleaseCutter(with_levels.batches, ReleaseHistory(), with_levels.shape, LEVELLED).cut("2022Q1")
    base = {g.key: g.base for g in release.groups}
    for key, whole in base.items():
        if key.family is Family.ROLE:
            for dimension in ("tenure", "grade"):
                parts = [
                    n
                    for k, n in base.items()
                    if k.family is Family.ROLE_D
                    and k.dimension == dimension
                    and (k.role, k.window, k.selection) == (key.role, key.window, key.selection)
                ]
                assert not parts or whole - sum(parts) == 0 or whole - sum(parts) >= 10


def test_an_outside_survey_by_years_is_one_release_over_all_years() -> None:
    periods = ("undated", "2011", "2012", "2013")
    batches = [_batch(period, _even(20)) for period in periods]
    (release,) = cut_due_releases(batches, ReleaseHistory(), SHAPE, DisclosureSettings(), "2013")
    whole = {
        (g.key.window.code, g.key.window.first): g.base
        for g in release.groups
        if g.key.family is Family.ORGANISATION and g.key.selection is Selection.ALL
    }
    assert whole[WindowCode.EVERYTHING, "undated"] == 4 * 160
    assert whole[WindowCode.TWELVE_MONTHS, "2013"] == whole[WindowCode.YEAR, "2013"] == 160
    assert whole[WindowCode.YEAR, "2011"] == 160
    assert whole[WindowCode.THREE_YEARS, "2011"] == 480
    (result,) = sign_off(release, ReleaseHistory(), batches, SHAPE)
    assert result.may_be_signed
    assert result.unsafe == release.audit.main.unsafe


def test_a_survey_without_dates_is_released_as_a_whole() -> None:
    (release,) = cut_due_releases([_batch("undated", _even(20))], ReleaseHistory(), SHAPE, DisclosureSettings(), "2013")
    assert {group.key.window.code for group in release.groups} == {WindowCode.EVERYTHING}
    assert release.hidden == ()


def test_progress_is_told_before_each_cut() -> None:
    told: list[tuple[str, int, int]] = []
    batches = [_batch(quarter, _even(20)) for quarter in QUARTERS]
    cut_due_releases(batches, ReleaseHistory(), SHAPE, DisclosureSettings(), "2025Q4", lambda *step: told.append(step))
    assert told == [("2025Q2", 1, 3), ("2025Q3", 2, 3), ("2025Q4", 3, 3)]


def test_weighted_percents_are_for_the_organisation_only() -> None:
    weights = {"resignation": WeightedTotals(100.0, (30.0, 1.0)), "other": WeightedTotals(50.0, (30.0, 1.0))}
    batches = [replace(_batch(quarter, _even(20)), weighted=weights) for quarter in QUARTERS]
    release = ReleaseCutter(batches, ReleaseHistory(), SHAPE, DisclosureSettings()).cut("2026Q1")
    for group in release.groups:
        is_whole = group.key.family is Family.ORGANISATION
        resigned = group.key.selection is Selection.RESIGNATION
        assert group.weighted_percents.get("pay") == ((30 if resigned else 40) if is_whole else None)


def test_indicators_and_history_survive_storing() -> None:
    release = _cut_year(_even(20))
    history = ReleaseHistory().after(release)
    assert ReleaseHistory.from_json(history.as_json()) == history
    assert Indicator.from_json(release.published[0].as_json()) == release.published[0]


def test_the_newest_group_of_every_standing_key_is_carried_forward() -> None:
    batches = [_batch(quarter, _even(20)) for quarter in (*QUARTERS, "2026Q2")]
    releases = cut_due_releases(batches, ReleaseHistory(), SHAPE, DisclosureSettings(), "2026Q2")
    newest = newest_groups(group for release in releases for group in release.groups)
    accepted = {group.key.window.code: group.accepted_in for group in newest.values()}
    assert accepted[WindowCode.TWELVE_MONTHS] == "2026Q2"
    assert accepted[WindowCode.YEAR] == "2026Q1"


COLUMNS = (Column("area", "Area"), Column("n", "Leavers", "people"))


def test_a_released_table_rests_on_published_groups() -> None:
    release = _cut_year(_even(20))
    key = release.groups[0].key
    table = released_table("Reasons", COLUMNS, [EvidencedRow(("north", 12), (key,))], {key}, release="1")
    assert list(table.records()) == [{"area": "north", "n": 12}]
    with pytest.raises(GroupNotPublished, match="is not published"):
        released_table("Reasons", COLUMNS, [EvidencedRow(("north", 12), (key,))], set())
    with pytest.raises(GroupNotPublished, match="names no published group"):
        released_table("Reasons", COLUMNS, [EvidencedRow(("north", 12), ())], {key})
    hidden = released_table("Reasons", COLUMNS, [EvidencedRow(("north", "[c]"), ())], {key})
    assert hidden.rows == (("north", "[c]"),)


def test_published_rows_make_a_table_as_they_are() -> None:
    release = _cut_year(_even(20))
    table = table_of_rows("Reasons", release.rows[:6], release="1")
    first = next(table.records())
    assert (first["n"], first["base"], first["status"]) == (release.rows[0].n, release.rows[0].base, "shown")


def test_all_agencies_are_added_up_from_three() -> None:
    release = _cut_year(_even(20))
    whole = next(g for g in release.groups if g.key.family is Family.ORGANISATION)
    role = next(g for g in release.groups if g.key.family is Family.ROLE)
    assert sum_of_agencies([whole, whole]) is None
    total = sum_of_agencies([whole, whole, replace(whole, counts={"pay": 1})])
    assert isinstance(total, PublishedGroup)
    assert (total.base, total.counts) == (3 * whole.base, {"pay": 2 * whole.counts["pay"] + 1})
    with pytest.raises(GroupNotPublished):
        sum_of_agencies([whole, whole, role])
    for key in (replace(whole.key, source="hr"), replace(whole.key, selection=other_than(whole.key.selection))):
        with pytest.raises(GroupNotPublished):
            sum_of_agencies([whole, whole, replace(whole, key=key)])


def other_than(selection: Selection) -> Selection:
    return Selection.ALL if selection is Selection.RESIGNATION else Selection.RESIGNATION
