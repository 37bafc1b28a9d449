"""The stand-outs of one release: which counts and which visible groups go into them (CONTRACTS 7)."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from analytics.expectation import ReasonCounts
from analytics.findings import Standouts, VisibleGroup
from analytics.frozen import FrozenBatch, check_together
from analytics.standouts import find_standouts
from analytics.tables import Family, PublishedGroup, Selection, Window, WindowCode

RESIGNATION = "resignation"
_MARGIN_WINDOWS = (WindowCode.TWELVE_MONTHS, WindowCode.YEAR)
_CELL_ORDER = (WindowCode.YEAR, WindowCode.TWO_YEARS, WindowCode.THREE_YEARS, WindowCode.FIVE_YEARS)


def findings_of_release(
    batches: Sequence[FrozenBatch], visible: Iterable[PublishedGroup], sensitive: frozenset[str] = frozenset()
) -> Mapping[Selection, Standouts]:
    """What stands out in one source of one agency, apart for resignations and for all leavers.

    batches: every frozen batch of the source up to the release. visible: the groups readers see in the release, older
    ones carried forward included. Roles and Areas are compared over 12 months and the newest year, each cell over its
    longest published window; undated imports over everything. Errors: BatchesDisagree.
    """
    check_together(batches)
    groups = list(visible)
    found = {}
    for selection in Selection:
        chosen = _chosen([group for group in groups if group.key.selection is selection])
        counts = {window: counts_of(batches, window, selection) for window in {group.key.window for group in chosen}}
        found[selection] = find_standouts(counts, [VisibleGroup.of(group) for group in chosen], sensitive)
    return found


def _chosen(groups: Sequence[PublishedGroup]) -> list[PublishedGroup]:
    return [*_margins(groups), *_longest_cells(groups)]


def _margins(groups: Sequence[PublishedGroup]) -> list[PublishedGroup]:
    """Roles and Areas of 12 months and of the newest year; of everything where an import has no dates."""
    margins = [group for group in groups if group.key.family in (Family.ROLE, Family.AREA)]
    dated = [group for group in margins if group.key.window.code in _MARGIN_WINDOWS]
    if not dated:
        return [group for group in margins if group.key.window.code is WindowCode.EVERYTHING]
    newest = {
        code: max((group.key.window.last for group in dated if group.key.window.code is code), default="")
        for code in _MARGIN_WINDOWS
    }
    return [group for group in dated if group.key.window.last == newest[group.key.window.code]]


def _longest_cells(groups: Sequence[PublishedGroup]) -> list[PublishedGroup]:
    """One group for each cell: the longest published window, the newest of that length."""
    longest: dict[tuple[str, str], PublishedGroup] = {}
    for group in groups:
        if group.key.family is not Family.ROLE_AREA:
            continue
        cell = (group.key.role, group.key.area)
        if cell not in longest or _rank(group) > _rank(longest[cell]):
            longest[cell] = group
    return list(longest.values())


def _rank(group: PublishedGroup) -> tuple[int, str]:
    """Dated windows by length, an import's whole file below them, then the newest."""
    code = group.key.window.code
    return (_CELL_ORDER.index(code) if code in _CELL_ORDER else -1), group.key.window.last


def counts_of(batches: Sequence[FrozenBatch], window: Window, selection: Selection) -> ReasonCounts:
    """Full counts of one window and selection by role and Area, everyone who answered the reasons question included.

    Roles and Areas are those of any batch given, in order of their codes; shape as in ReasonCounts.
    """
    roles = sorted({row.role for batch in batches for row in batch.atoms})
    areas = sorted({row.area for batch in batches for row in batch.atoms})
    reasons = batches[0].reasons
    n = np.zeros((len(roles), len(areas)), dtype=np.int64)
    x = np.zeros((len(reasons), len(roles), len(areas)), dtype=np.int64)
    role_at, area_at = ({code: i for i, code in enumerate(codes)} for codes in (roles, areas))
    for batch in batches:
        if not _covers(window, batch.period):
            continue
        for row in batch.atoms:
            if selection is Selection.ALL or row.leaving_type == RESIGNATION:
                n[role_at[row.role], area_at[row.area]] += row.base
                x[:, role_at[row.role], area_at[row.area]] += row.counts
    return ReasonCounts(tuple(roles), tuple(areas), reasons, n, x)


def _covers(window: Window, period: str) -> bool:
    """Periods sort as text; an import's whole file holds the undated ones too."""
    return window.code is WindowCode.EVERYTHING or window.first <= period <= window.last
