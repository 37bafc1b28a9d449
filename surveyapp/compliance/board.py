"""The board: progress counted by group, with medians and 90th percentiles; tables for page and file alike. Pure."""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from analytics.funnel import Funnel, Unit, make_funnel
from analytics.tables import Cell, Column, OperationalTable
from surveyapp.compliance.progress import CaseProgress, Delay, Stage
from surveyapp.languages import N_
from surveyapp.working_days import WorkingCalendar

LEAST_SHOWN: Final = 10
"""Groups of fewer leavers are shown only to those who may see the cases themselves."""
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
GROUPINGS: Final[Mapping[str, Callable[[CaseProgress], str]]] = {
    "area": lambda case: f"{case.agency}/{case.area}",
    "agency": lambda case: case.agency,
    "family": lambda case: f"{case.agency}/{case.family}",
    "leaving_type": lambda case: case.leaving_type,
}


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    n: int
    base: int

    @property
    def percent(self) -> int | None:
        """Rounded to a whole percent, half away from zero; None without a base."""
        return math.floor(100 * self.n / self.base + 0.5) if self.base else None


@dataclass(frozen=True)
class Spread:
    """Working days: half took at most the median, nine in ten at most the 90th percentile."""

    n: int
    median: float | None
    p90: float | None


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


CalendarOf = Callable[[str, str], WorkingCalendar]


def make_board(
    progress: Sequence[CaseProgress],
    by: str,
    names: Callable[[str], str],
    today: date,
    calendar_of: CalendarOf,
) -> Board:
    """Count by one of GROUPINGS; `names` says what a group's code is called."""
    key = GROUPINGS[by]
    groups: dict[str, list[CaseProgress]] = {}
    for case in progress:
        groups.setdefault(key(case), []).append(case)
    lines = [count_group(code, names(code), found, today, calendar_of) for code, found in groups.items()]
    reasons = Counter(case.decline_reason for case in progress if case.decline_reason)
    return Board(
        tuple(sorted(lines, key=lambda one: one.name)),
        count_group(EVERYBODY, "", progress, today, calendar_of),
        tuple(sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))),
    )


def count_group(
    code: str, name: str, progress: Sequence[CaseProgress], today: date, calendar_of: CalendarOf
) -> GroupLine:
    """One group's counts and delays."""
    shares = {}
    for stage in Stage:
        reached = [found for case in progress if (found := case.counts_for(stage, today)) is not None]
        shares[stage] = Share(sum(reached), len(reached))
    spreads = {}
    for delay in Delay:
        days = [case.delay(delay, calendar_of(case.agency, case.area)) for case in progress]
        spreads[delay] = spread([found for found in days if found is not None])
    return GroupLine(code, name, len(progress), shares, spreads)


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
    """The board for readers who may not see cases: no group under LEAST_SHOWN, nor the one its gap would give away."""
    kept = [line for line in board.lines if line.n_leavers >= LEAST_SHOWN]
    if len(board.lines) - len(kept) == 1 and kept:
        kept.remove(min(kept, key=lambda line: (line.n_leavers, line.code)))
    if board.total.n_leavers < LEAST_SHOWN:
        nobody = GroupLine(EVERYBODY, "", 0, {s: Share(0, 0) for s in Stage}, {d: spread([]) for d in Delay})
        return Board((), nobody, (), len(board.lines))
    return Board(tuple(kept), board.total, board.declined, len(board.lines) - len(kept))


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
        cells += [share.n, share.base, share.percent]
    for delay in Delay:
        cells += [line.spreads[delay].median, line.spreads[delay].p90]
    return tuple(cells)


def funnel_of(board: Board, stage: Stage) -> tuple[Funnel, OperationalTable] | None:
    """The groups of a board placed by one share, with the table that is drawn; None when no group has a base."""
    units = [Unit(line.name, line.shares[stage].n, line.shares[stage].base) for line in board.lines]
    counted = [unit for unit in units if unit.base > 0]
    if not counted:
        return None
    columns = (
        Column("name", N_("Name")),
        Column("base", N_("Of"), "people"),
        Column("n", STAGE_NAMES[stage], "people"),
        Column("percent", N_("Percent"), "percent"),
    )
    rows = tuple((unit.name, unit.base, unit.n, round(100 * unit.n / unit.base, 1)) for unit in counted)
    return make_funnel(counted), OperationalTable(STAGE_NAMES[stage], columns, rows)
