"""The agency's leaving rate month by month, as a control chart."""

from collections.abc import Sequence

from analytics.chart_style import ChartWords
from analytics.curve_charts import control_chart_figure
from analytics.tables import Column, OperationalTable
from analytics.trends import ControlChart, NothingToChart, Rule, control_chart
from surveyapp.context.months import last_day
from surveyapp.languages import formats
from surveyapp.languages import gettext as _
from surveyapp.reports.pages.page import Exhibit
from surveyapp.reports.pages.quarters import RULES
from surveyapp.reports.pages.reading import Reading
from surveyapp.reports.pages.staff_months import frozen_months, staff_months

MONTHS_DRAWN = 36


def months_exhibit(reading: Reading) -> Exhibit | None:
    """The agency's monthly rate as a control chart; months without both head-counts are left out."""
    language = reading.language
    series = staff_months(reading, frozen_months(reading)[-MONTHS_DRAWN:]).by_month()
    columns = (
        Column("month", _("Month", language)),
        Column("headcount", _("Staff, mean", language), "people"),
        Column("leavers", _("Leavers", language), "people"),
        Column("percent", _("For every 100 staff in the month", language), "percent"),
    )
    rows = tuple(
        (formats.short_date(last_day(month), language).split(" ", 1)[1], round(staff), n, round(100 * n / staff, 2))
        for month, n, staff in series
        if staff
    )
    try:
        chart = control_chart([row[3] for row in rows], floor=0)
    except NothingToChart:
        return None
    title = _("Month by month, for every 100 staff", language)
    table = OperationalTable(title, columns, rows)
    words = ChartWords(
        "",
        value_axis=_("For every 100 staff", language),
        centre=_("centre", language),
        upper=_("upper limit", language),
        lower=_("lower limit", language),
    )
    said = [
        _("Unlikely to be chance: %(rule)s, last at %(when)s.", language, rule=_(RULES[rule], language), when=when)
        for rule, when in _last_signals(chart, rows)
    ]
    figure = control_chart_figure(table, words, chart, "month", "percent")
    return Exhibit("months", title, table, figure, sentences=tuple(said))


def _last_signals(chart: ControlChart, rows: Sequence[tuple[str, int, int, float]]) -> list[tuple[Rule, str]]:
    """Each rule that is met, and the month in which it was met last."""
    last: dict[Rule, int] = {}
    for signal in chart.signals:
        last[signal.rule] = max(last.get(signal.rule, 0), *signal.points)
    return [(rule, rows[at][0]) for rule, at in last.items()]
