"""HR's own frozen counts for report pages: leavers asked, answered and their length of service, by place and window."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analytics.intervals import wilson
from analytics.tables import HIDDEN_SYMBOL, Cell, Column, OperationalTable, Selection
from surveyapp.reports import queries
from surveyapp.reports.pages.reading import Reading
from surveyapp.reports.pages.tables import number_columns
from surveyapp.reports.populations import POPULATION

QUARTERS_A_YEAR = 4
Counts = Mapping[str, Any]


@dataclass(frozen=True)
class Share:
    """n of base people, by the name of their group."""

    name: str
    n: int
    base: int


def asked_people(reading: Reading) -> list[Counts]:
    """The frozen population rows of the window and leavers asked for: one a (role, Area, tenure band, leaving type)."""
    by_quarter = queries.counts_of(reading.session, reading.release, POPULATION)
    wanted = _quarters(reading, sorted(by_quarter))
    rows: list[Counts] = [row for quarter in wanted for row in by_quarter[quarter]]
    if reading.asked.selection is Selection.ALL:
        return rows
    return [row for row in rows if row["leaving_type"] == "resignation"]


def _quarters(reading: Reading, held: Sequence[str]) -> list[str]:
    """The quarters of the window: those of the organisation's rows, else the newest year."""
    row = next((row for row in reading.organisation if row.key.window.first), None)
    if row is None:
        return list(held[-QUARTERS_A_YEAR:])
    return [one for one in held if row.key.window.first <= one <= row.key.window.last]


def shares(
    rows: Iterable[Counts], group: Callable[[Counts], str], n: Callable[[Counts], int], names: Callable[[str], str]
) -> list[Share]:
    """n of invited people by group, in order of the groups' names."""
    found: dict[str, list[int]] = {}
    for row in rows:
        counts = found.setdefault(group(row), [0, 0])
        counts[0] += n(row)
        counts[1] += row["invited"]
    return sorted((Share(names(code), *counts) for code, counts in found.items()), key=lambda one: one.name)


def share_table(
    reading: Reading, title: str, headings: tuple[str, str, str], listed: Sequence[Share], smallest: int
) -> OperationalTable:
    """Shares with their Wilson interval, hidden where fewer than the smallest group is counted."""
    label, counted, base = headings
    columns = (Column("label", label), *number_columns(reading.language, counted, base))
    rows = tuple(_cells(one, smallest) for one in listed)
    return OperationalTable(title, columns, rows, window=reading.window)


def _cells(one: Share, smallest: int) -> tuple[Cell, ...]:
    if one.base < smallest or one.n < smallest:
        return (one.name, HIDDEN_SYMBOL, one.base, None, None, None)
    limits = wilson(one.n, one.base)
    percent = min(max(round(100 * one.n / one.base), 1), 99)
    return (one.name, one.n, one.base, percent, int(100 * limits.low), -int(-100 * limits.high // 1))
