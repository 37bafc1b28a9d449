"""Simulated agencies for the statistics: lognormal sizes of roles and Areas, reasons, frozen batches by quarter."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from analytics.frozen import AtomRow, FrozenBatch
from analytics.lattice import OrganisationShape, quarter_name, quarter_number

FIRST_QUARTER = "2021Q2"
LEVELS = {
    "tenure": ("lt2", "2to4", "5to9", "10plus"),
    "grade": ("g1", "g2", "g3", "g4"),
    "leaving_type": ("resignation", "retirement", "transfer_out", "end_of_appointment"),
}


@dataclass(frozen=True)
class Agency:
    """One simulated agency: its hierarchies and its frozen batches in order."""

    shape: OrganisationShape
    batches: tuple[FrozenBatch, ...]


@dataclass(frozen=True)
class Person:
    role: str
    area: str
    leaving_type: str
    levels: tuple[tuple[str, str], ...]
    reasons: tuple[int, ...]


def simulate_agency(
    answers_a_year: int,
    *,
    seed: int,
    quarters: int = 20,
    n_roles: int = 12,
    n_areas: int = 14,
    n_reasons: int = 12,
    dimensions: tuple[str, ...] = (),
) -> Agency:
    """An agency with lognormal role and Area sizes (sigma 0.8), 70% resignations, and reasons with shares 3% to 45%."""
    random = np.random.default_rng(seed)
    roles = [f"role{number:02d}" for number in range(n_roles)]
    areas = [f"area{number:02d}" for number in range(n_areas)]
    role_shares, area_shares = (_shares(random, size) for size in (n_roles, n_areas))
    shares = np.linspace(0.45, 0.03, n_reasons)
    start = quarter_number(FIRST_QUARTER)
    batches = []
    for quarter in range(quarters):
        people = [
            _person(random, roles, areas, role_shares, area_shares, shares, dimensions)
            for _ in range(random.poisson(answers_a_year / 4))
        ]
        batches.append(freeze_people(people, quarter_name(start + quarter), n_reasons, dimensions))
    shape = OrganisationShape(
        {role: f"family{at % 4}" for at, role in enumerate(roles)},
        {area: f"region{at % 4}" for at, area in enumerate(areas)},
    )
    return Agency(shape, tuple(batches))


def _shares(random: np.random.Generator, size: int) -> np.ndarray:
    weights = random.lognormal(0.0, 0.8, size)
    return weights / weights.sum()


def _person(
    random: np.random.Generator,
    roles: list[str],
    areas: list[str],
    role_shares: np.ndarray,
    area_shares: np.ndarray,
    shares: np.ndarray,
    dimensions: tuple[str, ...],
) -> Person:
    is_resignation = random.random() < 0.7
    levels = []
    for dimension in dimensions:
        choices = LEVELS[dimension]
        if dimension == "leaving_type":
            choice = "resignation" if is_resignation else str(random.choice(choices[1:]))
        else:
            choice = str(random.choice(choices, p=(0.4, 0.3, 0.2, 0.1)))
        levels.append((dimension, choice))
    return Person(
        roles[random.choice(len(roles), p=role_shares)],
        areas[random.choice(len(areas), p=area_shares)],
        "resignation" if is_resignation else "other",
        tuple(levels),
        tuple(int(gave) for gave in random.random(len(shares)) < shares),
    )


def freeze_people(people: list[Person], period: str, n_reasons: int, dimensions: tuple[str, ...]) -> FrozenBatch:
    """A batch's record from simulated people, counted the slow and plain way."""
    by_level = {d: _rows(people, n_reasons, d) for d in dimensions}
    reasons = tuple(f"reason{number:02d}" for number in range(n_reasons))
    return FrozenBatch("leaver", period, reasons, _rows(people, n_reasons, ""), by_level)


def _rows(people: list[Person], n_reasons: int, dimension: str) -> tuple[AtomRow, ...]:
    sizes: Counter[tuple[str, str, str, str]] = Counter()
    sums: dict[tuple[str, str, str, str], list[int]] = {}
    for person in people:
        key = (person.role, person.area, person.leaving_type, dict(person.levels).get(dimension, ""))
        sizes[key] += 1
        totals = sums.setdefault(key, [0] * n_reasons)
        for at, gave in enumerate(person.reasons):
            totals[at] += gave
    return tuple(AtomRow(*key, secret=n, base=n, counts=tuple(sums[key])) for key, n in sorted(sizes.items()))
