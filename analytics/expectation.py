"""What share giving a reason would be expected in a group, judged from everybody else (STATISTICS 2, CONTRACTS 7)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

PULL_TO_ORGANISATION = 4.0  # K: leavers' worth of the organisation's share mixed into each role's share elsewhere
RIDGE_PENALTY = 1.0
LEVERAGE_CAP = 0.95
SMALLEST_VARIANCE = 1e-6
MARGIN_RANGE = (0.005, 0.95)
CELL_RANGE = (0.003, 0.97)
_NEWTON_STEPS = 50
_NEWTON_TOLERANCE = 1e-9


@dataclass(frozen=True)
class ReasonCounts:
    """Counts of one window, selection and source.

    n: shape (roles, areas), people who answered the reasons question.
    x: shape (reasons, roles, areas), those of them who gave the reason. Unweighted, whole people.
    """

    roles: tuple[str, ...]
    areas: tuple[str, ...]
    reasons: tuple[str, ...]
    n: Integers
    x: Integers

    def __post_init__(self) -> None:
        shape = (len(self.roles), len(self.areas))
        if self.n.shape != shape or self.x.shape != (len(self.reasons), *shape):
            raise ValueError(f"n must be {shape} and x {(len(self.reasons), *shape)}: {self.n.shape}, {self.x.shape}")
        if (self.x < 0).any() or (self.x > self.n).any():
            raise ValueError("x lies between 0 and n in every cell")


@dataclass(frozen=True)
class Expectation:
    """p1: expected share; v: variance of its logit. Both shaped (reasons, groups...)."""

    p1: Floats
    v: Floats


def expected_from_elsewhere(counts: ReasonCounts, by: str) -> Expectation:
    """Expected share of each Area from the same roles in the other Areas (by='area'), or each role likewise ('role').

    Returns arrays of shape (reasons, areas) or (reasons, roles). A group without leavers gets the organisation's share.
    Indirect standardisation, the group itself left out, each role's share pulled to the organisation's by 4 leavers.
    """
    if by not in ("area", "role"):
        raise ValueError("by is 'area' or 'role'")
    n = counts.n.astype(np.float64)
    x = counts.x.astype(np.float64)
    if by == "role":
        n, x = n.T, x.transpose(0, 2, 1)
    organisation = (x.sum(axis=(1, 2)) / max(n.sum(), 1.0))[:, None, None]
    elsewhere = n.sum(axis=1, keepdims=True) - n + PULL_TO_ORGANISATION
    share = (x.sum(axis=2, keepdims=True) - x + PULL_TO_ORGANISATION * organisation) / elsewhere
    base = n.sum(axis=0)
    safe_base = np.where(base > 0, base, 1.0)
    p1 = np.where(base > 0, (n * share).sum(axis=1) / safe_base, organisation[:, 0])
    p1 = np.clip(p1, *MARGIN_RANGE)
    variance = (n**2 * share * (1 - share) / elsewhere).sum(axis=1)
    return Expectation(p1, np.maximum(variance / (safe_base * p1 * (1 - p1)) ** 2, SMALLEST_VARIANCE))


def _design(roles: int, areas: int) -> Floats:
    """One row a cell (role-major): intercept, a 0/1 column for every role, a 0/1 column for every Area."""
    role = np.repeat(np.arange(roles), areas)
    area = np.tile(np.arange(areas), roles)
    return np.hstack([np.ones((roles * areas, 1)), np.eye(roles)[role], np.eye(areas)[area]])


def _expit(eta: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(eta, -35, 35))), dtype=np.float64)


def _fit_ridge(design: Floats, n: Floats, x: Floats) -> tuple[Floats, Floats]:
    """Newton's method for all reasons at once; returns eta (reasons, cells) and the inverse of H (reasons, d, d)."""
    penalty = np.diag([0.0] + [RIDGE_PENALTY] * (design.shape[1] - 1))
    # half a person either way: a reason nobody gave, or everybody, still has a finite intercept
    overall = (x.sum(axis=1) + 0.5) / (n.sum() + 1.0)
    beta = np.zeros((len(x), design.shape[1]))
    beta[:, 0] = np.log(overall / (1 - overall))
    moving = np.arange(len(x))  # one reason that nobody gave goes on for ever; the others need not go with it
    for _ in range(_NEWTON_STEPS):
        p = _expit(beta[moving] @ design.T)
        gradient = (x[moving] - n * p) @ design - beta[moving] @ penalty
        step = np.linalg.solve(_hessian(design, n * p * (1 - p), penalty), gradient[:, :, None])[:, :, 0]
        beta[moving] += np.clip(step, -2.0, 2.0)
        moving = moving[np.abs(step).max(axis=1) >= _NEWTON_TOLERANCE]
        if not len(moving):
            break
    eta: Floats = np.asarray(beta @ design.T, dtype=np.float64)
    p = _expit(eta)
    inverse: Floats = np.asarray(np.linalg.inv(_hessian(design, n * p * (1 - p), penalty)), dtype=np.float64)
    return eta, inverse


def _hessian(design: Floats, weight: Floats, penalty: Floats) -> Floats:
    tiny = np.eye(len(penalty)) * 1e-10  # a reason nobody gave leaves the intercept's weight near 0
    return np.asarray((design.T[None] * weight[:, None, :]) @ design + penalty + tiny, dtype=np.float64)


def expected_from_main_effects(counts: ReasonCounts) -> Expectation:
    """Expected share of each role x Area cell from its role and its Area, the cell itself left out.

    Ridge logistic main effects (penalty 1, intercept free) and one-step leave-one-cell-out (Pregibon 1981).
    Returns arrays of shape (reasons, roles, areas).
    """
    roles, areas = counts.n.shape
    design = _design(roles, areas)
    n = counts.n.reshape(-1).astype(np.float64)
    x = counts.x.reshape(len(counts.reasons), -1).astype(np.float64)
    if n.sum() == 0:
        raise ValueError("there is nobody to judge from")
    eta, inverse = _fit_ridge(design, n, x)
    p = _expit(eta)
    h = np.einsum("ci,kij,cj->kc", design, inverse, design, optimize=True)
    left = 1 - np.minimum(n * p * (1 - p) * h, LEVERAGE_CAP)
    p1 = np.clip(_expit(eta - h * (x - n * p) / left), *CELL_RANGE)
    v = np.maximum(h / left, SMALLEST_VARIANCE)
    shape = (len(counts.reasons), roles, areas)
    return Expectation(p1.reshape(shape), v.reshape(shape))
