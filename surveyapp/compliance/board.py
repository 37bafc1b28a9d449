"""The board: progress counted by group, with medians and 90th percentiles; tables for page and file alike. Pure."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from analytics.funnel import Funnel, Unit, make_funnel
from analytics.tables import Cell, Column, OperationalTable
from surveyapp.compliance.progress import Delay, Stage
from surveyapp.compliance.tally import Group, Tally, total
from surveyapp.languages import N_

LEAST_SHOWN: Final = 10
"""Groups of fewer leavers are shown only to those who may see the cases themselves."""
LEAST_DRAWN: Final = 3
"""Groups below which a funnel compares nothing."""
EVERYBODY: Final = "*"

STAGE_NAMES: Final = {
    Stage.NOTIFIED_LATE: N_("Notified late"),
    Stage.INVITED_IN_TIME: N_("Invited in time"),
    Stage.ANSWERED: N_("Answered"),
    Stage.OFFERED_IN_TIME: N_("Offered in time"),
    Stage.ACCEPTED: N_("Accepted"),
    Stage.HELD: N_("Held"),
    Stage.WRITTEN_UP_IN_TIME: N_("Written up in time"),
    Stage.AGREED: N_("Agreed"),
}
DELAY_NAMES: Final = {
    Delay.TO_INVITE: N_("News to invitation"),
    Delay.TO_OFFER: N_("News to offer"),
    Delay.TO_INTERVIEW: N_("Offer to interview"),
    Delay.TO_WRITE_UP: N_("Interview to write-up"),
}
GROUPINGS: Final[Mapping[str, Callable[[Group], str]]] = {
    "area": lambda group: f"{group.agency}/{group.area}",
    "agency": lambda group: group.agency,
    "family": lambda group: f"{group.agency}/{group.family}",
    "leaving_type": lambda group: group.leaving_type,
}


@dataclass(frozen=True)
class Share:
    """So many of so many; hidden from readers who may not see cases where the base is small."""

    n: int
    base: int
    is_hidden: bool = False

    @property
    def percent(self) -> int | None:
        """Rounded to a whole percent, half away from zero; None without a base."""
        return math.floor(100 * self.n / self.base + 0.5) if self.base and not self.is_hidden else None


@dataclass(frozen=True)
class Spread:
    """Working days: half took at most the median, nine in ten at most the 90th percentile."""

    n: int
    median: float | None
    p90: float | None
    is_hidden: bool = False


@dataclass(frozen=True)
class GroupLine:
    """One line of the board."""

    code: str
    name: str
    n_leavers: int
    shares: Mapping[Stage, Share]
    spreads: Mapping[Delay, Spread]


@dataclass(frozen=True)
class Board:
    """The whole board: a line a group, everybody together, why people declined."""

    lines: tuple[GroupLine, ...]
    total: GroupLine
    declined: tuple[tuple[str, int], ...]
    n_hidden: int = 0


def make_board(tallies: Iterable[tuple[Group, Tally]], by: str, names: Callable[[str], str]) -> Board:
    """Add up by one of GROUPINGS; `names` says what a group's code is called."""
    key = GROUPINGS[by]
    groups: dict[str, list[Tally]] = {}
    for group, tally in tallies:
        groups.setdefault(key(group), []).append(tally)
    added = {code: total(found) for code, found in groups.items()}
    everybody = total(added.values())
    lines = [line_of(code, names(code), tally) for code, tally in added.items()]
    reasons = everybody.declined.items()
    return Board(
        tuple(sorted(lines, key=lambda one: one.name)),
        line_of(EVERYBODY, "", everybody),
        tuple(sorted(reasons, key=lambda pair: (-pair[1], pair[0]))),
    )


def line_of(code: str, name: str, tally: Tally) -> GroupLine:
    """One group's counts and delays."""
    shares = {stage: Share(tally.reached.get(stage, 0), tally.due.get(stage, 0)) for stage in Stage}
    days = {one: [n for n, times in tally.days.get(one, {}).items() for _ in range(times)] for one in Delay}
    return GroupLine(code, name, tally.n_leavers, shares, {one: spread(found) for one, found in days.items()})


def spread(days: Sequence[int]) -> Spread:
    """Median and 90th percentile by linear interpolation (Hyndman and Fan 1996, type 7)."""
    ordered = sorted(days)
    return Spread(len(ordered), _quantile(ordered, 0.5), _quantile(ordered, 0.9))


def _quantile(ordered: Sequence[int], share: float) -> float | None:
    if not ordered:
        return None
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return round(ordered[low] + (place - low) * (ordered[high] - ordered[low]), 1)


def without_small_groups(board: Board) -> Board:
    """The board for readers who may not see cases: nothing that counts fewer than LEAST_SHOWN leavers.

    Small groups go, and the next smallest with them until those hidden together are enough people; in what is left,
    shares and delays of fewer people are hidden.
    """
    if board.total.n_leavers < LEAST_SHOWN:
        return Board((), line_of(EVERYBODY, "", Tally()), (), len(board.lines))
    kept = sorted(board.lines, key=lambda line: (-line.n_leavers, line.code))
    n_hidden_people = 0
    while kept and (kept[-1].n_leavers < LEAST_SHOWN or 0 < n_hidden_people < LEAST_SHOWN):
        n_hidden_people += kept.pop().n_leavers
    lines = tuple(_masked(line) for line in board.lines if line in kept)
    declined = board.declined if sum(n for _code, n in board.declined) >= LEAST_SHOWN else ()
    return Board(lines, _masked(board.total), declined, len(board.lines) - len(kept))


def _masked(line: GroupLine) -> GroupLine:
    shares = {one: replace(found, is_hidden=0 < found.base < LEAST_SHOWN) for one, found in line.shares.items()}
    spreads = {one: replace(found, is_hidden=0 < found.n < LEAST_SHOWN) for one, found in line.spreads.items()}
    return replace(line, shares=shares, spreads=spreads)


def table_of(board: Board, title: str, window: str, notes: tuple[str, ...] = ()) -> OperationalTable:
    """Every number of the board as one typed table: what the page shows, and what the files hold."""
    columns = [Column("group", N_("Group")), Column("name", N_("Name")), Column("leavers", N_("Leavers"), "people")]
    for stage in Stage:
        columns.append(Column(stage.value, STAGE_NAMES[stage], "people"))
        columns.append(Column(f"{stage.value}_base", N_("Of"), "people"))
        columns.append(Column(f"{stage.value}_percent", N_("Percent"), "percent"))
    for delay in Delay:
        columns.append(Column(f"{delay.value}_median", DELAY_NAMES[delay], "days"))
        columns.append(Column(f"{delay.value}_p90", N_("90th percentile"), "days"))
    rows = tuple(_cells(line) for line in (*board.lines, board.total))
    return OperationalTable(title, tuple(columns), rows, window, notes)


def _cells(line: GroupLine) -> tuple[Cell, ...]:
    cells: list[Cell] = [line.code, line.name, line.n_leavers]
    for stage in Stage:
        share = line.shares[stage]
        cells += [None, None, None] if share.is_hidden else [share.n, share.base, share.percent]
    for delay in Delay:
        days = line.spreads[delay]
        cells += [None, None] if days.is_hidden else [days.median, days.p90]
    return tuple(cells)


def funnel_of(board: Board, stage: Stage) -> tuple[Funnel, OperationalTable] | None:
    """The groups of a board placed by one share, with the table that is drawn; None with too few groups to compare."""
    units = [
        Unit(line.name, line.shares[stage].n, line.shares[stage].base)
        for line in board.lines
        if not line.shares[stage].is_hidden
    ]
    counted = [unit for unit in units if unit.base > 0]
    if len(counted) < LEAST_DRAWN:
        return None
    columns = (
        Column("name", N_("Name")),
        Column("base", N_("Of"), "people"),
        Column("n", STAGE_NAMES[stage], "people"),
        Column("percent", N_("Percent"), "percent"),
    )
    rows = tuple((unit.name, unit.base, unit.n, round(100 * unit.n / unit.base, 1)) for unit in counted)
    return make_funnel(counted), OperationalTable(STAGE_NAMES[stage], columns, rows)
