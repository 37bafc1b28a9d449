"""What a comparison with the expected share says once released: values fit to be shown, and nothing else."""

from dataclasses import dataclass
from enum import StrEnum

from analytics.tables import Family, GroupKey, PublishedGroup

COMPARED = (Family.ROLE, Family.AREA, Family.ROLE_AREA)


class Direction(StrEnum):
    OVER = "over"
    UNDER = "under"


class Band(StrEnum):
    """How firmly a finding stands: false discovery rate at most .01, .05, .10. The value itself is never shown."""

    STRONG = "strong"
    MODERATE = "moderate"
    WEAK = "weak"


@dataclass(frozen=True)
class VisibleGroup:
    """A role, Area or role x Area cell that disclosure control has released, with the reasons that may be shown."""

    key: GroupKey
    reasons: frozenset[str]

    def __post_init__(self) -> None:
        if self.key.family not in COMPARED:
            raise ValueError(f"a {self.key.family} is not compared with what is expected")

    @classmethod
    def of(cls, published: PublishedGroup, reasons: frozenset[str] | None = None) -> "VisibleGroup":
        """From a published group; reasons default to those it was published with."""
        return cls(published.key, frozenset(published.counts) if reasons is None else reasons)


@dataclass(frozen=True)
class Comparison:
    """One visible group and reason beside what would be expected. All percentages are rounded as CONTRACTS 2.7 says.

    n_text is the count or its mask ('<3', '>=38'); percent, estimate_percent, low and high are None when masked.
    low and high are the 90% interval of the estimate. organisation_percent is the crude comparison (None when masked).
    """

    key: GroupKey
    reason: str
    base: int
    n_text: str
    percent: int | None
    expected_percent: int
    estimate_percent: int | None
    low: int | None
    high: int | None
    organisation_percent: int | None
    direction: Direction | None = None
    band: Band | None = None

    @property
    def family(self) -> Family:
        return self.key.family

    @property
    def is_finding(self) -> bool:
        return self.band is not None

    @property
    def expected_count(self) -> int:
        """People expected, from the rounded percentage: the sentence tells nothing that the table does not."""
        return (2 * self.expected_percent * self.base + 100) // 200

    @property
    def is_explained_by_mix(self) -> bool:
        """Against the whole organisation the group lies on the other side than against what is expected of it."""
        if self.percent is None or self.organisation_percent is None:
            return False
        return (self.percent - self.organisation_percent) * (self.percent - self.expected_percent) < 0


@dataclass(frozen=True)
class Standouts:
    """Findings in order of firmness, and every comparison they were chosen from (visible groups only)."""

    findings: tuple[Comparison, ...]
    comparisons: tuple[Comparison, ...]
