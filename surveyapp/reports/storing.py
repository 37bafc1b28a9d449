"""Storing what a cut gives: published groups for later audits, rows for readers, and what stands out."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from analytics.frozen import FrozenBatch
from analytics.lattice import UNDATED
from analytics.ratings import rating_rows
from analytics.releases import Release as Cut
from analytics.tables import PublishedRow
from surveyapp.db import insert_many
from surveyapp.reports import comparing
from surveyapp.reports.models import Release, ReleaseFinding, ReleaseGroup, ReleaseRow, new_id


def store_cut(
    session: Session,
    release: Release,
    source: str,
    cut: Cut,
    batches: Sequence[FrozenBatch],
) -> None:
    """Everything one source adds to a release: indicators for later audits, rows for readers, findings."""
    groups = [
        {"id": new_id(), "release": release.number, "source": source, "indicator": one.as_json(), "position": at}
        for at, one in enumerate(cut.published)
    ]
    rows = [_row_values(release, row) for row in _rows(release, source, cut)]
    insert_many(session, ReleaseGroup, groups)
    insert_many(session, ReleaseRow, rows)
    if source in comparing.COMPARED:
        _store_findings(session, release, source, batches, cut)


def _rows(release: Release, source: str, cut: Cut) -> Sequence[PublishedRow]:
    """The rows as they were cut; those of a rating tell who is in favour of each statement, with the mean."""
    question = release.questions.get(source, {})
    if not question.get("scale"):
        return cut.rows
    statements = [answer["code"] for answer in question["answers"]]
    return [row for group in cut.groups for row in rating_rows(group, question["scale"], statements)]


def _row_values(release: Release, row: PublishedRow) -> dict[str, object]:
    key = row.key
    return {
        "id": new_id(),
        "release": release.number,
        "agency": release.agency,
        "source": key.source,
        "family": key.family.value,
        "role": key.role,
        "area": key.area,
        "window_code": key.window.code.value,
        "window_first": key.window.first,
        "window_last": key.window.last,
        "selection": key.selection.value,
        "dimension": key.dimension,
        "level": key.level,
        "reason": row.reason,
        "n": row.n,
        "base": row.base,
        "percent": row.percent,
        "low": row.low,
        "high": row.high,
        "status": row.status.value,
        "weighted_percent": row.weighted_percent,
        "mean_tenths": None if row.mean is None else round(10 * row.mean),
    }


def _store_findings(session: Session, release: Release, name: str, batches: Sequence[FrozenBatch], cut: Cut) -> None:
    """What stands out, for the sources where reasons are the leaver's or interviewer's coded view."""
    known = [batch for batch in batches if batch.period <= release.as_of or batch.period == UNDATED]
    visible = comparing.visible_groups(session, release.agency, name)
    values = [
        {"id": new_id(), "release": release.number, "source": name, **found}
        for found in comparing.comparisons_of(known, visible, cut.settings.sensitive)
    ]
    insert_many(session, ReleaseFinding, values)
