"""How long new starters stay: everybody followed from the first day, where the numbers who started are held."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from analytics.chart_style import ChartWords
from analytics.charts import dot_chart
from analytics.cohorts import Cohorts, LeftAfter, follow_starters
from analytics.curve_charts import survival_chart
from analytics.survival import (
    FEWEST_AT_RISK,
    HORIZONS,
    CohortTooSmall,
    Milestone,
    cumulative_incidence,
    early_leavers,
    kaplan_meier,
)
from analytics.tables import HIDDEN_SYMBOL, Cell, Column, OperationalTable
from surveyapp.context.models import Measure
from surveyapp.context.months import distance, later
from surveyapp.context.series import FiguresMissing, Series, series_of
from surveyapp.directory import queries as directory
from surveyapp.languages import formats
from surveyapp.languages import gettext as _
from surveyapp.reports import queries
from surveyapp.reports.pages.operational import Counts
from surveyapp.reports.pages.page import Exhibit
from surveyapp.reports.pages.reading import Reading
from surveyapp.reports.pages.staff_months import frozen_months
from surveyapp.reports.populations import BY_AREA, BY_ROLE, EVERYONE, SERVICE
from surveyapp.reports.sources import RESIGNATION

EPOCH = "1990-01"
LONGEST = 36
YEAR = 12
LAST_DRAWN = 24


@dataclass(frozen=True)
class Group:
    """Everyone, an Area or a job role: its starters followed, and its milestones where it is large enough."""

    name: str
    cohorts: Cohorts
    milestones: tuple[Milestone, ...]

    def at(self, months: int) -> Milestone | None:
        return next((one for one in self.milestones if one.months == months), None)


@dataclass(frozen=True)
class Starters:
    """What following starters needs: who started in which months, who of them left when, and until when is known."""

    series: Series
    left: tuple[Counts, ...]
    months: tuple[str, ...]
    until: str


def staying_exhibits(reading: Reading) -> tuple[Exhibit, ...]:
    """The curve of all starters, then Areas and job roles; nothing where starters are not held or are too few."""
    known = _starters(reading)
    if known is None:
        return ()
    everyone = _group(known, EVERYONE, "", _("Everyone", reading.language))
    if not everyone.milestones:
        return ()
    areas = [one.code for one in directory.areas_of(reading.session, reading.release.agency)]
    roles = [one.code for one in directory.job_roles_of(reading.session, reading.release.agency)]
    by_area = [_group(known, BY_AREA, code, reading.names.area(code)) for code in areas]
    by_role = [_group(known, BY_ROLE, code, reading.names.role(code)) for code in roles]
    return (
        _curve(reading, everyone, known),
        _places(reading, "staying-areas", _("Not resigned after a year, by Area", reading.language), everyone, by_area),
        _places(
            reading, "staying-roles", _("Not resigned after a year, by job role", reading.language), everyone, by_role
        ),
    )


def _starters(reading: Reading) -> Starters | None:
    series = series_of(reading.session, reading.release.agency, Measure.STARTERS)
    frozen = frozen_months(reading)
    if series.is_empty or not frozen:
        return None
    first = max(series.first, frozen[0], later(frozen[-1], -LONGEST))
    months = tuple(month for month in frozen[:-1] if first <= month <= series.last)
    if not months:
        return None
    by_quarter = queries.counts_of(reading.session, reading.release, SERVICE)
    left: Iterable[Counts] = (row for rows in by_quarter.values() for row in rows if row["started"] >= first)
    return Starters(series, tuple(left), months, frozen[-1])


def _group(known: Starters, family: str, code: str, name: str) -> Group:
    place = {BY_AREA: {"area": code}, BY_ROLE: {"role": code}}.get(family, {})
    started: dict[int, int] = {}
    for month in known.months:
        try:
            started[distance(EPOCH, month)] = round(known.series.total(month, **place))
        except FiguresMissing:
            continue  # starters of that month cannot be followed; the others can
    left = (
        LeftAfter(distance(EPOCH, row["started"]), row["months"], row["leaving_type"], row["n"])
        for row in known.left
        if (row["family"], row["code"]) == (family, code)
    )
    cohorts = follow_starters(started, left, distance(EPOCH, known.until))
    try:
        return Group(name, cohorts, early_leavers(cohorts.spells, RESIGNATION))
    except CohortTooSmall:
        return Group(name, cohorts, ())


def _curve(reading: Reading, everyone: Group, known: Starters) -> Exhibit:
    language, spells = reading.language, everyone.cohorts.spells
    here = [step for step in kaplan_meier(spells, RESIGNATION) if step.at_risk >= FEWEST_AT_RISK]
    gone = {step.months: step.share for step in cumulative_incidence(spells, RESIGNATION)}
    name = _("Not resigned", language)
    columns = (
        Column("group", _("Starters", language)),
        Column("months", _("Months of service", language), "months"),
        Column("at_risk", _("Followed so long", language), "people"),
        Column("percent", _("Not resigned", language), "percent"),
        Column("low", _("Low", language), "percent"),
        Column("high", _("High", language), "percent"),
        Column("resigned", _("Resigned by then", language), "percent"),
    )
    rows: list[tuple[Cell, ...]] = [(name, 0, round(spells.size), 100.0, None, None, 0.0)]
    for step in here:
        if step.months <= LAST_DRAWN:
            limits = step.interval().times(100)
            figures = (100 * step.share, limits.low, limits.high, 100 * gone.get(step.months, 0.0))
            rows.append((name, round(step.months), round(step.at_risk), *(round(one, 1) for one in figures)))
    title = _("How long new starters stay", language)
    notes = _disagreeing(everyone, language)
    table = OperationalTable(title, columns, tuple(rows), notes=notes)
    words = ChartWords(
        "", value_axis=_("Percent who have not resigned", language), base_axis=_("Months of service", language)
    )
    figure = survival_chart(table, words, "group", "months", "percent")
    return Exhibit("staying", title, table, figure, sentences=tuple(_said(everyone, known, language)))


def _said(everyone: Group, known: Starters, language: str) -> Iterable[str]:
    year = everyone.at(YEAR)
    if year is not None and year.left_percent is not None:
        yield _(
            "Of every 100 people who start, about %(n)s resign within a year.", language, n=round(year.left_percent)
        )
    n = formats.number(round(everyone.cohorts.spells.size), language)
    first, last = (
        formats.month(date.fromisoformat(f"{one}-01"), language) for one in (known.months[0], known.months[-1])
    )
    yield _("%(n)s people who started from %(first)s to %(last)s are followed.", language, n=n, first=first, last=last)


def _disagreeing(group: Group, language: str) -> tuple[str, ...]:
    """Months whose counts cannot both be right are said, not mended."""
    months = [later(EPOCH, at) for at in group.cohorts.left_out]
    if not months:
        return ()
    named = ", ".join(months)
    return (_("Left out, because more left than had started: starters of %(months)s.", language, months=named),)


def _places(reading: Reading, id: str, title: str, everyone: Group, groups: Sequence[Group]) -> Exhibit:
    """Places with 30 starters and more; the smaller are named in a note."""
    language = reading.language
    columns = (
        Column("label", _("Starters", language)),
        Column("started", _("Followed", language), "people"),
        *(
            Column(f"gone{months}", _("Resigned within %(n)s months", language, n=months), "percent")
            for months in HORIZONS
        ),
        Column("percent", _("Not resigned after 12 months", language), "percent"),
        Column("low", _("Low", language), "percent"),
        Column("high", _("High", language), "percent"),
    )
    shown = [one for one in groups if one.milestones]
    small = sorted(one.name for one in groups if not one.milestones)
    notes = (_("Fewer than 30 starters: %(places)s.", language, places=", ".join(small)),) if small else ()
    rows = tuple(_cells(one) for one in (everyone, *sorted(shown, key=lambda one: one.name)))
    table = OperationalTable(title, columns, rows, notes=notes)
    words = ChartWords("", value_axis=_("Not resigned after 12 months, with a 95%% range", language))
    return Exhibit(id, title, table, dot_chart(table, words, "label", "percent", "low", "high"))


def _cells(group: Group) -> tuple[Cell, ...]:
    gone = [_rounded(one.left_percent if (one := group.at(months)) else None) for months in HORIZONS]
    year = group.at(YEAR)
    limits = year.interval if year else None
    here = (year.percent, limits.low, limits.high) if year and limits else (None, None, None)
    return (group.name, round(group.cohorts.spells.size), *gone, *(_rounded(one) for one in here))


def _rounded(percent: float | None) -> Cell:
    """Whole percent; nothing is told of fewer than 10 people followed so long."""
    return HIDDEN_SYMBOL if percent is None else round(percent)
