"""Leaving rates: leavers for every 100 staff, by Area, job role and month, with what chance explains."""

import math
from collections.abc import Sequence

from analytics.chart_style import ChartWords
from analytics.charts import dot_chart
from analytics.curve_charts import funnel_chart
from analytics.rate_funnel import ExposedUnit, RateFunnel, make_rate_funnel
from analytics.rates import HeadcountMissing
from analytics.report_words import GUIDES, Chapter
from analytics.tables import HIDDEN_SYMBOL, Cell, Column, OperationalTable, Selection
from surveyapp.context.months import last_day
from surveyapp.context.series import FiguresMissing, Gap
from surveyapp.directory import queries as directory
from surveyapp.languages import formats
from surveyapp.languages import gettext as _
from surveyapp.languages.formats import listed
from surveyapp.reports.pages.leaving_months import months_exhibit
from surveyapp.reports.pages.page import Exhibit, FileContent, Page
from surveyapp.reports.pages.reading import Reading
from surveyapp.reports.pages.staff_months import (
    PlaceRate,
    StaffMonths,
    place_rates,
    staff_months,
    window_months,
)

COLUMNS = (
    *("release", "agency", "first_month", "last_month", "leaving_type", "area", "role"),
    *("headcount", "leavers", "percent", "low", "high", "expected"),
)
GAPS_NAMED = 3


def leaving_rates_page(reading: Reading) -> Page:
    """Rates of the window asked for; without head-counts the page says what is missing and how to bring it in."""
    language = reading.language
    found = staff_months(reading, window_months(reading))
    areas, roles = _places(reading, found) if found.months else ([], [])
    funnel = _funnel(reading, found, areas)
    return Page(
        name="leaving-rates",
        title=_title(reading, funnel),
        caption=_("Leaving rates", language),
        window=_period(found.months, language) if found.months else reading.window,
        base=_base(reading, found),
        hidden=_("places with fewer than %(k)s staff", language, k=reading.release.k),
        content=_content(reading, found, areas, roles),
        sentences=_sentences(reading, found, areas),
        exhibits=_exhibits(reading, found, areas, roles, funnel),
        guide=(
            *GUIDES[language][Chapter.LEAVING_RATES],
            _("The staff are the mean of the head-counts at the end of each month.", language),
            _("The diamond is the rate if each of the place’s roles left as in the whole agency.", language),
            _("The line through a dot shows how far chance may have moved it.", language),
            _("Leavers are frozen with each release. Head-counts are read as they are held now.", language),
        ),
        empty=_("There are no leaving rates yet. They need head-counts by month: ask national HR for them.", language),
    )


def _places(reading: Reading, found: StaffMonths) -> tuple[list[PlaceRate], list[PlaceRate]]:
    session, agency, names = reading.session, reading.release.agency, reading.names
    areas = [one.code for one in directory.areas_of(session, agency)]
    roles = [one.code for one in directory.job_roles_of(session, agency)]
    return (
        place_rates(found, areas, names.area, is_area=True),
        place_rates(found, roles, names.role, is_area=False),
    )


def _is_shown(one: PlaceRate, k: int) -> bool:
    return one.rate is not None and one.rate.mean_headcount >= k


def _funnel(reading: Reading, found: StaffMonths, areas: Sequence[PlaceRate]) -> RateFunnel | None:
    """Areas by person-years; None where nobody left or nothing is held."""
    years = len(found.months) / 12
    shown = [(one.name, one.rate) for one in areas if _is_shown(one, reading.release.k)]
    units = [ExposedUnit(name, rate.leavers, rate.mean_headcount * years) for name, rate in shown if rate]
    return make_rate_funnel(units) if any(unit.events for unit in units) else None


def _title(reading: Reading, funnel: RateFunnel | None) -> str:
    language = reading.language
    if funnel is None:
        return _("Leaving rates", language)
    if not funnel.named:
        return _("No Area’s leaving rate differs by more than chance explains", language)
    high = funnel.high
    if high:
        return _("More leave than chance explains: %(areas)s", language, areas=listed(high, language))
    return _("Fewer leave than chance explains: %(areas)s", language, areas=listed(funnel.named, language))


def _period(months: Sequence[str], language: str) -> str:
    first = last_day(months[0]).replace(day=1)
    return formats.date_range(first, last_day(months[-1]), language)


def _base(reading: Reading, found: StaffMonths) -> str:
    n = formats.number(found.n_leavers(), reading.language)
    if reading.asked.selection is Selection.ALL:
        return _("All leavers: %(n)s", reading.language, n=n)
    return _("Resignations: %(n)s", reading.language, n=n)


def _sentences(reading: Reading, found: StaffMonths, areas: Sequence[PlaceRate]) -> tuple[str, ...]:
    if found.headcount.is_empty or not found.months:
        return ()
    language = reading.language
    said = []
    try:
        rate = found.rate()
        values = {"rate": _one(rate.per_cent), "low": _one(rate.interval.low), "high": _one(rate.interval.high)}
        said.append(
            _("Of every 100 staff, %(rate)s left in a year (range %(low)s to %(high)s).", language, **values)
            if reading.asked.selection is Selection.ALL
            else _("Of every 100 staff, %(rate)s resigned in a year (range %(low)s to %(high)s).", language, **values)
        )
    except FiguresMissing as missing:
        said.append(_missing(reading, missing.gaps))
    except HeadcountMissing:
        said.append(_("No staff are held for these months.", language))
    without = [one.name for one in areas if one.rate is None]
    if without:
        said.append(_("No rate can be given for: %(areas)s.", language, areas=listed(without, language)))
    return tuple(said)


def _missing(reading: Reading, gaps: Sequence[Gap]) -> str:
    """'Head-counts are missing, so there is no rate for everybody: Dyffryn 2026-03 and 4 more.'"""
    language = reading.language
    named = [f"{reading.names.area(gap.area) or reading.names.role(gap.role)} {gap.period}".strip() for gap in gaps]
    first = ", ".join(named[:GAPS_NAMED])
    if len(named) <= GAPS_NAMED:
        return _("Head-counts are missing, so there is no rate for everybody: %(gaps)s.", language, gaps=first)
    return _(
        "Head-counts are missing, so there is no rate for everybody: %(gaps)s and %(n)s more.",
        language,
        gaps=first,
        n=len(named) - GAPS_NAMED,
    )


def _one(value: float) -> str:
    return f"{value:.1f}"


def _exhibits(
    reading: Reading,
    found: StaffMonths,
    areas: Sequence[PlaceRate],
    roles: Sequence[PlaceRate],
    funnel: RateFunnel | None,
) -> tuple[Exhibit, ...]:
    if found.headcount.is_empty or funnel is None:
        return ()
    language = reading.language
    by_area = _table(reading, found, _("Leaving rates by Area", language), _("Area", language), areas)
    by_role = _table(reading, found, _("Leaving rates by job role", language), _("Job role", language), roles)
    months = months_exhibit(reading)
    exhibits = [
        Exhibit("by-area", by_area.title, by_area, _dots(reading, by_area), hidden_link=_why(reading)),
        _funnel_exhibit(reading, found, areas, funnel),
        Exhibit("by-role", by_role.title, by_role, _dots(reading, by_role), hidden_link=_why(reading)),
    ]
    return (*exhibits, *((months,) if months else ()))


def _why(reading: Reading) -> str:
    return reading.address("hidden")


def _table(
    reading: Reading, found: StaffMonths, title: str, heading: str, places: Sequence[PlaceRate]
) -> OperationalTable:
    language = reading.language
    counted = _("Leavers", language) if reading.asked.selection is Selection.ALL else _("Resignations", language)
    columns = (
        Column("label", heading),
        Column("headcount", _("Staff, mean", language), "people"),
        Column("leavers", counted, "people"),
        Column("percent", _("For every 100 staff in a year", language), "percent"),
        Column("low", _("Low", language), "percent"),
        Column("high", _("High", language), "percent"),
        Column("expected", _("Expected from its mix", language), "percent"),
    )
    rows = tuple(_cells(reading, one) for one in places)
    return OperationalTable(title, columns, rows, window=_period(found.months, language))


def _cells(reading: Reading, one: PlaceRate) -> tuple[Cell, ...]:
    if one.rate is None:
        return (one.name, _("head-count missing", reading.language), None, None, None, None, None)
    if not _is_shown(one, reading.release.k):
        return (one.name, HIDDEN_SYMBOL, None, None, None, None, None)
    rate, limits = one.rate, one.rate.interval
    return (
        one.name,
        round(rate.mean_headcount),
        rate.leavers,
        round(rate.per_cent, 1),
        math.floor(10 * limits.low) / 10,
        math.ceil(10 * limits.high) / 10,
        None if one.expected is None else round(one.expected, 1),
    )


def _dots(reading: Reading, table: OperationalTable) -> dict[str, object]:
    """The places that have a rate; the others are in the table, in words."""
    language = reading.language
    words = ChartWords(
        "",
        value_axis=_("For every 100 staff in a year, with a 95%% range", language),
        expected=_("expected from its mix", language),
    )
    drawn = OperationalTable(table.title, table.columns, tuple(row for row in table.rows if row[3] is not None))
    return dot_chart(drawn, words, "label", "percent", "low", "high", "expected")


def _funnel_exhibit(reading: Reading, found: StaffMonths, areas: Sequence[PlaceRate], funnel: RateFunnel) -> Exhibit:
    language, years = reading.language, len(found.months) / 12
    columns = (
        Column("label", _("Area", language)),
        Column("years", _("Years worked by staff", language), "people"),
        Column("percent", _("For every 100 staff in a year", language), "percent"),
    )
    rows = tuple((one.unit.name, round(one.unit.exposure), round(100 * one.rate, 1)) for one in funnel.placed)
    title = _("Areas by size: only points outside the outer lines are unusual", language)
    table = OperationalTable(title, columns, rows, window=_period(found.months, language))
    words = ChartWords(
        "",
        value_axis=_("For every 100 staff in a year", language),
        base_axis=_("Years worked by staff", language),
        centre=_("all Areas", language),
    )
    said = () if years >= 1 else (_("The window is shorter than a year.", language),)
    figure = funnel_chart(table, words, funnel, "label", "percent", "years")
    return Exhibit("areas-by-size", title, table, figure, sentences=said)


def _content(
    reading: Reading, found: StaffMonths, areas: Sequence[PlaceRate], roles: Sequence[PlaceRate]
) -> FileContent:
    """Codes, one row an Area or job role; a place without a rate has its name and empty numbers."""
    records = []
    for is_area, places in ((True, areas), (False, roles)):
        for one in places:
            numbers = _cells(reading, one)[1:] if _is_shown(one, reading.release.k) else (None,) * 6
            place = (one.code, "*") if is_area else ("*", one.code)
            first = (reading.release.number, reading.release.agency, found.months[0], found.months[-1])
            row = (*first, reading.asked.selection.value, *place, *numbers)
            records.append(dict(zip(COLUMNS, row, strict=True)))
    return FileContent(COLUMNS, tuple(records))
