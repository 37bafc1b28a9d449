"""Leaving that could have been avoided (leavers say) beside leaving that is regretted (HR says), two by two."""

from collections.abc import Iterable
from dataclasses import dataclass

from analytics.tables import GroupKey, PublishedRow, Status

REGRETTED = "regretted"


@dataclass(frozen=True)
class Half:
    """Leavers of one level of regret: how many said something could have kept them, how many that nothing could.

    Counts as text, masked alike on both sides ('<3' and '>=38'); base is those who answered the question.
    """

    avoidable: str
    unavoidable: str
    base: int | None
    percent_avoidable: int | None


@dataclass(frozen=True)
class TwoByTwo:
    """key: the group as published, of the first level met. A half is None where it is hidden."""

    key: GroupKey
    regretted: Half | None
    not_regretted: Half | None


def two_by_two(rows: Iterable[PublishedRow], avoidable: str) -> tuple[TwoByTwo, ...]:
    """From released rows of the tables by `regretted` (levels yes, no): one square a group, in the order met.

    avoidable: the code under which "could anything have kept you: yes" is counted. Other rows are passed over.
    """
    squares: dict[tuple[object, ...], dict[str, PublishedRow]] = {}
    for row in rows:
        key = row.key
        if key.dimension == REGRETTED and row.reason == avoidable:
            group = (key.source, key.role, key.area, key.window, key.selection)
            squares.setdefault(group, {})[key.level] = row
    return tuple(
        TwoByTwo(next(iter(levels.values())).key, _half(levels.get("yes")), _half(levels.get("no")))
        for levels in squares.values()
    )


def _half(row: PublishedRow | None) -> Half | None:
    if row is None or row.base is None or row.status is Status.HIDDEN:
        return None
    return Half(row.n, _other_side(row.n, row.base), row.base, row.percent)


def _other_side(n: str, base: int) -> str:
    """What is left of the base; a mask stays a mask."""
    if n.startswith("<"):
        return f">={base - int(n[1:]) + 1}"
    if n.startswith(">="):
        return f"<{base - int(n[2:]) + 1}"
    return str(base - int(n))
