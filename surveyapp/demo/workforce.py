"""The invented workforce behind the invented leavers: head-count, starters, vacancies, caseload, sickness by month."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import audit, clock
from surveyapp.cases.models import Case, CaseState
from surveyapp.context.file_rows import FigureKey, ReadFigure
from surveyapp.context.imports import ContextReport, write_figures
from surveyapp.context.models import Measure
from surveyapp.context.months import between, later, month_of

USUAL_RATE = 0.115
PRESSED = {"NM": 1.55, "HS": 1.2}
"""Areas with more work for each person than elsewhere, and how much more: Northmoor's leavers say so too."""
MORE_LEAVE = {"NM": 1.9}
"""Areas from which more leave than elsewhere."""
NOT_SENT = (("DY", -5), ("DY", -6))
"""Caseload that an Area has not sent, counted back from the newest month: the demo's own gap."""

Cell = tuple[str, str]
Figures = Iterator[tuple[Measure, str, str, str, float]]


def write_workforce(session: Session, agency: str, first: date, random: Random, actor: audit.Actor) -> None:
    """Everything by month from the month before the first to the last that is over."""
    today = clock.today()
    months = between(later(month_of(first), -1), later(month_of(today), -1))
    leavers = list(_leavers(session, agency))
    found = [*_people(leavers, months, random)]
    headcount: Counter[tuple[str, str]] = Counter()
    for measure, month, area, _role, value in found:
        headcount[area, month] += int(value) if measure is Measure.HEADCOUNT else 0
    found += _pressure(headcount, months, random)
    rows = [
        ReadFigure(n, FigureKey(agency, measure, month, area, role), value)
        for n, (measure, month, area, role, value) in enumerate(found, start=2)
    ]
    write_figures(session, rows, actor, ContextReport(len(rows), n_added=len(rows)))


def _leavers(session: Session, agency: str) -> Iterable[tuple[Cell, str, str]]:
    """(Area, role), month of the start and of the last day of everybody who has left or will."""
    known = select(Case.area, Case.job_role, Case.start_date, Case.last_working_day).where(
        Case.agency == agency, Case.state.in_([CaseState.OPEN, CaseState.CLOSED, CaseState.DIED])
    )
    for area, role, start, end in session.execute(known.order_by(Case.area, Case.job_role)):
        if start and end:
            yield (area, role), month_of(start), month_of(end)


def _people(leavers: list[tuple[Cell, str, str]], months: list[str], random: Random) -> Figures:
    """Head-count and starters: enough start to make good who left, the later leavers among them."""
    left = Counter((cell, end) for cell, _start, end in leavers)
    started = Counter((cell, start) for cell, start, _end in leavers)
    areas = sorted({cell[0] for cell, *_ in leavers})
    area_rate = {area: USUAL_RATE * random.uniform(0.85, 1.15) * MORE_LEAVE.get(area, 1.0) for area in areas}
    for cell in sorted({cell for cell, *_ in leavers}):
        monthly = sum(left[cell, month] for month in months) / len(months)
        people = max(4, round(12 * monthly / area_rate[cell[0]]))
        known = sum(started[cell, month] for month in months) / len(months)
        yield Measure.HEADCOUNT, months[0], *cell, people
        for month in months[1:]:
            wanted = max(0.0, monthly - known) * random.uniform(0.4, 1.6)
            joined = started[cell, month] + int(wanted) + (random.random() < wanted % 1)
            people = max(1, people + joined - left[cell, month])
            yield Measure.STARTERS, month, *cell, joined
            yield Measure.HEADCOUNT, month, *cell, people


def _pressure(headcount: Counter[tuple[str, str]], months: list[str], random: Random) -> Figures:
    """Vacancies, caseload and sickness of every Area, with ordinary ups and downs."""
    missing = {(area, later(months[-1], back)) for area, back in NOT_SENT}
    for area in sorted({area for area, _month in headcount}):
        more = PRESSED.get(area, 1.0)
        caseload, vacant, sick = (
            random.uniform(29, 41) * more,
            random.uniform(0.04, 0.08) * more,
            random.uniform(0.5, 0.75),
        )
        for month in months:
            people = headcount[area, month]
            if (area, month) not in missing:
                yield Measure.CASELOAD, month, area, "", round(caseload * random.uniform(0.95, 1.05), 1)
            yield Measure.VACANCIES, month, area, "", round(people * vacant * random.uniform(0.8, 1.2))
            yield (
                Measure.SICKNESS_DAYS,
                month,
                area,
                "",
                round(people * sick * more**0.5 * random.uniform(0.85, 1.15), 1),
            )
