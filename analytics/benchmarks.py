"""Published figures of other bodies to read beside our own, with their source and what they cannot say."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from analytics.tables import Column, PublishedRow, ReferenceTable

SOURCE = "Civil Service People Survey 2023 and 2024, Cabinet Office, Open Government Licence v3.0"

# Must stand wherever these figures stand beside leavers' own.
CAVEAT = {
    "en": "Asked of people in post who want to leave, not of leavers. Read it as context only.",
    "cy": "Gofynnwyd hyn i bobl mewn swydd sydd eisiau gadael, nid i ymadawyr. Darllenwch ef fel cyd-destun yn unig.",
}


@cache
def _rows(name: str) -> tuple[dict[str, str], ...]:
    text = (resources.files("analytics.reference") / name).read_text("utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def _number(text: str) -> float | None:
    """Blank is not known."""
    return float(text) if text.strip() else None


def civil_service_intentions() -> ReferenceTable:
    """Response rate, engagement and intention to leave by organisation, percent, 2023 and 2024, as published."""
    rows = _rows("civil_service_intentions.csv")
    body, *figures = rows[0]
    headings = [Column(code, code.replace("_", " ").capitalize(), "percent") for code in figures]
    columns = (Column(body, body.capitalize()), *headings)
    cells = tuple((row[body], *(_number(row[code]) for code in figures)) for row in rows)
    return ReferenceTable("Intention to leave in the Civil Service", columns, cells, notes=(SOURCE,))


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
            newest, median = (_number(row[f"{whose}_2024_percent"]) for whose in ("all_staff", "median_organisation"))
            return PublishedReason(code, row["reason"], newest, median)
    raise UnknownPublishedReason(code)
