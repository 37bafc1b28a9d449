"""Simulated agencies with every release cut, once a session: the attacks only read them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import pytest

from analytics.cutting import ReleaseCutter
from analytics.releases import DisclosureSettings, Release, ReleaseHistory
from tests.attacks.attacker import Attacker, seen_keys
from tests.factories.agencies import Agency, simulate_agency

ALL_RUNS_ARE_TARGETS = 19


@dataclass(frozen=True)
class Published:
    """An agency and all its releases in order."""

    agency: Agency
    releases: tuple[Release, ...]

    def attack(self) -> dict[str, int]:
        """What every attack recovers from all releases.

        What is derivable once stays derivable, and up to 19 quarters every run of quarters is a target: so reading at
        the 19th release finds whatever any release before it gave away, and the last one the rest.
        """
        attacker = Attacker(self.agency.batches, self.agency.shape)
        found = {"span": 0, "insider": 0}
        for through, release in enumerate(self.releases):
            attacker.read(seen_keys(release.rows))
            if through in (ALL_RUNS_ARE_TARGETS - 1, len(self.releases) - 1):
                targets = attacker.targets(through)
                found["span"] += len(attacker.recovered_by_span(targets))
                found["insider"] += len(attacker.recovered_by_insider(targets))
        found["nested"] = len(attacker.nested_differences())
        found["complement"] = len(attacker.complementary_totals())
        return found


def publish(agency: Agency) -> Published:
    cutter = ReleaseCutter(agency.batches, ReleaseHistory(), agency.shape, DisclosureSettings())
    return Published(agency, tuple(cutter.cut(period) for period in cutter.due))


@pytest.fixture(scope="session")
def published() -> Callable[[int, int], Published]:
    """Twenty releases of an agency with so many answers a year, by seed."""
    return cache(lambda answers, seed: publish(simulate_agency(answers, seed=seed)))


@pytest.fixture(scope="session")
def small_agency() -> Agency:
    """Two years and a quarter of a small agency: every rule matters in it, and it is quick to cut over and over."""
    return simulate_agency(240, seed=12, quarters=9, n_roles=8, n_areas=8)
