"""Reading releases: signed ones alone, and of those only the rows that were published."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from analytics.findings import Comparison
from analytics.tables import Family, PublishedRow, Selection, WindowCode
from surveyapp.access import Permission, Viewer
from surveyapp.reports.models import Release, ReleaseFinding, ReleaseRow, ReleaseState
from surveyapp.reports.stored import comparison_from, published_row


def readable_agencies(viewer: Viewer, session: Session) -> list[str]:
    """Agencies of which the viewer may read releases, those with a signed one first to last by code."""
    agencies = session.scalars(
        select(Release.agency).where(Release.state == ReleaseState.SIGNED).distinct().order_by(Release.agency)
    )
    return [agency for agency in agencies if reads_agency(viewer, agency)]


def reads_agency(viewer: Viewer, agency: str) -> bool:
    """Organisation, role and Area totals are for every lead of the agency, whatever their Areas (CONTRACTS 6)."""
    scope = viewer.scope_for(Permission.SEE_REPORTS)
    return scope.covers(agency, None) or any(owner == agency for owner, _ in scope.areas)


def reads_cells_of(viewer: Viewer, agency: str, area: str) -> bool:
    """Role x Area cells are only for those whose scope holds the Area."""
    return viewer.may(Permission.SEE_REPORTS, agency, area)


def signed_releases(session: Session, agency: str | None = None) -> list[Release]:
    """Signed releases, newest first."""
    query = select(Release).where(Release.state == ReleaseState.SIGNED).order_by(Release.number.desc())
    return list(session.scalars(query.where(Release.agency == agency) if agency else query))


def all_releases(session: Session, agency: str | None = None) -> list[Release]:
    """Every release, signed or not, newest first: for those who cut and sign."""
    query = select(Release).order_by(Release.number.desc())
    return list(session.scalars(query.where(Release.agency == agency) if agency else query))


def newest_signed(session: Session, agency: str) -> Release | None:
    """The newest signed release of an agency."""
    return next(iter(signed_releases(session, agency)), None)


def rows_of(
    session: Session,
    release: Release,
    source: str,
    family: Family,
    selection: Selection,
    windows: Iterable[WindowCode] | None = None,
    dimension: str = "",
) -> list[PublishedRow]:
    """The release's rows of one family: its own and, for every key it does not renew, the newest signed one before.

    Rows are in no order; a reader's page or file orders them by Area, role and reason.
    """
    query = _signed_rows(release, source, family, selection, dimension)
    if windows is not None:
        query = query.where(ReleaseRow.window_code.in_([str(code) for code in windows]))
    newest: dict[tuple[str, ...], int] = {}
    stored = list(session.scalars(query))
    for row in stored:
        newest[_standing(row)] = max(row.release, newest.get(_standing(row), 0))
    return [published_row(row) for row in stored if newest[_standing(row)] == row.release]


def findings_of(session: Session, release: Release, source: str, selection: Selection) -> list[Comparison]:
    """What stands out in this release, firmest first."""
    query = (
        select(ReleaseFinding.comparison)
        .where(
            ReleaseFinding.release == release.number,
            ReleaseFinding.source == source,
            ReleaseFinding.selection == selection.value,
            ReleaseFinding.rank.is_not(None),
        )
        .order_by(ReleaseFinding.rank)
    )
    return [comparison_from(stored) for stored in session.scalars(query)]


def comparisons_of(session: Session, release: Release, source: str, selection: Selection) -> list[Comparison]:
    """Every comparison of a visible group with what is expected of it."""
    query = select(ReleaseFinding.comparison).where(
        ReleaseFinding.release == release.number,
        ReleaseFinding.source == source,
        ReleaseFinding.selection == selection.value,
    )
    return sorted((comparison_from(stored) for stored in session.scalars(query)), key=_place)


def _signed_rows(
    release: Release, source: str, family: Family, selection: Selection, dimension: str
) -> Select[ReleaseRow]:
    return (
        select(ReleaseRow)
        .join(Release, Release.number == ReleaseRow.release)
        .where(
            ReleaseRow.agency == release.agency,
            ReleaseRow.release <= release.number,
            Release.state == ReleaseState.SIGNED,
            ReleaseRow.source == source,
            ReleaseRow.family == family.value,
            ReleaseRow.selection == selection.value,
            ReleaseRow.dimension == dimension,
        )
    )


def _standing(row: ReleaseRow) -> tuple[str, ...]:
    return row.role, row.area, row.window_code, row.level


def _place(one: Comparison) -> tuple[str, ...]:
    return one.family.value, one.key.window.code, one.key.area, one.key.role, one.reason


def in_reading_order(rows: Sequence[PublishedRow]) -> list[PublishedRow]:
    """Area, role, reason code (CONTRACTS 4)."""
    return sorted(rows, key=lambda row: (row.key.area, row.key.role, row.key.level, row.reason))
