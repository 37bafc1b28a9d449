"""Reading releases: signed ones alone, and of those only the rows that were published."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, select, true
from sqlalchemy.orm import Session, undefer_group

from analytics.findings import Comparison
from analytics.tables import Family, PublishedRow, Selection, WindowCode
from surveyapp.access import Permission, Viewer
from surveyapp.reports.frozen_rows import kept, standing_of
from surveyapp.reports.models import (
    AUDITS,
    FrozenCounts,
    Release,
    ReleaseAtoms,
    ReleaseFinding,
    ReleaseRow,
    ReleaseState,
)
from surveyapp.reports.stored import comparison_from, published_row


def reads_agency(viewer: Viewer | None, agency: str) -> bool:
    """Organisation, role and Area totals are for every lead of the agency, whatever their Areas (CONTRACTS 6).

    An operator at the command line (None) reads what a lead of the whole agency reads.
    """
    return viewer is None or viewer.scope_for(Permission.SEE_REPORTS).reaches(agency)


def reads_cells_of(viewer: Viewer | None, agency: str, area: str) -> bool:
    """Role x Area cells are only for those whose scope holds the Area."""
    return viewer is None or viewer.may(Permission.SEE_REPORTS, agency, area)


def signed_releases(session: Session, agency: str | None = None) -> list[Release]:
    """Signed releases, newest first."""
    query = select(Release).where(Release.state == ReleaseState.SIGNED).order_by(Release.number.desc())
    return list(session.scalars(query.where(Release.agency == agency) if agency else query))


def agencies_signed(session: Session) -> dict[str, set[str]]:
    """The agencies with a signed release, by the period it speaks of."""
    found: dict[str, set[str]] = {}
    for as_of, agency in session.execute(
        select(Release.as_of, Release.agency).where(Release.state == ReleaseState.SIGNED)
    ):
        found.setdefault(as_of, set()).add(agency)
    return found


def all_releases(session: Session, agency: str | None = None) -> list[Release]:
    """Every release, signed or not, newest first: for those who cut and sign."""
    query = select(Release).order_by(Release.number.desc()).options(undefer_group(AUDITS))
    return list(session.scalars(query.where(Release.agency == agency) if agency else query))


def known_before(session: Session) -> list[tuple[int, str, list[str]]]:
    """Each agency's newest release in which the second audit found what older releases already give away.

    Number, agency and the names of the groups: for the operator alone, who could read the stored audit anyway.
    """
    found: dict[str, tuple[int, str, list[str]]] = {}
    for release in all_releases(session):
        names = {name for results in release.sign_off.values() for one in results for name in one["known_before"]}
        if names and release.agency not in found:
            found[release.agency] = (release.number, release.agency, sorted(names))
    return list(found.values())


def frozen_periods(session: Session, agency: str) -> list[str]:
    """The periods whose counts are frozen: nothing can be added to them any more."""
    query = select(ReleaseAtoms.period).where(ReleaseAtoms.agency == agency).distinct().order_by(ReleaseAtoms.period)
    return list(session.scalars(query))


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
    wanted = None if windows is None else frozenset(windows)
    rows = _rows_of_family(session, release, source, family, selection, dimension)
    return [row for row in rows if wanted is None or row.key.window.code in wanted]


def _rows_of_family(
    session: Session, release: Release, source: str, family: Family, selection: Selection, dimension: str
) -> tuple[PublishedRow, ...]:
    key = ("rows", release.agency, standing_of(session, release), source, family, selection, dimension)
    return kept(session, key, lambda: _newest_rows(session, release, source, family, selection, dimension))


def _newest_rows(
    session: Session, release: Release, source: str, family: Family, selection: Selection, dimension: str
) -> tuple[PublishedRow, ...]:
    """The database finds the newest release of every key: of five years of rows one in ten is read."""
    signed = _signed(release, source, family, selection, dimension)
    newest = (
        select(*STANDING, func.max(ReleaseRow.release).label("newest")).where(*signed).group_by(*STANDING).subquery()
    )
    same = [newest.c[column.key] == column for column in STANDING]
    query = select(*SHOWN).join(newest, and_(*same, newest.c.newest == ReleaseRow.release)).where(*signed)
    stored = session.execute(query).all()
    last: dict[tuple[str, ...], str] = {}
    for row in stored:  # the one release of an imported survey holds several years
        last[_standing(row)] = max(row.window_last, last.get(_standing(row), ""))
    return tuple(published_row(row) for row in stored if last[_standing(row)] == row.window_last)


def quarters_of(session: Session, release: Release, source: str, selection: Selection) -> list[PublishedRow]:
    """The whole organisation's single quarters up to this release, oldest first."""
    key = ("quarters", release.agency, standing_of(session, release), source, selection)
    return list(kept(session, key, lambda: _quarters_of(session, release, source, selection)))


def _quarters_of(session: Session, release: Release, source: str, selection: Selection) -> tuple[PublishedRow, ...]:
    signed = _signed(release, source, Family.ORGANISATION, selection, "")
    stored = session.execute(select(*SHOWN).where(*signed, ReleaseRow.window_code == WindowCode.QUARTER.value))
    by_quarter = {(row.window_last, row.reason): row for row in sorted(stored, key=lambda row: row.release)}
    return tuple(published_row(by_quarter[key]) for key in sorted(by_quarter))


def twelve_months_ending(
    session: Session, release: Release, source: str, selection: Selection, period: str
) -> list[PublishedRow]:
    """The whole organisation's 12 months that ended with an earlier period, if a signed release published them."""
    query = select(*SHOWN).where(
        *_signed(release, source, Family.ORGANISATION, selection, ""),
        ReleaseRow.window_code == WindowCode.TWELVE_MONTHS.value,
        ReleaseRow.window_last == period,
    )
    key = ("year ending", release.agency, standing_of(session, release), source, selection, period)
    return kept(session, key, lambda: [published_row(row) for row in session.execute(query)])


def year_ending(
    session: Session,
    agency: str,
    source: str,
    family: Family,
    selection: Selection,
    window: WindowCode,
    last: str,
    reason: str,
    up_to: int | None = None,
) -> list[PublishedRow]:
    """One reason in every group of a family, in the window that ends with a quarter, if a signed release shows it;
    with `up_to` that one or one before it."""
    query = (
        select(*SHOWN)
        .join(Release, Release.number == ReleaseRow.release)
        .where(
            ReleaseRow.agency == agency,
            Release.state == ReleaseState.SIGNED,
            ReleaseRow.source == source,
            ReleaseRow.family == family.value,
            ReleaseRow.selection == selection.value,
            ReleaseRow.window_code == window.value,
            ReleaseRow.window_last == last,
            ReleaseRow.dimension == "",
            ReleaseRow.reason == reason,
            true() if up_to is None else Release.number <= up_to,
        )
    )
    return [published_row(row) for row in session.execute(query)]


@dataclass(frozen=True, order=True)
class Offered:
    """One choice the releases hold: a source, a family (with its D), a selection and a window."""

    source: str
    family: str
    dimension: str
    selection: str
    window: str


def offered_in(session: Session, release: Release) -> frozenset[Offered]:
    """Everything a reader of this release can ask for and get."""
    key = ("offered", release.agency, standing_of(session, release))
    return kept(session, key, lambda: _offered_in(session, release))


def _offered_in(session: Session, release: Release) -> frozenset[Offered]:
    columns = (
        ReleaseRow.source, ReleaseRow.family, ReleaseRow.dimension, ReleaseRow.selection, ReleaseRow.window_code
    )  # fmt: skip
    query = (
        select(*columns)
        .join(Release, Release.number == ReleaseRow.release)
        .where(
            ReleaseRow.agency == release.agency,
            ReleaseRow.release <= release.number,
            Release.state == ReleaseState.SIGNED,
        )
        .distinct()
    )
    return frozenset(Offered(*row) for row in session.execute(query))


def counts_of(session: Session, release: Release, kind: str) -> dict[str, list[dict[str, Any]]]:
    """HR's own counts frozen up to this release, by quarter, oldest first."""
    query = select(FrozenCounts.period, FrozenCounts.rows).where(
        FrozenCounts.agency == release.agency, FrozenCounts.kind == kind, FrozenCounts.period <= release.as_of
    )
    key = ("counts", release.agency, release.as_of, kind)
    return kept(
        session, key, lambda: {period: rows for period, rows in session.execute(query.order_by(FrozenCounts.period))}
    )


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
    key = ("comparisons", release.agency, release.number, source, selection)
    return kept(session, key, lambda: sorted(map(comparison_from, session.scalars(query)), key=_place))


def _signed(
    release: Release, source: str, family: Family, selection: Selection, dimension: str
) -> tuple[ColumnElement[bool], ...]:
    """The condition on rows of one family that this release may show: its own and those of signed ones before it."""
    signed = select(Release.number).where(
        Release.agency == release.agency, Release.number <= release.number, Release.state == ReleaseState.SIGNED
    )
    return (
        ReleaseRow.agency == release.agency,
        ReleaseRow.release.in_(signed),
        ReleaseRow.source == source,
        ReleaseRow.family == family.value,
        ReleaseRow.selection == selection.value,
        ReleaseRow.dimension == dimension,
    )


STANDING = (ReleaseRow.role, ReleaseRow.area, ReleaseRow.window_code, ReleaseRow.level)
"""What makes a group of one family the same group in every release."""

SHOWN = tuple(column for column in ReleaseRow.__table__.columns if column.key not in ("id", "agency"))
"""What readers see of a row, read as plain values: thousands of objects would take longer than the page."""


def _standing(row: Row[*tuple[Any, ...]]) -> tuple[str, ...]:
    return row.role, row.area, row.window_code, row.level


def _place(one: Comparison) -> tuple[str, ...]:
    return one.family.value, one.key.window.code, one.key.area, one.key.role, one.reason


def in_reading_order(rows: Sequence[PublishedRow]) -> list[PublishedRow]:
    """Area, role, reason code (CONTRACTS 4)."""
    return sorted(rows, key=lambda row: (row.key.area, row.key.role, row.key.level, row.reason))
