"""Someone who keeps every release, knows how many people are in every atom, and does linear algebra.

Knows nothing of the rules: it reads published rows, the public hierarchies and the head-counts of atoms, and looks for
small groups whose answers follow. Elimination is its own (reduced rows modulo another prime, in blocks of one).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.frozen import FrozenBatch
from analytics.lattice import OrganisationShape
from analytics.tables import GroupKey, PublishedRow, Status

PRIME = 999_983
Ids = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Target:
    """A group of fewer than k people the attacker would like to know about."""

    name: str
    atoms: Ids
    people: int


def _mod(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Whole numbers below 2**52 modulo PRIME."""
    return values - PRIME * np.floor(values / PRIME)


def seen_keys(rows: Iterable[PublishedRow]) -> list[GroupKey]:
    """The groups of which anything is shown, D tables apart."""
    return [key for key in seen_levels(rows) if not key.dimension]


def seen_levels(rows: Iterable[PublishedRow]) -> list[GroupKey]:
    """The same with the groups of D tables."""
    return sorted({row.key for row in rows if row.status is not Status.HIDDEN})


class Attacker:
    """Attacks the published groups of one agency up to one period; with a D, its tables beside the base groups."""

    def __init__(
        self, batches: Sequence[FrozenBatch], shape: OrganisationShape, k: int = 10, dimension: str = ""
    ) -> None:
        self.k = k
        self.dimension = dimension
        self._shape = shape
        self._periods = [batch.period for batch in batches]
        rows = [(b.dimensions[dimension] if dimension else b.atoms, b.period) for b in batches]
        counted = [(row, period) for part, period in rows for row in part if row.secret]
        self._level = np.array([row.level for row, _ in counted])
        self._role = np.array([row.role for row, _ in counted])
        self._area = np.array([row.area for row, _ in counted])
        self._kind = np.array([row.leaving_type for row, _ in counted])
        self._time = np.array([self._periods.index(period) for _, period in counted])
        self.people = np.array([row.secret for row, _ in counted], dtype=np.int64)
        self._rows = np.zeros((0, len(self.people)))
        self._pivots: list[int] = []
        self.published: list[Ids] = []
        self._known: set[bytes] = set()
        self._keys: list[GroupKey] = []

    def read(self, keys: Iterable[GroupKey]) -> None:
        """Take in published groups."""
        for key in (one for one in keys if one.dimension in ("", self.dimension)):
            self._keys.append(key)
            atoms = self.atoms_of(key)
            if atoms.tobytes() not in self._known:
                self._known.add(atoms.tobytes())
                self.published.append(atoms)
                self._eliminate(atoms)

    def atoms_of(self, key: GroupKey) -> Ids:
        first, last = self._periods.index(key.window.first), self._periods.index(key.window.last)
        roles, areas = self._members(key.role, self._shape.role_families), self._members(key.area, self._shape.regions)
        inside = (self._time >= first) & (self._time <= last)
        if key.role != "*":
            inside &= np.isin(self._role, roles)
        if key.area != "*":
            inside &= np.isin(self._area, areas)
        if key.selection == "resignation":
            inside &= self._kind == "resignation"
        if key.dimension:
            inside &= self._level == key.level
        return np.flatnonzero(inside)

    def _members(self, code: str, parents: object) -> list[str]:
        below = [leaf for leaf, parent in dict(parents).items() if parent == code]  # type: ignore[call-overload]
        return below or [code]

    def _eliminate(self, atoms: Ids) -> None:
        row = np.zeros(len(self.people))
        row[atoms] = 1
        row = _mod(row - row[self._pivots] @ self._rows)
        filled = np.flatnonzero(row)
        if not len(filled):
            return
        pivot = int(filled[0])
        row = _mod(row * pow(int(row[pivot]), PRIME - 2, PRIME))
        touched = np.flatnonzero(self._rows[:, pivot])
        self._rows[touched] = _mod(self._rows[touched] - np.outer(self._rows[touched, pivot], row))
        self._rows = np.vstack([self._rows, row])
        self._pivots.append(pivot)

    def residuals(self, sets: Sequence[Ids]) -> npt.NDArray[np.float64]:
        """What is left of each set after subtracting the published ones; noughts where it follows from them."""
        left = np.zeros((len(sets), len(self.people)))
        for at, atoms in enumerate(sets):
            left[at, atoms] = 1
        return _mod(left - left[:, self._pivots] @ self._rows)

    def targets(self, through: int) -> list[Target]:
        """Small groups by role, Area, role x Area, family, region and organisation, windows as in CONTRACTS 2.4."""
        found: dict[bytes, Target] = {}
        lengths = range(1, through + 2) if through + 1 < 20 else (1, 4, 8, 12, 20)
        for name, inside in self._places():
            times = self._time[inside]
            for length in lengths:
                for first in range(through + 2 - length):
                    atoms = inside[(times >= first) & (times < first + length)]
                    if len(atoms) and 0 < self.people[atoms].sum() < self.k and atoms.tobytes() not in found:
                        found[atoms.tobytes()] = Target(
                            f"{name} {first}+{length}", atoms, int(self.people[atoms].sum())
                        )
        return list(found.values())

    def level_targets(self, years: Sequence[int], *, organisation_only: bool = False) -> list[Target]:
        """Small groups of one level: everywhere, by role and by Area, over the financial years that tables have."""
        ends = [at for at, period in enumerate(self._periods) if period.endswith("Q1")]
        spans = [(end - 4 * n + 1, end) for n in years for end in ends if end - 4 * n + 1 >= 0]
        lines = [np.full(len(self._role), "*"), *(() if organisation_only else (self._role, self._area))]
        found: dict[bytes, Target] = {}
        for labels, level in ((labels, level) for labels in lines for level in np.unique(self._level)):
            for label, (first, last) in ((label, span) for label in np.unique(labels) for span in spans):
                inside = (labels == label) & (self._level == level) & (self._time >= first) & (self._time <= last)
                for kinds in (("resignation",), ("other",), ("resignation", "other")):
                    atoms = np.flatnonzero(inside & np.isin(self._kind, kinds))
                    if len(atoms) and 0 < self.people[atoms].sum() < self.k:
                        name = f"{label} {level} {first} to {last} {kinds}"
                        found.setdefault(atoms.tobytes(), Target(name, atoms, int(self.people[atoms].sum())))
        return list(found.values())

    def _places(self) -> Iterable[tuple[str, Ids]]:
        family = np.array([self._shape.role_families.get(role, role) for role in self._role])
        region = np.array([self._shape.regions.get(area, area) for area in self._area])
        cell = np.char.add(np.char.add(self._role, "|"), self._area)
        for labels in (self._role, self._area, family, region, cell, np.full(len(self._role), "*")):
            for label in np.unique(labels):
                for kinds in (("resignation",), ("other",), ("resignation", "other")):
                    yield f"{label} {kinds}", np.flatnonzero((labels == label) & np.isin(self._kind, kinds))

    def recovered_by_span(self, targets: Sequence[Target]) -> list[str]:
        """Small groups that are sums and differences of published groups."""
        left = self.residuals([target.atoms for target in targets]) if targets else np.zeros((0, 1))
        return [target.name for target, row in zip(targets, left, strict=True) if not row.any()]

    def recovered_by_insider(self, targets: Sequence[Target]) -> list[str]:
        """Small groups that someone alone in an atom completes with their own answer, leaving 1 to k-2 others."""
        alone = [np.array([at]) for at in np.flatnonzero(self.people == 1)]
        if not targets or not alone:
            return []
        mine: dict[bytes, list[int]] = {}
        for who, row in zip(alone, self._rays(self.residuals(alone)), strict=True):
            mine.setdefault(row.tobytes(), []).append(int(who[0]))
        told = []
        for target, row in zip(targets, self._rays(self.residuals([t.atoms for t in targets])), strict=True):
            for who in mine.get(row.tobytes(), []) if row.any() else []:
                if 0 < target.people - int(who in target.atoms) < self.k - 1:
                    told.append(f"{target.name} by {who}")
        return told

    def given_away_by(self, keys: Sequence[GroupKey], targets: Sequence[Target]) -> list[str]:
        """For each group that is not published, what would be known if it were: by "span", a "nested" difference, an
        "insider"; "follows" when it can be worked out already; "" when publishing it would tell of nobody."""
        sets = [self.atoms_of(key) for key in keys]
        small, alone = self._signatures([t.atoms for t in targets]), np.flatnonzero(self.people == 1)
        persons = self._signatures([np.array([at]) for at in alone])
        rays, own = self._rays(small), np.array([self.people[one].sum() for one in self.published])
        found = []
        for atoms, mark in zip(sets, self._signatures(sets), strict=True):
            if not mark.any():
                found.append("follows")
            elif (rays == self._rays(mark[None, :])).all(axis=1).any():
                found.append("span")
            elif self._has_small_difference(atoms, own):
                found.append("nested")
            else:
                told = self._told_with(mark, targets, small, alone, persons)
                found.append("insider" if told else "")
        return found

    def _has_small_difference(self, atoms: Ids, own: Ids) -> bool:
        weights = np.zeros(len(self.people), dtype=np.int64)
        weights[atoms] = self.people[atoms]
        overlap, people = np.array([weights[one].sum() for one in self.published]), int(weights.sum())
        between = np.concatenate([people - own[overlap == own], own[overlap == people] - people])
        return bool(((between > 0) & (between < self.k)).any())

    def _told_with(
        self,
        mark: npt.NDArray[np.float64],
        targets: Sequence[Target],
        small: npt.NDArray[np.float64],
        alone: Ids,
        persons: npt.NDArray[np.float64],
    ) -> bool:
        """Whether someone alone in an atom completes a small group once the marked group is published too."""
        lead = int(np.flatnonzero(mark)[0])
        scaled = _mod(mark * pow(int(mark[lead]), PRIME - 2, PRIME))
        groups, mine = (self._rays(_mod(rows - _mod(rows[:, [lead]] * scaled))) for rows in (small, persons))
        whose: dict[bytes, list[int]] = {}
        for who, row in zip(alone, mine, strict=True):
            if row.any():
                whose.setdefault(row.tobytes(), []).append(int(who))
        return any(
            0 < target.people - int(who in target.atoms) < self.k - 1
            for target, row in zip(targets, groups, strict=True)
            for who in whose.get(row.tobytes(), [])
        )

    def _signatures(self, sets: Sequence[Ids]) -> npt.NDArray[np.float64]:
        """A few random sums of each set's residual: noughts where it follows, multiples where residuals are."""
        draws = np.random.default_rng(len(self.people)).integers(0, PRIME, (len(self.people), 4)).astype(float)
        marks = [np.zeros((0, 4))]
        for start in range(0, len(sets), 500):
            left = self.residuals(sets[start : start + 500])
            high = np.floor(left / 1024)  # in two halves, so that sums of products stay exact
            marks.append(_mod(_mod(high @ draws) * 1024 + _mod((left - 1024 * high) @ draws)))
        return np.vstack(marks)

    def _rays(self, rows: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        lead = rows[np.arange(len(rows)), np.argmax(rows != 0, axis=1)].astype(np.int64)
        inverse = np.array([pow(int(value), PRIME - 2, PRIME) for value in lead], dtype=float)
        return _mod(rows * inverse[:, None])

    def nested_differences(self) -> list[tuple[int, int]]:
        """Pairs of published groups, one inside the other, with 1 to k-1 people between."""
        overlap = self._overlaps(self.published)
        own = np.diag(overlap)
        between = own[:, None] - own[None, :]
        return [
            (int(a), int(b)) for a, b in np.argwhere((overlap == own[None, :]) & (between > 0) & (between < self.k))
        ]

    def complementary_totals(self) -> list[str]:
        """Published parents less disjoint published children along one dimension that leave 1 to k-1 people."""
        atoms = [self.atoms_of(key) for key in self._keys]
        overlap = self._overlaps(atoms)
        own = np.diag(overlap)
        found = []
        for parent, key in enumerate(self._keys):
            inside = np.flatnonzero((overlap[parent] == own) & (own < own[parent]))
            for axis in ("role", "area", "window"):
                children = [int(at) for at in inside if _differ_only_in(key, self._keys[at], axis)]
                for taken in _disjoint_choices(children, overlap):
                    rest = int(own[parent] - sum(own[at] for at in taken))
                    if 0 < rest < self.k:
                        found.append(f"{key.role} {key.area} {key.window} less {len(taken)} along {axis}")
        return found

    def _overlaps(self, sets: Sequence[Ids]) -> npt.NDArray[np.float32]:
        matrix = np.zeros((len(sets), len(self.people)), dtype=np.float32)
        for at, atoms in enumerate(sets):
            matrix[at, atoms] = 1
        return (matrix * self.people.astype(np.float32)) @ matrix.T


def _differ_only_in(parent: GroupKey, child: GroupKey, axis: str) -> bool:
    places = {"role": child.role, "area": child.area, "window": (child.window.first, child.window.last)}
    theirs = {"role": parent.role, "area": parent.area, "window": (parent.window.first, parent.window.last)}
    same = all(places[other] == theirs[other] for other in places if other != axis)
    return same and child.selection == parent.selection and places[axis] != theirs[axis]


def _disjoint_choices(children: list[int], overlap: npt.NDArray[np.float32]) -> Iterable[list[int]]:
    """A few sets of pairwise disjoint children: greedily from each child, small ones first and large ones first."""
    own = np.diag(overlap)
    for order in (sorted(children, key=lambda at: own[at]), sorted(children, key=lambda at: -own[at])):
        for start in order[:12]:
            taken = [start]
            for at in order:
                if all(overlap[at, other] == 0 for other in taken):
                    taken.append(at)
            yield taken
