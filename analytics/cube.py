"""Counts by any dimensions: the one place that touches every row, over integer codes (the seam for other engines).

Each row keeps one small code a dimension and one bit a reason. A cube is two counts over (cell, half of the reason
bits), each small enough to stay in the processor's cache, and a little matrix product. No row is looked at twice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Codes = npt.NDArray[np.integer]
WORD_BITS = 62
HALF_BITS = 8
CHUNK = 1 << 16
TALLY_LIMIT = 1 << 17
FEW_ROWS = 1 << 12


class DimensionNotCoded(KeyError):
    """A cube was asked for by a dimension that the rows have no codes for."""


@dataclass(frozen=True)
class Cube:
    """Counts by dimensions. `base` has one axis a dimension in the order asked; `counts` has reasons as last axis."""

    dimensions: tuple[str, ...]
    levels: tuple[tuple[str, ...], ...]
    reasons: tuple[str, ...]
    base: npt.NDArray[np.int64]
    counts: npt.NDArray[np.int64]

    def frame(self) -> pd.DataFrame:
        """One row a non-empty cell: dimensions, base, and a column a reason."""
        where = np.nonzero(self.base)
        columns = {d: np.array(self.levels[at])[where[at]] for at, d in enumerate(self.dimensions)}
        reasons = {code: self.counts[(*where, at)] for at, code in enumerate(self.reasons)}
        return pd.DataFrame({**columns, "base": self.base[where], **reasons})


@dataclass(frozen=True)
class CodedRows:
    """Respondents as small integers: a code a dimension, one bit a reason, and how many people a row stands for.

    Takes 1 to 2 bytes a dimension and 1 to 8 for every 62 reasons (`words`); read-only. `count` is None where a row is
    one person.
    """

    levels: Mapping[str, tuple[str, ...]]
    codes: Mapping[str, Codes]
    reasons: tuple[str, ...]
    words: tuple[Codes, ...]
    count: npt.NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return len(self.words[0])

    @property
    def bytes_held(self) -> int:
        held = sum(codes.nbytes for codes in self.codes.values()) + sum(word.nbytes for word in self.words)
        return held + (0 if self.count is None else self.count.nbytes)


def encode_rows(
    frame: pd.DataFrame, dimensions: Sequence[str], reasons: Mapping[str, str], count: str | None = None
) -> CodedRows:
    """Code a frame once for any number of cubes. `reasons`: code -> boolean column; `count`: column of people a row."""
    columns = list(reasons.values())
    starts = range(0, max(len(columns), 1), WORD_BITS)
    words = tuple(_word(frame, columns[start : start + WORD_BITS]) for start in starts)
    levels: dict[str, tuple[str, ...]] = {}
    codes: dict[str, Codes] = {}
    for dimension in dimensions:
        places, names = pd.factorize(frame[dimension], sort=True)
        levels[dimension] = tuple(str(name) for name in names)
        codes[dimension] = places.astype(np.min_scalar_type(max(len(names), 1)))
    people = None if count is None else frame[count].to_numpy(dtype=np.int64)
    return CodedRows(levels, codes, tuple(reasons), words, people)


def _word(frame: pd.DataFrame, columns: Sequence[str]) -> Codes:
    """One bit a column, in the smallest whole number that holds them."""
    word = np.zeros(len(frame), dtype=np.min_scalar_type((1 << max(len(columns), 1)) - 1))
    for at, column in enumerate(columns):
        word |= frame[column].to_numpy(dtype=bool).astype(word.dtype) << word.dtype.type(at)
    return word


def count_cube(rows: CodedRows, dimensions: Sequence[str], workers: int = 1) -> Cube:
    """Base and counts by reason over some of the coded dimensions (none gives one cell). `workers` = threads.

    Errors: DimensionNotCoded.
    """
    missing = [dimension for dimension in dimensions if dimension not in rows.codes]
    if missing:
        raise DimensionNotCoded(", ".join(missing))
    sizes = tuple(len(rows.levels[dimension]) for dimension in dimensions)
    if len(rows) <= FEW_ROWS:
        return _count_few(rows, dimensions, sizes)
    n_cells = int(np.prod(sizes, dtype=np.int64))
    passes = _passes(len(rows.reasons), n_cells)
    starts = range(0, len(rows), CHUNK)
    if workers > 1:
        with ThreadPoolExecutor(workers) as pool:
            shares = [starts[at::workers] for at in range(workers)]
            parts = list(pool.map(lambda share: _tallies(rows, dimensions, sizes, passes, share), shares))
    else:
        parts = [_tallies(rows, dimensions, sizes, passes, starts)]
    tallies = [np.sum(np.array(same), axis=0) for same in zip(*parts, strict=True)]
    base = tallies[0].reshape(n_cells, 1 << passes[0].width).sum(axis=1)
    counts = np.hstack([_by_reason(tally, n_cells, one.width) for tally, one in zip(tallies, passes, strict=True)])
    levels = tuple(rows.levels[dimension] for dimension in dimensions)
    counts = counts[:, : len(rows.reasons)].reshape(*sizes, len(rows.reasons))
    return Cube(tuple(dimensions), levels, rows.reasons, base.reshape(sizes), counts)


def pack_reasons(given: Sequence[Collection[str]], reasons: Sequence[str]) -> tuple[Codes, ...]:
    """Each row's reasons as bits, in words of CodedRows."""
    words = []
    for start in range(0, max(len(reasons), 1), WORD_BITS):
        bit = {reason: 1 << at for at, reason in enumerate(reasons[start : start + WORD_BITS])}
        kind = np.min_scalar_type((1 << max(len(bit), 1)) - 1)
        words.append(np.array([sum(bit.get(reason, 0) for reason in set(one)) for one in given], dtype=kind))
    return tuple(words)


def reasons_given(rows: CodedRows) -> npt.NDArray[np.bool_]:
    """The reason bits laid out: one row a row, one column a reason."""
    parts = [
        (word[:, None] >> np.arange(len(rows.reasons[at * WORD_BITS : (at + 1) * WORD_BITS]), dtype=word.dtype)) & 1
        != 0
        for at, word in enumerate(rows.words)
    ]
    return np.hstack(parts) if rows.reasons else np.zeros((len(rows), 0), dtype=bool)


def _count_few(rows: CodedRows, dimensions: Sequence[str], sizes: tuple[int, ...]) -> Cube:
    """The same for so few rows that the tallies would be larger than they."""
    n_cells, cell = int(np.prod(sizes, dtype=np.int64)), np.zeros(len(rows), dtype=np.int64)
    for dimension, size in zip(dimensions, sizes, strict=True):
        cell = cell * size + rows.codes[dimension]
    people = np.ones(len(rows), dtype=np.int64) if rows.count is None else rows.count
    base, counts = np.zeros(n_cells, dtype=np.int64), np.zeros((n_cells, len(rows.reasons)), dtype=np.int64)
    np.add.at(base, cell, people)
    np.add.at(counts, cell, reasons_given(rows) * people[:, None])
    levels = tuple(rows.levels[dimension] for dimension in dimensions)
    shaped = counts.reshape(*sizes, len(rows.reasons))
    return Cube(tuple(dimensions), levels, rows.reasons, base.reshape(sizes), shaped)


@dataclass(frozen=True)
class _Pass:
    """Some neighbouring reason bits of one word, few enough for their tally to stay small."""

    word: int
    shift: int
    width: int


def _passes(n_reasons: int, n_cells: int) -> list[_Pass]:
    """The passes that see every reason's bit once, in order; one of them even where there are no reasons."""
    widest = max(1, min(HALF_BITS, (TALLY_LIMIT // max(n_cells, 1)).bit_length() - 1))
    starts = range(0, max(n_reasons, 1), WORD_BITS)
    words = [max(min(WORD_BITS, n_reasons - start), 1) for start in starts]
    return [
        _Pass(word, shift, min(widest, bits - shift))
        for word, bits in enumerate(words)
        for shift in range(0, bits, widest)
    ]


def _tallies(
    rows: CodedRows, dimensions: Sequence[str], sizes: Sequence[int], passes: Sequence[_Pass], starts: Iterable[int]
) -> list[npt.NDArray[np.int64]]:
    """People by (cell, pattern of reason bits), one tally a pass, over some chunks of the rows."""
    n_cells = int(np.prod(sizes, dtype=np.int64))
    totals = [np.zeros(n_cells << one.width, dtype=np.int64) for one in passes]
    for start in starts:
        part = slice(start, start + CHUNK)
        cell = np.zeros(len(rows.words[0][part]), dtype=np.int64)
        for dimension, size in zip(dimensions, sizes, strict=True):
            cell *= size
            cell += rows.codes[dimension][part]
        weights = None if rows.count is None else rows.count[part]
        for total, one in zip(totals, passes, strict=True):
            word = rows.words[one.word]
            pattern = (word[part] >> word.dtype.type(one.shift)) & word.dtype.type((1 << one.width) - 1)
            total += np.bincount((cell << one.width) + pattern.astype(np.int64), weights, len(total)).astype(np.int64)
    return totals


def _by_reason(tally: npt.NDArray[np.int64], n_cells: int, width: int) -> npt.NDArray[np.int64]:
    has_reason = (np.arange(1 << width)[:, None] >> np.arange(width)) & 1
    # whole numbers below 2**53 stay exact in floating point, where the product is fast
    product: npt.NDArray[np.int64] = np.rint(tally.reshape(n_cells, 1 << width) @ has_reason.astype(float)).astype(
        np.int64
    )
    return product
