"""Change over time: the whole organisation's quarters as control charts, and what changed since last year."""

from collections.abc import Sequence

from analytics.changes import Change, Pair, since_last_year
from analytics.chart_style import ChartWords
from analytics.curve_charts import control_chart_figure
from analytics.disclosure import EvidencedRow
from analytics.report_words import GUIDES, Chapter
from analytics.tables import Column, PublishedRow, Status, WindowCode
from analytics.trends import COMMONEST_REASONS, ControlChart, NothingToChart, Rule, control_chart
from surveyapp.languages import N_
from surveyapp.languages import gettext as _
from surveyapp.reports import queries
from surveyapp.reports.pages.page import Exhibit, FileContent, Page, contents_of
from surveyapp.reports.pages.reading import Reading
from surveyapp.reports.pages.sentences import in_sentence
from surveyapp.reports.pages.tables import number_columns, numbers_of, table_of
from surveyapp.reports.wording import short_period, window_words

RULES = {
    Rule.OUTSIDE: N_("a point outside the limits"),
    Rule.ONE_SIDE: N_("7 points in a row on one side of the centre"),
    Rule.TREND: N_("7 points in a row rising or falling"),
    Rule.OUTER_THIRD: N_("2 of 3 points near the same limit"),
}


def time_page(reading: Reading) -> Page:
    """The six commonest reasons quarter by quarter, or the one asked for; then this year against the year before."""
    language = reading.language
    wanted = [reading.asked.reason] if reading.asked.reason else reading.reasons[:COMMONEST_REASONS]
    charts = [one for reason in wanted if (one := quarter_exhibit(reading, reason))]
    changed = _changes(reading)
    exhibits = (*((changed,) if changed else ()), *charts)
    signals = [one for one in charts if one.sentences]
    return Page(
        name="time",
        title=_title(reading, len(signals), bool(charts)),
        caption=_("Change over time", language),
        window=_period(reading),
        base=reading.base,
        hidden=_("[c] in the tables", language),
        content=contents_of([one.table for one in charts]) if charts else FileContent((), ()),
        exhibits=exhibits,
        guide=GUIDES[language][Chapter.CHANGE],
        empty=_("There are no quarters to show yet. Each signed release adds one.", language),
    )


def _title(reading: Reading, n_signals: int, has_charts: bool) -> str:
    language = reading.language
    if not has_charts:
        return _("Change over time", language)
    if not n_signals:
        return _("No reason has changed beyond its ordinary ups and downs", language)
    return _("Reasons that moved beyond their ordinary ups and downs: %(n)s", language, n=n_signals)


def _period(reading: Reading) -> str:
    quarters = queries.quarters_of(
        reading.session, reading.release, reading.asked.stored_source, reading.asked.selection
    )
    if not quarters:
        return reading.window
    first, last = quarters[0].key.window.first, quarters[-1].key.window.last
    language = reading.language
    return _("%(first)s to %(last)s", language, first=short_period(first, language), last=short_period(last, language))


def quarter_exhibit(reading: Reading, reason: str) -> Exhibit | None:
    """One reason's quarters as a control chart; None where no quarter of it may be shown."""
    language, asked = reading.language, reading.asked
    every = queries.quarters_of(reading.session, reading.release, asked.stored_source, asked.selection)
    rows = [row for row in every if row.reason == reason]
    try:
        chart = control_chart([row.percent for row in rows], floor=0, ceiling=100)
    except NothingToChart:
        return None
    title = _("“%(reason)s”, quarter by quarter", language, reason=in_sentence(reading.names.reason(reason)))
    columns = (
        Column("quarter", _("Quarter ending", language)),
        Column("reason", _("Reason", language)),
        *number_columns(language, _("Leavers giving it", language), _("Leavers who answered", language)),
    )
    cells = [
        EvidencedRow(
            (short_period(row.key.window.last, language), reading.names.reason(reason), *numbers_of(row)), keys
        )
        for row in rows
        for keys in ([(row.key,)] if row.status is not Status.HIDDEN else [()])
    ]
    table = table_of(reading, title, columns, cells)
    return Exhibit(
        id=f"quarters-{reason}",
        caption=title,
        table=table,
        figure=control_chart_figure(table, _words(language), chart, "quarter", "percent"),
        hidden_link=reading.address("hidden"),
        sentences=_signals(chart, rows, language),
    )


def _words(language: str) -> ChartWords:
    return ChartWords(
        "",
        value_axis=_("Percent of leavers", language),
        centre=_("centre", language),
        upper=_("upper limit", language),
        lower=_("lower limit", language),
    )


def _signals(chart: ControlChart, rows: Sequence[PublishedRow], language: str) -> tuple[str, ...]:
    """One sentence a signal: which rule, and when last."""
    said = []
    for rule in dict.fromkeys(signal.rule for signal in chart.signals):
        points = [point for signal in chart.signals if signal.rule is rule for point in signal.points]
        last = short_period(rows[max(points)].key.window.last, language)
        said.append(
            _("Unlikely to be chance: %(rule)s, last at %(when)s.", language, rule=_(RULES[rule], language), when=last)
        )
    return tuple(said)


def _changes(reading: Reading) -> Exhibit | None:
    """This year's share of each reason against the year before, from the two 12-month rows that both may be read."""
    language = reading.language
    now = {row.reason: row for row in reading.organisation if row.key.window.code is WindowCode.TWELVE_MONTHS}
    before = {row.reason: row for row in year_before(reading)}
    pairs = [
        (reason, before[reason], now[reason])
        for reason in reading.reasons
        if reason in before and reason in now and _both_shown(before[reason], now[reason])
    ]
    if not pairs:
        return None
    changes = since_last_year([Pair(reason, *_count(a), *_count(b)) for reason, a, b in pairs])
    columns = (
        Column("label", _("Reason", language)),
        Column("before", _("Year before", language), "percent"),
        Column("now", _("This year", language), "percent"),
        Column("points", _("Points", language), "points"),
        Column("verdict", _("Is it real?", language)),
    )
    rows = [
        EvidencedRow(_change_cells(reading, change, a, b), (a.key, b.key))
        for change, (_reason, a, b) in zip(changes, pairs, strict=True)
    ]
    first = pairs[0]
    title = _("This year and the year before", language)
    notes = (
        _("Year before: %(window)s.", language, window=window_words(first[1].key.window, language)),
        _("This year: %(window)s.", language, window=window_words(first[2].key.window, language)),
    )
    real = sum(change.is_real for change in changes)
    sentence = (
        _("%(n)s of %(total)s reasons changed by more than chance explains.", language, n=real, total=len(changes))
        if real
        else _("No reason changed by more than chance explains.", language)
    )
    return Exhibit("since-last-year", title, table_of(reading, title, columns, rows, notes), sentences=(sentence,))


def _both_shown(a: PublishedRow, b: PublishedRow) -> bool:
    return a.status is Status.SHOWN and b.status is Status.SHOWN


def _count(row: PublishedRow) -> tuple[int, int]:
    return int(row.n), row.base or 0


def _change_cells(
    reading: Reading, change: Change, before: PublishedRow, now: PublishedRow
) -> tuple[str | int | None, ...]:
    assert before.percent is not None and now.percent is not None  # both rows are shown
    verdict = _("Unlikely to be chance", reading.language) if change.is_real else _("Cannot tell", reading.language)
    return (reading.names.reason(change.pair.name), before.percent, now.percent, now.percent - before.percent, verdict)


def year_before(reading: Reading) -> list[PublishedRow]:
    """The organisation's 12-month rows of the release a year earlier, if that one is signed."""
    asked = reading.asked
    return queries.twelve_months_ending(
        reading.session, reading.release, asked.stored_source, asked.selection, _a_year_earlier(reading.release.as_of)
    )


def _a_year_earlier(period: str) -> str:
    return f"{int(period[:4]) - 1}{period[4:]}" if period[:4].isdecimal() else period
