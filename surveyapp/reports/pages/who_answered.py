"""Who answered and who did not: response rates by Area and job role, and how far silence could matter."""

from collections.abc import Sequence

from analytics.chart_style import ChartWords
from analytics.curve_charts import funnel_chart
from analytics.disclosure import EvidencedRow
from analytics.funnel import Unit, make_funnel
from analytics.report_words import GUIDES, Chapter
from analytics.tables import Column, PublishedRow, Status
from analytics.trends import COMMONEST_REASONS
from analytics.uptake import worst_case
from surveyapp.languages import gettext as _
from surveyapp.reports.pages.operational import Counts, Share, asked_people, share_table, shares
from surveyapp.reports.pages.page import Exhibit, Page, content_of
from surveyapp.reports.pages.reading import Reading
from surveyapp.reports.pages.tables import table_of


def uptake_page(reading: Reading) -> Page:
    """Response rates with a funnel plot of the Areas; only HR's own counts of who was asked and who answered."""
    language, names = reading.language, reading.names
    rows = asked_people(reading)
    by_area = shares(rows, lambda row: row["area"], _answered, names.area)
    by_role = shares(rows, lambda row: row["role"], _answered, names.role)
    exhibits = [_areas(reading, by_area), _roles(reading, by_role)] if rows else []
    band = _silence(reading, rows)
    return Page(
        name="uptake",
        title=_title(reading, by_area),
        caption=_("Who answered", language),
        window=reading.window,
        base=reading.base,
        hidden=_("rates of groups under %(k)s", language, k=reading.release.k),
        content=content_of(exhibits[0].table) if exhibits else content_of(table_of(reading, "", (), ())),
        sentences=_sentences(reading, by_area),
        exhibits=(*exhibits, *((band,) if band else ())),
        guide=GUIDES[language][Chapter.WHO_ANSWERED],
        empty=_("No leaver was asked in this window.", language),
    )


def _answered(row: Counts) -> int:
    return int(row.get("answered", 0))


def _title(reading: Reading, listed: Sequence[Share]) -> str:
    base = sum(one.base for one in listed)
    if not base:
        return _("Who answered", reading.language)
    percent = round(100 * sum(one.n for one in listed) / base)
    return _("%(percent)s%% of the leavers we asked have answered", reading.language, percent=percent)


def _sentences(reading: Reading, listed: Sequence[Share]) -> tuple[str, ...]:
    counted = _units(reading, listed)
    if not counted:
        return ()
    named = make_funnel(counted).named
    if not named:
        return (_("No Area differs from the others by more than chance explains.", reading.language),)
    return (_("Areas that differ by more than chance: %(areas)s.", reading.language, areas=", ".join(named)),)


def _units(reading: Reading, listed: Sequence[Share]) -> list[Unit]:
    k = reading.release.k
    return [Unit(one.name, one.n, one.base) for one in listed if one.base >= k and one.n >= k]


def _areas(reading: Reading, listed: Sequence[Share]) -> Exhibit:
    language = reading.language
    headings = (_("Area", language), _("Answered", language), _("Leavers asked", language))
    table = share_table(reading, _("Answers by Area", language), headings, listed, reading.release.k)
    counted = _units(reading, listed)
    words = ChartWords(
        "",
        value_axis=_("Percent who answered", language),
        base_axis=_("Leavers asked", language),
        centre=_("all Areas", language),
    )
    figure = funnel_chart(table, words, make_funnel(counted), "label", "percent", "base") if counted else None
    caption = _("Answers by Area: only points outside the outer lines are unusual", language)
    return Exhibit("by-area", caption, table, figure, hidden_link=reading.address("hidden"))


def _roles(reading: Reading, listed: Sequence[Share]) -> Exhibit:
    language = reading.language
    headings = (_("Job role", language), _("Answered", language), _("Leavers asked", language))
    table = share_table(reading, _("Answers by job role", language), headings, listed, reading.release.k)
    return Exhibit("by-role", table.title, table, hidden_link=reading.address("hidden"))


def _silence(reading: Reading, rows: Sequence[Counts]) -> Exhibit | None:
    """The commonest reasons as answered, weighted to all leavers, and if none or all of the silent had given them."""
    language, invited = reading.language, sum(row["invited"] for row in rows)
    shown = [row for row in reading.organisation if row.status is Status.SHOWN][:COMMONEST_REASONS]
    fitting = [row for row in shown if row.base is not None and row.base <= invited]
    if not fitting:
        return None
    columns = (
        Column("label", _("Reason", language)),
        Column("percent", _("Of those who answered", language), "percent"),
        Column("weighted", _("Weighted to all leavers", language), "percent"),
        Column("low", _("If no silent leaver gave it", language), "percent"),
        Column("high", _("If every silent leaver gave it", language), "percent"),
    )
    lines = [EvidencedRow(_band(reading, row, invited), (row.key,)) for row in fitting]
    table = table_of(reading, _("How far silence could matter", language), columns, lines)
    return Exhibit("silence", table.title, table)


def _band(reading: Reading, row: PublishedRow, invited: int) -> tuple[str | int | None, ...]:
    band = worst_case(int(row.n), row.base or 0, invited)
    weighted = row.weighted_percent
    return (
        reading.names.reason(row.reason),
        row.percent,
        weighted,
        int(100 * band.low),
        min(100, int(100 * band.high) + 1),
    )
