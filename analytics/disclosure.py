"""Which groups may leave, release by release, and the only maker of released tables.

The rules T1 to T5 are in `rules`, the order of a cut in `cutting`, the masks in `masks`. A cut depends on
frozen counts, on everything published before, and on nothing else; it never reads a row.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from analytics.cutting import ReleaseCutter
from analytics.frozen import FrozenBatch
from analytics.lattice import UNDATED, OrganisationShape
from analytics.releases import DisclosureSettings, Release, ReleaseHistory
from analytics.tables import (
    _DISCLOSURE_SEAL,
    Cell,
    Column,
    Family,
    GroupKey,
    PublishedGroup,
    PublishedRow,
    ReleasedTable,
    Status,
)

ALL_AGENCIES_FROM = 3
Progress = Callable[[str, int, int], None]


class GroupNotPublished(ValueError):
    """A table row rests on a group that no release has published."""


def cut_due_releases(
    batches: Sequence[FrozenBatch],
    history: ReleaseHistory,
    shape: OrganisationShape,
    settings: DisclosureSettings,
    through: str,
    progress: Progress | None = None,
) -> list[Release]:
    """Every release due up to a period, in order, carrying the audit on from one to the next.

    For calendar years that is one release over all years. `progress(period, number, of)` is called before each cut.
    """
    cutter = ReleaseCutter(batches, history, shape, settings)
    due = [period for period in cutter.due if period == UNDATED or period <= through]
    releases = []
    for number, period in enumerate(due, start=1):
        if progress is not None:
            progress(period, number, len(due))
        releases.append(cutter.cut(period))
    return releases


def sum_of_agencies(groups: Sequence[PublishedGroup]) -> PublishedGroup | None:
    """All agencies together: the sum of published organisation groups of one window and selection, from three
    agencies up (CONTRACTS 2.6); None below that. Reasons that not every agency shows are left out.

    Errors: GroupNotPublished for a group that is not a whole organisation, or of another window, selection or source.
    """
    if any(group.key.family is not Family.ORGANISATION for group in groups):
        raise GroupNotPublished("only whole organisations are added up")
    if len({(group.key.window, group.key.selection, group.key.source) for group in groups}) > 1:
        raise GroupNotPublished("organisations are added up over one window, one selection and one source")
    if len(groups) < ALL_AGENCIES_FROM:
        return None
    shared = set.intersection(*(set(group.counts) for group in groups))
    counts = {reason: sum(group.counts[reason] for group in groups) for reason in sorted(shared)}
    return PublishedGroup(groups[0].key, sum(g.base for g in groups), counts, max(g.accepted_in for g in groups))


@dataclass(frozen=True)
class EvidencedRow:
    """Cells of a table row and the published groups they rest on."""

    cells: tuple[Cell, ...]
    evidence: tuple[GroupKey, ...]


def released_table(
    title: str,
    columns: Sequence[Column],
    rows: Sequence[EvidencedRow],
    published: Collection[GroupKey],
    *,
    release: str = "",
    window: str = "",
    notes: Sequence[str] = (),
) -> ReleasedTable:
    """A table for readers. Every row names the groups it rests on, and each must be published; hidden rows name none
    and may hold texts only. Errors: GroupNotPublished, TableShapeWrong."""
    for row in rows:
        for key in row.evidence:
            if key not in published:
                raise GroupNotPublished(f"{key.family} {key.role} {key.area} {key.window} is not published")
        if not row.evidence and any(isinstance(cell, int | float) for cell in row.cells):
            raise GroupNotPublished(f"a row with numbers names no published group: {row.cells}")
    cells = tuple(row.cells for row in rows)
    return ReleasedTable(title, tuple(columns), cells, window, tuple(notes), release=release, seal=_DISCLOSURE_SEAL)


THEME_COLUMNS = (
    Column("window", "Window"),
    Column("leaving_type", "Leaving type"),
    Column("area", "Area"),
    Column("role", "Job role"),
    Column("reason", "Reason"),
    Column("n", "Leavers giving it", "people"),
    Column("base", "Leavers who answered", "people"),
    Column("percent", "Percent", "percent"),
    Column("low", "Low", "percent"),
    Column("high", "High", "percent"),
    Column("status", "Status"),
)


def table_of_rows(
    title: str, rows: Sequence[PublishedRow], *, release: str = "", notes: Sequence[str] = ()
) -> ReleasedTable:
    """Published rows as a table with the columns of THEME_COLUMNS; hidden rows have empty numbers."""
    evidenced = []
    for row in rows:
        key = row.key
        names = (key.window.code, key.selection, key.area, key.role, row.reason)
        cells = (*names, row.n, row.base, row.percent, row.low, row.high, row.status)
        evidenced.append(EvidencedRow(cells, () if row.status is Status.HIDDEN else (key,)))
    published = {key for row in evidenced for key in row.evidence}
    windows = sorted({f"{row.key.window.first} to {row.key.window.last}" for row in rows})
    return released_table(
        title, THEME_COLUMNS, evidenced, published, release=release, window="; ".join(windows), notes=notes
    )
