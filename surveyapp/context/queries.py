"""What is held of context, for those who look after it: measures, months, Areas, gaps, corrections."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.access import Permission, Viewer
from surveyapp.access.scope import within
from surveyapp.context.models import EVERY, ContextFigure, ContextImport, ContextRevision, Measure
from surveyapp.context.months import between, later
from surveyapp.context.series import FiguresMissing, Gap, Series, series_of

MONTHS_SHOWN = 13
MOST_IMPORTS = 20
MOST_REVISIONS = 100


@dataclass(frozen=True)
class Held:
    """What is held of one measure of an agency."""

    measure: Measure
    first: str
    last: str
    n_areas: int
    n_roles: int
    gaps: tuple[Gap, ...]


@dataclass(frozen=True)
class AreaLine:
    """One Area's figures by month; None is a month that is missing."""

    area: str
    values: tuple[float | None, ...]


def held_for(viewer: Viewer, session: Session, agency: str) -> list[Held]:
    """Every measure with its span and gaps; measures without figures have empty months."""
    if not viewer.scope_for(Permission.IMPORT_CONTEXT).reaches(agency):
        return []
    return [_held(series_of(session, agency, measure), measure) for measure in Measure]


def _held(series: Series, measure: Measure) -> Held:
    return Held(measure, series.first, series.last, len(series.areas), len(series.roles), tuple(series.gaps()))


def months_by_area(viewer: Viewer, session: Session, agency: str, measure: Measure) -> tuple[list[str], list[AreaLine]]:
    """The newest thirteen months held of a measure, and every Area's figures in them, the whole agency first."""
    if not viewer.scope_for(Permission.IMPORT_CONTEXT).reaches(agency):
        return [], []
    series = series_of(session, agency, measure)
    if series.is_empty:
        return [], []
    months = between(max(series.first, later(series.last, 1 - MONTHS_SHOWN)), series.last)
    headcount = series_of(session, agency, Measure.HEADCOUNT) if measure is Measure.CASELOAD else series
    shown = [area for area in series.areas if viewer.may(Permission.IMPORT_CONTEXT, agency, area)]
    whole = [EVERY] if viewer.may(Permission.IMPORT_CONTEXT, agency) else []
    lines = [
        AreaLine(area, tuple(_value(series, headcount, measure, m, area) for m in months)) for area in whole + shown
    ]
    return months, lines


def _value(series: Series, headcount: Series, measure: Measure, month: str, area: str) -> float | None:
    if measure is Measure.CASELOAD:
        return series.mean_per_person(headcount, month, area)
    try:
        return series.total(month, area)
    except FiguresMissing:
        return None


def imports_for(viewer: Viewer, session: Session) -> list[ContextImport]:
    """The newest files that were brought in; only for those who look after a whole agency."""
    if viewer.scope_for(Permission.IMPORT_CONTEXT).is_empty:
        return []
    return list(session.scalars(select(ContextImport).order_by(ContextImport.applied_at.desc()).limit(MOST_IMPORTS)))


@dataclass(frozen=True)
class Corrected:
    """One correction, with the figure it was made to."""

    at: datetime
    figure: ContextFigure
    before: float
    after: float
    by_kind: str
    by_id: str


def corrections_for(viewer: Viewer, session: Session, agency: str) -> list[Corrected]:
    """The newest corrections of an agency's figures in the viewer's places."""
    query = (
        select(ContextRevision, ContextFigure, ContextImport)
        .join(ContextFigure, ContextFigure.id == ContextRevision.figure_id)
        .join(ContextImport, ContextImport.id == ContextRevision.import_id)
        .where(
            ContextFigure.agency == agency,
            within(viewer, Permission.IMPORT_CONTEXT, ContextFigure.agency, ContextFigure.area),
        )
        .order_by(ContextRevision.at.desc(), ContextFigure.period, ContextFigure.id)
        .limit(MOST_REVISIONS)
    )
    return [
        Corrected(one.at, figure, one.before, one.after, file.by_kind, file.by_id)
        for one, figure, file in session.execute(query)
    ]


def figures_for(viewer: Viewer, session: Session, agency: str) -> Iterator[ContextFigure]:
    """Every figure held of an agency in the viewer's places, in the order of a file."""
    query = (
        select(ContextFigure)
        .where(
            ContextFigure.agency == agency,
            within(viewer, Permission.IMPORT_CONTEXT, ContextFigure.agency, ContextFigure.area),
        )
        .order_by(
            ContextFigure.measure,
            ContextFigure.period,
            ContextFigure.area,
            ContextFigure.role,
            ContextFigure.tenure_band,
        )
    )
    yield from session.scalars(query)


def staff_ids(found: list[ContextImport] | list[Corrected]) -> set[UUID]:
    """The accounts among those who brought figures in."""
    return {UUID(one.by_id) for one in found if one.by_kind == "staff"}
