"""The modular span says the same as rank over the rationals, on random and on worked tables."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.elimination import _INVERSES as INVERSES
from analytics.elimination import PRIME, PublishedSpan, ray_hashes, stack_members

WIDTH = 9
SETS = st.lists(st.sets(st.integers(0, WIDTH - 1), min_size=1), min_size=1, max_size=8)


def _members(chosen: set[int]) -> np.ndarray:
    return np.array(sorted(chosen), dtype=np.int64)


def _indicator(chosen: set[int], width: int = WIDTH) -> np.ndarray:
    row = np.zeros(width)
    row[sorted(chosen)] = 1
    return row


def _in_span(published: list[set[int]], asked: set[int]) -> bool:
    matrix = np.array([_indicator(p) for p in published])
    return np.linalg.matrix_rank(np.vstack([matrix, _indicator(asked)])) == np.linalg.matrix_rank(matrix)


def test_the_table_of_inverses_inverts() -> None:
    for value in (1, 2, 3, 1000, PRIME - 1):
        assert int(INVERSES[value]) * value % PRIME == 1


def test_multiples_of_a_row_share_a_hash_and_nought_is_nought() -> None:
    rows = np.array([[3.0, 5, 7, 11], [6.0, 10, 14, 22], [0.0, 5, 7, 11], [0, 0, 0, 0]])
    hashes = ray_hashes(rows)
    assert hashes[0] == hashes[1] != hashes[2]
    assert hashes[3] == 0


@settings(max_examples=150, deadline=None)
@given(published=SETS, asked=st.sets(st.integers(0, WIDTH - 1), min_size=1))
def test_a_set_is_derivable_exactly_when_its_vector_lies_in_the_span(
    published: list[set[int]], asked: set[int]
) -> None:
    span = PublishedSpan()
    span.extend(WIDTH)
    span.watch_rows(stack_members([_members(asked)], span.width))
    for group in published:
        span.add(_members(group))
    assert (int(span.hashes()[0]) == 0) == _in_span(published, asked)
    assert (span.hash_of(_members(asked)) == 0) == _in_span(published, asked)


@settings(max_examples=150, deadline=None)
@given(
    published=SETS,
    last=st.sets(st.integers(0, WIDTH - 1), min_size=1),
    asked=st.sets(st.integers(0, WIDTH - 1), min_size=1),
)
def test_what_one_more_group_would_reveal_is_known_beforehand(
    published: list[set[int]], last: set[int], asked: set[int]
) -> None:
    span = PublishedSpan()
    span.extend(WIDTH)
    span.watch_rows(stack_members([_members(asked)], span.width))
    for group in published:
        span.add(_members(group))
    would_reveal = span.hash_of(_members(last)) == int(span.hashes()[0])
    if not _in_span(published, last):
        assert would_reveal == (not _in_span(published, asked) and _in_span([*published, last], asked))
        after = int(span.hashes_after(_members(last))[0])
        span.add(_members(last))
        assert after == int(span.hashes()[0])


def test_the_span_holds_through_many_renewals_and_new_coordinates() -> None:
    random = np.random.default_rng(5)
    span, published = PublishedSpan(), []
    for width in (150, 300, 400):
        span.extend(width)
        span.watch_rows(stack_members([np.array([at], dtype=np.int64) for at in range(width)], span.width))
        for _ in range(width // 3):
            group = set(random.choice(width, size=random.integers(2, 12), replace=False).tolist())
            published.append(group)
            span.add(_members(group))
    matrix = np.array([_indicator(p, 400) for p in published])
    assert span.rank == np.linalg.matrix_rank(matrix)
    kernel = np.linalg.svd(matrix)[2][span.rank :]
    assert ((span.hashes() == 0) == (np.abs(kernel).max(axis=0) < 1e-9)).all()
