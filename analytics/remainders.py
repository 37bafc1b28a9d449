"""What subtraction gives: nested published groups (T2) and parents less their published children (T3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from analytics.atoms import AtomTable, Counts
from analytics.elimination import Members
from analytics.lattice import Group, Node, Span
from analytics.tables import Selection


class _SetStore:
    """Published sets of entries of one dimension, kept flat so that overlaps with a weighted set are one pass."""

    def __init__(self) -> None:
        self._flat = np.empty(1024, dtype=np.int64)
        self._starts: list[int] = []
        self._filled = 0
        self._people: list[int] = []
        self._known: set[bytes] = set()

    def __len__(self) -> int:
        return len(self._starts)

    def add(self, entries: Members, people: int) -> None:
        if entries.tobytes() in self._known:
            return
        self._known.add(entries.tobytes())
        while self._filled + len(entries) > len(self._flat):
            self._flat = np.concatenate([self._flat, np.empty_like(self._flat)])
        self._flat[self._filled : self._filled + len(entries)] = entries
        self._starts.append(self._filled)
        self._people.append(people)
        self._filled += len(entries)

    def has(self, entries: Members) -> bool:
        return entries.tobytes() in self._known

    def differences(self, weights: Counts, people: int) -> npt.NDArray[np.int64]:
        """People in the difference for every stored set that lies inside or around the weighted one."""
        if not self._starts:
            return np.empty(0, dtype=np.int64)
        overlap = np.add.reduceat(weights[self._flat[: self._filled]], self._starts)
        theirs = np.array(self._people)
        return np.concatenate([people - overlap[overlap == theirs], theirs[overlap == people] - people])


class NestedGroups:
    """T2: for every published h inside g or around g the difference is nobody or at least k secret people."""

    def __init__(self, table: AtomTable) -> None:
        self._table = table
        self._stores: dict[str, _SetStore] = defaultdict(_SetStore)

    def add(self, group: Group) -> None:
        self._stores[group.dimension].add(np.sort(self._table.entries(group)), self._table.secret(group))

    def has_same_people(self, group: Group) -> bool:
        """Whether exactly these people are published already, in the group's own dimension."""
        return self._stores[group.dimension].has(np.sort(self._table.entries(group)))

    def leaves_few(self, group: Group, k: int) -> bool:
        people = self._table.secret(group)
        entries = self._table.entries(group)
        for dimension, store in self._stores.items():
            weights = self._weights_in(dimension, group, entries)
            if len(store) and weights is not None:
                differences = store.differences(weights, people)
                if ((differences > 0) & (differences < k)).any():
                    return True
        return False

    def _weights_in(self, dimension: str, group: Group, entries: Members) -> Counts | None:
        """The group's people spread over the entries of another dimension; None for two different D."""
        cells = self._table.cells
        if dimension == group.dimension:
            weights = np.zeros(len(cells[dimension].people), dtype=np.int64)
            weights[entries] = cells[dimension].people[entries]
            return weights
        if not dimension:
            own = cells[group.dimension]
            return np.bincount(own.atom[entries], own.people[entries], len(cells[""].people)).astype(np.int64)
        if not group.dimension:
            inside = np.zeros(len(cells[""].people), dtype=bool)
            inside[entries] = True
            theirs = cells[dimension]
            return np.where(inside[theirs.atom], theirs.people, 0)
        return None


def leaves_small_remainder(parts: Sequence[int], children: Iterable[int], k: int) -> bool:
    """Whether a parent of these parts, less some pairwise disjoint children (masks over the parts), is 1 to k-1 people.

    Leaving a child out adds k or more, so all disjoint sets are tried, not only the maximal ones; any branch with k
    people uncovered is given up.
    """
    populated = sum(1 << at for at, people in enumerate(parts) if people)
    masks = sorted({mask & populated for mask in children} - {0})
    if not masks:
        return False
    reached = {(populated, 0)}
    for at, people in enumerate(parts):
        bit = 1 << at
        if not people:
            continue
        starting = [mask for mask in masks if mask & -mask == bit]
        reached = {
            state for rest, left in reached for state in _cover(rest, left, bit, people, starting) if state[1] < k
        }
    return any(0 < left < k for _, left in reached)


def _cover(rest: int, left: int, bit: int, people: int, starting: Sequence[int]) -> Iterable[tuple[int, int]]:
    """The states after one part: covered earlier, left uncovered, or covered by a child whose lowest part it is."""
    if not rest & bit:
        yield rest, left
        return
    yield rest & ~bit, left + people
    yield from ((rest & ~mask, left) for mask in starting if mask & rest == mask)


@dataclass(frozen=True)
class _Line:
    """Everything about a group but its place on one axis: groups with equal lines are each other's kin there."""

    axis: str
    role: int
    area: int
    first: int
    last: int
    selection: Selection
    dimension: str
    level: str


_AXES = ("role", "area", "time", "level")


def _line(group: Group, axis: str) -> _Line:
    return _Line(
        axis,
        0 if axis == "role" else group.role.mask,
        0 if axis == "area" else group.area.mask,
        0 if axis == "time" else group.span.first,
        0 if axis == "time" else group.span.last,
        group.selection,
        group.dimension,
        "" if axis == "level" else group.level,
    )


class Remainders:
    """T3: a published parent less its published children, in every dimension, is nobody or at least k secret people.

    The axes are role (roles and families), Area (Areas and regions), time (disjoint sub-windows) and the levels of D.
    Selections need no axis of their own: all less resignations is a nested difference (T2).
    """

    def __init__(self, table: AtomTable) -> None:
        self._table = table
        self._masks: dict[_Line, set[int]] = defaultdict(set)

    def add(self, group: Group) -> None:
        for axis in _AXES:
            if axis != "level" or group.dimension:
                self._masks[_line(group, axis)].add(self._mask(group, axis))

    def leaves_few(self, group: Group, k: int) -> bool:
        return any(self._leaves_few_along(group, axis, k) for axis in ("role", "area", "time")) or (
            self._leaves_few_levels(group, k)
        )

    def _leaves_few_along(self, group: Group, axis: str, k: int) -> bool:
        own = self._mask(group, axis)
        kin = self._masks.get(_line(group, axis), set()) - {own}
        parents = [mask for mask in kin if mask & own == own]
        tests = [(own, [mask for mask in kin if mask & own == mask])]
        tests += [(parent, [own, *(m for m in kin if m != parent and m & parent == m)]) for parent in parents]
        return any(
            leaves_small_remainder(self._parts(self._spread(group, axis, mask), axis), children, k)
            for mask, children in tests
            if children
        )

    def _leaves_few_levels(self, group: Group, k: int) -> bool:
        """The base group is the parent of its levels, for the D of this group or, for a base group, every D."""
        base = replace(group, dimension="", level="")
        for dimension in [group.dimension] if group.dimension else self._table.lattice.levels:
            levelled = replace(group, dimension=dimension)
            children = set(self._masks.get(_line(levelled, "level"), set()))
            if group.dimension:
                children.add(self._mask(group, "level"))
            is_parent_out = not group.dimension or self._is_published(base)
            if is_parent_out and leaves_small_remainder(self._parts(levelled, "level"), children, k):
                return True
        return False

    def _is_published(self, group: Group) -> bool:
        return self._mask(group, "time") in self._masks.get(_line(group, "time"), set())

    def _mask(self, group: Group, axis: str) -> int:
        if axis == "role":
            return group.role.mask
        if axis == "area":
            return group.area.mask
        if axis == "time":
            return (1 << group.span.last + 1) - (1 << group.span.first)
        return 1 << self._table.lattice.levels[group.dimension].index(group.level)

    def _spread(self, group: Group, axis: str, mask: int) -> Group:
        """The same group with another mask on one axis."""
        if axis == "role":
            return replace(group, role=Node(group.role.code, mask))
        if axis == "area":
            return replace(group, area=Node(group.area.code, mask))
        first = (mask & -mask).bit_length() - 1
        return replace(group, span=Span(group.span.code, first, mask.bit_length() - 1))

    def _parts(self, group: Group, axis: str) -> list[int]:
        """Secret people of every leaf along the axis, nought outside the group."""
        table = self._table
        roles, areas, span, kinds = table.places(group)
        level = slice(None)
        if axis != "level" and group.dimension:
            at = table.lattice.levels[group.dimension].index(group.level)
            level = slice(at, at + 1)
        part = table.secret_cube(group.dimension)[roles[:, None], areas[None, :], span, kinds, level]
        kept = {"role": 0, "area": 1, "time": 2, "level": 4}[axis]
        sums = part.sum(axis=tuple(at for at in range(5) if at != kept))
        sizes = {
            "role": len(table.lattice.roles),
            "area": len(table.lattice.areas),
            "time": len(table.lattice.timeline),
        }
        whole = np.zeros(sizes.get(axis, len(sums)), dtype=np.int64)
        places = {"role": roles, "area": areas, "time": np.arange(span.start, span.stop)}.get(
            axis, np.arange(len(sums))
        )
        whole[places] = sums
        return [int(people) for people in whole]
