"""Suggesting codes: from the code book's words, from coded comments, and the rules for using suggestions."""

import csv
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.comment_language import language_of
from analytics.text import (
    CodeWords,
    Method,
    coding_queue,
    method_for,
    radicals,
    suggest_by_words,
)
from analytics.text_model import Calibration, CommentCoder, TooFewCodedComments, train, uncertainty
from tests.real_data import real_path

BOOK = [
    CodeWords("workload", ("workload", "too much work", "hours", "case load"), exclude=("holiday hours",)),
    CodeWords("management", ("manager", "supervisor")),
    CodeWords("pay", ("pay", "salary", "wage")),
    CodeWords("travel", ("commute", "travel")),
]
LLYFR = [CodeWords("workload", ("gwaith", "llwyth gwaith")), CodeWords("management", ("pennaeth", "rheolwr"))]


def test_the_words_of_the_code_book_suggest_its_codes_and_are_shown() -> None:
    first, second = suggest_by_words("My managers gave me long hours and a huge case load", BOOK, "en")
    assert (first.code, first.words) == ("workload", ("hours", "case load"))
    assert (second.code, second.words) == ("management", ("managers",))
    assert first.confidence > second.confidence


def test_an_excluded_phrase_silences_its_code() -> None:
    assert suggest_by_words("They changed my holiday hours", BOOK, "en") == ()


def test_at_most_three_codes_are_suggested() -> None:
    assert len(suggest_by_words("manager, pay, travel, hours", BOOK, "en")) == 3


@pytest.mark.parametrize("text", ["Roedd fy mhennaeth yn gas", "Gormod o waith", "Y rheolwyr", "fy ngwaith i"])
def test_welsh_words_are_found_under_their_mutations(text: str) -> None:
    assert len(suggest_by_words(text, LLYFR, "cy")) == 1


def test_mutated_beginnings_lead_back_to_their_originals() -> None:
    pairs = (
        "waith gwaith, ngwaith gwaith, mhennaeth pennaeth, chyflog cyflog, dîm tîm, fanc banc, hysgol ysgol, ardd gardd"
    )
    for mutated, original in (pair.split() for pair in pairs.split(", ")):
        assert original in radicals(mutated)


def test_words_serve_until_there_are_150_coded_comments() -> None:
    assert [method_for(n) for n in (0, 149, 150)] == [Method.WORDS, Method.WORDS, Method.MODEL]


def _coded() -> tuple[list[str], list[frozenset[str]]]:
    frames = [
        "the {} was bad",
        "because of {} I left",
        "{} every single day",
        "nobody dealt with {}",
        "I blame {}",
        "it was {}",
    ]
    subjects = {
        "pay": ["pay", "my salary", "low wages"],
        "travel": ["the commute", "long travel"],
        "workload": ["workload"],
    }
    texts, codes = [], []
    for code, words in subjects.items():
        for word in words:
            for frame in frames:
                texts.append(frame.format(word))
                codes.append(frozenset({code}))
    return texts, codes


def test_the_model_learns_codes_and_shows_the_words_that_speak_for_them() -> None:
    coder = train(*_coded())
    [suggestions] = coder.suggest(["my salary was the reason"])
    assert suggestions[0].code == "pay"
    assert "salary" in " ".join(suggestions[0].words)
    assert len(suggestions) == 3
    assert suggestions[0].confidence > suggestions[1].confidence


def test_training_twice_gives_the_same_coder() -> None:
    texts, codes = _coded()
    assert train(texts, codes).suggest(texts) == train(texts, codes).suggest(texts)


def test_too_little_to_learn_from_is_said() -> None:
    with pytest.raises(TooFewCodedComments):
        train(["a b", "c d"], [frozenset({"x"}), frozenset()])


def test_uncertain_comments_come_first() -> None:
    coder = train(*_coded())
    sure, unsure = uncertainty(coder.probabilities(["pay salary low wages pay", "it"]))
    assert unsure > sure


@given(st.sets(st.text("abcdef", min_size=1, max_size=4), max_size=40), st.integers(0, 99))
def test_the_queue_holds_every_comment_once(names: set[str], seed: int) -> None:
    pairs = [(name, len(name) / 10) for name in sorted(names)]
    queue = coding_queue(pairs, seed)
    assert sorted(queue) == sorted(names)
    assert queue == coding_queue(pairs, seed)


def test_every_fifth_comment_of_the_queue_is_drawn_at_random() -> None:
    pairs = [(f"{i:03d}", 1 - i / 100) for i in range(100)]
    queue = coding_queue(pairs, seed=4)
    certain = [name for i, name in enumerate(queue[:40]) if (i + 1) % 5]
    assert certain == sorted(certain)
    assert any(int(queue[i]) > 50 for i in range(4, 40, 5))


def _off(coder: CommentCoder, texts: Sequence[str], codes: Sequence[frozenset[str]]) -> float:
    """How far what a coder says it is sure of lies from what is right, over its suggestions in fifths of confidence."""
    guesses = zip(coder.suggest(texts), codes, strict=True)
    told = [(one.confidence, one.code in given) for three, given in guesses for one in three]
    fifths = [[pair for pair in told if int(min(pair[0], 0.99) * 5) == fifth] for fifth in range(5)]
    return sum(abs(sum(sure - right for sure, right in part)) for part in fifths) / len(told)


@pytest.mark.real_data
def test_real_comments_are_coded_about_as_well_as_published() -> None:
    with real_path("nhs_comments", "v6_neas.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[::2]
    themes = ("Timeliness of care", "Staff manner & personal attributes", "Positive experience & gratitude",
              "Transport to/ from services", "Contacting services")  # fmt: skip
    texts = [row["FFT answer"] for row in rows]
    codes = [frozenset(theme for theme in themes if row[theme] == "1") for row in rows]
    coder = train(texts[::2], codes[::2])
    assert _off(coder, texts[1::2], codes[1::2]) < 0.05
    assert _off(replace(coder, calibration=Calibration()), texts[1::2], codes[1::2]) > 0.05
    suggested = [{s.code for s in guess[:2]} for guess in coder.suggest(texts[1::2])]
    pairs = [(code in guess) for given, guess in zip(codes[1::2], suggested, strict=True) for code in given]
    assert sum(pairs) / len(pairs) >= 0.85


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Gormod o waith a dim digon o dâl, ac roedd fy rheolwr yn gas", "cy"),
        ("Too much work and not enough pay", "en"),
        ("Roeddwn yn teithio yn rhy bell bob dydd", "cy"),
        ("ok", "en"),
    ],
)
def test_the_language_of_a_comment_is_told_from_its_words(text: str, language: str) -> None:
    assert language_of(text, fallback="en") == language
