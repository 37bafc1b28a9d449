"""All agencies together: which signed releases are added up for a period, and what that gives (CONTRACTS 2.6)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from analytics.disclosure import ALL_AGENCIES_FROM, sum_of_agencies
from analytics.masks import rows_of
from analytics.tables import Family, PublishedGroup, PublishedRow, Selection, Status, WindowCode
from analytics.themes import rank_released
from surveyapp.access import Permission, Viewer
from surveyapp.directory import queries as directory
from surveyapp.reports import queries
from surveyapp.reports.models import Release
from surveyapp.reports.sources import LEAVER

WINDOWS = (
    WindowCode.TWELVE_MONTHS,
    WindowCode.YEAR,
    WindowCode.TWO_YEARS,
    WindowCode.THREE_YEARS,
    WindowCode.FIVE_YEARS,
    WindowCode.QUARTER,
)
"""What whole organisations are published for, in the order in which it is offered."""


@dataclass(frozen=True)
class AskedOfAll:
    """One question to all agencies: the period their releases speak of, the window, and which leavers."""

    as_of: str
    window: WindowCode = WindowCode.TWELVE_MONTHS
    selection: Selection = Selection.RESIGNATION


@dataclass(frozen=True)
class Member:
    """One agency's release, and the rows it shows of the whole organisation."""

    release: Release
    rows: tuple[PublishedRow, ...]

    @property
    def group(self) -> PublishedGroup:
        """The organisation as it may be added up: reasons with a number of their own, none behind a mask."""
        counts = {row.reason: int(row.n) for row in self.rows if row.status is Status.SHOWN}
        first = self.rows[0]
        return PublishedGroup(first.key, first.base or 0, counts, first.accepted_in)


@dataclass(frozen=True)
class Together:
    """`rows` is the sum, commonest reason first: empty where fewer than three agencies show the same window.

    `left_out` are agencies with a signed release that shows nothing of that window, `not_added` the reasons that some
    of the agencies show and others do not.
    """

    asked: AskedOfAll
    members: tuple[Member, ...]
    left_out: tuple[Release, ...]
    rows: tuple[PublishedRow, ...] = ()
    not_added: tuple[str, ...] = ()


def may_in_all(viewer: Viewer, session: Session, permission: Permission = Permission.SEE_REPORTS) -> bool:
    """All agencies together is for those who read the reports of every one: a ministry, not one agency's lead."""
    scope = viewer.scope_for(permission)
    return all(scope.reaches(one.code) for one in directory.agencies(session))


def periods_together(session: Session) -> list[str]:
    """The periods for which three agencies and more have signed a release, newest first."""
    signed = queries.agencies_signed(session)
    return sorted((period for period, agencies in signed.items() if len(agencies) >= ALL_AGENCIES_FROM), reverse=True)


def newest_period(session: Session) -> str:
    """What is shown when no period is asked for: the newest that can be added up, else the newest there is."""
    return next(iter(periods_together(session)), max(queries.agencies_signed(session), default=""))


def is_offered_to(viewer: Viewer | None, session: Session) -> bool:
    """Whether there is such a page for this reader."""
    return viewer is not None and may_in_all(viewer, session) and bool(periods_together(session))


def agencies_together(session: Session, asked: AskedOfAll) -> Together:
    """The sum of what the agencies' releases of the period publish, over one window that all who are in it show."""
    releases = [one for one in queries.signed_releases(session) if one.as_of == asked.as_of]
    found = [Member(one, _shown_rows(session, one, asked)) for one in sorted(releases, key=lambda one: one.agency)]
    newest = max((one.rows[0].key.window for one in found if one.rows), key=lambda w: (w.last, w.first), default=None)
    members = tuple(one for one in found if one.rows and one.rows[0].key.window == newest)
    left_out = tuple(one.release for one in found if one not in members)
    total = sum_of_agencies([one.group for one in members])
    together = Together(asked, members, left_out)
    return together if total is None else _with_sum(together, total)


def _shown_rows(session: Session, release: Release, asked: AskedOfAll) -> tuple[PublishedRow, ...]:
    """The release's rows of the whole organisation; none where it is hidden."""
    found = queries.rows_of(session, release, LEAVER, Family.ORGANISATION, asked.selection, [asked.window])
    visible = any(row.base is not None for row in found)
    return tuple(sorted(found, key=lambda row: (row.base is None, row.reason))) if visible else ()


def _with_sum(together: Together, total: PublishedGroup) -> Together:
    sensitive = {one["code"] for one in _reasons(together.members) if one.get("sensitive")}
    rows = rows_of(total, sorted(total.counts), sensitive)
    ranked = tuple(row for _rank, row in rank_released(rows))
    shown = {reason for one in together.members for reason in one.group.counts}
    return replace(together, rows=ranked, not_added=tuple(sorted(shown - set(total.counts))))


def _reasons(members: Sequence[Member]) -> list[dict[str, Any]]:
    return [one for member in members for one in member.release.reasons]


def reason_names(members: Sequence[Member], language: str) -> dict[str, str]:
    """What the releases call their reasons."""
    return {one["code"]: one.get(language) or one["en"] for one in _reasons(members)}
