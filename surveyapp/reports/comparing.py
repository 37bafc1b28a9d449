"""What stands out, worked out at the cut on full counts and kept only for visible groups."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from analytics.expectation import ReasonCounts
from analytics.findings import Band, Comparison, Direction, VisibleGroup
from analytics.frozen import FrozenBatch
from analytics.releases import key_as_json, key_from_json
from analytics.standouts import find_standouts
from analytics.tables import Family, GroupKey, PublishedGroup, Selection, WindowCode
from surveyapp.reports.frames import INTERVIEWER, LEAVER, LEAVER_MAIN, RESIGNATION

COMPARED = (LEAVER, LEAVER_MAIN, INTERVIEWER)
MARGINS = (Family.ROLE, Family.AREA)
NEWEST_WINDOWS = (WindowCode.TWELVE_MONTHS, WindowCode.YEAR)
WINDOW_LENGTHS = {
    code: place
    for place, code in enumerate(
        (
            WindowCode.QUARTER,
            WindowCode.TWELVE_MONTHS,
            WindowCode.YEAR,
            WindowCode.TWO_YEARS,
            WindowCode.THREE_YEARS,
            WindowCode.FIVE_YEARS,
            WindowCode.EVERYTHING,
        )
    )
}


def comparisons_of(
    batches: Sequence[FrozenBatch], as_of: str, groups: Sequence[PublishedGroup], sensitive: frozenset[str]
) -> Iterator[dict[str, Any]]:
    """Every comparison of newly visible groups, by selection: `selection`, `rank` (findings only), `comparison`."""
    for selection in Selection:
        mine = [group for group in groups if group.key.selection is selection and group.key.window.last == as_of]
        chosen = [*_margins(mine), *_cells(mine)]
        if not chosen:
            continue
        spans = {str(group.key.window.code): group.key.window for group in chosen}
        counts = {code: counts_over(batches, span.first, span.last, selection) for code, span in spans.items()}
        found = find_standouts(counts, [VisibleGroup.of(group) for group in chosen], sensitive)
        ranks = {_key(one): rank for rank, one in enumerate(found.findings, start=1)}
        for one in found.comparisons:
            yield {"selection": selection.value, "rank": ranks.get(_key(one)), "comparison": comparison_values(one)}


def comparison_values(one: Comparison) -> dict[str, Any]:
    """A comparison as plain values for storing."""
    return {**asdict(one), "key": key_as_json(one.key)}


def comparison_from(stored: dict[str, Any]) -> Comparison:
    """A stored comparison as a value again."""
    band, direction = stored["band"], stored["direction"]
    return Comparison(
        **{
            **stored,
            "key": key_from_json(stored["key"]),
            "direction": Direction(direction) if direction else None,
            "band": Band(band) if band else None,
        }
    )


def counts_over(batches: Sequence[FrozenBatch], first: str, last: str, selection: Selection) -> ReasonCounts:
    """Full counts by role and Area over a run of periods; they never leave the job."""
    rows = [
        row
        for batch in batches
        if first <= batch.period <= last
        for row in batch.atoms
        if selection is Selection.ALL or row.leaving_type == RESIGNATION
    ]
    roles = {code: at for at, code in enumerate(sorted({row.role for row in rows}))}
    areas = {code: at for at, code in enumerate(sorted({row.area for row in rows}))}
    reasons = batches[0].reasons
    n = np.zeros((len(roles), len(areas)), np.int64)
    x = np.zeros((len(reasons), len(roles), len(areas)), np.int64)
    for row in rows:
        n[roles[row.role], areas[row.area]] += row.base
        x[:, roles[row.role], areas[row.area]] += np.array(row.counts)
    return ReasonCounts(tuple(roles), tuple(areas), reasons, n, x)


def _margins(groups: Sequence[PublishedGroup]) -> list[PublishedGroup]:
    """Roles and Areas over the rolling twelve months; where a year ends, over the newest year too."""
    return [g for g in groups if g.key.family in MARGINS and g.key.window.code in NEWEST_WINDOWS]


def _cells(groups: Sequence[PublishedGroup]) -> list[PublishedGroup]:
    """Each role x Area cell over its longest published window."""
    longest: dict[tuple[str, str], PublishedGroup] = {}
    for group in groups:
        key = group.key
        if key.family is not Family.ROLE_AREA:
            continue
        held = longest.get((key.role, key.area))
        if held is None or WINDOW_LENGTHS[key.window.code] > WINDOW_LENGTHS[held.key.window.code]:
            longest[key.role, key.area] = group
    return list(longest.values())


def _key(one: Comparison) -> tuple[GroupKey, str]:
    return one.key, one.reason
