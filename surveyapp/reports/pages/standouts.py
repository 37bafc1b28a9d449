"""What stands out: ranked plain sentences, each opening its evidence, and the chart of all of them."""

from analytics.chart_style import ChartWords
from analytics.charts import dot_chart
from analytics.disclosure import EvidencedRow
from analytics.finding_sentences import summary
from analytics.findings import Comparison
from analytics.report_words import GUIDES, Chapter
from analytics.tables import Column, ReleasedTable
from surveyapp.languages import gettext as _
from surveyapp.reports.files import STANDOUT_COLUMNS, standout_records
from surveyapp.reports.pages.hidden_counts import hidden_words
from surveyapp.reports.pages.page import Exhibit, FileContent, Page
from surveyapp.reports.pages.reading import Reading
from surveyapp.reports.pages.sentences import commonest_sentence, finding_line, told_once
from surveyapp.reports.pages.tables import table_of
from surveyapp.reports.selection import By
from surveyapp.reports.wording import window_end

MOST_DRAWN = 25


def standouts_page(reading: Reading) -> Page:
    """The first page of a release."""
    language = reading.language
    found = told_once(reading.findings)
    rows = [row for by in (By.AREA, By.ROLE) for row in reading.table(by, reason=None).rows]
    records = standout_records(reading.release, reading.findings, reading.names)
    return Page(
        name="",
        title=_title(reading, found),
        caption=_("What stands out", language),
        window=reading.window,
        base=reading.base,
        hidden=hidden_words(rows, language),
        content=FileContent(STANDOUT_COLUMNS, tuple(records)),
        sentences=tuple(filter(None, (summary(len(found), language), commonest_sentence(reading)))),
        findings=tuple(finding_line(reading, one) for one in found),
        exhibits=(_exhibit(reading, found),) if found else (),
        guide=GUIDES[language][Chapter.STANDOUTS],
    )


def _title(reading: Reading, found: tuple[Comparison, ...]) -> str:
    if not found:
        return _("Nothing stands out from what is expected", reading.language)
    return finding_line(reading, found[0]).heading


def _exhibit(reading: Reading, found: tuple[Comparison, ...]) -> Exhibit:
    language = reading.language
    table = findings_table(reading, found)
    words = ChartWords(
        "", value_axis=_("Estimated percent, with a 90%% range", language), expected=_("expected", language)
    )
    drawn = findings_table(reading, found[:MOST_DRAWN])
    figure = dot_chart(drawn, words, "label", "estimate", "low", "high", "expected")
    caption = _("What we estimate (dot) beside what would be expected (diamond)", language)
    return Exhibit("findings", caption, table, figure)


def findings_table(reading: Reading, found: tuple[Comparison, ...]) -> ReleasedTable:
    """Findings with their estimate, its range and what was expected."""
    language = reading.language
    columns = (
        Column("label", _("What stands out", language)),
        Column("window", _("Years", language)),
        Column("n", _("Leavers giving it", language), "people"),
        Column("base", _("Leavers who answered", language), "people"),
        Column("percent", _("Percent", language), "percent"),
        Column("estimate", _("Estimate", language), "percent"),
        Column("low", _("Low", language), "percent"),
        Column("high", _("High", language), "percent"),
        Column("expected", _("Expected", language), "percent"),
    )
    rows = [EvidencedRow(_cells(reading, one), (one.key,)) for one in found]
    return table_of(reading, _("What stands out", language), columns, rows)


def _cells(reading: Reading, one: Comparison) -> tuple[str | int | None, ...]:
    count = int(one.n_text) if one.n_text.isdecimal() else one.n_text
    window = window_end(one.key.window, reading.language)
    label = f"{reading.names.reason(one.reason)}: {reading.place(one.key)}"
    return (label, window, count, one.base, one.percent, one.estimate_percent, one.low, one.high, one.expected_percent)
