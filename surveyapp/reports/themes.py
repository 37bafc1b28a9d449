"""The table of reasons a reader asked for: published rows, hidden ones named as hidden, and every key exactly once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from analytics.masks import hidden_row
from analytics.tables import EVERY, Family, GroupKey, PublishedRow, Selection, Window, WindowCode
from surveyapp.cases.policy import leaving_types
from surveyapp.directory import queries as directory
from surveyapp.reports import queries
from surveyapp.reports.models import Release
from surveyapp.reports.selection import Asked, By
from surveyapp.reports.sources import HR

SHORTEST_FIRST = (
    WindowCode.TWELVE_MONTHS,
    WindowCode.YEAR,
    WindowCode.TWO_YEARS,
    WindowCode.THREE_YEARS,
    WindowCode.FIVE_YEARS,
    WindowCode.EVERYTHING,
)


SERVICE_BANDS = ("lt2", "2to4", "5to9", "10plus")


@dataclass(frozen=True)
class ThemeTable:
    """A release's answer to one question, in reading order, with the names of its codes."""

    release: int
    agency: str
    as_of: str
    asked: Asked
    rows: tuple[PublishedRow, ...]


def theme_table(session: Session, release: Release, asked: Asked) -> ThemeTable:
    """Every group of the family that the organisation has, shown, masked or hidden, for the asked reason or all."""
    if asked.by is By.LEAVING_TYPE:
        rows = [row for one in Selection for row in _rows(session, release, asked, one)]
    else:
        rows = list(_rows(session, release, asked, asked.selection))
    wanted = [row for row in rows if asked.reason is None or row.reason == asked.reason]
    return ThemeTable(release.number, release.agency, release.as_of, asked, tuple(wanted))


def _rows(session: Session, release: Release, asked: Asked, selection: Selection) -> Iterator[PublishedRow]:
    family = asked.family
    windows = None if family is Family.ROLE_AREA and asked.window is None else [asked.window_or_default]
    found = queries.rows_of(session, release, asked.stored_source, family, selection, windows, asked.dimension)
    if windows is None:
        found = shortest_windows(found)
    by_group: dict[tuple[str, str, str], list[PublishedRow]] = {}
    for row in found:
        by_group.setdefault((row.key.area, row.key.role, row.key.level), []).append(row)
    reasons = reason_codes(release, asked.stored_source)
    window = Window(asked.window_or_default, "", release.as_of)
    expected = _levels(session, release, asked) if by_group and asked.dimension else _places(session, release, asked)
    for area, role, level in sorted({*by_group, *expected}):
        if (area, role, level) in by_group:
            yield from sorted(by_group[area, role, level], key=lambda row: row.reason)
        else:
            key = GroupKey(asked.stored_source, family, role, area, window, selection, asked.dimension, level)
            yield from (hidden_row(key, reason) for reason in reasons)


def reason_codes(release: Release, source: str) -> list[str]:
    """What a source's rows count, by code: the release's reasons, or the leaving types that HR records."""
    return sorted(leaving_types() if source == HR else (reason["code"] for reason in release.reasons))


def shortest_windows(rows: Iterable[PublishedRow]) -> list[PublishedRow]:
    """Of each cell the rows of its shortest published window."""
    rows = list(rows)
    best: dict[tuple[str, str], int] = {}
    for row in rows:
        cell = (row.key.role, row.key.area)
        best[cell] = min(best.get(cell, len(SHORTEST_FIRST)), SHORTEST_FIRST.index(row.key.window.code))
    return [r for r in rows if SHORTEST_FIRST.index(r.key.window.code) == best[r.key.role, r.key.area]]


def _places(session: Session, release: Release, asked: Asked) -> set[tuple[str, str, str]]:
    """The (Area, role, level) of every group the organisation has in this family."""
    areas = [area.code for area in directory.areas_of(session, release.agency)]
    roles = [role.code for role in directory.job_roles_of(session, release.agency)]
    families = {code for code in release.shape["role_families"].values() if code}
    regions = {code for code in release.shape["regions"].values() if code}
    places: dict[Family, set[tuple[str, str]]] = {
        Family.ORGANISATION: {(EVERY, EVERY)},
        Family.AREA: {(area, EVERY) for area in areas},
        Family.ROLE: {(EVERY, role) for role in roles},
        Family.ROLE_FAMILY: {(EVERY, code) for code in families},
        Family.REGION: {(code, EVERY) for code in regions},
        Family.ROLE_AREA: {(area, role) for area in areas for role in roles},
    }
    return {(area, role, "") for area, role in places.get(asked.family, set())}


def _levels(session: Session, release: Release, asked: Asked) -> set[tuple[str, str, str]]:
    """Every band of service or grade group, for a table of which some are shown."""
    grades = {grade.grade_group for grade in directory.grades_of(session, release.agency)} - {""}
    levels = set(SERVICE_BANDS) if asked.by is By.TENURE else grades
    return {(EVERY, EVERY, level) for level in levels}
