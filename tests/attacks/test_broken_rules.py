"""Every rule of STATISTICS 1.4 taken away once: an attack that recovers nothing must then recover something."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from unittest.mock import patch

import pytest

from analytics import rules
from analytics.cutting import ReleaseCutter
from analytics.elimination import PublishedSpan
from analytics.releases import DisclosureSettings, ReleaseHistory
from analytics.remainders import NestedGroups, Remainders
from tests.attacks.conftest import Published, publish
from tests.attacks.test_attacks import NOTHING
from tests.factories.agencies import Agency

Breaking = Callable[[], AbstractContextManager[object]]

BROKEN: dict[str, tuple[str, Breaking]] = {
    "T2 nested": ("nested", lambda: patch.object(NestedGroups, "leaves_few", lambda *_: False)),
    "T3 remainder": ("complement", lambda: patch.object(Remainders, "leaves_few", lambda *_: False)),
    "T4 span": ("span", lambda: patch.object(rules, "brings_into_span", lambda *_: False)),
    "T5 insider": ("insider", lambda: patch.object(rules.InsiderCheck, "breaches", lambda *_: frozenset())),
    "elimination": ("span", lambda: patch.object(PublishedSpan, "add", lambda *_: None)),
}


def test_with_every_rule_in_place_nothing_is_recovered(small_agency: Agency) -> None:
    assert publish(small_agency).attack() == NOTHING


@pytest.mark.parametrize("rule", BROKEN)
def test_without_a_rule_its_attack_succeeds(rule: str, small_agency: Agency) -> None:
    attack, breaking = BROKEN[rule]
    with breaking():
        made = publish(small_agency)
    assert made.attack()[attack] > 0


def test_the_threshold_is_kept_twice_and_without_either_small_groups_are_shown(small_agency: Agency) -> None:
    with patch.object(rules, "is_too_small", lambda people, k: people < k // 2):
        by_span = publish(small_agency)
        with patch.object(rules, "brings_into_span", lambda *_: False):
            by_nothing = publish(small_agency)
    assert _smallest_base(by_span) >= 10
    assert _smallest_base(by_nothing) < 10


def _smallest_base(made: Published) -> int:
    return min(row.base for release in made.releases for row in release.rows if row.base is not None)


def test_without_history_old_and_new_releases_together_give_people_away(small_agency: Agency) -> None:
    made = []
    for period in [batch.period for batch in small_agency.batches]:
        cutter = ReleaseCutter(small_agency.batches, ReleaseHistory(), small_agency.shape, DisclosureSettings())
        made.append(cutter.cut(period))
    assert Published(small_agency, tuple(made)).attack()["span"] > 0
