"""What stands out in a release: worked out at the cut on full counts, stored only for visible groups."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from analytics.frozen import FrozenBatch
from analytics.release_findings import findings_of_release
from analytics.releases import newest_groups
from analytics.tables import PublishedGroup, Status
from surveyapp.reports.models import ReleaseRow
from surveyapp.reports.sources import INTERVIEWER, LEAVER, LEAVER_MAIN
from surveyapp.reports.stored import comparison_values, key_of

COMPARED = (LEAVER, LEAVER_MAIN, INTERVIEWER)
_KEY_COLUMNS = (
    ReleaseRow.release,
    ReleaseRow.source,
    ReleaseRow.family,
    ReleaseRow.role,
    ReleaseRow.area,
    ReleaseRow.window_code,
    ReleaseRow.window_first,
    ReleaseRow.window_last,
    ReleaseRow.selection,
    ReleaseRow.dimension,
    ReleaseRow.level,
    ReleaseRow.reason,
)


def comparisons_of(
    batches: Sequence[FrozenBatch], visible: Sequence[PublishedGroup], sensitive: frozenset[str]
) -> Iterator[dict[str, Any]]:
    """Every comparison of a visible group, by selection: `selection`, `rank` (findings only), `comparison`."""
    for selection, found in findings_of_release(batches, visible, sensitive).items():
        ranks = {(one.key, one.reason): rank for rank, one in enumerate(found.findings, start=1)}
        for one in found.comparisons:
            rank = ranks.get((one.key, one.reason))
            yield {"selection": selection.value, "rank": rank, "comparison": comparison_values(one)}


def visible_groups(session: Session, agency: str, source: str) -> list[PublishedGroup]:
    """The groups the agency has published so far, the newest of each: keys and visible reasons, no counts."""
    shown = select(*_KEY_COLUMNS).where(
        ReleaseRow.agency == agency, ReleaseRow.source == source, ReleaseRow.status != Status.HIDDEN.value
    )
    reasons: dict[tuple[object, ...], dict[str, int]] = {}
    accepted: dict[tuple[object, ...], Row[*tuple[Any, ...]]] = {}
    for row in session.execute(shown.order_by(ReleaseRow.release)):
        key = tuple(row[1:-1])
        accepted[key] = row
        reasons.setdefault(key, {})[row.reason] = 0
    groups = (PublishedGroup(key_of(row), 0, reasons[key], str(row.release)) for key, row in accepted.items())
    return list(newest_groups(groups).values())
