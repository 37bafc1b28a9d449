"""What stands out: which visible groups give a reason more or less often than expected, chance kept in check.

STATISTICS section 2 and CONTRACTS section 7. Runs inside the release job on full counts; what it returns is only about
groups that disclosure control has made visible, rounded and masked.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analytics import betabinomial
from analytics.expectation import (
    CELL_RANGE,
    MARGIN_RANGE,
    Expectation,
    ReasonCounts,
    expected_from_elsewhere,
    expected_from_main_effects,
)
from analytics.findings import Band, Comparison, Direction, Standouts, VisibleGroup
from analytics.masks import shown_percent
from analytics.multiplicity import benjamini_hochberg
from analytics.rounding import masked_count, round_share
from analytics.tables import Family, GroupKey, Window

FALSE_DISCOVERY_RATE = 0.10
SMALLEST_RATIO = 1.2
SMALLEST_EXCESS = 3.0
SMALLEST_STRENGTH = 2.0
_LOWEST, _HIGHEST = zip(MARGIN_RANGE, CELL_RANGE, strict=True)
_BAND_LIMITS = ((Band.STRONG, 0.01), (Band.MODERATE, 0.05), (Band.WEAK, FALSE_DISCOVERY_RATE))

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Tests:
    """The tests of one family, arrays of one length: stays inside the release job."""

    p_over: Floats
    p_under: Floats
    q_over: Floats
    q_under: Floats
    estimate: Floats
    low: Floats
    high: Floats
    is_over: NDArray[np.bool_]
    is_under: NDArray[np.bool_]


def run_tests(x: Integers, n: Integers, p1: Floats, v: Floats) -> Tests:
    """Test every group and reason of one family against its expected share p1 with logit variance v.

    Arrays of one length, n above 0. Beta-binomial mid-p, Benjamini-Hochberg per direction, shrunken estimate with one
    strength for the family and 90% interval; a flag needs q <= .10, a ratio of 1.2 and 3 people, and an expected share
    that is not held at the limit on that side: in large groups every rare reason would else be given too seldom.
    """
    strength = np.maximum(1 / (v * p1 * (1 - p1)) - 1, SMALLEST_STRENGTH)
    p_over, p_under = betabinomial.mid_p(x, n, strength * p1, strength * (1 - p1))
    q_over, q_under = benjamini_hochberg(p_over), benjamini_hochberg(p_under)
    xf, nf = x.astype(np.float64), n.astype(np.float64)
    estimate, low, high = betabinomial.shrunken(xf, nf, p1, betabinomial.fit_strength(xf, nf, p1))
    ratio, excess = estimate / p1, xf - nf * p1
    is_over = (q_over <= FALSE_DISCOVERY_RATE) & (ratio >= SMALLEST_RATIO) & (excess >= SMALLEST_EXCESS)
    is_under = (q_under <= FALSE_DISCOVERY_RATE) & (ratio <= 1 / SMALLEST_RATIO) & (-excess >= SMALLEST_EXCESS)
    is_over &= ~np.isin(p1, _HIGHEST)  # an expected share held at its limit is no expectation to fall short of
    is_under &= ~np.isin(p1, _LOWEST)
    return Tests(p_over, p_under, q_over, q_under, estimate, low, high, is_over, is_under)


@dataclass(frozen=True)
class _Question:
    """One visible group and reason with its exact counts; stays inside the release job."""

    group: VisibleGroup
    reason: str
    x: int
    n: int
    p1: float
    v: float
    organisation: tuple[int, int]


def find_standouts(
    counts: Mapping[Window, ReasonCounts], visible: Iterable[VisibleGroup], sensitive: frozenset[str] = frozenset()
) -> Standouts:
    """Compare every visible group with what is expected of it, for one selection and source of one release.

    counts: full counts by window; visible: the released groups (roles and Areas of 12 months, cells of their longest
    published window); sensitive: reasons masked below 5. Chance is controlled per family,
    for roles and Areas per window too. Raises KeyError when a visible group names a window, role, Area or reason that
    the counts do not hold. Groups without anyone are left out.
    """
    batches: dict[tuple[Family, str], list[VisibleGroup]] = {}
    for group in visible:
        window = "" if group.key.family is Family.ROLE_AREA else group.key.window.code
        batches.setdefault((group.key.family, window), []).append(group)
    expectations = _Expectations(counts)
    ranked: list[tuple[float, Comparison]] = []
    for groups in batches.values():
        questions = [q for group in groups for q in _questions(group, counts[group.key.window], expectations)]
        ranked += _answers(questions, sensitive)
    findings = sorted((pair for pair in ranked if pair[1].is_finding), key=lambda pair: (pair[0], _key(pair[1])))
    comparisons = sorted((comparison for _, comparison in ranked), key=_key)
    return Standouts(tuple(comparison for _, comparison in findings), tuple(comparisons))


def _key(comparison: Comparison) -> tuple[str, str, str, str, str]:
    key = comparison.key
    return key.family, key.window.code, key.area, key.role, comparison.reason


class _Expectations:
    """Expected shares by family and window, each worked out once."""

    def __init__(self, counts: Mapping[Window, ReasonCounts]) -> None:
        self._counts = counts
        self._known: dict[tuple[Family, Window], Expectation] = {}

    def of(self, family: Family, window: Window) -> Expectation:
        key = (family, window)
        if key not in self._known:
            self._known[key] = _EXPECT[family](self._counts[window])
        return self._known[key]


_EXPECT: dict[Family, Callable[[ReasonCounts], Expectation]] = {
    Family.ROLE: lambda counts: expected_from_elsewhere(counts, by="role"),
    Family.AREA: lambda counts: expected_from_elsewhere(counts, by="area"),
    Family.ROLE_AREA: expected_from_main_effects,
}


def _position(codes: tuple[str, ...], code: str) -> int:
    try:
        return codes.index(code)
    except ValueError:
        raise KeyError(code) from None


def _place(key: GroupKey, counts: ReasonCounts) -> tuple[int | slice, int | slice, tuple[int, ...]]:
    """The group's rows and columns in n and x, and its place in the family's expectation."""
    if key.family is Family.AREA:
        area = _position(counts.areas, key.area)
        return slice(None), area, (area,)
    if key.family is Family.ROLE:
        role = _position(counts.roles, key.role)
        return role, slice(None), (role,)
    role, area = _position(counts.roles, key.role), _position(counts.areas, key.area)
    return role, area, (role, area)


def _questions(group: VisibleGroup, counts: ReasonCounts, expectations: _Expectations) -> list[_Question]:
    rows, columns, place = _place(group.key, counts)
    n = int(counts.n[rows, columns].sum())
    if n == 0:
        return []
    expected = expectations.of(group.key.family, group.key.window)
    everyone = int(counts.n.sum())
    questions = []
    for reason in sorted(group.reasons):
        k = _position(counts.reasons, reason)
        at = (k, *place)
        x, x_all = int(counts.x[k, rows, columns].sum()), int(counts.x[k].sum())
        questions.append(
            _Question(group, reason, x, n, float(expected.p1[at]), float(expected.v[at]), (x_all, everyone))
        )
    return questions


def _answers(questions: list[_Question], sensitive: frozenset[str]) -> list[tuple[float, Comparison]]:
    """Each question's comparison with the p-value that ranks it."""
    if not questions:
        return []
    x, n = np.array([q.x for q in questions]), np.array([q.n for q in questions])
    tests = run_tests(x, n, np.array([q.p1 for q in questions]), np.array([q.v for q in questions]))
    answers = []
    for i, question in enumerate(questions):
        estimate = (float(tests.estimate[i]), float(tests.low[i]), float(tests.high[i]))
        comparison = _released(question, estimate, question.reason in sensitive)
        direction, q_value, p_value = _flag(tests, i)
        if direction is not None:
            comparison = replace(comparison, direction=direction, band=_band(q_value))
        answers.append((p_value, comparison))
    return answers


def _flag(tests: Tests, i: int) -> tuple[Direction | None, float, float]:
    if tests.is_over[i]:
        return Direction.OVER, float(tests.q_over[i]), float(tests.p_over[i])
    if tests.is_under[i]:
        return Direction.UNDER, float(tests.q_under[i]), float(tests.p_under[i])
    return None, 1.0, 1.0


def _band(q_value: float) -> Band:
    return next(band for band, limit in _BAND_LIMITS if q_value <= limit)


def _released(question: _Question, estimate: tuple[float, float, float], is_sensitive: bool) -> Comparison:
    """The question's values, masked and rounded for reading. A masked count has no estimate: it would undo the mask."""
    x, n = question.x, question.n
    mask = masked_count(x, n, is_sensitive)
    shares = (None, None, None) if mask else tuple(round_share(share, n) for share in estimate)
    x_all, everyone = question.organisation
    is_crude_masked = bool(masked_count(x_all, everyone, is_sensitive))
    return Comparison(
        key=question.group.key,
        reason=question.reason,
        base=n,
        n_text=mask or str(x),
        percent=None if mask else shown_percent(x, n),
        expected_percent=round_share(question.p1, n),
        estimate_percent=shares[0],
        low=shares[1],
        high=shares[2],
        organisation_percent=None if is_crude_masked else shown_percent(x_all, everyone),
    )
