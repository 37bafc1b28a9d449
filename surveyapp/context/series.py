"""One measure of one agency over time: totals for an Area or a job role, and the months that are missing.

A stated total is used as it stands; else the parts are added up: Areas, then job roles, then bands of service. A part
counts as none before its own first month. From then on it must be there in every month up to the measure's newest; a
place that closes is written as 0. A missing part makes the total missing: a figure is never smaller by silence.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp.context.models import EVERY, ContextFigure, Measure
from surveyapp.context.months import between

Place = tuple[str, str, str]
"""Area, job role, band of service; '' is all of them."""


@dataclass(frozen=True, order=True)
class Gap:
    """A figure that should be there: the month, Area and job role ('' is all)."""

    period: str
    area: str
    role: str


class FiguresMissing(LookupError):
    """A total lacks figures; `gaps` say which."""

    def __init__(self, gaps: Iterable[Gap]) -> None:
        self.gaps = tuple(sorted(set(gaps)))
        super().__init__(f"{len(self.gaps)} figures are missing")


@dataclass(frozen=True)
class Series:
    """Every figure of one measure of one agency, by place and month."""

    cells: Mapping[Place, Mapping[str, float]]
    _parts: dict[Place, tuple[Place, ...]] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def first(self) -> str:
        """The first month held; '' when nothing is."""
        return min((month for months in self.cells.values() for month in months), default="")

    @cached_property
    def last(self) -> str:
        """The newest month held; '' when nothing is."""
        return max((month for months in self.cells.values() for month in months), default="")

    @cached_property
    def areas(self) -> tuple[str, ...]:
        return tuple(sorted({area for area, _role, _band in self.cells if area != EVERY}))

    @cached_property
    def roles(self) -> tuple[str, ...]:
        return tuple(sorted({role for _area, role, _band in self.cells if role != EVERY}))

    @property
    def is_empty(self) -> bool:
        return not self.cells

    def holds(self, area: str, role: str) -> bool:
        """Whether anything is held of a place or inside it."""
        return (area, role, EVERY) in self.cells or bool(self._parts_of((area, role, EVERY)))

    def total(self, period: str, area: str = EVERY, role: str = EVERY) -> float:
        """The figure of a place in a month. Errors: FiguresMissing."""
        gaps: list[Gap] = []
        found = self._total((area, role, EVERY), period, gaps)
        if found is None and not gaps:
            gaps.append(Gap(period, area, role))
        if gaps or found is None:
            raise FiguresMissing(gaps)
        return found

    def totals(self, periods: Sequence[str], area: str = EVERY, role: str = EVERY) -> list[float]:
        """The figures of a place in each month. Errors: FiguresMissing, naming every gap at once."""
        found: list[float] = []
        gaps: list[Gap] = []
        for period in periods:
            try:
                found.append(self.total(period, area, role))
            except FiguresMissing as missing:
                gaps += missing.gaps
        if gaps:
            raise FiguresMissing(gaps)
        return found

    def mean_per_person(self, headcount: "Series", period: str, area: str = EVERY, role: str = EVERY) -> float | None:
        """A figure that is already per person, such as caseload: as stated, else weighted by head-count.

        Job roles without the figure do not count: not everybody carries cases. None where nothing is stated.
        """
        stated = self.cells.get((area, role, EVERY), {}).get(period)
        if stated is not None:
            return stated
        people, cases = self._people_and_cases(headcount, period, (area, role, EVERY))
        return cases / people if people else None

    def _people_and_cases(self, headcount: "Series", period: str, place: Place) -> tuple[float, float]:
        """Head-count of those whose figure is stated, and what they carry together."""
        stated = self.cells.get(place, {}).get(period)
        if stated is None:
            pairs = [self._people_and_cases(headcount, period, part) for part in self._parts_of(place)]
            return sum(people for people, _cases in pairs), sum(cases for _people, cases in pairs)
        try:
            people = headcount.total(period, place[0], place[1])
        except FiguresMissing:
            return 0.0, 0.0  # without a head-count there is no weight; the others stand for the place
        return people, people * stated

    def gaps(self) -> list[Gap]:
        """Every figure that a place has lacked since its own first month, up to the measure's newest."""
        found = []
        for (area, role, _band), months in self.cells.items():
            found += [Gap(month, area, role) for month in between(min(months), self.last) if month not in months]
        return sorted(set(found))

    def _total(self, place: Place, period: str, gaps: list[Gap]) -> float | None:
        """The stated figure, else the sum of the parts; None before the place's first month."""
        stated = self.cells.get(place, {})
        if period in stated:
            return stated[period]
        parts = self._parts_of(place)
        if not parts:
            if stated and min(stated) <= period:
                gaps.append(Gap(period, place[0], place[1]))
            return None
        values = [self._total(part, period, gaps) for part in parts]
        known = [value for value in values if value is not None]
        return sum(known) if known else None

    def _parts_of(self, place: Place) -> tuple[Place, ...]:
        if place not in self._parts:
            self._parts[place] = tuple(self._find_parts(place))
        return self._parts[place]

    def _find_parts(self, place: Place) -> Iterable[Place]:
        """A division of the place that has figures: by Area, else by job role, else by band."""
        area, role, band = place
        held = [one for one in self.cells if one != place and _is_inside(one, place)]
        if band != EVERY or not held:
            return []
        if area == EVERY and any(one[0] != EVERY for one in held):
            return [(code, role, EVERY) for code in sorted({one[0] for one in held if one[0] != EVERY})]
        if role == EVERY and any(one[1] != EVERY for one in held):
            return [(area, code, EVERY) for code in sorted({one[1] for one in held if one[1] != EVERY})]
        return sorted(one for one in held if one[2] != EVERY)


def _is_inside(one: Place, place: Place) -> bool:
    return all(outer in (EVERY, inner) for inner, outer in zip(one, place, strict=True))


def series_of(session: Session, agency: str, measure: Measure) -> Series:
    """Everything held of one measure of an agency."""
    query = select(
        ContextFigure.area, ContextFigure.role, ContextFigure.tenure_band, ContextFigure.period, ContextFigure.value
    ).where(ContextFigure.agency == agency, ContextFigure.measure == measure)
    cells: dict[Place, dict[str, float]] = {}
    for area, role, band, period, value in session.execute(query):
        cells.setdefault((area, role, band), {})[period] = value
    return Series(cells)


def edition(session: Session, agency: str) -> tuple[object, ...]:
    """Changes whenever a figure of the agency is added or corrected: what was made from an older one is stale."""
    query = select(func.count(), func.max(ContextFigure.changed_at)).where(ContextFigure.agency == agency)
    return tuple(session.execute(query).one())
