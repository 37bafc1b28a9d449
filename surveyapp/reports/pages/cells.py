"""Job role by Area for one reason: a shaded grid with numbers in its cells, and every cell with its years."""

from collections.abc import Mapping, Sequence

from analytics.report_words import GUIDES, Chapter
from analytics.tables import Family, PublishedRow, Status, WindowCode
from surveyapp.languages import gettext as _
from surveyapp.reports.files import theme_columns, theme_records
from surveyapp.reports.pages.hidden_counts import hidden_words
from surveyapp.reports.pages.page import Exhibit, FileContent, Page
from surveyapp.reports.pages.reading import Reading
from surveyapp.reports.pages.sentences import finding_line, in_sentence, reason_heading, told_once
from surveyapp.reports.pages.tables import grid_table, list_table
from surveyapp.reports.pages.waiting import waiting_words
from surveyapp.reports.selection import By


def cells_page(reading: Reading) -> Page:
    """Role x Area for the reason asked for, in the reader's own Areas."""
    language, reason = reading.language, reading.chosen_reason
    table = reading.table(By.ROLE_AREA, reason=reason)
    rows = [row for row in table.rows if reading.area in ("", row.key.area) and reading.role in ("", row.key.role)]
    visible = [row for row in rows if row.status is not Status.HIDDEN]
    of_reason = (one for one in reading.findings if one.family is Family.ROLE_AREA and one.reason == reason)
    found = told_once(of_reason, reading.window_of(By.ROLE_AREA))
    return Page(
        name="role-area",
        title=reason_heading(reading, reason, found, Family.ROLE_AREA),
        caption=_("Reasons by job role and Area", language),
        window=_window(reading, visible),
        base=reading.base,
        hidden=hidden_words(rows, language),
        content=FileContent(theme_columns(By.ROLE_AREA), tuple(theme_records(reading.table(By.ROLE_AREA)))),
        findings=tuple(finding_line(reading, one) for one in found),
        exhibits=_exhibits(reading, reason, rows, visible) if visible else (),
        guide=GUIDES[language][Chapter.BY_ROLE_AND_AREA],
        empty=waiting_words(reading, reading.asked.window or WindowCode.YEAR)
        or _("No job role in an Area of yours can be shown yet. Choose a longer window.", language),
    )


def _window(reading: Reading, visible: Sequence[PublishedRow]) -> str:
    windows = {row.key.window.code for row in visible}
    if reading.asked.window is None and len(windows) > 1:
        return _("each cell's shortest, named in the table", reading.language)
    return reading.window


def _exhibits(
    reading: Reading, reason: str, rows: Sequence[PublishedRow], visible: Sequence[PublishedRow]
) -> tuple[Exhibit, ...]:
    language, names = reading.language, reading.names
    areas = {row.key.area: names.area(row.key.area) for row in rows}
    said = in_sentence(names.reason(reason))
    title = _("Percent of leavers who gave “%(reason)s”", language, reason=said)
    by_role = sorted(rows, key=lambda row: (names.role(row.key.role), row.key.area))
    ordered: Mapping[str, str] = dict(sorted(areas.items(), key=lambda pair: pair[1]))
    grid = grid_table(
        reading,
        title,
        _("Job role", language),
        by_role,
        lambda row: names.role(row.key.role),
        ordered,
        lambda row: row.key.area,
        with_base=False,
    )
    listed = list_table(
        reading,
        _("Every cell that can be shown, with its years", language),
        _("Job role and Area", language),
        visible,
        lambda row: reading.place(row.key),
        with_window=True,
    )
    why = reading.address("hidden", by=By.ROLE_AREA.value, reason=reason)
    return (
        Exhibit("grid", title, grid, shaded=tuple(ordered), hidden_link=why),
        Exhibit("cells", listed.title, listed, hidden_link=why),
    )
