"""The values that may leave the analytics: published groups and rows, and the three kinds of table that are drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import InitVar, dataclass, field
from enum import StrEnum
from types import MappingProxyType

EVERY = "*"
HIDDEN_SYMBOL = "[c]"

Cell = str | int | float | None


class NotReleased(TypeError):
    """A ReleasedTable was made outside disclosure control. Ask analytics.disclosure for it instead."""


class TableShapeWrong(ValueError):
    """A row has more or fewer cells than the table has columns."""


class Family(StrEnum):
    """The families of the lattice (STATISTICS 1.2); `dimension` on the key says which D a D family is about."""

    ORGANISATION = "organisation"
    ROLE = "role"
    ROLE_FAMILY = "role_family"
    AREA = "area"
    REGION = "region"
    ROLE_AREA = "role_area"
    ORGANISATION_D = "organisation_d"
    ROLE_D = "role_d"
    AREA_D = "area_d"


class Selection(StrEnum):
    """Which leavers a group holds: resignations alone, or everyone in policy."""

    RESIGNATION = "resignation"
    ALL = "all"


class WindowCode(StrEnum):
    """The windows a reader can ask for. Years are financial, April to March, except in imports of calendar years."""

    QUARTER = "1q"
    TWELVE_MONTHS = "12m"
    YEAR = "fy"
    TWO_YEARS = "2fy"
    THREE_YEARS = "3fy"
    FIVE_YEARS = "5fy"
    EVERYTHING = "all"


class Status(StrEnum):
    """What a reader sees of a row: the numbers, a masked count, or nothing."""

    SHOWN = "shown"
    MASKED = "masked"
    HIDDEN = "hidden"


@dataclass(frozen=True, order=True)
class Window:
    """A run of periods, both ends included. Periods are "2026Q1" (January to March 2026), "2026" or "undated"."""

    code: WindowCode
    first: str
    last: str


@dataclass(frozen=True, order=True)
class GroupKey:
    """What makes a published group one group. `role` holds the family code in family role_family and the region code
    stands in `area` in family region; "*" is everyone. `dimension` and `level` are empty but in the D families."""

    source: str
    family: Family
    role: str
    area: str
    window: Window
    selection: Selection
    dimension: str = ""
    level: str = ""

    @property
    def standing(self) -> tuple[str, Family, str, str, WindowCode, Selection, str, str]:
        """The key without its dates: a release carries forward the newest published group of every standing key."""
        return (
            self.source,
            self.family,
            self.role,
            self.area,
            self.window.code,
            self.selection,
            self.dimension,
            self.level,
        )


@dataclass(frozen=True)
class PublishedGroup:
    """A group that passed T1 to T5. `base` = people who answered (secret and named); counts by reason are exact, so
    this value is for the release job (findings, charts of visible groups) and for masking, not for a page."""

    key: GroupKey
    base: int
    counts: Mapping[str, int]
    accepted_in: str
    weighted_percents: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class PublishedRow:
    """One reason in one group as every reader sees it (CONTRACTS 2.8).

    `n` is the count as text: "12", "<3", ">=38" or "" when hidden. `percent`, `low`, `high` are whole percents and
    empty unless shown. `accepted_in` is the release (its last period) that first published the group.
    """

    key: GroupKey
    reason: str
    n: str
    base: int | None
    percent: int | None
    low: int | None
    high: int | None
    status: Status
    accepted_in: str = ""
    weighted_percent: int | None = None
    mean: float | None = None


@dataclass(frozen=True)
class Column:
    """A table column: `code` for CSV and JSON, `heading` for people, `unit` "", "people", "percent" or "days"."""

    code: str
    heading: str
    unit: str = ""


@dataclass(frozen=True)
class _Table:
    """What all tables share: a title, columns, rows of plain cells, the window they cover and notes about the base."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    window: str = ""
    notes: tuple[str, ...] = ()

    def _check_shape(self) -> None:
        for number, row in enumerate(self.rows, start=1):
            if len(row) != len(self.columns):
                raise TableShapeWrong(f"row {number} has {len(row)} cells for {len(self.columns)} columns")

    def records(self) -> Iterator[dict[str, Cell]]:
        """Rows as dictionaries by column code, in table order."""
        codes = [column.code for column in self.columns]
        for row in self.rows:
            yield dict(zip(codes, row, strict=True))


@dataclass(frozen=True)
class OperationalTable(_Table):
    """Figures from HR's own records: compliance, leaving rates, response rates. Never holds answers."""

    def __post_init__(self) -> None:
        self._check_shape()


@dataclass(frozen=True)
class ReferenceTable(_Table):
    """Figures other bodies have published, with their source in `notes`. Never holds answers."""

    def __post_init__(self) -> None:
        self._check_shape()


# Named by analytics.disclosure alone; a house test sees to it that no other module names it.
_DISCLOSURE_SEAL = object()


@dataclass(frozen=True)
class ReleasedTable(_Table):
    """The only table that may hold answers. Made by analytics.disclosure from groups that are published.

    Errors: NotReleased when made (or copied with dataclasses.replace) by anyone else.
    """

    release: str = ""
    seal: InitVar[object] = None

    def __post_init__(self, seal: object) -> None:
        if seal is not _DISCLOSURE_SEAL:
            raise NotReleased("only analytics.disclosure makes released tables")
        self._check_shape()


AnyTable = ReleasedTable | OperationalTable | ReferenceTable
