"""From starters by month and leavers by months of service to the spells that survival is worked out from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from analytics.survival import STILL_HERE, Spells


@dataclass(frozen=True)
class LeftAfter:
    """People of one month's starters who left after so many completed months, for one cause."""

    started: int
    months: int
    cause: str
    people: int


@dataclass(frozen=True)
class Cohorts:
    """`spells` of everybody who can be followed from the first day; `left_out`: months whose counts disagree."""

    spells: Spells
    left_out: tuple[int, ...]


def follow_starters(starters: Mapping[int, int], left: Iterable[LeftAfter], last: int) -> Cohorts:
    """Follow each month's starters to the end of month `last` (months are numbered in calendar order).

    Whoever left after m completed months left in their (m+1)th. A cohort is watched for as many months as all of it has
    been: those of month s for last - s. Later leaving is not looked at, since not everybody could do it yet. A month in
    which more left than had started is left out and named: starters or leavers are wrong, and no guess mends that.
    """
    by_month: dict[int, list[LeftAfter]] = {}
    for one in left:
        by_month.setdefault(one.started, []).append(one)
    rows: list[tuple[float, str, float]] = []
    left_out = []
    for started, n in sorted(starters.items()):
        watched = last - started
        if watched < 1 or n <= 0:
            continue
        gone = [one for one in by_month.get(started, []) if one.months + 1 <= watched]
        n_gone = sum(one.people for one in gone)
        if n_gone > n:
            left_out.append(started)
            continue
        rows += [(one.months + 1.0, one.cause, float(one.people)) for one in gone]
        if n > n_gone:
            rows.append((float(watched), STILL_HERE, float(n - n_gone)))
    exits, causes, people = zip(*rows, strict=True) if rows else ((), (), ())
    return Cohorts(Spells.of(exits, causes, people=people), tuple(left_out))
