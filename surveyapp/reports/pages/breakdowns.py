"""Reasons by Area, by job role and by the other breakdowns: one reason drawn, all reasons in a shaded table."""

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.chart_style import ChartWords
from analytics.charts import dot_chart
from analytics.report_words import GUIDES, Chapter
from analytics.tables import AnyTable, Family, PublishedRow, Status
from surveyapp.languages import N_
from surveyapp.languages import gettext as _
from surveyapp.reports.files import theme_columns, theme_records
from surveyapp.reports.pages.hidden_counts import hidden_words
from surveyapp.reports.pages.page import Exhibit, FileContent, Page
from surveyapp.reports.pages.reading import Reading
from surveyapp.reports.pages.sentences import commonest_sentence, finding_line, in_sentence, reason_heading, told_once
from surveyapp.reports.pages.tables import grid_table, list_table
from surveyapp.reports.pages.waiting import waiting_words
from surveyapp.reports.selection import FAMILIES, By
from surveyapp.reports.wording import SELECTIONS, TENURE


@dataclass(frozen=True)
class Breakdown:
    """One way to break reasons down: its page, its words, and the guide that says how to read it."""

    by: By
    name: str
    caption: str
    heading: str
    chapter: Chapter

    @property
    def family(self) -> Family:
        return FAMILIES[self.by]


BREAKDOWNS = {
    one.name: one
    for one in (
        Breakdown(By.AREA, "areas", N_("Reasons by Area"), N_("Area"), Chapter.BY_AREA),
        Breakdown(By.ROLE, "roles", N_("Reasons by job role"), N_("Job role"), Chapter.BY_ROLE),
        Breakdown(By.REGION, "regions", N_("Reasons by region"), N_("Region"), Chapter.REASONS),
        Breakdown(By.ROLE_FAMILY, "role-families", N_("Reasons by role family"), N_("Role family"), Chapter.REASONS),
        Breakdown(By.TENURE, "tenure", N_("Reasons by length of service"), N_("Length of service"), Chapter.REASONS),
        Breakdown(By.GRADE, "grades", N_("Reasons by grade group"), N_("Grade group"), Chapter.REASONS),
        Breakdown(By.LEAVING_TYPE, "leaving-types", N_("Reasons by leaving type"), N_("Leavers"), Chapter.REASONS),
    )
}


def breakdown_page(reading: Reading, name: str) -> Page:
    """One breakdown; KeyError for a name that is none."""
    breakdown, language = BREAKDOWNS[name], reading.language
    asked_for = reading.table(breakdown.by)
    every = reading.table(breakdown.by, reason=None).rows
    reason = reading.chosen_reason
    rows = [row for row in every if row.reason == reason]
    of_reason = (one for one in reading.findings if one.family is breakdown.family and one.reason == reason)
    found = told_once(of_reason, reading.window_of(breakdown.by))
    shown = any(row.status is not Status.HIDDEN for row in every)
    return Page(
        name=name,
        title=_title(reading, breakdown, reason),
        caption=_(breakdown.caption, language),
        window=reading.window,
        base=reading.base,
        hidden=hidden_words(every, language),
        content=FileContent(theme_columns(breakdown.by), tuple(theme_records(asked_for))),
        sentences=tuple(filter(None, (commonest_sentence(reading),))),
        findings=tuple(finding_line(reading, one) for one in found),
        exhibits=(_drawn(reading, breakdown, reason, rows), _grid(reading, breakdown, every)) if shown else (),
        guide=GUIDES[language][breakdown.chapter],
        empty=waiting_words(reading, reading.window_of(breakdown.by))
        or _("This release holds no table of this kind yet. Choose a longer window.", language),
    )


def _title(reading: Reading, breakdown: Breakdown, reason: str) -> str:
    if breakdown.by in (By.AREA, By.ROLE) and reason:
        return reason_heading(reading, reason, reading.findings, breakdown.family)
    return _(breakdown.caption, reading.language)


def _drawn(reading: Reading, breakdown: Breakdown, reason: str, rows: Sequence[PublishedRow]) -> Exhibit:
    language = reading.language
    title = _("Leavers who gave “%(reason)s”", language, reason=in_sentence(reading.names.reason(reason)))
    table = list_table(reading, title, _(breakdown.heading, language), rows, lambda row: level_name(reading, row))
    is_compared = any(column.code == "expected" for column in table.columns)
    return Exhibit(
        id=f"by-{breakdown.by.value}",
        caption=title,
        table=table,
        figure=percent_chart(reading, table, is_compared),
        links=place_links(reading, rows),
        hidden_link=reading.address("hidden", by=breakdown.by.value),
    )


def percent_chart(reading: Reading, table: AnyTable, is_compared: bool) -> dict[str, object]:
    """Dots with their 95% range, and diamonds for what is expected where that is known."""
    language = reading.language
    words = ChartWords(
        "", value_axis=_("Percent of leavers, with a 95%% range", language), expected=_("expected", language)
    )
    return dot_chart(table, words, "label", "percent", "low", "high", "expected" * is_compared)


def _grid(reading: Reading, breakdown: Breakdown, rows: Sequence[PublishedRow]) -> Exhibit:
    language, names = reading.language, reading.names
    title = _("All reasons, percent of leavers who answered", language)
    columns = {reason: names.reason(reason) for reason in reading.reasons}
    table = grid_table(
        reading,
        title,
        _(breakdown.heading, language),
        rows,
        lambda row: level_name(reading, row),
        columns,
        lambda row: row.reason,
    )
    return Exhibit(
        id="all-reasons",
        caption=title,
        table=table,
        shaded=tuple(columns),
        links=place_links(reading, rows),
        hidden_link=reading.address("hidden", by=breakdown.by.value),
    )


def level_name(reading: Reading, row: PublishedRow) -> str:
    """What a row's group is called: a place, a band of service, a grade group or a leaving type."""
    key, language = row.key, reading.language
    if key.dimension:
        return _(TENURE[key.level], language) if key.level in TENURE else key.level
    if key.family is Family.ORGANISATION:
        return _(SELECTIONS[key.selection], language)
    return reading.place(key)


def place_links(reading: Reading, rows: Sequence[PublishedRow]) -> dict[str, str]:
    """From the name of an Area or role to its own page."""
    links = {}
    for row in rows:
        if row.key.family is Family.AREA:
            links[reading.place(row.key)] = reading.address(f"area/{row.key.area}", reason="")
        elif row.key.family is Family.ROLE:
            links[reading.place(row.key)] = reading.address(f"role/{row.key.role}", reason="")
    return links
