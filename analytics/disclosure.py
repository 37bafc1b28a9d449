"""Which groups may leave, release by release, and the only maker of released tables.

The rules T1 to T5 are in `rules`, the masks in `masks`, the frozen counts a cut reads in `frozen`. A cut depends on
frozen counts, on everything published before, and on nothing else; it never reads a row.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from analytics.atoms import KINDS, AtomTable
from analytics.frozen import LEAVING_TYPES, FrozenBatch
from analytics.lattice import UNDATED, Group, OrganisationShape
from analytics.masks import rows_of
from analytics.releases import (
    Audit,
    DisclosureSettings,
    Indicator,
    Release,
    ReleaseHistory,
    RunAudit,
    fingerprint,
)
from analytics.rules import Run, RunRules
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

SENSITIVE_FAMILIES = frozenset({Family.ORGANISATION, Family.ROLE, Family.ROLE_FAMILY, Family.AREA, Family.REGION})
ALL_AGENCIES_FROM = 3
_CODE = (
    "elimination",
    "lattice",
    "frozen",
    "atoms",
    "remainders",
    "unsafe",
    "rules",
    "masks",
    "releases",
    "disclosure",
)
Progress = Callable[[str, int, int], None]


class PeriodAlreadyCut(ValueError):
    """The release's period is not after the last one cut: releases are never recomputed."""


class PeriodNotFrozen(ValueError):
    """There is no frozen batch up to the release's period."""


class GroupNotPublished(ValueError):
    """A table row rests on a group that no release has published."""


class ReleaseCutter:
    """Cuts the releases of one source of one agency in order, carrying B and U from one to the next.

    `batches` may reach beyond the first cut; a cut as of a period uses the batches up to it. Errors: BatchesDisagree,
    PeriodNotUnderstood.
    """

    def __init__(
        self,
        batches: Sequence[FrozenBatch],
        history: ReleaseHistory,
        shape: OrganisationShape,
        settings: DisclosureSettings,
    ) -> None:
        self._batches = sorted(batches, key=lambda batch: batch.period)
        self._shape = shape
        self._settings = settings
        self._table = AtomTable(batches, shape)
        self._main = Run(self._table, RunRules(settings.k, settings.dimensions))
        self._main.load(history)
        self._sensitive = None
        if settings.sensitive:
            rules = RunRules(settings.sensitive_k, families=SENSITIVE_FAMILIES, is_sensitive=True)
            self._sensitive = Run(self._table, rules)
            self._sensitive.load(history)
        self.history = history

    @property
    def due(self) -> tuple[str, ...]:
        """Periods that can still be cut, in order: every quarter, or for calendar years the newest one alone."""
        timeline = self._table.lattice.timeline
        start = timeline.position(self.history.as_of) + 1 if self.history.as_of in timeline.periods else 0
        due = timeline.periods[start:]
        return due if timeline.periods_a_year > 1 else due[-1:]

    def cut(self, as_of: str) -> Release:
        """The release as of a period: what is newly published, what is hidden, and the audit record.

        Errors: PeriodAlreadyCut, PeriodNotFrozen.
        """
        timeline = self._table.lattice.timeline
        if as_of not in timeline.periods:
            raise PeriodNotFrozen(f"no batch reaches {as_of}")
        at = timeline.position(as_of)
        if self.history.as_of in timeline.periods and timeline.position(self.history.as_of) >= at:
            raise PeriodAlreadyCut(f"{as_of} is cut already: the last release is as of {self.history.as_of}")
        accepted, hidden, main = self._main.cut(at)
        published = [self._main.indicator_of(group, as_of) for group in accepted]
        frank, sensitive = self._cut_sensitive(at, {indicator.key for indicator in published})
        groups = [self._published_group(group, self._main.key_of(group) in frank, as_of) for group in accepted]
        release = Release(
            source=self._table.source,
            as_of=as_of,
            published=(*published, *(frank[key] for key in sorted(frank))),
            groups=tuple(groups),
            rows=tuple(row for group in groups for row in self._rows_of(group)),
            hidden=tuple(self._main.key_of(group) for group in hidden),
            audit=Audit(self._fingerprint(at), code_version(), main, sensitive),
            settings=self._settings,
        )
        self.history = self.history.after(release)
        return release

    def _cut_sensitive(
        self, at: int, offered: Collection[GroupKey]
    ) -> tuple[dict[GroupKey, Indicator], RunAudit | None]:
        """The k = 20 run over a subset of what the main run has just published."""
        if self._sensitive is None:
            return {}, None
        accepted, _, audit = self._sensitive.cut(at, offered)
        as_of = self._table.lattice.timeline.periods[at]
        indicators = (self._sensitive.indicator_of(group, as_of) for group in accepted)
        return {indicator.key: indicator for indicator in indicators}, audit

    def _published_group(self, group: Group, is_frank: bool, as_of: str) -> PublishedGroup:
        counts = zip(self._table.reasons, self._table.counts(group).tolist(), strict=True)
        visible = {reason: x for reason, x in counts if is_frank or reason not in self._settings.sensitive}
        weighted = self._weighted_percents(group, visible)
        return PublishedGroup(self._main.key_of(group), self._table.base(group), visible, as_of, weighted)

    def _weighted_percents(self, group: Group, visible: Mapping[str, int]) -> dict[str, int]:
        """Whole percents by raking weights, for the organisation only (CONTRACTS 2.7); none without weights."""
        if group.family is not Family.ORGANISATION:
            return {}
        periods = self._table.lattice.timeline.periods[group.span.first : group.span.last + 1]
        kinds = LEAVING_TYPES[KINDS[group.selection]]
        totals = [
            self._table.weighted[p][k]
            for p in periods
            if p in self._table.weighted
            for k in kinds
            if k in self._table.weighted[p]
        ]
        weight = sum(total.base for total in totals)
        if not weight:
            return {}
        sums = {
            r: sum(total.counts[at] for total in totals) for at, r in enumerate(self._table.reasons) if r in visible
        }
        return {reason: min(max(math.floor(100 * x / weight + 0.5), 1), 99) for reason, x in sums.items()}

    def _rows_of(self, group: PublishedGroup) -> list[PublishedRow]:
        return rows_of(group, self._table.reasons, self._settings.sensitive)

    def _fingerprint(self, at: int) -> str:
        timeline = self._table.lattice.timeline
        known = [batch for batch in self._batches if timeline.position(batch.period) <= at]
        return fingerprint(known, self.history, self._shape, self._settings)


def cut_release(
    batches: Sequence[FrozenBatch],
    history: ReleaseHistory,
    shape: OrganisationShape,
    settings: DisclosureSettings,
    as_of: str,
) -> Release:
    """One release of one source as of one period, from frozen counts and everything published before.

    Errors: BatchesDisagree, PeriodNotUnderstood, PeriodAlreadyCut, PeriodNotFrozen. Rules: STATISTICS 1.4.
    """
    return ReleaseCutter(batches, history, shape, settings).cut(as_of)


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

    Errors: GroupNotPublished for a group that is not a whole organisation, or of another window.
    """
    if any(group.key.family is not Family.ORGANISATION for group in groups):
        raise GroupNotPublished("only whole organisations are added up")
    if len({(group.key.window, group.key.selection) for group in groups}) > 1:
        raise GroupNotPublished("organisations are added up over one window and one selection")
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


def code_version() -> str:
    """A fingerprint of the code that decides what may be shown, for the audit record."""
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for name in _CODE:
        digest.update((here / f"{name}.py").read_bytes())
    return digest.hexdigest()[:16]
