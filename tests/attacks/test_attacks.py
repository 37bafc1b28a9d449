"""The attacks of STATISTICS 1.7 on simulated agencies: nothing may be recovered; threshold rules alone must fall."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from analytics.cutting import ReleaseCutter
from analytics.frozen import AtomRow, FrozenBatch
from analytics.releases import DisclosureSettings, ReleaseHistory
from analytics.signoff import sign_off
from analytics.tables import PublishedRow, Selection, Status
from tests.attacks.attacker import Attacker, seen_keys
from tests.attacks.conftest import Published, publish
from tests.attacks.threshold_only import publish_by_threshold
from tests.factories.agencies import Agency, simulate_agency

NOTHING = {"span": 0, "insider": 0, "nested": 0, "complement": 0}
CURRENT_CELLS_OF_THRESHOLD = 0.70


@pytest.mark.parametrize(("answers", "seed"), [(120, 1), (120, 2), (420, 1)])
def test_no_attack_recovers_a_small_group_over_twenty_releases(
    published: Callable[[int, int], Published], answers: int, seed: int
) -> None:
    assert published(answers, seed).attack() == NOTHING


@pytest.mark.drill
@pytest.mark.parametrize(("answers", "areas"), [(700, 14), (6000, 20)])
def test_no_attack_recovers_a_small_group_of_a_large_agency(answers: int, areas: int) -> None:
    assert publish(simulate_agency(answers, seed=1, n_areas=areas)).attack() == NOTHING


def test_the_same_attacks_recover_groups_from_threshold_only_publication(small_agency: Agency) -> None:
    found = publish_by_threshold(small_agency).attack()
    assert all(count > 0 for count in found.values()), found


def test_the_second_audit_agrees_with_the_first_at_every_release(published: Callable[[int, int], Published]) -> None:
    made, history = published(120, 2), ReleaseHistory()
    for number, release in enumerate(made.releases):
        if number % 4 == 3:
            (result,) = sign_off(release, history, made.agency.batches, made.agency.shape, programs=1)
            assert result.may_be_signed, result
            assert (result.unsafe, result.rank) == (release.audit.main.unsafe, release.audit.main.rank)
        history = history.after(release)


def test_linear_programs_cannot_pin_down_a_small_group(published: Callable[[int, int], Published]) -> None:
    made = published(420, 1)
    history = ReleaseHistory()
    for release in made.releases[:8]:
        last, before = release, history
        history = history.after(release)
    (result,) = sign_off(last, before, made.agency.batches, made.agency.shape, programs=4)
    assert result.programs == 4
    assert result.bounds_meet == ()


def test_a_leaver_who_comes_after_a_cut_changes_nothing_that_was_served(small_agency: Agency) -> None:
    later = _with_one_more(small_agency, quarter=len(small_agency.batches) - 1)
    before, after = publish(small_agency), publish(later)
    assert [release.rows for release in before.releases[:-1]] == [release.rows for release in after.releases[:-1]]


def test_one_leaver_more_changes_only_numbers_of_groups_of_k_or_more(small_agency: Agency) -> None:
    later = _with_one_more(small_agency, quarter=len(small_agency.batches) - 1)
    before, after = (_served(publish(agency)) for agency in (small_agency, later))
    changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    assert changed
    for key in changed:
        for rows in (before, after):
            assert key not in rows or (rows[key].base or 0) >= 10


def test_what_is_published_with_one_leaver_more_is_as_safe(small_agency: Agency) -> None:
    assert publish(_with_one_more(small_agency, quarter=4)).attack() == NOTHING


@pytest.mark.parametrize(("answers", "seed"), [(420, 1)])
def test_enough_is_visible_of_what_a_threshold_alone_would_show(
    published: Callable[[int, int], Published], answers: int, seed: int
) -> None:
    release = published(answers, seed).releases[-1]
    table = Attacker(published(answers, seed).agency.batches, published(answers, seed).agency.shape)
    shares = {}
    for selection in Selection:
        keys = [(g.key, True) for g in release.groups] + [(key, False) for key in release.hidden]
        cells = [(k, out) for k, out in keys if k.family == "role_area" and k.selection is selection]
        visible = {(k.role, k.area) for k, out in cells if out}
        enough = {(k.role, k.area) for k, _ in cells if table.people[table.atoms_of(k)].sum() >= 10}
        shares[selection] = len(visible) / len(enough)
    print(f"cells visible of threshold at {answers} a year: {shares}")
    assert shares[Selection.RESIGNATION] >= CURRENT_CELLS_OF_THRESHOLD


def test_roles_and_areas_of_k_resignations_a_year_have_a_row_but_for_one_sibling(
    published: Callable[[int, int], Published],
) -> None:
    """Longer windows may hide where a small year stands between published ones: that remainder cannot be shown."""
    made = published(420, 1)
    attacker = Attacker(made.agency.batches, made.agency.shape)
    carried = {g.key.standing for release in made.releases for g in release.groups}
    hidden: dict[tuple[object, ...], int] = {}
    for key in made.releases[-1].hidden:
        is_margin = key.family in ("role", "area") and key.selection is Selection.RESIGNATION
        is_margin &= key.window.code in ("12m", "fy")
        if is_margin and key.standing not in carried and attacker.people[attacker.atoms_of(key)].sum() >= 10:
            hidden[key.family, key.window.code] = hidden.get((key.family, key.window.code), 0) + 1
    assert all(count <= 1 for count in hidden.values()), hidden


def test_whatever_is_hidden_of_k_or_more_would_give_somebody_away(published: Callable[[int, int], Published]) -> None:
    """Longer windows hide more than one role or Area, yet none without need: each one more would tell of a few people.

    Two years that are both shown add up to the two-year window, whether that is shown or not: it tells nothing more.
    """
    made = published(420, 1)
    attacker = Attacker(made.agency.batches, made.agency.shape)
    for release in made.releases:
        attacker.read(seen_keys(release.rows))
    margins = [
        key
        for key in made.releases[-1].hidden
        if key.family in ("role", "area") and attacker.people[attacker.atoms_of(key)].sum() >= 10
    ]
    why = attacker.given_away_by(margins, attacker.targets(len(made.releases) - 1))
    told = Counter((key.selection.value, key.window.code.value, given) for key, given in zip(margins, why, strict=True))
    print(f"roles and Areas of ten or more that are hidden, and what one of them more would give: {dict(told)}")
    assert len(margins) > 50
    assert [key for key, given in zip(margins, why, strict=True) if not given] == []
    assert why.count("follows") <= 4
    shown = [group.key for group in made.releases[-1].groups if group.key.family in ("role", "area")]
    assert set(attacker.given_away_by(shown, [])) == {"follows"}


def test_shown_percentages_are_close_to_the_truth(published: Callable[[int, int], Published]) -> None:
    release = published(420, 1).releases[-1]
    counts = {group.key: group for group in release.groups}
    shown = [row for row in release.rows if row.status is Status.SHOWN]
    errors = [abs((row.percent or 0) - 100 * counts[row.key].counts[row.reason] / (row.base or 1)) for row in shown]
    assert float(np.median(errors)) <= 2.5


def _served(made: Published) -> dict[tuple[object, str], PublishedRow]:
    return {(row.key, row.reason): row for release in made.releases for row in release.rows}


def _with_one_more(agency: Agency, quarter: int) -> Agency:
    """The same agency with one more leaver in the commonest atom of a quarter, giving the first reason."""
    batch = agency.batches[quarter]
    place = max(batch.atoms, key=lambda row: row.secret)
    counts = (place.counts[0] + 1, *place.counts[1:])
    more = replace(place, secret=place.secret + 1, base=place.base + 1, counts=counts)
    atoms: tuple[AtomRow, ...] = tuple(more if row is place else row for row in batch.atoms)
    changed: FrozenBatch = replace(batch, atoms=atoms)
    return replace(agency, batches=(*agency.batches[:quarter], changed, *agency.batches[quarter + 1 :]))


def test_releases_cut_one_by_one_from_stored_history_equal_those_cut_in_one_go(small_agency: Agency) -> None:
    history = ReleaseHistory()
    for release in publish(small_agency).releases:
        known = [batch for batch in small_agency.batches if batch.period <= release.as_of]
        stored = ReleaseHistory.from_json(history.as_json())
        again = ReleaseCutter(known, stored, small_agency.shape, DisclosureSettings()).cut(release.as_of)
        assert again == release
        history = history.after(release)


def test_an_attacker_reads_only_what_is_shown(small_agency: Agency) -> None:
    release = publish(small_agency).releases[-1]
    assert set(seen_keys(release.rows)) <= {group.key for group in release.groups}
