"""Cutting releases in order: the main run, the run for sensitive reasons, rows and the audit record."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from analytics.atoms import KINDS, AtomTable
from analytics.frozen import LEAVING_TYPES, FrozenBatch
from analytics.lattice import DimensionRule, Group, OrganisationShape
from analytics.masks import rows_of
from analytics.releases import (
    Audit,
    DisclosureSettings,
    Indicator,
    Release,
    ReleaseHistory,
    RunAudit,
    digest,
    fingerprint,
)
from analytics.rules import Run, RunRules
from analytics.tables import Family, GroupKey, PublishedGroup, PublishedRow

SENSITIVE_FAMILIES = frozenset(
    {Family.ORGANISATION, Family.ROLE, Family.ROLE_FAMILY, Family.AREA, Family.REGION, Family.ORGANISATION_D}
)
_CODE = (
    "elimination",
    "lattice",
    "frozen",
    "atoms",
    "remainders",
    "unsafe",
    "rules",
    "masks",
    "rounding",
    "intervals",
    "releases",
    "cutting",
    "disclosure",
)


class PeriodAlreadyCut(ValueError):
    """The release's period is not after the last one cut: releases are never recomputed."""


class PeriodNotFrozen(ValueError):
    """There is no frozen batch up to the release's period."""


@dataclass(frozen=True)
class _Second:
    """What the run at sensitive k gives: the groups that may show sensitive reasons, and the equality tables."""

    frank: Mapping[GroupKey, Indicator]
    accepted: Sequence[Group]
    hidden: Sequence[Group]
    audit: RunAudit | None


def _by(batch: FrozenBatch, rules: Sequence[DimensionRule]) -> FrozenBatch:
    """The batch with these D alone: the two runs have spaces of their own."""
    kept = {rule.code: batch.dimensions[rule.code] for rule in rules if rule.code in batch.dimensions}
    return replace(batch, dimensions=kept)


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
        self._digests = {batch.period: digest(batch.as_json()) for batch in batches}
        self._shape = shape
        # Where none of the reasons is sensitive, as in HR's own causes, there is nothing for the run at sensitive k.
        counted = {reason for batch in batches for reason in batch.reasons}
        settings = replace(settings, sensitive=settings.sensitive & counted)
        self._settings = settings
        self._table = AtomTable([_by(batch, settings.dimensions) for batch in batches], shape)
        main = RunRules(settings.k, settings.dimensions, settings.families, windows=settings.windows)
        self._main = Run(self._table, main)
        self._main.load(history)
        self._second = AtomTable([_by(batch, settings.equality) for batch in batches], shape)
        self._sensitive = None
        if settings.sensitive or settings.equality:
            rules = RunRules(settings.sensitive_k, settings.equality, SENSITIVE_FAMILIES, True, settings.windows)
            self._sensitive = Run(self._second, rules)
            self._sensitive.load(history)
        self.history = history
        self._published = hashlib.sha256()
        self._note(history.published)

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
        second = self._cut_sensitive(at, {indicator.key for indicator in published})
        groups = [self._published_group(group, self._main.key_of(group) in second.frank, as_of) for group in accepted]
        groups += [self._equality_group(group, as_of) for group in second.accepted]
        release = Release(
            source=self._table.source,
            as_of=as_of,
            published=(*published, *(second.frank[key] for key in sorted(second.frank))),
            groups=tuple(groups),
            rows=tuple(row for group in groups for row in self._rows_of(group)),
            hidden=tuple(self._main.key_of(group) for group in (*hidden, *second.hidden)),
            audit=Audit(self._fingerprint(at), code_version(), main, second.audit),
            settings=self._settings,
        )
        self.history = self.history.after(release)
        self._note(release.published)
        return release

    def _cut_sensitive(self, at: int, offered: Collection[GroupKey]) -> _Second:
        """The k = 20 run over a subset of what the main run has just published, and the equality tables."""
        if self._sensitive is None:
            return _Second({}, [], [], None)
        accepted, hidden, audit = self._sensitive.cut(at, offered)
        as_of = self._table.lattice.timeline.periods[at]
        indicators = (self._sensitive.indicator_of(group, as_of) for group in accepted)
        frank = {indicator.key: indicator for indicator in indicators}
        levels = [[one for one in part if one.dimension] for part in (accepted, hidden)]
        return _Second(frank, levels[0], levels[1], audit)

    def _equality_group(self, group: Group, as_of: str) -> PublishedGroup:
        """A group of an equality table: it passed at sensitive k, so every reason is visible."""
        counts = dict(zip(self._second.reasons, self._second.counts(group).tolist(), strict=True))
        return PublishedGroup(self._main.key_of(group), self._second.base(group), counts, as_of)

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

    def _note(self, published: Iterable[Indicator]) -> None:
        for indicator in published:
            self._published.update(digest(indicator.as_json()).encode())

    def _fingerprint(self, at: int) -> str:
        timeline = self._table.lattice.timeline
        known = [self._digests[batch.period] for batch in self._batches if timeline.position(batch.period) <= at]
        return fingerprint(known, self._published.hexdigest(), self._shape, self._settings)


@cache
def code_version() -> str:
    """A fingerprint of the code that decides what may be shown, for the audit record."""
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for name in _CODE:
        digest.update((here / f"{name}.py").read_bytes())
    return digest.hexdigest()[:16]
