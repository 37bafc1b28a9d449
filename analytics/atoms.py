"""The table of atoms that all frozen batches of an agency make together, with a coordinate for each in time order.

An atom is (role, Area, period, resignation or other). D tables have atoms of their own: an atom's people by level of D
(STATISTICS 1.4, CONTRACTS 2.1, 2.7). All D share one space with the base groups: the levels of an atom add up to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from analytics.elimination import Members, Ties
from analytics.frozen import LEAVING_TYPES, NOT_KNOWN, AtomRow, BatchesDisagree, FrozenBatch, check_together
from analytics.heavy import sp
from analytics.lattice import Group, Lattice, OrganisationShape, Timeline
from analytics.tables import Selection

Counts = npt.NDArray[np.int64]
Places = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], slice, slice]
KINDS = {Selection.RESIGNATION: slice(0, 1), Selection.ALL: slice(0, 2)}
COMPLEMENT = slice(1, 2)


@dataclass(frozen=True)
class Cells:
    """Entries with secret people, in one order: `people`, the base atom each belongs to, its coordinate in the span,
    and the grid (role, Area, period, leaving type, level) that finds an entry, -1 where nobody is."""

    people: Counts
    atom: Members
    coordinate: Members
    at: Members


@dataclass(frozen=True)
class _Cubes:
    """Dense counts over role, Area, period, leaving type and level: secret, base, and by reason (reasons last)."""

    secret: Counts
    base: Counts
    counts: Counts


def bits(mask: int) -> npt.NDArray[np.int64]:
    """Places of the ones of a mask."""
    return np.array([at for at in range(mask.bit_length()) if mask >> at & 1], dtype=np.int64)


class AtomTable:
    """All atoms of one source of one agency."""

    def __init__(self, batches: Sequence[FrozenBatch], shape: OrganisationShape) -> None:
        check_together(batches)
        self.source = batches[0].source
        self.reasons = batches[0].reasons
        self.weighted = {batch.period: batch.weighted for batch in batches}
        self.lattice = _lattice_of(batches, shape)
        self._cubes = {"": self._fill([(batch.period, batch.atoms) for batch in batches], ("",))}
        for code, levels in self.lattice.levels.items():
            self._cubes[code] = self._fill([(batch.period, _levels_in(batch, code)) for batch in batches], levels)
        self.cells: dict[str, Cells] = {}
        self._number()

    def places(self, group: Group) -> Places:
        """Where a group lies in the cubes, level apart."""
        span = slice(group.span.first, group.span.last + 1)
        return bits(group.role.mask), bits(group.area.mask), span, KINDS[group.selection]

    def secret(self, group: Group) -> int:
        """n of the rules: secret people in the group."""
        return int(self._part(self._cubes[group.dimension].secret, group).sum())

    def base(self, group: Group) -> int:
        """Everyone in the group's base, named and keyed-in answers included."""
        return int(self._part(self._cubes[group.dimension].base, group).sum())

    def counts(self, group: Group) -> Counts:
        """People giving each reason, in the order of `reasons`."""
        part = self._part(self._cubes[group.dimension].counts, group)
        total: Counts = part.reshape(-1, len(self.reasons)).sum(axis=0)
        return total

    def secret_cube(self, dimension: str = "") -> Counts:
        """Secret people by role, Area, period, leaving type and level."""
        return self._cubes[dimension].secret

    def entries(self, group: Group) -> Members:
        """The group's cells (of its own dimension) that hold secret people."""
        found = self._part(self.cells[group.dimension].at, group).ravel()
        return found[found >= 0]

    def members(self, group: Group) -> Members:
        """The group's coordinates in the span."""
        return np.sort(self.cells[group.dimension].coordinate[self.entries(group)])

    def width_through(self, at: int) -> int:
        """Coordinates of the periods up to and with position `at`."""
        return int(self._widths[at])

    def ties_in(self, at: int) -> Ties | None:
        """What ties the coordinates of one period: the levels of every atom add up to it."""
        return self._ties[at]

    def _part(self, cube: npt.NDArray[np.int64], group: Group) -> npt.NDArray[np.int64]:
        roles, areas, span, kinds = self.places(group)
        level = self.lattice.levels[group.dimension].index(group.level) if group.dimension else 0
        return cube[roles[:, None], areas[None, :], span, kinds, level]

    def _fill(self, rows: Sequence[tuple[str, Sequence[AtomRow]]], levels: Sequence[str]) -> _Cubes:
        lattice = self.lattice
        size = (len(lattice.roles), len(lattice.areas), len(lattice.timeline), len(LEAVING_TYPES), len(levels))
        cubes = _Cubes(
            np.zeros(size, np.int64), np.zeros(size, np.int64), np.zeros((*size, len(self.reasons)), np.int64)
        )
        roles = {code: at for at, code in enumerate(lattice.roles)}
        areas = {code: at for at, code in enumerate(lattice.areas)}
        places = {code: at for at, code in enumerate(levels)}
        kinds = {code: at for at, code in enumerate(LEAVING_TYPES)}
        for period, atoms in rows:
            time = lattice.timeline.position(period)
            for row in atoms:
                at = roles[row.role], areas[row.area], time, kinds[row.leaving_type], places[row.level]
                cubes.secret[at] += row.secret
                cubes.base[at] += row.base
                cubes.counts[at] += row.counts
        return cubes

    def _number(self) -> None:
        """Give every atom with secret people a coordinate, period by period, then the levels of D within it."""
        base = _occupied(self._cubes[""].secret)
        levels = {code: _occupied(self._cubes[code].secret) for code in self.lattice.levels}
        self._check_levels(levels)
        atom_of = {code: base.at[found.where[:4] + (np.zeros_like(found.where[4]),)] for code, found in levels.items()}
        alone = {code: found.people == base.people[atom_of[code]] for code, found in levels.items()}
        time = [base.where[2], *(found.where[2][~alone[code]] for code, found in levels.items())]
        rank = [np.full(len(part), number) for number, part in enumerate(time)]
        order = np.lexsort((np.concatenate(rank), np.concatenate(time)))
        coordinate = np.empty(len(order), dtype=np.int64)
        coordinate[order] = np.arange(len(order))
        own = np.split(coordinate, np.cumsum([len(part) for part in time])[:-1])
        self.cells[""] = Cells(base.people, np.arange(len(base.people)), own[0], base.at)
        for number, (code, found) in enumerate(levels.items(), start=1):
            placed = own[0][atom_of[code]]
            placed[~alone[code]] = own[number]
            self.cells[code] = Cells(found.people, atom_of[code], placed, found.at)
        counts = np.bincount(np.concatenate(time), minlength=len(self.lattice.timeline))
        self._widths = np.cumsum(counts)
        self._ties = [self._tie(at, base.where[2]) for at in range(len(self.lattice.timeline))]

    def _check_levels(self, levels: dict[str, _Occupied]) -> None:
        for code in levels:
            if (self._cubes[code].secret.sum(axis=4) != self._cubes[""].secret[..., 0]).any():
                raise BatchesDisagree(f"the levels of {code} do not add up to the atoms")

    def _tie(self, at: int, time: Members) -> Ties | None:
        rows: list[int] = []
        columns: list[int] = []
        signs: list[float] = []
        last: list[int] = []
        for code in self.lattice.levels:
            cells = self.cells[code]
            shared = np.flatnonzero((time[cells.atom] == at) & (cells.people < self.cells[""].people[cells.atom]))
            shared = shared[np.argsort(cells.atom[shared], kind="stable")]
            for atom, part in _runs(cells.atom[shared], cells.coordinate[shared]):
                number = len(last)
                last.append(int(part[-1]))
                columns += [int(self.cells[""].coordinate[atom]), *part[:-1].tolist()]
                signs += [1.0] + [-1.0] * (len(part) - 1)
                rows += [number] * len(part)
        if not last:
            return None
        balance = sp.csr_array((signs, (rows, columns)), shape=(len(last), int(self._widths[at])))
        return Ties(np.array(last, dtype=np.int64), balance)


@dataclass(frozen=True)
class _Occupied:
    """The non-empty places of a cube in order of time: where, how many people, and the grid back to the entry."""

    where: tuple[Members, ...]
    people: Counts
    at: Members


def _occupied(cube: Counts) -> _Occupied:
    where = np.nonzero(cube)
    order = np.argsort(where[2], kind="stable")
    where = tuple(axis[order] for axis in where)
    at = np.full(cube.shape, -1, dtype=np.int64)
    at[where] = np.arange(len(order))
    return _Occupied(where, cube[where], at)


def _runs(keys: Members, values: Members) -> list[tuple[int, Members]]:
    """(key, its values) for sorted keys."""
    if not len(keys):
        return []
    starts = np.flatnonzero(np.diff(keys, prepend=keys[0] - 1))
    return [(int(keys[start]), part) for start, part in zip(starts, np.split(values, starts[1:]), strict=True)]


def _lattice_of(batches: Sequence[FrozenBatch], shape: OrganisationShape) -> Lattice:
    rows = [row for batch in batches for row in batch.atoms]
    codes = sorted({code for batch in batches for code in batch.dimensions})
    return Lattice(
        roles=tuple(sorted({row.role for row in rows} | set(shape.role_families))),
        areas=tuple(sorted({row.area for row in rows} | set(shape.regions))),
        shape=shape,
        timeline=Timeline.over([batch.period for batch in batches]),
        levels={code: tuple(sorted({r.level for b in batches for r in _levels_in(b, code)})) for code in codes},
    )


def _levels_in(batch: FrozenBatch, code: str) -> Sequence[AtomRow]:
    """The rows of one D; a batch frozen before D was asked for has everyone under "not_known"."""
    return batch.dimensions.get(code) or [replace(row, level=NOT_KNOWN) for row in batch.atoms]
