"""What stands out in a release: worked out at the cut on full counts, stored only for visible groups."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from analytics.frozen import FrozenBatch
from analytics.release_findings import findings_of_release
from analytics.releases import newest_groups
from analytics.tables import GroupKey, PublishedGroup, Status
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
    reasons: dict[GroupKey, dict[str, int]] = {}
    accepted: dict[GroupKey, str] = {}
    for row in session.execute(shown.order_by(ReleaseRow.release)):
        key = key_of(row)
        accepted[key] = str(row.release)
        reasons.setdefault(key, {})[row.reason] = 0
    groups = (PublishedGroup(key, 0, counts, accepted[key]) for key, counts in reasons.items())
    return list(newest_groups(groups).values())
