"""The small groups and the count space of the second audit, built again from frozen counts apart from the first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from analytics.frozen import AtomRow, FrozenBatch
from analytics.lattice import DimensionRule, OrganisationShape
from analytics.releases import Indicator
from analytics.tables import EVERY

CellIds = npt.NDArray[np.int64]
YEARS_OF = {"fy": 1, "2fy": 2, "3fy": 3, "5fy": 5}
KINDS_OF = {"resignation": ("resignation",), "all": ("resignation", "other"), "all_minus_resignation": ("other",)}


@dataclass(frozen=True)
class SmallGroup:
    """A group of fewer than k secret people, as cell numbers of a CountSpace."""

    name: str
    members: CellIds
    people: int


@dataclass(frozen=True)
class _Cell:
    role: str
    area: str
    period: int
    kind: str
    dimension: str
    level: str


_CODED = ("role", "area", "kind", "dimension", "level")


class _Coded:
    """One column of the cells, with the mask of every choice asked for so far."""

    def __init__(self, values: list[str]) -> None:
        self._values = np.array(values, dtype=np.str_)
        self._masks: dict[tuple[str, ...], npt.NDArray[np.bool_]] = {}

    def among(self, codes: Sequence[str]) -> npt.NDArray[np.bool_]:
        asked = tuple(codes)
        if asked not in self._masks:
            self._masks[asked] = np.isin(self._values, asked)
        return self._masks[asked]


class CountSpace:
    """Cells with secret people up to a period: the atoms, and for every D the levels of each atom.

    A set of cells becomes a row over independent coordinates: the last level of an atom is the atom less the others.
    """

    def __init__(self, batches: Sequence[FrozenBatch], as_of: str, dimensions: Sequence[str]) -> None:
        self.dimensions = tuple(dimensions)
        self.periods = _run_of_periods([batch.period for batch in batches], as_of)
        self.cells: list[_Cell] = []
        people: list[int] = []
        counts: list[tuple[int, ...]] = []
        for batch in sorted(batches, key=lambda b: b.period):
            if batch.period in self.periods:
                for cell, row in _cells_of(batch, self.periods.index(batch.period), self.dimensions):
                    self.cells.append(cell)
                    people.append(row.secret)
                    counts.append(row.counts)
        self.people = np.array(people, dtype=np.int64)
        self.counts = np.array(counts, dtype=np.int64).reshape(len(people), -1)
        self.names = [f"{c.role} {c.area} {self.periods[c.period]} {c.kind} {c.level}".strip() for c in self.cells]
        self._codes = {name: _Coded([getattr(cell, name) for cell in self.cells]) for name in _CODED}
        self._period = np.array([cell.period for cell in self.cells], dtype=np.int64)
        self._spread = self._spreading()

    def incidence(self, sets: Sequence[CellIds]) -> sp.csr_array:
        """Sets of cells as 0/1 rows over all cells."""
        return _incidence(sets, len(self.cells))

    def rows(self, sets: Sequence[CellIds]) -> sp.csr_array:
        """Sets of cells as rows over the independent coordinates."""
        return sp.csr_array(_incidence(sets, len(self.cells)) @ self._spread)

    def members_of(self, indicator: Indicator) -> CellIds:
        """The cells a published group adds up."""
        return self.footprint(indicator, indicator.key.dimension)

    def footprint(self, indicator: Indicator, dimension: str) -> CellIds:
        """The group's people as cells of one D, which for a group without levels are all levels of its atoms."""
        key = indicator.key
        first, last = self.periods.index(key.window.first), self.periods.index(key.window.last)
        chosen = self._codes["dimension"].among((dimension,)) & (self._period >= first) & (self._period <= last)
        chosen &= self._codes["kind"].among(KINDS_OF[key.selection])
        if key.dimension:
            chosen &= self._codes["level"].among((key.level,))
        if indicator.roles != (EVERY,):
            chosen &= self._codes["role"].among(indicator.roles)
        if indicator.areas != (EVERY,):
            chosen &= self._codes["area"].among(indicator.areas)
        return np.flatnonzero(chosen)

    def period_of(self, members: CellIds) -> npt.NDArray[np.int64]:
        return self._period[members]

    def is_of(self, kinds: Sequence[str]) -> npt.NDArray[np.bool_]:
        """Which cells are of these leaving types."""
        return self._codes["kind"].among(kinds)

    def people_in(self, members: CellIds) -> int:
        return int(self.people[members].sum())

    def people_alone(self) -> CellIds:
        """Cells of one person, each person once: an atom of one, or a level of one in an atom of several."""
        atoms = {
            (c.role, c.area, c.period, c.kind)
            for c, n in zip(self.cells, self.people, strict=True)
            if n == 1 and not c.dimension
        }
        return np.array(
            [
                at
                for at, c in enumerate(self.cells)
                if self.people[at] == 1 and (not c.dimension or (c.role, c.area, c.period, c.kind) not in atoms)
            ],
            dtype=np.int64,
        )

    def _spreading(self) -> sp.csr_array:
        """Cells x coordinates."""
        siblings: dict[tuple[str, str, int, str, str], list[int]] = defaultdict(list)
        for at, c in enumerate(self.cells):
            siblings[c.role, c.area, c.period, c.kind, c.dimension].append(at)
        columns: dict[int, list[tuple[int, int]]] = {}
        width = 0
        for (role, area, period, kind, dimension), cells in siblings.items():
            own = cells if not dimension else cells[:-1]
            for cell in own:
                columns[cell] = [(width, 1)]
                width += 1
            if dimension:
                (atom,) = siblings[role, area, period, kind, ""]
                columns[cells[-1]] = [(columns[atom][0][0], 1), *((columns[cell][0][0], -1) for cell in own)]
        entries = [(cell, column, sign) for cell, part in columns.items() for column, sign in part]
        cell_at, column_at, signs = zip(*entries, strict=True) if entries else ((), (), ())
        return sp.csr_array((np.array(signs, float), (cell_at, column_at)), shape=(len(self.cells), width))


def _incidence(sets: Sequence[CellIds], width: int) -> sp.csr_array:
    row_at = np.repeat(np.arange(len(sets)), [len(members) for members in sets])
    cell_at = np.concatenate([*sets, np.empty(0, dtype=np.int64)]).astype(np.int64)
    return sp.csr_array((np.ones(len(cell_at)), (row_at, cell_at)), shape=(len(sets), width))


def _cells_of(batch: FrozenBatch, period: int, dimensions: Sequence[str]) -> Iterator[tuple[_Cell, AtomRow]]:
    for row in batch.atoms:
        if row.secret:
            yield _Cell(row.role, row.area, period, row.leaving_type, "", ""), row
    for dimension in dimensions:
        given = batch.dimensions.get(dimension)
        for row in given or batch.atoms:
            if row.secret:
                level = row.level if given else "not_known"
                yield _Cell(row.role, row.area, period, row.leaving_type, dimension, level), row


def _run_of_periods(periods: Sequence[str], as_of: str) -> list[str]:
    """Every period from the first to `as_of`; quarters without a batch included, undated rows before all years."""
    dated = sorted(p for p in periods if p != "undated" and p <= as_of)
    run = ["undated"] if "undated" in periods else []
    if dated and "Q" in dated[0]:
        year, quarter = int(dated[0][:4]), int(dated[0][5])
        while f"{year:04d}Q{quarter}" <= as_of:
            run.append(f"{year:04d}Q{quarter}")
            year, quarter = (year, quarter + 1) if quarter < 4 else (year + 1, 1)
    elif dated:
        run += [f"{year:04d}" for year in range(int(dated[0]), int(as_of) + 1)]
    return run


def small_groups(
    space: CountSpace, shape: OrganisationShape, rules: Sequence[DimensionRule], k: int
) -> list[SmallGroup]:
    """Every group that must stay unknown: each place, selection and window of CONTRACTS 2.4, and D by its windows."""
    found: dict[bytes, SmallGroup] = {}
    for rule in (None, *(rule for rule in rules if rule.code in space.dimensions)):
        windows = np.array(_base_windows(space.periods) if rule is None else _year_windows(space.periods, rule))
        for (role, area, level), line in _lines(space, shape, rule).items():
            cells = np.array(line)
            for selection, kinds in KINDS_OF.items():
                chosen = cells[space.is_of(kinds)[cells]]
                for group in _few_in(space, chosen, windows, k, f"{role} {area} {selection} {level}".strip()):
                    found.setdefault(group.members.tobytes(), group)
    return list(found.values())


def _lines(
    space: CountSpace, shape: OrganisationShape, rule: DimensionRule | None
) -> dict[tuple[str, str, str], list[int]]:
    """The cells of every place in order of time: organisation, roles, families, Areas, regions and, for the base,
    role x Area; of a D that is shown for the whole organisation only, that."""
    dimension, whole = (rule.code, rule.organisation_only) if rule else ("", False)
    lines: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for at, cell in enumerate(space.cells):
        if cell.dimension == dimension:
            family, region = shape.role_families.get(cell.role, ""), shape.regions.get(cell.area, "")
            places = {(EVERY, EVERY), (cell.role, EVERY), (EVERY, cell.area)}
            places |= {(f"family {family}", EVERY)} if family else set()
            places |= {(EVERY, f"region {region}")} if region else set()
            places |= set() if dimension else {(cell.role, cell.area)}
            places = {(EVERY, EVERY)} if whole else places
            for role, area in places:
                lines[role, area, cell.level].append(at)
    return lines


def _few_in(
    space: CountSpace, line: CellIds, windows: npt.NDArray[np.int64], k: int, name: str
) -> Iterator[SmallGroup]:
    """The small windows of a line of cells, which are in order of time since a space adds batch after batch."""
    if not len(line) or not len(windows):
        return
    time = space.period_of(line)
    running = np.concatenate([[0], np.cumsum(space.people[line])])
    low, high = np.searchsorted(time, windows[:, 0], "left"), np.searchsorted(time, windows[:, 1], "right")
    people = running[high] - running[low]
    few = (people > 0) & (people < k)
    for start, stop in {*zip(low[few].tolist(), high[few].tolist(), strict=True)}:
        shown = f"{name} {space.periods[time[start]]} to {space.periods[time[stop - 1]]}"
        yield SmallGroup(shown, np.sort(line[start:stop]), int(running[stop] - running[start]))


def _base_windows(periods: Sequence[str]) -> list[tuple[int, int]]:
    a_year = 4 if periods and "Q" in periods[-1] else 1
    every = range(1, len(periods) + 1)
    lengths = [1, a_year, 2 * a_year, 3 * a_year, 5 * a_year] if len(periods) >= 5 * a_year else list(every)
    windows = [(last - length + 1, last) for length in lengths for last in range(length - 1, len(periods))]
    still_open = [(first, len(periods) - 1) for first in range(max(0, len(periods) - 5 * a_year), len(periods))]
    return windows + still_open + ([(0, len(periods) - 1)] if a_year == 1 else [])


def _year_windows(periods: Sequence[str], rule: DimensionRule) -> list[tuple[int, int]]:
    """D's windows wherever a year ended or is still open; for calendar years the whole run as well."""
    windows = []
    longest = max((YEARS_OF[code] for code in rule.windows if code in YEARS_OF), default=0)
    a_year = 4 if periods and "Q" in periods[-1] else 1
    dated_from = 1 if periods[:1] == ["undated"] else 0
    for last, period in enumerate(periods):
        lengths = [YEARS_OF[code] * a_year for code in rule.windows if code in YEARS_OF]
        if a_year == 1 or period.endswith("Q1"):
            windows += [(last - n + 1, last) for n in lengths if last - n + 1 >= dated_from and period != "undated"]
        if a_year == 1:
            windows.append((0, last))
        begins = last >= dated_from and (a_year == 1 or last == 0 or period.endswith("Q2"))
        if begins and len(periods) - last < longest * a_year:
            windows.append((last, len(periods) - 1))
    return windows
