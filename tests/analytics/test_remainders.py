"""Subtraction: nested groups and parents less their children, against plain enumeration."""

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.remainders import leaves_small_remainder

K = 10
PARTS = st.lists(st.integers(0, 14), min_size=1, max_size=6)


def _by_enumeration(parts: list[int], children: list[int], k: int) -> bool:
    """Every set of pairwise disjoint children, each of k people or more, subtracted from the parent."""
    for size in range(1, len(children) + 1):
        for chosen in combinations(children, size):
            disjoint = sum(mask.bit_count() for mask in chosen) == _union(chosen).bit_count()
            rest = sum(people for at, people in enumerate(parts) if not _union(chosen) >> at & 1)
            if disjoint and 0 < rest < k:
                return True
    return False


def _union(masks: tuple[int, ...]) -> int:
    union = 0
    for mask in masks:
        union |= mask
    return union


@settings(max_examples=300, deadline=None)
@given(parts=PARTS, masks=st.sets(st.integers(1, 63), max_size=5))
def test_a_small_remainder_is_found_exactly_when_enumeration_finds_one(parts: list[int], masks: set[int]) -> None:
    whole = (1 << len(parts)) - 1
    people = sum(parts)
    children = [
        mask
        for mask in sorted({mask & whole for mask in masks} - {0, whole})
        if sum(n for at, n in enumerate(parts) if mask >> at & 1) >= K
    ]
    if people >= K:
        assert leaves_small_remainder(parts, children, K) == _by_enumeration(parts, children, K)


def test_two_small_siblings_left_together_are_a_small_remainder() -> None:
    assert leaves_small_remainder([20, 4, 3], [0b001], K)
    assert not leaves_small_remainder([20, 6, 7], [0b001], K)


def test_a_family_and_the_roles_of_another_are_subtracted_together() -> None:
    family_of_two, role = 0b0011, 0b0100
    assert leaves_small_remainder([8, 8, 12, 5], [family_of_two, role], K)


def test_chains_of_windows_are_tried_with_gaps() -> None:
    first_year, last_year = 0b0001, 0b0100
    assert leaves_small_remainder([12, 3, 15], [first_year, last_year], K)


def test_a_parent_all_of_whose_people_are_covered_leaves_nobody() -> None:
    assert not leaves_small_remainder([12, 15, 0], [0b001, 0b010], K)
