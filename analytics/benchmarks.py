"""Published figures of other bodies to read beside our own, with their source and what they cannot say."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from analytics.tables import Column, PublishedRow, ReferenceTable

SOURCE = "Civil Service People Survey 2023 and 2024, Cabinet Office, Open Government Licence v3.0"
HEADCOUNT_SOURCE = "Crown Prosecution Service workforce data, 31 March 2025, Open Government Licence v3.0"
LEAVING_TYPES_SOURCE = "NHS electronic staff record, HMPPS workforce statistics, Home Office police leavers"

# Must stand wherever these figures stand beside leavers' own.
CAVEAT = {
    "en": "Asked of people in post who want to leave, not of leavers. Read it as context only.",
    "cy": "Gofynnwyd hyn i bobl mewn swydd sydd eisiau gadael, nid i ymadawyr. Darllenwch ef fel cyd-destun yn unig.",
}

_REASON_COLUMNS = (
    Column("reason_code", "Reason code"),
    Column("reason", "Reason"),
    Column("all_staff_2023_percent", "All staff 2023", "percent"),
    Column("all_staff_2024_percent", "All staff 2024", "percent"),
    Column("median_organisation_2024_percent", "Median organisation 2024", "percent"),
)


@cache
def _rows(name: str) -> tuple[dict[str, str], ...]:
    text = (resources.files("analytics.reference") / name).read_text("utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def _number(text: str) -> float | None:
    """Blank is not known."""
    return float(text) if text.strip() else None


def _table(title: str, name: str, text_columns: int, source: str, unit: str = "percent") -> ReferenceTable:
    """A shipped file as it stands: the first columns are text, the others numbers."""
    rows = _rows(name)
    codes = list(rows[0])
    columns = tuple(
        Column(code, code.replace("_", " ").capitalize(), "" if i < text_columns else unit)
        for i, code in enumerate(codes)
    )
    cells = tuple(
        tuple(row[code] if i < text_columns else _number(row[code]) for i, code in enumerate(codes)) for row in rows
    )
    return ReferenceTable(title, columns, cells, notes=(source,))


def civil_service_intentions() -> ReferenceTable:
    """Response rate, engagement and intention to leave by organisation, percent, 2023 and 2024."""
    return _table("Intention to leave in the Civil Service", "civil_service_intentions.csv", 1, SOURCE)


def published_headcount() -> ReferenceTable:
    """Head-count of one prosecution service by civil service grade, people."""
    return _table("Published head-count", "cps_headcount_2025-03-31.csv", 1, HEADCOUNT_SOURCE, "people")


def leaving_type_headings() -> ReferenceTable:
    """How three services head each leaving type: text only."""
    return _table("Leaving types elsewhere", "leaving_types.csv", 6, LEAVING_TYPES_SOURCE)


def civil_service_reasons() -> ReferenceTable:
    """The 16 published reasons for wanting to leave, percent of those who ticked at least one."""
    rows = tuple((row["code"], row["reason"], *_percents(row)) for row in _rows("civil_service_reasons.csv"))
    return ReferenceTable("Reasons for wanting to leave the Civil Service", _REASON_COLUMNS, rows, notes=(SOURCE,))


def _percents(row: Mapping[str, str]) -> tuple[float | None, float | None, float | None]:
    before, newest, median = (_number(row[column.code]) for column in _REASON_COLUMNS[2:])
    return before, newest, median


@dataclass(frozen=True)
class PublishedReason:
    """One published reason: code and wording of the survey, newest percentages."""

    code: str
    wording: str
    percent: float | None
    median_percent: float | None


@dataclass(frozen=True)
class Benchmarked:
    """Our released row beside the published reasons nearest to it; none when the survey has no such option.

    Several published reasons are never added up: one person may have ticked them all.
    """

    row: PublishedRow
    published: tuple[PublishedReason, ...]


class UnknownPublishedReason(KeyError):
    """A reason list maps to a code that the published survey does not have."""


def beside_published(rows: Iterable[PublishedRow], nearest: Mapping[str, Sequence[str]]) -> tuple[Benchmarked, ...]:
    """Released rows with the published reasons of `nearest`: our reason code to codes such as C02_06.

    The mapping is data of the reason list (`civil_service:`). Order kept. Raises UnknownPublishedReason.
    """
    return tuple(Benchmarked(row, tuple(map(_published, nearest.get(row.reason, ())))) for row in rows)


def _published(code: str) -> PublishedReason:
    for row in _rows("civil_service_reasons.csv"):
        if row["code"] == code:
            _, newest, median = _percents(row)
            return PublishedReason(code, row["reason"], newest, median)
    raise UnknownPublishedReason(code)
