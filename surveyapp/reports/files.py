"""Themes and stand-outs as the columns of CSV and JSON: contracts that outside programs read (PRODUCT 5)."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from analytics.finding_sentences import sentence
from analytics.findings import Comparison
from analytics.tables import Family, PublishedRow
from surveyapp.reports.models import Release
from surveyapp.reports.selection import By
from surveyapp.reports.themes import ThemeTable

THEME_COLUMNS = (
    "release",
    "agency",
    "window",
    "leaving_type",
    "area",
    "role",
    "reason",
    "n",
    "base",
    "percent",
    "low",
    "high",
    "status",
)
STANDOUT_COLUMNS = (
    "release",
    "agency",
    "window",
    "family",
    "area",
    "role",
    "reason",
    "direction",
    "band",
    "percent",
    "expected_percent",
    "base",
    "sentence",
)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def theme_records(table: ThemeTable) -> list[dict[str, Any]]:
    """One record a row of the table, in its order; numbers of hidden rows are None."""
    has_group = table.asked.by in (By.TENURE, By.GRADE)
    return [
        theme_record(table.release, table.agency, row) | ({"group": row.key.level} if has_group else {})
        for row in table.rows
    ]


def theme_record(release: int | str, agency: str, row: PublishedRow) -> dict[str, Any]:
    """One published row in the columns of theme files."""
    key = row.key
    return {
        "release": release,
        "agency": agency,
        "window": key.window.code.value,
        "leaving_type": key.selection.value,
        "area": key.area,
        "role": key.role,
        "reason": row.reason,
        "n": _count(row),
        "base": row.base,
        "percent": row.percent,
        "low": row.low,
        "high": row.high,
        "status": row.status.value,
    }


def _count(row: PublishedRow) -> str | None:
    """The count, or the literal text of its mask (CONTRACTS 2.8): `<3`, `>=base-2`; nothing when hidden."""
    if row.n.startswith(">=") and row.base is not None:
        return f">=base-{row.base - int(row.n[2:])}"
    return row.n or None


def standout_records(release: Release, findings: Iterable[Comparison], names: "Names") -> list[dict[str, Any]]:
    """One record a finding, firmest first."""
    return [_standout_record(release, one, names) for one in findings]


def _standout_record(release: Release, one: Comparison, names: "Names") -> dict[str, Any]:
    key = one.key
    return {
        "release": release.number,
        "agency": release.agency,
        "window": key.window.code.value,
        "family": FAMILY_WORDS[key.family],
        "area": key.area,
        "role": key.role,
        "reason": one.reason,
        "direction": one.direction.value if one.direction else None,
        "band": one.band.value if one.band else None,
        "percent": one.percent,
        "expected_percent": one.expected_percent,
        "base": one.base,
        "sentence": sentence(one, names.reason(one.reason), names.language),
    }


FAMILY_WORDS = {Family.ROLE: "role", Family.AREA: "area", Family.ROLE_AREA: "role-area"}


class Names:
    """What people call the codes of one release, in one language."""

    def __init__(
        self, language: str, areas: Mapping[str, str], roles: Mapping[str, str], reasons: Sequence[Mapping[str, Any]]
    ) -> None:
        self.language = language
        self._areas, self._roles = areas, roles
        self._reasons: dict[str, str] = {one["code"]: one.get(language) or one["en"] for one in reasons}

    @property
    def fingerprint(self) -> int:
        """Changes when anything is called differently."""
        return hash(tuple(frozenset(one.items()) for one in (self._areas, self._roles, self._reasons)))

    def area(self, code: str) -> str:
        return self._areas.get(code, code)

    def role(self, code: str) -> str:
        return self._roles.get(code, code)

    def reason(self, code: str) -> str:
        return self._reasons.get(code, code)


def as_csv(columns: Sequence[str], records: Iterable[Mapping[str, Any]]) -> str:
    """CSV with a heading row and Unix line ends; no cell can start a formula in a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for record in records:
        writer.writerow([_guarded(record.get(column)) for column in columns])
    return out.getvalue()


def _guarded(value: object) -> object:
    """Empty for None; an apostrophe before what a spreadsheet would take for a formula."""
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return "'" + value
    return value


def theme_columns(by: By) -> tuple[str, ...]:
    """The columns of a theme file; tables by tenure or grade have their group as a last one."""
    return (*THEME_COLUMNS, "group") if by in (By.TENURE, By.GRADE) else THEME_COLUMNS
