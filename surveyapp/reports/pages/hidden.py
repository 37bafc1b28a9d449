"""Why a figure is hidden, and for every hidden group of a table the nearest view that can be seen."""

from collections.abc import Iterable
from dataclasses import dataclass

from analytics.tables import EVERY, Family, GroupKey, Status, WindowCode
from surveyapp.languages import gettext as _
from surveyapp.reports import queries
from surveyapp.reports.pages.reading import Reading
from surveyapp.reports.selection import By
from surveyapp.reports.themes import SHORTEST_FIRST, ThemeTable
from surveyapp.reports.wording import TENURE, WINDOWS


@dataclass(frozen=True)
class Nearest:
    """A hidden group, and where to look instead."""

    place: str
    words: str
    address: str


@dataclass(frozen=True)
class HiddenPage:
    """The explanation for one table."""

    reasons_why: tuple[str, ...]
    nearest: tuple[Nearest, ...]
    back: str


PAGE_OF = {By.AREA: "areas", By.ROLE: "roles", By.ROLE_AREA: "role-area", By.REGION: "regions"}
PAGE_OF |= {By.ROLE_FAMILY: "role-families", By.TENURE: "tenure", By.GRADE: "grades", By.LEAVING_TYPE: "leaving-types"}


LEVEL_PAGES = {"tenure": "tenure", "grade": "grades"}


def hidden_page(reading: Reading, by: By) -> HiddenPage:
    """Every hidden group of this table, in reading order."""
    table = reading.table(by)
    chosen = (reading.area, reading.role)
    lines = [
        nearest_view(reading, key)
        for key in hidden_groups(table)
        if chosen == ("", "") or (reading.area in ("", key.area) and reading.role in ("", key.role))
    ]
    return HiddenPage(why_hidden(reading), tuple(lines), reading.address(PAGE_OF.get(by, "")))


def why_hidden(reading: Reading) -> tuple[str, ...]:
    """The rules in plain words; the same for every hidden figure, so that the cause tells nothing."""
    language = reading.language
    return (
        _("A group is only shown when at least %(k)s people answered.", language, k=reading.release.k),
        _("Sensitive reasons need at least 20, and are shown for whole Areas and job roles only.", language),
        _("A group is also hidden when others could be subtracted to find a small one.", language),
        _("[c] looks the same whatever the cause, so that the cause says nothing about anybody.", language),
        _("Very small counts read “fewer than 3”, and counts close to everyone read the same way.", language),
        _("A longer window often shows what a shorter one hides.", language),
    )


def hidden_groups(table: ThemeTable) -> list[GroupKey]:
    """The groups of a table of which no row can be shown."""
    visible = {row.key for row in table.rows if row.status is not Status.HIDDEN}
    return list(dict.fromkeys(row.key for row in table.rows if row.key not in visible))


def nearest_view(reading: Reading, key: GroupKey) -> Nearest:
    """A longer window of the same group, else the family, region, Area or role above it, else everyone."""
    language = reading.language
    longer = _visible_windows(reading, key)
    if longer:
        code = longer[0]
        return Nearest(_named(reading, key), _(WINDOWS[code], language), _same_place(reading, key, code))
    for family, area, role, page in _above(reading, key):
        if _is_visible(reading, family, area, role):
            parent = GroupKey(key.source, family, role, area, key.window, key.selection)
            return Nearest(_named(reading, key), reading.place(parent), reading.address(page))
    return Nearest(_named(reading, key), _("The whole organisation", language), reading.address())


def _named(reading: Reading, key: GroupKey) -> str:
    """A place, a band of service or a grade group."""
    return _(TENURE[key.level], reading.language) if key.level in TENURE else key.level or reading.place(key)


def _visible_windows(reading: Reading, key: GroupKey) -> list[WindowCode]:
    rows = queries.rows_of(reading.session, reading.release, key.source, key.family, key.selection, None, key.dimension)
    codes = {
        row.key.window.code
        for row in rows
        if (row.key.area, row.key.role, row.key.level) == (key.area, key.role, key.level)
        and row.status is not Status.HIDDEN
        and row.key.window.code is not WindowCode.QUARTER
        and reading.asked.reason in (None, row.reason)
    }
    return sorted(codes, key=SHORTEST_FIRST.index)


def _same_place(reading: Reading, key: GroupKey, code: WindowCode) -> str:
    pages = {Family.AREA: f"area/{key.area}", Family.ROLE: f"role/{key.role}"}
    others = {Family.ROLE_AREA: "role-area", Family.REGION: "regions"}
    page = pages.get(key.family) or LEVEL_PAGES.get(key.dimension) or others.get(key.family, "areas")
    return reading.address(page, window=code.value)


def _above(reading: Reading, key: GroupKey) -> Iterable[tuple[Family, str, str, str]]:
    shape = reading.release.shape
    family, region = shape["role_families"].get(key.role), shape["regions"].get(key.area)
    if family:
        yield Family.ROLE_FAMILY, EVERY, family, "role-families"
    if region:
        yield Family.REGION, region, EVERY, "regions"
    if key.family is Family.ROLE_AREA:
        yield Family.AREA, key.area, EVERY, f"area/{key.area}"
        yield Family.ROLE, EVERY, key.role, f"role/{key.role}"


def _is_visible(reading: Reading, family: Family, area: str, role: str) -> bool:
    asked = reading.asked
    windows = [asked.window_or_default]
    rows = queries.rows_of(reading.session, reading.release, asked.stored_source, family, asked.selection, windows)
    return any(
        row.status is not Status.HIDDEN
        for row in rows
        if (row.key.area, row.key.role) == (area, role) and asked.reason in (None, row.reason)
    )
