"""Frozen counts: the one record a batch leaves behind, which every later release adds and nothing recomputes.

A record holds counts only, so rows may be erased or disposed of without a figure moving (CONTRACTS 1.4, 2.1, 2.2).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

LEAVING_TYPES = ("resignation", "other")
NOT_KNOWN = "not_known"


class BatchesDisagree(ValueError):
    """Two frozen records cannot stand side by side: another source, another list of reasons, or the period twice."""


@dataclass(frozen=True)
class AtomRow:
    """People of one atom (or of one level of D in it): `secret` ones, all (`base`), and those giving each reason."""

    role: str
    area: str
    leaving_type: str
    level: str
    secret: int
    base: int
    counts: tuple[int, ...]


@dataclass(frozen=True)
class WeightedTotals:
    """Sums of raking weights over one period and leaving type: of everyone in the base, and by reason."""

    base: float
    counts: tuple[float, ...]


@dataclass(frozen=True)
class FrozenBatch:
    """Everything a release needs of one period of one source. Never recomputed once its release is cut."""

    source: str
    period: str
    reasons: tuple[str, ...]
    atoms: tuple[AtomRow, ...]
    dimensions: Mapping[str, tuple[AtomRow, ...]] = field(default_factory=lambda: MappingProxyType({}))
    weighted: Mapping[str, WeightedTotals] = field(default_factory=lambda: MappingProxyType({}))

    def as_json(self) -> dict[str, Any]:
        """Plain values for storing; `from_json` gives the same record back."""
        return {
            "source": self.source,
            "period": self.period,
            "reasons": list(self.reasons),
            "atoms": [_row_values(row) for row in self.atoms],
            "dimensions": {code: [_row_values(row) for row in rows] for code, rows in self.dimensions.items()},
            "weighted": {kind: [total.base, list(total.counts)] for kind, total in self.weighted.items()},
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> FrozenBatch:
        return cls(
            source=stored["source"],
            period=stored["period"],
            reasons=tuple(stored["reasons"]),
            atoms=tuple(_row_from(values) for values in stored["atoms"]),
            dimensions={code: tuple(map(_row_from, rows)) for code, rows in stored["dimensions"].items()},
            weighted={kind: WeightedTotals(base, tuple(c)) for kind, (base, c) in stored["weighted"].items()},
        )


def _row_values(row: AtomRow) -> list[Any]:
    return [row.role, row.area, row.leaving_type, row.level, row.secret, row.base, list(row.counts)]


def _row_from(values: Sequence[Any]) -> AtomRow:
    role, area, leaving_type, level, secret, base, counts = values
    return AtomRow(role, area, leaving_type, level, secret, base, tuple(counts))


def check_together(batches: Sequence[FrozenBatch]) -> None:
    """Errors: BatchesDisagree when records differ in source or reasons, or a period comes twice, or there is none."""
    if not batches:
        raise BatchesDisagree("no frozen batch was given")
    if len({batch.source for batch in batches}) > 1:
        raise BatchesDisagree("each source has its own atoms: give the batches of one source")
    if len({batch.reasons for batch in batches}) > 1:
        raise BatchesDisagree("the batches list different reasons")
    periods = [batch.period for batch in batches]
    if len(set(periods)) < len(periods):
        raise BatchesDisagree("a period is frozen twice")
