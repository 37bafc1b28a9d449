"""One Area's page and one job role's page: all reasons beside what is expected, and the cells inside it."""

from collections.abc import Sequence

from analytics.finding_sentences import summary
from analytics.report_words import GUIDES, Chapter
from analytics.tables import Family, GroupKey, PublishedRow, Status
from surveyapp.languages import gettext as _
from surveyapp.reports.files import theme_columns, theme_records
from surveyapp.reports.pages.breakdowns import percent_chart
from surveyapp.reports.pages.hidden_counts import hidden_words
from surveyapp.reports.pages.page import Exhibit, FileContent, Page
from surveyapp.reports.pages.reading import Reading
from surveyapp.reports.pages.sentences import finding_line, told_once
from surveyapp.reports.pages.tables import grid_table, list_table
from surveyapp.reports.pages.waiting import waiting_words
from surveyapp.reports.selection import By
from surveyapp.reports.themes import ThemeTable

COLUMNS_OF_CELLS = 8


class NoSuchPlace(LookupError):
    """The organisation has no Area or job role of this code."""


def area_page(reading: Reading, code: str) -> Page:
    """One Area. Errors: NoSuchPlace."""
    table = reading.table(By.AREA, reason=None)
    rows = [row for row in table.rows if row.key.area == code]
    cells = [row for row in reading.table(By.ROLE_AREA, reason=None).rows if row.key.area == code]
    name, chapter = reading.names.area(code), Chapter.BY_AREA
    return _page(reading, f"area/{code}", name, table, rows, cells, chapter)


def role_page(reading: Reading, code: str) -> Page:
    """One job role. Errors: NoSuchPlace."""
    table = reading.table(By.ROLE, reason=None)
    rows = [row for row in table.rows if row.key.role == code]
    cells = [row for row in reading.table(By.ROLE_AREA, reason=None).rows if row.key.role == code]
    name, chapter = reading.names.role(code), Chapter.BY_ROLE
    return _page(reading, f"role/{code}", name, table, rows, cells, chapter)


def _page(
    reading: Reading,
    page: str,
    name: str,
    table: ThemeTable,
    rows: Sequence[PublishedRow],
    cells: Sequence[PublishedRow],
    chapter: Chapter,
) -> Page:
    if not rows:
        raise NoSuchPlace(page)
    language, key = reading.language, rows[0].key
    told = told_once(reading.findings, reading.window_of(table.asked.by))
    found = [one for one in told if (one.key.area, one.key.role) == (key.area, key.role)]
    inside = [one for one in told if one.family is Family.ROLE_AREA and _is_inside(one.key, key)]
    ordered = sorted(rows, key=lambda row: _order(reading, row))
    visible = any(row.status is not Status.HIDDEN for row in rows)
    kept = ThemeTable(table.release, table.agency, table.as_of, table.asked, tuple(rows))
    return Page(
        name=page,
        title=finding_line(reading, found[0]).heading
        if found
        else _("What leavers say: %(name)s", language, name=name),
        caption=name,
        window=reading.window,
        base=_base(reading, rows),
        hidden=hidden_words([*rows, *cells], language),
        content=FileContent(theme_columns(table.asked.by), tuple(theme_records(kept))),
        sentences=(summary(len(found) + len(inside), language),),
        findings=tuple(finding_line(reading, one) for one in (*found, *inside)),
        exhibits=(*((_reasons(reading, name, ordered),) if visible else ()), *_cells(reading, cells)),
        guide=GUIDES[language][chapter],
        empty=waiting_words(reading, table.asked.window_or_default)
        or _("%(name)s has too few leavers to show in this window. Choose a longer one.", language, name=name),
    )


def _is_inside(cell: GroupKey, place: GroupKey) -> bool:
    return cell.area == place.area or cell.role == place.role


def _order(reading: Reading, row: PublishedRow) -> int:
    return reading.reasons.index(row.reason) if row.reason in reading.reasons else len(reading.reasons)


def _base(reading: Reading, rows: Sequence[PublishedRow]) -> str:
    base = next((row.base for row in rows if row.base is not None), None)
    if base is None:
        return _("too few to show", reading.language)
    return _("%(n)s leavers answered", reading.language, n=base)


def _reasons(reading: Reading, name: str, rows: Sequence[PublishedRow]) -> Exhibit:
    language = reading.language
    title = _("Reasons given: %(name)s", language, name=name)
    table = list_table(reading, title, _("Reason", language), rows, lambda row: reading.names.reason(row.reason))
    is_compared = any(column.code == "expected" for column in table.columns)
    links = {reading.names.reason(row.reason): reading.address(f"reason/{row.reason}", reason="") for row in rows}
    by = By.AREA if rows[0].key.family is Family.AREA else By.ROLE
    why = reading.address("hidden", by=by.value)
    return Exhibit("reasons", title, table, percent_chart(reading, table, is_compared), links=links, hidden_link=why)


def _cells(reading: Reading, rows: Sequence[PublishedRow]) -> tuple[Exhibit, ...]:
    """The role x Area cells of this place that can be shown, by the commonest reasons."""
    language, names = reading.language, reading.names
    shown = {row.key for row in rows if row.status is not Status.HIDDEN}
    visible = [row for row in rows if row.key in shown]
    if not visible:
        return ()
    is_area = len({row.key.area for row in visible}) == 1 and len({row.key.role for row in rows}) > 1
    columns = {reason: names.reason(reason) for reason in reading.reasons[:COLUMNS_OF_CELLS]}
    title = _("Job roles here", language) if is_area else _("Areas where they work", language)
    table = grid_table(
        reading,
        _("%(what)s, commonest reasons, each with its shortest years", language, what=title),
        _("Job role", language) if is_area else _("Area", language),
        visible,
        lambda row: names.role(row.key.role) if is_area else names.area(row.key.area),
        columns,
        lambda row: row.reason,
    )
    why = reading.address("hidden", by=By.ROLE_AREA.value)
    return (Exhibit("cells", table.title, table, shaded=tuple(columns), hidden_link=why),)
