"""Caseload, vacancies and sickness of each Area beside the share of its leavers who give a reason such as workload."""

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.chart_style import ChartWords
from analytics.disclosure import EvidencedRow
from analytics.findings import Direction
from analytics.scatter import scatter_chart
from analytics.tables import HIDDEN_SYMBOL, Cell, Column, Family, PublishedRow, Status
from surveyapp.context.models import Measure
from surveyapp.context.series import FiguresMissing, Series, series_of
from surveyapp.languages import gettext as _
from surveyapp.reports.pages.hidden_counts import hidden_words
from surveyapp.reports.pages.page import Exhibit, Page, content_of
from surveyapp.reports.pages.reading import Reading
from surveyapp.reports.pages.sentences import in_sentence
from surveyapp.reports.pages.staff_months import window_months
from surveyapp.reports.pages.tables import evidence_of, percent_of, table_of
from surveyapp.reports.selection import By

USUAL_REASON = "workload"
MEASURES = ("caseload", "vacancies", "sickness")


@dataclass(frozen=True)
class Pressure:
    """An agency's caseload, vacancies, sickness and head-count over the months of a window."""

    months: tuple[str, ...]
    caseload: Series
    vacancies: Series
    sickness: Series
    headcount: Series

    def of(self, area: str) -> dict[str, float | None]:
        """Means over the window: cases a person, percent of posts vacant, days of sickness a person in a year."""
        return {"caseload": self._caseload(area), "vacancies": self._vacant(area), "sickness": self._sick(area)}

    def _caseload(self, area: str) -> float | None:
        """The mean of the months held; None when fewer than half of them are."""
        found = [self.caseload.mean_per_person(self.headcount, month, area) for month in self.months]
        known = [value for value in found if value is not None]
        return round(sum(known) / len(known), 1) if len(known) * 2 > len(self.months) else None

    def _vacant(self, area: str) -> float | None:
        sums = self._both(self.vacancies, area)
        return round(100 * sums[0] / (sums[0] + sums[1]), 1) if sums and sum(sums) else None

    def _sick(self, area: str) -> float | None:
        sums = self._both(self.sickness, area)
        return round(12 * sums[0] / sums[1], 1) if sums and sums[1] else None

    def _both(self, series: Series, area: str) -> tuple[float, float] | None:
        """The figure and the head-count, each added up over the window; None when a month of either is missing."""
        if area not in series.areas:
            return None
        try:
            return sum(series.totals(self.months, area)), sum(self.headcount.totals(self.months, area))
        except FiguresMissing:
            return None


def workload_page(reading: Reading) -> Page:
    """One reason by Area beside the work there; workload unless another reason is asked for."""
    language = reading.language
    reason = workload_reason(reading)
    rows = reading.table(By.AREA, reason=reason).rows
    exhibits = _exhibits(reading, reason, rows)
    said = in_sentence(reading.names.reason(reason))
    return Page(
        name="workload",
        title=_("“%(reason)s” beside caseload, vacancies and sickness", language, reason=said),
        caption=_("Reasons beside the work in each Area", language),
        window=reading.window,
        base=reading.base,
        hidden=hidden_words(rows, language),
        content=content_of(exhibits[0].table if exhibits else table_of(reading, "", (), ())),
        sentences=(
            _("These are Areas, not people. Areas with more work may differ in many other ways.", language),
            _("Nothing here shows that one thing causes the other.", language),
        ),
        exhibits=exhibits,
        guide=(
            _("Each dot is an Area. Filled dots are Areas where the reason stands out.", language),
            _("Caseload is cases for each person, the mean of the months of the window.", language),
            _("Vacancies are a share of all posts. Sickness is days lost for each person in a year.", language),
        ),
        empty=_("No caseload, vacancies or sickness are held for these months yet.", language),
    )


def workload_reason(reading: Reading) -> str:
    """The reason asked for, else workload, else the one given most."""
    return reading.asked.reason or (USUAL_REASON if USUAL_REASON in reading.reasons else reading.chosen_reason)


def _exhibits(reading: Reading, reason: str, rows: Sequence[PublishedRow]) -> tuple[Exhibit, ...]:
    agency, months = reading.release.agency, tuple(window_months(reading))
    series = [series_of(reading.session, agency, measure) for measure in _NEEDED]
    pressure = Pressure(months, *series)
    found = {row.key.area: pressure.of(row.key.area) for row in rows} if months else {}
    drawn = [name for name in MEASURES if any(one[name] is not None for one in found.values())]
    if not drawn or all(row.status is Status.HIDDEN for row in rows):
        return ()
    language = reading.language
    words = _words(language)
    columns = (
        Column("label", _("Area", language)),
        Column("percent", _("Leavers giving it", language), "percent"),
        Column("base", _("Leavers who answered", language), "people"),
        *(Column(name, words[name], "percent" if name == "vacancies" else "people") for name in drawn),
    )
    lines = [EvidencedRow(_cells(reading, row, found[row.key.area], drawn), evidence_of([row])) for row in rows]
    said = in_sentence(reading.names.reason(reason))
    title = _("“%(reason)s” by Area, beside the work there", language, reason=said)
    table = table_of(reading, title, columns, lines)
    axis = ChartWords("", value_axis=_("Percent of leavers giving it", language), base_axis=words[drawn[0]])
    figure = scatter_chart(table, axis, "label", drawn[0], "percent", named=_standing_out(reading, reason))
    return (Exhibit("by-area", title, table, figure, hidden_link=reading.address("hidden", by=By.AREA.value)),)


_NEEDED = (Measure.CASELOAD, Measure.VACANCIES, Measure.SICKNESS_DAYS, Measure.HEADCOUNT)


def _words(language: str) -> dict[str, str]:
    return {
        "caseload": _("Cases for each person", language),
        "vacancies": _("Posts vacant", language),
        "sickness": _("Days of sickness for each person in a year", language),
    }


def _cells(
    reading: Reading, row: PublishedRow, work: dict[str, float | None], drawn: Sequence[str]
) -> tuple[Cell, ...]:
    """A hidden Area keeps its name alone: its own figures are HR's, and belong on HR's page."""
    if row.status is Status.HIDDEN:
        return (reading.place(row.key), HIDDEN_SYMBOL, None, *(None for _name in drawn))
    return (reading.place(row.key), percent_of(row), row.base, *(work[name] for name in drawn))


def _standing_out(reading: Reading, reason: str) -> frozenset[str]:
    found = [one for one in reading.findings if one.reason == reason and one.family is Family.AREA]
    return frozenset(reading.place(one.key) for one in found if one.direction is Direction.OVER)
