"""The unsafe set U: every small group that must not follow from what is published (STATISTICS 1.4, CONTRACTS 2.4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from analytics.atoms import COMPLEMENT, KINDS, AtomTable, Cells, bits
from analytics.elimination import Members
from analytics.lattice import DimensionRule, Node, nodes_over, unsafe_level_spans, unsafe_spans
from analytics.tables import WindowCode

Pairs = npt.NDArray[np.int64]


@dataclass(frozen=True)
class UnsafeSet:
    """A set of people, as coordinates of the span, fewer than k and more than none.

    `name` says which group for the audit record: role, Area, selection, first and last period with anyone, D, level.
    `atoms` are the base atoms its people are in.
    """

    members: Members
    people: int
    name: tuple[str, ...]
    atoms: Members
    dimension: str


@dataclass(frozen=True)
class _Where:
    role: Node
    area: Node


_SELECTIONS = [*KINDS.items(), ("all_minus_resignation", COMPLEMENT)]


def unsafe_sets(table: AtomTable, at: int, k: int, dimensions: Sequence[DimensionRule]) -> list[UnsafeSet]:
    """U as of position `at`, each distinct set of people once.

    Base groups: organisation, roles, families, Areas, regions and role x Area over the windows of CONTRACTS 2.4, for
    resignations, all, and their complement. D: organisation, role and Area by level over D's own windows.
    """
    found: dict[bytes, UnsafeSet] = {}
    timeline = table.lattice.timeline
    spans = np.array(unsafe_spans(timeline, at), dtype=np.int64)
    _gather(found, table, "", _places(table, with_cells=True), spans, k)
    for rule in dimensions:
        if rule.code in table.lattice.levels:
            own = np.array(
                unsafe_level_spans(timeline, at, {*rule.windows, WindowCode.EVERYTHING}), dtype=np.int64
            ).reshape(-1, 2)
            places = _places(table, with_cells=False)[: 1 if rule.organisation_only else None]
            _gather(found, table, rule.code, places, own, k)
    return list(found.values())


def _places(table: AtomTable, with_cells: bool) -> list[_Where]:
    lattice = table.lattice
    roles, families, everyone = nodes_over(lattice.roles, lattice.shape.role_families)
    areas, regions, everywhere = nodes_over(lattice.areas, lattice.shape.regions)
    places = [_Where(everyone, everywhere)]
    places += [_Where(node, everywhere) for node in (*roles, *families)]
    places += [_Where(everyone, node) for node in (*areas, *regions)]
    if with_cells:
        places += [_Where(role, area) for role in roles for area in areas]
    return places


def _gather(
    found: dict[bytes, UnsafeSet], table: AtomTable, dimension: str, places: list[_Where], spans: Pairs, k: int
) -> None:
    cells = table.cells[dimension]
    periods = table.lattice.timeline.periods
    for where in places:
        grid = cells.at[bits(where.role.mask)[:, None], bits(where.area.mask)[None, :]]
        for (selection, kinds), (number, level) in product(_SELECTIONS, _levels(table, dimension)):
            line = np.moveaxis(grid[:, :, :, kinds, number], 2, 0)
            for entries, first, last in _small_runs(line, cells, spans, k):
                members = np.sort(cells.coordinate[entries])
                name = (where.role.code, where.area.code, selection, periods[first], periods[last], dimension, level)
                people = int(cells.people[entries].sum())
                found.setdefault(members.tobytes(), UnsafeSet(members, people, name, cells.atom[entries], dimension))


def _levels(table: AtomTable, dimension: str) -> list[tuple[int, str]]:
    return list(enumerate(table.lattice.levels[dimension])) if dimension else [(0, "")]


def _small_runs(line: Members, cells: Cells, spans: Pairs, k: int) -> Iterator[tuple[Members, int, int]]:
    """Distinct (entries, first, last period with anyone) of windows with 1 to k-1 people, for entries laid out by
    period (first axis)."""
    time = np.nonzero(line >= 0)[0]
    entries = line[line >= 0]
    if not len(entries) or not len(spans):
        return
    running = np.concatenate([[0], np.cumsum(cells.people[entries])])
    start = np.searchsorted(time, spans[:, 0], side="left")
    stop = np.searchsorted(time, spans[:, 1], side="right")
    inside = running[stop] - running[start]
    is_small = (inside > 0) & (inside < k)
    for low, high in sorted(set(zip(start[is_small].tolist(), stop[is_small].tolist(), strict=True))):
        yield entries[low:high], int(time[low]), int(time[high - 1])
