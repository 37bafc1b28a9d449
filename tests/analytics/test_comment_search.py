"""Searching listed comments: what is found, and that few hits are counted, never shown."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.comment_search import ListedText, search, words_of

SENSITIVE = frozenset({"health"})


def texts(theme: str, *written: str, language: str = "en") -> list[ListedText]:
    return [ListedText(theme, one, language) for one in written]


def found(held: list[ListedText], words: str) -> dict[str, int]:
    return dict(search(held, words_of(words), SENSITIVE).n_by_theme)


@pytest.mark.parametrize(
    ("words", "is_found"),
    [
        ("manager", True),
        ("MANAG", True),
        ("manager help", True),
        ("anager", False),
        ("manager cafe", True),
        ("manager pension", False),
        ("manager’s", True),
        ("", False),
        ("a . 7", False),
    ],
)
def test_every_word_must_begin_a_word_of_the_comment(words: str, is_found: bool) -> None:
    held = texts("line_management", "My Manager's help came late, in the cafeteria.")
    assert bool(found(held, words)) is is_found


def test_a_welsh_word_is_found_behind_its_mutation() -> None:
    held = texts("workload", "Roedd fy ngwaith yn ormod.", language="cy")
    assert found(held, "gwaith") == {"workload": 1} and found(held, "gormod") == {"workload": 1}
    assert found(texts("workload", "ngwaith"), "gwaith") == {}, "English has no mutations"


def shown(held: list[ListedText], word: str) -> dict[str, int]:
    """Themes of the texts that may be read, with their number."""
    return dict(Counter(held[at].theme for at in search(held, (word,), SENSITIVE).shown))


def test_few_hits_are_counted_and_not_shown() -> None:
    four = texts("pay", *["low pay"] * 4)
    assert shown(four, "pay") == {} and found(four, "pay") == {"pay": 4}
    assert shown(texts("pay", *["low pay"] * 5), "pay") == {"pay": 5}


def test_a_theme_of_two_hits_is_not_shown_beside_a_larger_one() -> None:
    held = [*texts("pay", *["low pay"] * 5), *texts("travel", *["no pay for travel"] * 2)]
    assert shown(held, "pay") == {"pay": 5} and found(held, "pay") == {"pay": 5, "travel": 2}


def test_two_themes_too_small_for_one_list_together_are_not_shown() -> None:
    held = [*texts("pay", *["low pay"] * 3), *texts("travel", "pay", "pay")]
    assert shown(held, "pay") == {}


def test_a_sensitive_theme_needs_five() -> None:
    held = [*texts("pay", *["ill"] * 5), *texts("health", *["ill"] * 4)]
    assert shown(held, "ill") == {"pay": 5}
    assert shown([*held, *texts("health", "ill")], "ill") == {"pay": 5, "health": 5}


themes = st.sampled_from(["pay", "travel", "health"])
comments = st.lists(st.builds(ListedText, themes, st.sampled_from(["pay", "low pay", "tired"]), st.just("en")))


@given(comments, st.sampled_from(["pay", "low", "tired", "x"]))
def test_whatever_is_searched_what_is_shown_could_be_a_list(held: list[ListedText], word: str) -> None:
    by_theme, counts = shown(held, word), search(held, (word,), SENSITIVE).n_by_theme
    assert not by_theme or sum(by_theme.values()) >= 5
    assert all(n >= (5 if theme in SENSITIVE else 3) for theme, n in by_theme.items())
    assert all(by_theme.get(theme, n) == n for theme, n in counts), "a theme is shown whole or not at all"
