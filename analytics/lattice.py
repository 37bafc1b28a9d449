"""The groups that can ever be asked for: periods, windows, hierarchies, and the order in which groups are offered."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType

from analytics.tables import EVERY, Family, Selection, WindowCode

UNDATED = "undated"
YEAR_LENGTHS = {
    WindowCode.YEAR: 1,
    WindowCode.TWO_YEARS: 2,
    WindowCode.THREE_YEARS: 3,
    WindowCode.FIVE_YEARS: 5,
}
LONG_WINDOWS = (WindowCode.FIVE_YEARS, WindowCode.THREE_YEARS, WindowCode.TWO_YEARS)
# Cells: every safe one of 1, 5, 3, 2 years, offered in that order (STATISTICS 1.2).
CELL_WINDOWS = (WindowCode.YEAR, *LONG_WINDOWS)
_QUARTER = re.compile(r"^(\d{4})Q([1-4])$")
_YEAR = re.compile(r"^\d{4}$")


class PeriodNotUnderstood(ValueError):
    """A period is not "2026Q1", "2026" or "undated", or quarters and years are mixed."""


@dataclass(frozen=True)
class OrganisationShape:
    """The hierarchies above roles and Areas: role -> role family code, Area -> region code ("" for none)."""

    role_families: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    regions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class DimensionRule:
    """A D of the lattice: which windows its tables have (CONTRACTS 2.7 for *regretted*), and whether they are of the
    whole organisation only, as those of protected characteristics are (STATISTICS 1.2)."""

    code: str
    windows: tuple[WindowCode, ...] = (WindowCode.YEAR, WindowCode.THREE_YEARS)
    organisation_only: bool = False


@dataclass(frozen=True)
class Timeline:
    """The periods of an agency in order, without holes. Quarters by receipt, or calendar years for outside surveys
    (CONTRACTS 3), which may have an `undated` period first."""

    periods: tuple[str, ...]
    periods_a_year: int

    @classmethod
    def over(cls, periods: Sequence[str]) -> Timeline:
        """From the earliest to the latest of some periods. Errors: PeriodNotUnderstood."""
        dated = sorted({p for p in periods if p != UNDATED})
        undated = (UNDATED,) if UNDATED in periods else ()
        if all(_QUARTER.match(p) for p in dated) and not undated:
            return cls(tuple(_quarters_between(dated)), 4)
        if all(_YEAR.match(p) for p in dated):
            years = range(int(dated[0]), int(dated[-1]) + 1) if dated else ()
            return cls((*undated, *(f"{year:04d}" for year in years)), 1)
        raise PeriodNotUnderstood(f"use quarters like 2026Q1, or years like 2026: {', '.join(sorted(set(periods)))}")

    def __len__(self) -> int:
        return len(self.periods)

    @property
    def first_dated(self) -> int:
        return 1 if self.periods[:1] == (UNDATED,) else 0

    def position(self, period: str) -> int:
        return self.periods.index(period)

    def ends_a_year(self, at: int) -> bool:
        """Whether a financial year (to 31 March) or a calendar year ends with the period at this position."""
        return self.periods[at] != UNDATED and (self.periods_a_year == 1 or self.periods[at].endswith("Q1"))


def _quarters_between(dated: Sequence[str]) -> Iterator[str]:
    if dated:
        first, last = quarter_number(dated[0]), quarter_number(dated[-1])
        yield from (quarter_name(number) for number in range(first, last + 1))


def quarter_number(period: str) -> int:
    """Quarters since year 0: "2026Q1" -> 8104. Errors: PeriodNotUnderstood."""
    found = _QUARTER.match(period)
    if not found:
        raise PeriodNotUnderstood(f"use a quarter like 2026Q1, not {period!r}")
    return int(found[1]) * 4 + int(found[2]) - 1


def quarter_name(number: int) -> str:
    return f"{number // 4:04d}Q{number % 4 + 1}"


@dataclass(frozen=True)
class Span:
    """A window as positions on a timeline, both ends included."""

    code: WindowCode
    first: int
    last: int


def windows_ending(timeline: Timeline, at: int) -> list[Span]:
    """The windows a release as of position `at` may offer: only whole ones, so a young agency has few.

    Rolling 12 months and single quarters every quarter; financial years when one ends. For calendar years the 12
    months are the newest year, and `all` holds the undated rows too (CONTRACTS 3).
    """
    spans = []
    dated = at - timeline.first_dated + 1
    if timeline.periods_a_year == 4:
        spans.append(Span(WindowCode.QUARTER, at, at))
    if dated >= timeline.periods_a_year:
        spans.append(Span(WindowCode.TWELVE_MONTHS, at - timeline.periods_a_year + 1, at))
    if timeline.ends_a_year(at):
        lengths = ((code, years * timeline.periods_a_year) for code, years in YEAR_LENGTHS.items())
        spans += [Span(code, at - length + 1, at) for code, length in lengths if dated >= length]
    if timeline.periods_a_year == 1:
        spans.append(Span(WindowCode.EVERYTHING, 0, at))
    return spans


def earlier_years(timeline: Timeline, at: int) -> list[Span]:
    """Single calendar years before the newest: a dated import is cut as one release over all its years."""
    if timeline.periods_a_year != 1:
        return []
    return [Span(WindowCode.YEAR, year, year) for year in range(timeline.first_dated, at)]


def unsafe_spans(timeline: Timeline, at: int) -> list[tuple[int, int]]:
    """The windows of U (CONTRACTS 2.4): single periods and 1, 2, 3 and 5 years; with less than five years of history
    every contiguous window; everything for calendar years. Beyond that, the windows still open at `at`, lest a later
    release find that its small group follows from what is out already."""
    count = at + 1
    five_years = 5 * timeline.periods_a_year
    lengths: Sequence[int] = range(1, count + 1)
    if count >= five_years:
        lengths = sorted({1} | {years * timeline.periods_a_year for years in (1, 2, 3, 5)})
    spans = {(last - length + 1, last) for length in lengths for last in range(length - 1, count)}
    spans |= {(at - length + 1, at) for length in range(1, min(count, five_years) + 1)}
    if timeline.periods_a_year == 1:
        spans.add((0, at))
    return sorted(spans)


def unsafe_level_spans(timeline: Timeline, at: int, codes: Collection[WindowCode]) -> list[tuple[int, int]]:
    """The windows that tables by a D have had so far, and those still open at `at`."""
    ended = (span for last in range(at + 1) for span in windows_ending(timeline, last) if span.code in codes)
    spans = {(span.first, span.last) for span in ended}
    longest = max((YEAR_LENGTHS[code] * timeline.periods_a_year for code in codes if code in YEAR_LENGTHS), default=0)
    starts = (
        p for p in range(timeline.first_dated, at + 1) if p == timeline.first_dated or timeline.ends_a_year(p - 1)
    )
    return sorted(spans | {(start, at) for start in starts if at - start + 1 < longest})


@dataclass(frozen=True)
class Node:
    """A role, role family, Area, region or everyone, as a bit mask over the leaf codes."""

    code: str
    mask: int


def nodes_over(leaves: Sequence[str], parents: Mapping[str, str]) -> tuple[list[Node], list[Node], Node]:
    """(leaf nodes, parent nodes, everyone) for a hierarchy of one level above the leaves."""
    leaf_nodes = [Node(code, 1 << at) for at, code in enumerate(leaves)]
    masks: dict[str, int] = {}
    for leaf in leaf_nodes:
        parent = parents.get(leaf.code, "")
        if parent:
            masks[parent] = masks.get(parent, 0) | leaf.mask
    return leaf_nodes, [Node(code, mask) for code, mask in sorted(masks.items())], Node(EVERY, (1 << len(leaves)) - 1)


@dataclass(frozen=True)
class Group:
    """A lattice group with everything the rules need: masks over roles and Areas, positions in time, selection, and
    for D tables the dimension and its level."""

    family: Family
    role: Node
    area: Node
    span: Span
    selection: Selection
    dimension: str = ""
    level: str = ""


@dataclass(frozen=True)
class Lattice:
    """All hierarchies of one agency on one timeline."""

    roles: tuple[str, ...]
    areas: tuple[str, ...]
    shape: OrganisationShape
    timeline: Timeline
    levels: Mapping[str, tuple[str, ...]]

    def organisation(self, span: Span, selection: Selection) -> Iterator[Group]:
        _, _, everyone = nodes_over(self.roles, {})
        _, _, everywhere = nodes_over(self.areas, {})
        yield Group(Family.ORGANISATION, everyone, everywhere, span, selection)

    def margins(self, span: Span, selection: Selection) -> Iterator[Group]:
        """Roles and Areas."""
        roles, _, everyone = nodes_over(self.roles, {})
        areas, _, everywhere = nodes_over(self.areas, {})
        yield from (Group(Family.ROLE, role, everywhere, span, selection) for role in roles)
        yield from (Group(Family.AREA, everyone, area, span, selection) for area in areas)

    def parents(self, span: Span, selection: Selection) -> Iterator[Group]:
        """Role families and regions."""
        _, families, everyone = nodes_over(self.roles, self.shape.role_families)
        _, regions, everywhere = nodes_over(self.areas, self.shape.regions)
        yield from (Group(Family.ROLE_FAMILY, node, everywhere, span, selection) for node in families)
        yield from (Group(Family.REGION, everyone, node, span, selection) for node in regions)

    def cells(self, span: Span, selection: Selection) -> Iterator[Group]:
        """Role x Area."""
        roles, _, _ = nodes_over(self.roles, {})
        areas, _, _ = nodes_over(self.areas, {})
        for role in roles:
            yield from (Group(Family.ROLE_AREA, role, area, span, selection) for area in areas)

    def tables_of(self, rule: DimensionRule, span: Span, selection: Selection) -> Iterator[Group]:
        """Organisation x D, role x D, Area x D; the first alone where the rule says so."""
        dimension = rule.code
        margins = () if rule.organisation_only else self.margins(span, selection)
        for group in (*self.organisation(span, selection), *margins):
            family = {Family.ORGANISATION: Family.ORGANISATION_D, Family.ROLE: Family.ROLE_D}.get(
                group.family, Family.AREA_D
            )
            for level in self.levels.get(dimension, ()):
                yield Group(family, group.role, group.area, span, selection, dimension, level)


Stage = tuple[Group, ...]
_Maker = Callable[[Span, Selection], Iterator[Group]]


def candidate_stages(lattice: Lattice, at: int, dimensions: Sequence[DimensionRule] = ()) -> Iterator[Stage]:
    """Stages of candidates in the order of STATISTICS 1.4, each window's resignations before everyone.

    Groups inside a stage are to be taken by falling n.
    """
    for maker, span in _plan(lattice, at, dimensions):
        for selection in Selection:
            yield tuple(maker(span, selection))


def _plan(lattice: Lattice, at: int, dimensions: Sequence[DimensionRule]) -> Iterator[tuple[_Maker, Span]]:
    spans = {span.code: span for span in windows_ending(lattice.timeline, at)}
    newest = _pick(spans, (WindowCode.TWELVE_MONTHS, WindowCode.YEAR))
    # An imported survey is one batch, and its whole is what most of its readers ask for: it is offered first.
    main = [*_pick(spans, (WindowCode.EVERYTHING,)), *newest, *earlier_years(lattice.timeline, at)]
    long = _pick(spans, LONG_WINDOWS)
    yield from ((lattice.organisation, span) for span in (*main, *long))
    for part in (main, long):
        yield from ((lattice.margins, span) for span in part)
        yield from ((lattice.parents, span) for span in part)
    yield from ((lattice.cells, span) for span in _pick(spans, (*CELL_WINDOWS, WindowCode.EVERYTHING)))
    for rule in dimensions:
        tables = partial(lattice.tables_of, rule)
        yield from ((tables, span) for span in _pick(spans, (*rule.windows, WindowCode.EVERYTHING)))
    yield from ((lattice.organisation, span) for span in _pick(spans, (WindowCode.QUARTER,)))


def _pick(spans: Mapping[WindowCode, Span], codes: Sequence[WindowCode]) -> list[Span]:
    return [spans[code] for code in codes if code in spans]
