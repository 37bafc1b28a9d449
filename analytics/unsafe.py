"""The unsafe set U: every small group that must not follow from what is published (STATISTICS 1.4, CONTRACTS 2.4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from analytics.atoms import COMPLEMENT, KINDS, AtomTable, Cells
from analytics.elimination import Members
from analytics.heavy import sp
from analytics.lattice import DimensionRule, Node, nodes_over, unsafe_level_spans, unsafe_spans
from analytics.tables import WindowCode

Pairs = npt.NDArray[np.int64]
Name = tuple[str, ...]
_SELECTIONS = [*KINDS.items(), ("all_minus_resignation", COMPLEMENT)]


@dataclass(frozen=True)
class UnsafeSets:
    """U, each distinct set of people once: set i are `coordinates[starts[i]:starts[i + 1]]` of the span.

    `atoms` are the base atoms of the same entries, `people` how many each set holds (1 to k-1), `dimensions` the D each
    set is of. `names` say which group for the audit record: role, Area, selection, first and last period with anyone,
    D, level.
    """

    coordinates: Members
    atoms: Members
    starts: Members
    people: Members
    dimensions: tuple[str, ...]
    names: tuple[Name, ...]

    def __len__(self) -> int:
        return len(self.people)

    def members(self, at: int) -> Members:
        """The coordinates of one set."""
        return self.coordinates[self.starts[at] : self.starts[at + 1]]

    def atoms_of(self, at: int) -> Members:
        """The base atoms that the people of one set are in."""
        return self.atoms[self.starts[at] : self.starts[at + 1]]

    def rows(self, width: int) -> sp.csr_array:
        """0/1 rows over `width` coordinates, one a set."""
        ones = np.ones(len(self.coordinates))
        return sp.csr_array((ones, self.coordinates, self.starts), shape=(len(self), width))


@dataclass(frozen=True)
class _Where:
    role: Node
    area: Node


@dataclass(frozen=True)
class _Lines:
    """Entries of one D laid out place by place (and selection, and level), within each in order of time.

    Line i are the entries `offsets[i]:offsets[i + 1]`; `before[i, t]` counts those of periods before t.
    """

    dimension: str
    entries: Members
    time: Members
    offsets: Members
    before: Members
    names: tuple[tuple[str, str, str, str], ...]


@dataclass(frozen=True)
class _Runs:
    """Small windows of lines, as places in the lines' entries: `start` to, and without, `stop`."""

    lines: _Lines
    line: Members
    start: Members
    stop: Members
    people: Members
    key: npt.NDArray[np.uint64]


def unsafe_sets(table: AtomTable, at: int, k: int, dimensions: Sequence[DimensionRule]) -> UnsafeSets:
    """U as of position `at`, each distinct set of people once.

    Base groups: organisation, roles, families, Areas, regions and role x Area over the windows of CONTRACTS 2.4, for
    resignations, all, and their complement. D: organisation, role and Area by level over D's own windows.
    """
    timeline = table.lattice.timeline
    spans = np.array(unsafe_spans(timeline, at), dtype=np.int64)
    found = [_small_runs(table, _lines(table, "", _places(table), with_cells=True), spans, k)]
    for rule in dimensions:
        if rule.code in table.lattice.levels:
            own = unsafe_level_spans(timeline, at, {*rule.windows, WindowCode.EVERYTHING})
            places = _places(table)[: 1 if rule.organisation_only else None]
            lines = _lines(table, rule.code, places, with_cells=False)
            found.append(_small_runs(table, lines, np.array(own, dtype=np.int64).reshape(-1, 2), k))
    return _distinct(table, found)


def _places(table: AtomTable) -> list[_Where]:
    """Organisation, roles and families, Areas and regions."""
    lattice = table.lattice
    roles, families, everyone = nodes_over(lattice.roles, lattice.shape.role_families)
    areas, regions, everywhere = nodes_over(lattice.areas, lattice.shape.regions)
    places = [_Where(everyone, everywhere)]
    places += [_Where(node, everywhere) for node in (*roles, *families)]
    places += [_Where(everyone, node) for node in (*areas, *regions)]
    return places


def _lines(table: AtomTable, dimension: str, places: Sequence[_Where], with_cells: bool) -> _Lines:
    cells, lattice = table.cells[dimension], table.lattice
    role, area, time, kind, level = np.nonzero(cells.at >= 0)
    entry = cells.at[role, area, time, kind, level]
    levels = lattice.levels[dimension] if dimension else ("",)
    place_at, row_at = _memberships(places, role, area)
    codes = [(where.role.code, where.area.code) for where in places]
    if with_cells:
        place_at = np.concatenate([place_at, len(places) + role * len(lattice.areas) + area])
        row_at = np.concatenate([row_at, np.arange(len(entry))])
        codes += product(lattice.roles, lattice.areas)
    line, row = _by_selection(place_at, row_at, kind)
    line = line * len(levels) + level[row]
    order = np.lexsort((cells.coordinate[entry[row]], line))
    line, row = line[order], row[order]
    names = tuple((*code, selection[0], one) for code in codes for selection in _SELECTIONS for one in levels)
    periods = len(lattice.timeline)
    counts = np.bincount(line * periods + time[row], minlength=len(names) * periods).reshape(len(names), periods)
    before = np.hstack([np.zeros((len(names), 1), dtype=np.int64), counts.cumsum(axis=1)])
    offsets = np.concatenate([[0], before[:, -1].cumsum()])
    return _Lines(dimension, entry[row], time[row], offsets, before, names)


def _memberships(places: Sequence[_Where], role: Members, area: Members) -> tuple[Members, Members]:
    """(place, row) wherever the row's role and Area lie in the place."""
    inside = [
        np.flatnonzero(_in_mask(where.role.mask, role) & _in_mask(where.area.mask, area)) for where in places
    ]  # fmt: skip
    place = np.repeat(np.arange(len(places)), [len(rows) for rows in inside])
    return place, np.concatenate([*inside, np.empty(0, dtype=np.int64)])


def _in_mask(mask: int, leaf: Members) -> npt.NDArray[np.bool_]:
    """Which leaves have their bit in the mask."""
    is_in = np.array([mask >> at & 1 for at in range(int(leaf.max(initial=-1)) + 1)], dtype=bool)
    return is_in[leaf]


def _by_selection(place: Members, row: Members, kind: Members) -> tuple[Members, Members]:
    """(line, row) for every selection that a row's leaving type belongs to."""
    lines, rows = [], []
    for number, (_, kinds) in enumerate(_SELECTIONS):
        chosen = (kind[row] >= kinds.start) & (kind[row] < kinds.stop)
        lines.append(place[chosen] * len(_SELECTIONS) + number)
        rows.append(row[chosen])
    return np.concatenate(lines), np.concatenate(rows)


def _small_runs(table: AtomTable, lines: _Lines, spans: Pairs, k: int) -> _Runs:
    """Every window of every line with 1 to k-1 people."""
    cells: Cells = table.cells[lines.dimension]
    start = lines.offsets[:-1, None] + lines.before[:, spans[:, 0]]
    stop = lines.offsets[:-1, None] + lines.before[:, spans[:, 1] + 1]
    running = np.concatenate([[0], cells.people[lines.entries].cumsum()])
    inside = running[stop] - running[start]
    line, span = np.nonzero((inside > 0) & (inside < k))
    start, stop, people = start[line, span], stop[line, span], inside[line, span]
    # A random number a coordinate, added up: equal sums are equal sets, but for a chance of one in 2**64 a pair.
    numbers = np.random.default_rng(7).integers(0, 2**64, table.width_through(-1), dtype=np.uint64)
    sums = np.concatenate([np.zeros(1, np.uint64), numbers[cells.coordinate[lines.entries]].cumsum(dtype=np.uint64)])
    return _Runs(lines, line, start, stop, people, sums[stop] - sums[start])


def _distinct(table: AtomTable, found: Sequence[_Runs]) -> UnsafeSets:
    """Each set once, under the first name it has."""
    keys = np.concatenate([runs.key for runs in found])
    kept = np.sort(np.unique(keys, return_index=True)[1])
    bounds = np.cumsum([0, *(len(runs.key) for runs in found)])
    coordinates: list[Members] = []
    atoms: list[Members] = []
    sizes: list[Members] = []
    people: list[Members] = []
    dimensions: list[str] = []
    names: list[Name] = []
    for runs, low, high in zip(found, bounds[:-1], bounds[1:], strict=True):
        own = kept[(kept >= low) & (kept < high)] - low
        cells, size = table.cells[runs.lines.dimension], runs.stop[own] - runs.start[own]
        first = np.repeat(runs.start[own] - np.concatenate([[0], size.cumsum()[:-1]]), size) if len(own) else size
        entries = runs.lines.entries[first + np.arange(size.sum())]
        coordinates.append(cells.coordinate[entries])
        atoms.append(cells.atom[entries])
        sizes.append(size)
        people.append(runs.people[own])
        dimensions += [runs.lines.dimension] * len(own)
        names += _names(table, runs, own)
    starts = np.concatenate([[0], np.concatenate(sizes).cumsum()])
    return UnsafeSets(
        np.concatenate(coordinates),
        np.concatenate(atoms),
        starts,
        np.concatenate(people),
        tuple(dimensions),
        tuple(names),
    )


def _names(table: AtomTable, runs: _Runs, own: Members) -> Iterator[Name]:
    periods, lines = table.lattice.timeline.periods, runs.lines
    first, last = lines.time[runs.start[own]].tolist(), lines.time[runs.stop[own] - 1].tolist()
    for line, start, end in zip(runs.line[own].tolist(), first, last, strict=True):
        role, area, selection, level = lines.names[line]
        yield role, area, selection, periods[start], periods[end], lines.dimension, level
