"""How the counts of a published group are shown, reason by reason: masks, rounding, interval, hidden rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from analytics.intervals import wilson_whole_percents
from analytics.rounding import masked_count, round_count_percent
from analytics.tables import GroupKey, PublishedGroup, PublishedRow, Status


def shown_percent(x: int, base: int) -> int:
    """The percentage of a count that may be shown. It never reads 0% or 100% (STATISTICS 1.5): a shown count has 3
    people on either side, so a large base stops at 1 and 99."""
    return min(max(round_count_percent(x, base), 1), 99)


def published_row(key: GroupKey, reason: str, x: int, base: int, is_sensitive: bool, accepted_in: str) -> PublishedRow:
    """A visible group's row for one reason (CONTRACTS 2.8). Errors: ValueError when x is not a count of the base."""
    low, high = wilson_whole_percents(x, base)
    mask = masked_count(x, base, is_sensitive)
    if mask:
        return PublishedRow(key, reason, mask, base, None, None, None, Status.MASKED, accepted_in=accepted_in)
    percent = shown_percent(x, base)
    return PublishedRow(key, reason, str(x), base, percent, low, high, Status.SHOWN, accepted_in=accepted_in)


def hidden_row(key: GroupKey, reason: str) -> PublishedRow:
    """A row that says nothing but that it is hidden, whatever the cause."""
    return PublishedRow(key, reason, "", None, None, None, None, Status.HIDDEN)


def rows_of(group: PublishedGroup, reasons: Iterable[str], sensitive: Collection[str] = ()) -> list[PublishedRow]:
    """A published group's rows as readers see them, in the order of `reasons`; a reason without a count is hidden."""
    rows = []
    for reason in reasons:
        if reason not in group.counts:
            rows.append(replace(hidden_row(group.key, reason), accepted_in=group.accepted_in))
            continue
        row = published_row(group.key, reason, group.counts[reason], group.base, reason in sensitive, group.accepted_in)
        weighted = group.weighted_percents.get(reason) if row.status is Status.SHOWN else None
        rows.append(replace(row, weighted_percent=weighted))
    return rows
