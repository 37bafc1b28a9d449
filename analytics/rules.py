"""The rules T1 to T5 over one timeline: which candidates may be published, knowing everything published before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.atoms import AtomTable, bits
from analytics.elimination import Hashes, PublishedSpan, stack_members
from analytics.heavy import sp
from analytics.lattice import DimensionRule, Group, Node, Span, candidate_stages
from analytics.releases import Indicator, ReleaseHistory, RunAudit
from analytics.remainders import NestedGroups, Remainders
from analytics.tables import EVERY, Family, GroupKey, Window, WindowCode
from analytics.unsafe import UnsafeSets, unsafe_sets


@dataclass(frozen=True)
class RunRules:
    """One run of the rules: its threshold, its D tables, and which candidates it may take."""

    k: int
    dimensions: tuple[DimensionRule, ...] = ()
    families: frozenset[Family] = frozenset(Family)
    is_sensitive: bool = False
    windows: frozenset[WindowCode] = frozenset(WindowCode)


@dataclass(frozen=True)
class Alone:
    """Someone alone in a cell: the coordinate they know, their base atom, and the D of the cell ("" for the atom)."""

    coordinate: int
    atom: int
    dimension: str


class InsiderCheck:
    """T5: which unsafe groups someone alone in an atom could work out from what is published and their own answer."""

    def __init__(self, unsafe: UnsafeSets, alone: Sequence[Alone], k: int) -> None:
        self._unsafe = unsafe
        self._alone = alone
        self._k = k
        self._several = np.flatnonzero(unsafe.people > 1)
        self._judged: dict[tuple[int, int], bool] = {}

    def breaches(self, hashes: Hashes) -> frozenset[tuple[int, int]]:
        """(insider, unsafe group) pairs; watched sets are the unsafe ones and then the insiders' atoms."""
        n_unsafe = len(self._unsafe)
        insiders = hashes[n_unsafe:]
        if not len(insiders):
            return frozenset()
        order = np.argsort(insiders, kind="stable")
        ranked = insiders[order]
        found = {pair for pair in self._twins(ranked, order)}
        groups = hashes[self._several]
        low = np.searchsorted(ranked, groups)
        alike = np.flatnonzero((ranked[np.minimum(low, len(ranked) - 1)] == groups) & (groups != 0))
        low, high = low[alike], np.searchsorted(ranked, groups[alike], side="right")
        for at, unsafe in enumerate(self._several[alike].tolist()):
            pairs = [(int(who), unsafe) for who in order[low[at] : high[at]]]
            found |= {pair for pair in pairs if self._judge(pair)}
        return frozenset(found)

    def name_of(self, breach: tuple[int, int]) -> tuple[str, ...]:
        """The unsafe group a breach gives away; for two people alone, the second one's own atom."""
        who, unsafe = breach
        if unsafe >= 0:
            return self._unsafe.names[unsafe]
        other = self._alone[-1 - unsafe].coordinate
        lone = (int(at) for at in np.flatnonzero(self._unsafe.people == 1))
        lone = (at for at in lone if self._unsafe.members(at).tolist() == [other])
        return next((self._unsafe.names[at] for at in lone), ("one person",))

    def _twins(self, ranked: Hashes, order: npt.NDArray[np.int64]) -> Iterator[tuple[int, int]]:
        """Two people alone in their atoms, each of whom gives the other away."""
        for at in np.flatnonzero((ranked[1:] == ranked[:-1]) & (ranked[1:] != 0)):
            yield int(order[at]), -1 - int(order[at + 1])

    def _judge(self, pair: tuple[int, int]) -> bool:
        """The same pairs come up for candidate after candidate: each is judged once."""
        if pair not in self._judged:
            self._judged[pair] = self._is_breach(*pair)
        return self._judged[pair]

    def _is_breach(self, who: int, unsafe: int) -> bool:
        """Whether the group holds 1 to k-2 people besides this one. Between two D nobody knows: the worse is taken."""
        people, dimension, person = int(self._unsafe.people[unsafe]), self._unsafe.dimensions[unsafe], self._alone[who]
        touches = person.atom in self._unsafe.atoms_of(unsafe)
        if touches and "" not in (dimension, person.dimension) and dimension != person.dimension:
            return people < self._k
        is_in = person.coordinate in self._unsafe.members(unsafe) if dimension == person.dimension else touches
        return 0 < people - int(is_in) < self._k - 1


class Run:
    """One run of the rules over a timeline: what is published so far, carried on from cut to cut."""

    def __init__(self, table: AtomTable, rules: RunRules) -> None:
        self._table = table
        self._rules = rules
        self._span = PublishedSpan()
        self._nested = NestedGroups(table)
        self._remainders = Remainders(table)
        self._through = -1
        self._published: set[GroupKey] = set()

    def load(self, history: ReleaseHistory) -> None:
        """Take over what earlier releases published."""
        mine = [i for i in history.published if i.is_sensitive == self._rules.is_sensitive]
        if not mine:
            return
        self._reach(max(self._table.lattice.timeline.position(i.key.window.last) for i in mine))
        for indicator in mine:
            self._publish(self._group_of(indicator))

    def cut(self, at: int, offered: Collection[GroupKey] | None = None) -> tuple[list[Group], list[Group], RunAudit]:
        """(accepted, hidden, audit) as of position `at`. `offered` limits the candidates without a D to these keys."""
        self._reach(at)
        candidates = list(self._candidates(at, offered))
        if not candidates:
            return [], [], RunAudit(self._rules.k, self._span.width, 0, 0, 0, {}, self._span.rank)
        unsafe, insiders = self._watch(at)
        hashes = self._span.hashes()
        known = [unsafe.names[at] for at in np.flatnonzero(hashes[: len(unsafe)] == 0)]
        standing = insiders.breaches(hashes)
        accepted: list[Group] = []
        hidden: list[Group] = []
        refused: Counter[str] = Counter()
        for group in candidates:
            rule = self._refusing_rule(group, len(unsafe), insiders, standing)
            refused[rule] += 1
            (hidden if rule else accepted).append(group)
            if not rule:
                self._publish(group)
        refused.pop("", None)
        audit = RunAudit(
            k=self._rules.k,
            atoms=self._span.width,
            unsafe=len(unsafe),
            candidates=len(accepted) + len(hidden),
            accepted=len(accepted),
            refused=dict(sorted(refused.items())),
            rank=self._span.rank,
            known_before=tuple(known),
            insiders_before=tuple(sorted({insiders.name_of(pair) for pair in standing})),
        )
        return accepted, hidden, audit

    @property
    def k(self) -> int:
        return self._rules.k

    def people_in(self, group: Group) -> int:
        """n of the rules."""
        return self._table.secret(group)

    def key_of(self, group: Group) -> GroupKey:
        periods = self._table.lattice.timeline.periods
        window = Window(group.span.code, periods[group.span.first], periods[group.span.last])
        return GroupKey(
            self._table.source,
            group.family,
            group.role.code,
            group.area.code,
            window,
            group.selection,
            group.dimension,
            group.level,
        )

    def indicator_of(self, group: Group, accepted_in: str) -> Indicator:
        lattice = self._table.lattice
        roles = (EVERY,) if group.role.code == EVERY else tuple(lattice.roles[r] for r in bits(group.role.mask))
        areas = (EVERY,) if group.area.code == EVERY else tuple(lattice.areas[a] for a in bits(group.area.mask))
        return Indicator(self.key_of(group), roles, areas, accepted_in, self._rules.is_sensitive)

    def _reach(self, at: int) -> None:
        for period in range(self._through + 1, at + 1):
            self._span.extend(self._table.width_through(period), self._table.ties_in(period))
        self._through = max(self._through, at)

    def _watch(self, at: int) -> tuple[UnsafeSets, InsiderCheck]:
        unsafe = unsafe_sets(self._table, at, self._rules.k, self._rules.dimensions)
        alone = self._people_alone()
        persons = stack_members([np.array([one.coordinate]) for one in alone], self._span.width)
        self._span.watch_rows(sp.vstack([unsafe.rows(self._span.width), persons], format="csr"))
        return unsafe, InsiderCheck(unsafe, alone, self._rules.k)

    def _people_alone(self) -> list[Alone]:
        """Everyone alone in an atom or in a level of it, once a coordinate, the base atom first."""
        found: dict[int, Alone] = {}
        for dimension, cells in self._table.cells.items():
            for at in np.flatnonzero((cells.people == 1) & (cells.coordinate < self._span.width)):
                coordinate = int(cells.coordinate[at])
                found.setdefault(coordinate, Alone(coordinate, int(cells.atom[at]), dimension))
        return list(found.values())

    def _candidates(self, at: int, offered: Collection[GroupKey] | None) -> Iterator[Group]:
        for stage in candidate_stages(self._table.lattice, at, self._rules.dimensions):
            fitting = [g for g in stage if self._is_wanted(g) and self.key_of(g) not in self._published]
            if offered is not None:
                fitting = [group for group in fitting if group.dimension or self.key_of(group) in offered]
            yield from sorted(fitting, key=self._table.secret, reverse=True)

    def _is_wanted(self, group: Group) -> bool:
        return group.family in self._rules.families and group.span.code in self._rules.windows

    def _refusing_rule(
        self, group: Group, n_unsafe: int, insiders: InsiderCheck, standing: frozenset[tuple[int, int]]
    ) -> str:
        """The first rule that refuses the group, or nothing when it may be published."""
        k = self._rules.k
        if is_too_small(self._table.secret(group), k):
            return "T1"
        if self._nested.has_same_people(group):
            return ""
        if self._nested.leaves_few(group, k):
            return "T2"
        if self._remainders.leaves_few(group, k):
            return "T3"
        members = self._table.members(group)
        ray = self._span.hash_of(members)
        if ray == 0:
            return ""
        if brings_into_span(self._span.hashes()[:n_unsafe], ray):
            return "T4"
        return "T5" if insiders.breaches(self._span.hashes_after(members)) - standing else ""

    def _publish(self, group: Group) -> None:
        self._published.add(self.key_of(group))
        self._nested.add(group)
        self._remainders.add(group)
        self._span.add(self._table.members(group))

    def _group_of(self, indicator: Indicator) -> Group:
        key, lattice = indicator.key, self._table.lattice
        first, last = (lattice.timeline.position(period) for period in (key.window.first, key.window.last))
        return Group(
            key.family,
            Node(key.role, _mask_of(indicator.roles, lattice.roles)),
            Node(key.area, _mask_of(indicator.areas, lattice.areas)),
            Span(key.window.code, first, last),
            key.selection,
            key.dimension,
            key.level,
        )


def _mask_of(codes: Sequence[str], leaves: Sequence[str]) -> int:
    if tuple(codes) == (EVERY,):
        return (1 << len(leaves)) - 1
    return sum(1 << at for at, leaf in enumerate(leaves) if leaf in codes)


def is_too_small(people: int, k: int) -> bool:
    """T1."""
    return people < k


def brings_into_span(unsafe: Hashes, ray: int) -> bool:
    """T4: an unsafe group that the published span would hold after this group has the group's own ray now."""
    return bool((unsafe == np.uint64(ray)).any())
