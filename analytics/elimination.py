"""Which sums follow from published sums: exact linear algebra modulo a prime, kept small by random null vectors.

A set of atoms u can be derived from published sets B when its 0/1 vector lies in their span (STATISTICS 1.4, T4).
Instead of residuals of every vector, a few random vectors z with g.z = 0 for every published g are kept. A set u lies
in the span exactly when u.z = 0 for such z, and u falls into the span of B and g exactly when the signatures u.Z and
g.Z are multiples of each other; both up to a chance below 2**-60 a test, and a chance hit can only hide more, never
show more. Vectors are exact integers modulo PRIME held in float64 so that BLAS does the work. The prime could only
mislead where it divides a denominator of the rational solution; sign-off (T6) checks again in floating point.

Method: randomised (Freivalds 1977) form of the Gaussian-elimination suppression of Langsrud (2024).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.heavy import sp

PRIME = 1_048_573
SIGNATURE_WIDTH = 4
POOL = 64
SPARE_AT_LEAST = 3

Vector = npt.NDArray[np.float64]
Members = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]


class NoFreshDirection(RuntimeError):
    """Every random direction vanished on a vector outside the span: practically impossible, so a fault."""


def _modulo(values: Vector) -> Vector:
    """values mod PRIME, in place. Exact while |values| < 2**52 / 4 (see module note on sizes)."""
    values -= PRIME * np.floor(values / PRIME)
    return values


def _inverse(value: float) -> float:
    return float(pow(int(value), PRIME - 2, PRIME))


def _inverse_table() -> npt.NDArray[np.float64]:
    """Modular inverses of 0..PRIME-1 (0 for 0), from the powers of a generator."""
    powers = np.ones(PRIME - 1, dtype=np.int64)
    filled, step = 1, _generator()
    while filled < PRIME - 1:
        take = min(filled, PRIME - 1 - filled)
        powers[filled : filled + take] = powers[:take] * pow(step, filled, PRIME) % PRIME
        filled += take
    table = np.zeros(PRIME)
    table[powers] = powers[-np.arange(PRIME - 1)]
    return table


def _generator() -> int:
    order, factors, rest, divisor = PRIME - 1, [], PRIME - 1, 2
    while divisor * divisor <= rest:
        if rest % divisor == 0:
            factors.append(divisor)
            while rest % divisor == 0:
                rest //= divisor
        divisor += 1
    factors += [rest] if rest > 1 else []
    return next(g for g in range(2, PRIME) if all(pow(g, order // f, PRIME) != 1 for f in factors))


_INVERSES = _inverse_table()


def stack_members(sets: Sequence[Members], width: int) -> sp.csr_array:
    """0/1 rows over `width` coordinates, one a set."""
    sizes = np.fromiter((len(s) for s in sets), dtype=np.int64, count=len(sets))
    indptr = np.concatenate([[0], np.cumsum(sizes)])
    indices = np.concatenate([*sets]) if len(sets) else np.empty(0, dtype=np.int64)
    return sp.csr_array((np.ones(len(indices)), indices, indptr), shape=(len(sets), width))


def ray_hashes(signatures: Vector) -> Hashes:
    """One number a row, equal for rows that are multiples of each other; 0 for a row of noughts."""
    lead = np.argmax(signatures != 0, axis=1)
    scale = _INVERSES[signatures[np.arange(len(signatures)), lead].astype(np.int64)]
    rays = _modulo(signatures * scale[:, None]).astype(np.uint64)
    hashes = rays[:, 0]
    for column in range(1, rays.shape[1]):
        hashes = hashes * np.uint64(0x9E3779B97F4A7C15) + rays[:, column]
    return hashes


@dataclass(frozen=True)
class Ties:
    """Linear facts that hold whatever is published: coordinate `last` = its row of `balance` times all coordinates."""

    last: Members
    balance: sp.csr_array

    def apply(self, vectors: Vector) -> None:
        """Make the rows of `vectors` obey; several vectors, one a row."""
        if len(self.last):
            vectors[:, self.last] = _modulo((self.balance @ vectors[:, : self.balance.shape[1]].T).T)


class _Block:
    """Up to POOL published sets with the null vectors they used up, ready to be projected out of new vectors."""

    def __init__(self, sets: Sequence[Members], used: Sequence[Vector]) -> None:
        self.width = max(len(z) for z in used)
        self.rows = stack_members(sets, self.width)
        self.used = np.zeros((len(used), self.width), dtype=np.int32)
        for at, vector in enumerate(used):
            self.used[at, : len(vector)] = vector
        self.solve = self._inverse_triangle()

    def _inverse_triangle(self) -> Vector:
        triangle = _modulo(self.rows @ self.used.T.astype(np.float64))
        size = len(triangle)
        inverse = np.zeros((size, size))
        for row in range(size):
            inverse[row, row] = 1
            inverse[row] -= _modulo(triangle[row, :row] @ inverse[:row])
            inverse[row] = _modulo(_modulo(inverse[row]) * _inverse(triangle[row, row]))
        return inverse

    def project(self, vectors: Vector) -> None:
        """Make every row of `vectors` null to this block's sets."""
        sums = _modulo(self.rows @ vectors[:, : self.width].T)
        shares = _modulo(self.solve @ sums)
        vectors[:, : self.width] -= shares.T @ self.used.astype(np.float64)
        _modulo(vectors[:, : self.width])


class PublishedSpan:
    """The span of everything published, and what is watched against it.

    Coordinates are 0..width-1; `extend` adds more. Deterministic for a given seed and order of calls. The first
    SIGNATURE_WIDTH rows of `_live` are the null vectors that sign sets; the others are spares, one used up for each
    set published, renewed in blocks by projecting out everything published so far.
    """

    def __init__(self, seed: int = 1) -> None:
        self._random = np.random.default_rng(seed)
        self._blocks: list[_Block] = []
        self._sets: list[Members] = []
        self._used: list[Vector] = []
        self._live: Vector = np.zeros((SIGNATURE_WIDTH + POOL, 0))
        self._ties: list[Ties] = []
        self._watched: sp.csr_array = sp.csr_array((0, 0))
        self._signatures: Vector = np.zeros((0, SIGNATURE_WIDTH))
        self._hashes: Hashes = np.zeros(0, dtype=np.uint64)
        self._foreseen: tuple[bytes, Vector, Hashes] | None = None
        self.rank = 0

    @property
    def width(self) -> int:
        return int(self._live.shape[1])

    def extend(self, width: int, ties: Ties | None = None) -> None:
        """Add coordinates up to `width`. Published sets are nought on them, so new entries are free but for ties."""
        fresh = self._draw(len(self._live), width - self.width)
        self._live, self._foreseen = np.hstack([self._live, fresh]), None
        if ties is not None:
            self._ties.append(ties)
            ties.apply(self._live)

    def watch_rows(self, rows: sp.csr_array) -> None:
        """Replace the watched sets by these 0/1 rows over all coordinates."""
        self._watched, self._foreseen = rows, None
        self._signatures = _modulo(self._watched @ self._live[:SIGNATURE_WIDTH].T)
        self._hashes = ray_hashes(self._signatures)

    def hashes(self) -> Hashes:
        """Ray hashes of the watched sets; 0 where a set is derivable already."""
        return self._hashes

    def hash_of(self, members: Members) -> int:
        """Ray hash of any set, to be compared with `hashes`; 0 when it is derivable."""
        return int(ray_hashes(self._sums(members, SIGNATURE_WIDTH)[None, :])[0])

    def hashes_after(self, members: Members) -> Hashes:
        """Ray hashes the watched sets would have if this set were published."""
        pivot, shares = self._step(members)
        signatures = self._signatures_after(self._live[pivot], shares)
        self._foreseen = members.tobytes(), signatures, ray_hashes(signatures)  # most often it is published next
        return self._foreseen[2]

    def add(self, members: Members) -> None:
        """Publish a set; nothing changes when it is derivable already.

        Errors: NoFreshDirection, which would mean a fault of arithmetic.
        """
        if not self._sums(members, SIGNATURE_WIDTH).any():
            return
        pivot, shares = self._step(members)
        used = self._live[pivot].copy()
        if self._foreseen is not None and self._foreseen[0] == members.tobytes():
            _, self._signatures, self._hashes = self._foreseen
        else:
            self._signatures = self._signatures_after(used, shares)
            self._hashes = ray_hashes(self._signatures)
        self._foreseen = None
        self._live[pivot], shares[pivot] = self._live[-1], shares[-1]
        self._live = self._live[:-1]
        self._live -= shares[:-1, None] * used
        _modulo(self._live)
        self._sets.append(members)
        self._used.append(used)
        self.rank += 1
        if len(self._live) <= SIGNATURE_WIDTH + SPARE_AT_LEAST:
            self._renew()

    def _sums(self, members: Members, rows: int) -> Vector:
        return _modulo(self._live[:rows, members].sum(axis=1))

    def _signatures_after(self, used: Vector, shares: Vector) -> Vector:
        if not self._watched.shape[0]:
            return self._signatures
        lost = _modulo(self._watched @ used)
        return _modulo(self._signatures - lost[:, None] * shares[None, :SIGNATURE_WIDTH])

    def _step(self, members: Members) -> tuple[int, Vector]:
        """The spare vector to use up and how much of it every live vector loses."""
        sums = self._sums(members, len(self._live))
        spare = np.flatnonzero(sums[SIGNATURE_WIDTH:])
        if not len(spare):
            raise NoFreshDirection(f"none of {len(sums) - SIGNATURE_WIDTH} spare vectors tells this set apart")
        pivot = SIGNATURE_WIDTH + int(spare[-1])
        return pivot, _modulo(sums * _inverse(sums[pivot]))

    def _renew(self) -> None:
        self._blocks.append(_Block(self._sets, self._used))
        self._sets, self._used = [], []
        fresh = self._draw(POOL, self.width)
        for ties in self._ties:
            ties.apply(fresh)
        for block in self._blocks:
            block.project(fresh)
        self._live = np.vstack([self._live, fresh])

    def _draw(self, rows: int, columns: int) -> Vector:
        return self._random.integers(0, PRIME, size=(rows, columns)).astype(np.float64)
