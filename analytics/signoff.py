"""Sign-off (T6): a second audit of a release that shares no code with the first, by pivoted QR and linear programs.

The first audit works exactly, modulo a prime, group by group as they are offered. This one takes the whole published
matrix in floating point, builds the small groups again from the frozen counts in its own way, and asks of each whether
it lies in the row space (residual below 1e-7, STATISTICS 1.4). A release that fails cannot be signed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.linalg
import scipy.optimize
import scipy.sparse as sp

from analytics.frozen import FrozenBatch
from analytics.lattice import DimensionRule, OrganisationShape
from analytics.releases import Indicator, Release, ReleaseHistory
from analytics.smallgroups import CountSpace, SmallGroup, small_groups

TOLERANCE = 1e-7
LINEAR_PROGRAMS = 1
PROGRAMS_UP_TO_ATOMS = 3000  # beyond, one program takes minutes; the record then says that none was run
_ROWS_AT_ONCE = 4000
_BLOCK = 128
Floats = npt.NDArray[np.float64]


class ProgramNotSolved(RuntimeError):
    """A linear program has a solution by construction, yet the solver found none: sign-off cannot vouch."""


@dataclass(frozen=True)
class SignOffResult:
    """What the second audit of one run found. Only `known_before` (what older releases alone give away) may name
    groups in a release that may be signed."""

    k: int
    unsafe: int
    rank: int
    too_small: tuple[str, ...]
    nested: tuple[str, ...]
    derivable: tuple[str, ...]
    insiders: tuple[str, ...]
    bounds_meet: tuple[str, ...]
    known_before: tuple[str, ...]
    programs: int

    @property
    def may_be_signed(self) -> bool:
        return not (self.too_small or self.nested or self.derivable or self.insiders or self.bounds_meet)

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "may_be_signed": self.may_be_signed}


def sign_off(
    release: Release,
    history: ReleaseHistory,
    batches: Sequence[FrozenBatch],
    shape: OrganisationShape,
    programs: int = LINEAR_PROGRAMS,
) -> tuple[SignOffResult, ...]:
    """Audit a release again: the main run, then the run for sensitive reasons where there is one.

    `history` is what was published before the release; `batches` are the frozen counts, later ones are not looked at.
    `programs` = small groups of the main run whose bounds are computed. Errors: ProgramNotSolved.
    """
    settings = release.settings
    results = [_audit_run(release, history, batches, shape, settings.k, settings.dimensions, False, programs)]
    if settings.sensitive or settings.equality:
        again = (settings.sensitive_k, settings.equality, True, 0)
        results.append(_audit_run(release, history, batches, shape, *again))
    return tuple(results)


def _audit_run(
    release: Release,
    history: ReleaseHistory,
    batches: Sequence[FrozenBatch],
    shape: OrganisationShape,
    k: int,
    rules: Sequence[DimensionRule],
    is_sensitive: bool,
    programs: int,
) -> SignOffResult:
    """One run with its own k and D tables."""
    space = CountSpace(batches, release.as_of, tuple(rule.code for rule in rules))
    small = small_groups(space, shape, rules, k)
    old, new = _of_run(history.published, is_sensitive), _of_run(release.published, is_sensitive)
    rows = space.rows([space.members_of(indicator) for indicator in (*old, *new)])
    targets = space.rows([group.members for group in small])
    basis = _basis(rows)
    found = _derivable(basis, targets)
    pairs = _insiders(space, basis, targets, small, k)
    old_basis = _basis(rows[: len(old)]) if len(found) or pairs else basis
    known = set(found[_derivable(old_basis, targets[found])].tolist())
    pairs -= _insiders(space, old_basis, targets, small, k) if pairs else set()
    plain = CountSpace(batches, release.as_of, ()) if rules else space
    few = small_groups(plain, shape, (), k) if rules else small
    tight, tried = _programs(plain, [*old, *new], few, programs)
    return SignOffResult(
        k=k,
        unsafe=len(small),
        rank=basis.shape[1],
        too_small=tuple(_name(i) for i in new if space.people_in(space.members_of(i)) < k),
        nested=tuple(_nested(space, [*old, *new], len(old), k)),
        derivable=tuple(small[at].name for at in found if at not in known),
        insiders=tuple(sorted(f"{small[group].name} by the person in {space.names[who]}" for who, group in pairs)),
        bounds_meet=tuple(tight),
        known_before=tuple(small[at].name for at in sorted(known)),
        programs=tried,
    )


def _of_run(indicators: Sequence[Indicator], is_sensitive: bool) -> list[Indicator]:
    return [indicator for indicator in indicators if indicator.is_sensitive == is_sensitive]


def _name(indicator: Indicator) -> str:
    key = indicator.key
    return " ".join((key.family, key.role, key.area, key.window.first, key.window.last, key.selection, key.level))


def _basis(rows: sp.csr_array) -> Floats:
    """Orthonormal columns spanning the rows: QR with column pivoting, block after block.

    Each block is projected clear of the columns found so far, twice, as rounding asks (Stewart 2008).
    """
    basis = np.zeros((rows.shape[1], min(rows.shape)))
    rank = 0
    for start in range(0, rows.shape[0], _BLOCK):
        block = rows[start : start + _BLOCK].toarray().T
        for _ in range(2):
            block -= basis[:, :rank] @ (basis[:, :rank].T @ block)
        q, r, _ = scipy.linalg.qr(block, mode="economic", pivoting=True, overwrite_a=True, check_finite=False)
        fresh = q[:, np.abs(np.diag(r)) > TOLERANCE * max(1.0, abs(r[0, 0]))]
        basis[:, rank : rank + fresh.shape[1]] = fresh
        rank += fresh.shape[1]
    found: Floats = basis[:, :rank]
    return found


def _residuals(basis: Floats, targets: sp.csr_array) -> tuple[Floats, Floats]:
    """(squared length, squared distance from the span) of every target."""
    length = np.asarray(targets.multiply(targets).sum(axis=1)).ravel()
    inside = np.zeros(targets.shape[0])
    for start in range(0, targets.shape[0], _ROWS_AT_ONCE):
        part = targets[start : start + _ROWS_AT_ONCE] @ basis
        inside[start : start + _ROWS_AT_ONCE] = (part * part).sum(axis=1)
    return length, length - inside


def _derivable(basis: Floats, targets: sp.csr_array) -> npt.NDArray[np.int64]:
    length, left = _residuals(basis, targets)
    return np.flatnonzero(left < TOLERANCE * np.maximum(1.0, length))


def _insiders(
    space: CountSpace, basis: Floats, targets: sp.csr_array, small: Sequence[SmallGroup], k: int
) -> set[tuple[int, int]]:
    """(person alone in a cell, small group that their own answer completes): residuals that are parallel.

    A few random directions outside the span pick the pairs that could be parallel; the angle itself decides. A group
    with the person in it must leave 1 to k-2 others; where the cell and the group are of different D the person may or
    may not be in it, and the worse is taken.
    """
    alone = space.people_alone()
    if not len(alone) or not len(small):
        return set()
    own = space.rows([np.array([at]) for at in alone])
    directions = np.random.default_rng(len(small)).standard_normal((targets.shape[1], 3))
    directions -= basis @ (basis.T @ directions)
    pairs: set[tuple[int, int]] = set()
    for person, group in _alike(own @ directions, targets @ directions):
        who = int(alone[person])
        if _is_told(space, small[group], who, k) and _is_parallel(basis, own[[person]], targets[[group]]):
            pairs.add((who, group))
    return pairs


def _alike(ours: Floats, theirs: Floats) -> list[tuple[int, int]]:
    """Pairs of rows whose entries stand in the same proportion, give or take a millionth."""
    first, second = (rows[:, 1:] / np.where(rows[:, :1] == 0, np.nan, rows[:, :1]) for rows in (ours, theirs))
    order = np.argsort(first[:, 0])
    near = 1e-6 * (1 + np.abs(second[:, 0]))
    low = np.searchsorted(first[order, 0], second[:, 0] - near)
    high = np.searchsorted(first[order, 0], second[:, 0] + near)
    return [
        (int(person), int(group))
        for group in np.flatnonzero(high > low)
        for person in order[low[group] : high[group]]
        if abs(first[person, 1] - second[group, 1]) < 1e-6 * (1 + abs(second[group, 1]))
    ]


def _is_parallel(basis: Floats, one: sp.csr_array, other: sp.csr_array) -> bool:
    """Whether the parts of two rows outside the span are multiples of each other, neither being nought."""
    parts = [row.toarray().ravel() - basis @ (row @ basis).ravel() for row in (one, other)]
    lengths = [float(part @ part) for part in parts]
    product = lengths[0] * lengths[1]
    return min(lengths) > TOLERANCE and float(parts[0] @ parts[1]) ** 2 > (1 - TOLERANCE) * product


def _is_told(space: CountSpace, group: SmallGroup, who: int, k: int) -> bool:
    """Whether the group holds 1 to k-2 people besides this one."""
    person, dimension = space.cells[who], space.cells[int(group.members[0])].dimension
    atom = (person.role, person.area, person.period, person.kind)
    cells = [space.cells[int(at)] for at in group.members]
    touches = any((c.role, c.area, c.period, c.kind) == atom for c in cells)
    is_in = who in group.members if dimension == person.dimension else touches
    if touches and "" not in (dimension, person.dimension) and dimension != person.dimension:
        return group.people < k
    return 0 < group.people - int(is_in) < k - 1


def _nested(space: CountSpace, indicators: list[Indicator], n_old: int, k: int) -> list[str]:
    """Published groups one inside the other with 1 to k-1 people between, at least one of them new."""
    faults = []
    for dimension in ("", *space.dimensions):
        chosen = [at for at, i in enumerate(indicators) if i.key.dimension in ("", dimension)]
        rows = space.incidence([space.footprint(indicators[at], dimension) for at in chosen])
        overlap = (rows.multiply(space.people[None, :]) @ rows.T).toarray()
        people = np.diag(overlap)
        between = people[:, None] - people[None, :]
        is_few = (overlap == people[None, :]) & (between > 0) & (between < k)
        faults += [
            f"{_name(indicators[chosen[outer]])} around {_name(indicators[chosen[inner]])}"
            for outer, inner in np.argwhere(is_few)
            if max(chosen[outer], chosen[inner]) >= n_old
        ]
    return sorted(set(faults))


def _programs(
    space: CountSpace, published: Sequence[Indicator], small: Sequence[SmallGroup], programs: int
) -> tuple[list[str], int]:
    """(groups whose bounds meet, programs run) over a sample of small groups.

    The sums are taken as if half of every atom gave the reason, so that bounds meet because of what is published and
    not because of what was answered.
    """
    if not published or len(space.people) > PROGRAMS_UP_TO_ATOMS:
        return [], 0
    chosen = np.random.default_rng(len(small)).permutation(len(small))[:programs]
    distinct = {m.tobytes(): m for m in (space.members_of(i) for i in published if not i.key.dimension)}
    rows = space.incidence(list(distinct.values()))
    return [small[at].name for at in chosen if _bounds_meet(space, rows, small[at])], len(chosen)


def _bounds_meet(space: CountSpace, rows: sp.csr_array, group: SmallGroup) -> bool:
    """Whether the sums of the published groups and 0 <= x <= people leave the group less room than half a person."""
    goal = np.zeros(len(space.people))
    goal[group.members] = 1
    limits = list(zip([0.0] * len(goal), space.people.astype(float).tolist(), strict=True))
    sums = rows @ (space.people / 2)
    published: Any = rows.tocsc()  # the solver takes sparse rows, its published types do not say so
    ends = []
    for sign in (1.0, -1.0):
        solved = scipy.optimize.linprog(sign * goal, A_eq=published, b_eq=sums, bounds=limits, method="highs")
        if solved.status != 0 or solved.x is None:
            raise ProgramNotSolved(f"{group.name}: {solved.message}")
        ends.append(float(goal @ solved.x))
    return bool(ends[1] - ends[0] < 0.5)
