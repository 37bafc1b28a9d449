"""Leavers and staff month by month, for the pages that need a denominator: frozen leavers over head-counts as held."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from analytics.rates import HeadcountMissing, Rate, Stratum, indirectly_standardised, leaving_rate
from analytics.tables import Selection
from surveyapp.context.models import Measure
from surveyapp.context.months import between, later, month_of
from surveyapp.context.series import FiguresMissing, Gap, Series, series_of
from surveyapp.reports import queries
from surveyapp.reports.pages.operational import Counts
from surveyapp.reports.pages.reading import Reading
from surveyapp.reports.populations import LEAVERS
from surveyapp.reports.sources import RESIGNATION
from surveyapp.reports.wording import final_day_of, first_day_of

QUARTERS_A_YEAR = 4


@dataclass(frozen=True)
class PlaceRate:
    """One place's rate; `gaps` say why there is none, `expected` is the rate its mix would have elsewhere."""

    code: str
    name: str
    rate: Rate | None
    expected: float | None
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True)
class StaffMonths:
    """Leavers of the type asked for, and head-counts, over the months of a window."""

    months: tuple[str, ...]
    leavers: tuple[Counts, ...]
    headcount: Series
    _means: dict[tuple[str, str], float] = field(default_factory=dict, compare=False, repr=False)

    @property
    def month_ends(self) -> list[str]:
        """The month before the window and every month of it: n + 1 month-ends for n months."""
        return [later(self.months[0], -1), *self.months]

    def n_leavers(self, area: str = "", role: str = "", month: str = "") -> int:
        """How many left a place, in the window or one month of it."""
        return sum(
            row["n"]
            for row in self.leavers
            if area in ("", row["area"]) and role in ("", row["role"]) and month in ("", row["month"])
        )

    def rate(self, area: str = "", role: str = "") -> Rate:
        """Errors: FiguresMissing, HeadcountMissing."""
        return leaving_rate(self.n_leavers(area, role), self.headcount.totals(self.month_ends, area, role))

    def rate_of(self, code: str, name: str, *, is_area: bool) -> PlaceRate:
        """The rate of one Area or job role, with what its own mix of roles or Areas would lead to."""
        place = {"area": code} if is_area else {"role": code}
        try:
            rate = self.rate(**place)
        except FiguresMissing as missing:
            return PlaceRate(code, name, None, None, missing.gaps)
        except HeadcountMissing:
            return PlaceRate(code, name, None, None)
        return PlaceRate(code, name, rate, self._expected(code, rate, is_area))

    def _expected(self, code: str, rate: Rate, is_area: bool) -> float | None:
        """The place's rate if each part of it left at the whole agency's rate; None where head-counts are not split."""
        others = self.headcount.roles if is_area else self.headcount.areas
        try:
            strata = [self._stratum(code, other, is_area) for other in others]
            expected = indirectly_standardised([one for one in strata if one is not None]).expected
        except (FiguresMissing, ValueError, ZeroDivisionError):
            return None
        return rate.per_cent * expected / rate.leavers if rate.leavers else None

    def _stratum(self, code: str, other: str, is_area: bool) -> Stratum | None:
        area, role = (code, other) if is_area else (other, code)
        if not self.headcount.holds(area, role):
            return None
        whole = {"role": other} if is_area else {"area": other}
        return Stratum(self.n_leavers(area, role), self._mean(area, role), self.n_leavers(**whole), self._mean(**whole))

    def _mean(self, area: str = "", role: str = "") -> float:
        """Mean head-count of a place, worked out once: every Area's mix asks for every role's."""
        if (area, role) not in self._means:
            ends = self.month_ends
            self._means[area, role] = sum(self.headcount.totals(ends, area, role)) / len(ends)
        return self._means[area, role]

    def by_month(self) -> list[tuple[str, int, float]]:
        """(month, leavers, mean of the two month-ends) where both head-counts are held."""
        found = []
        for month in self.months:
            try:
                ends = self.headcount.totals([later(month, -1), month])
            except FiguresMissing:
                continue
            found.append((month, self.n_leavers(month=month), sum(ends) / 2))
        return found


def staff_months(reading: Reading, months: Sequence[str]) -> StaffMonths:
    """The leavers frozen for those months, of the type that is asked for, and the head-counts held now."""
    return StaffMonths(
        tuple(months),
        tuple(row for row in _frozen_leavers(reading) if months and months[0] <= row["month"] <= months[-1]),
        series_of(reading.session, reading.release.agency, Measure.HEADCOUNT),
    )


def _frozen_leavers(reading: Reading) -> list[Counts]:
    by_quarter = queries.counts_of(reading.session, reading.release, LEAVERS)
    rows: list[Counts] = [row for rows in by_quarter.values() for row in rows]
    if reading.asked.selection is Selection.ALL:
        return rows
    return [row for row in rows if row["leaving_type"] == RESIGNATION]


def frozen_months(reading: Reading) -> list[str]:
    """Every month whose leavers are frozen up to this release; empty for the releases of an outside survey."""
    held = [period for period in queries.counts_of(reading.session, reading.release, LEAVERS) if "Q" in period]
    if not held:
        return []
    return between(month_of(first_day_of(min(held))), month_of(final_day_of(max(held))))


def window_months(reading: Reading) -> list[str]:
    """The months of the window asked for that are frozen: those of the organisation's rows, else the newest year."""
    held = frozen_months(reading)
    window = next((row.key.window for row in reading.organisation if "Q" in row.key.window.first), None)
    if window is None:
        return held[-12:]
    first, last = month_of(first_day_of(window.first)), month_of(final_day_of(window.last))
    return [month for month in held if first <= month <= last]


def place_rates(
    found: StaffMonths, codes: Sequence[str], names: Callable[[str], str], *, is_area: bool
) -> list[PlaceRate]:
    """The rates of all Areas or job roles that have staff or leavers, in order of their names."""
    held = found.headcount.areas if is_area else found.headcount.roles
    wanted = [code for code in codes if code in held or found.n_leavers(**{"area" if is_area else "role": code})]
    return sorted((found.rate_of(code, names(code), is_area=is_area) for code in wanted), key=lambda one: one.name)
