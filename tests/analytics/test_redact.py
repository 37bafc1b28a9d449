"""Redaction: what must go, what must stay, what a person must decide; measured on planted identifiers."""

import csv
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.identifiers import TOKENS, Kind
from analytics.redact import Redacted, StaffDirectory, redact
from tests.analytics.staff_names import staff
from tests.real_data import real_path

DIRECTORY = StaffDirectory.of(["Siân Lloyd-Jones", "Mark Price", "David Hughes", "Will Young", "Eira Evans"], ["99417"])


def _redacted(text: str, language: str = "en") -> str:
    return redact(text, DIRECTORY, language).text


def _doubts(result: Redacted) -> list[str]:
    return [result.text[span.start : span.end] for span in result.doubts]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Write to sian.lloyd@cps.example.uk today", "Write to [email] today"),
        ("Write to jo dot bloggs at cps dot example dot uk", "Write to jo dot [email]"),
        ("Ring 07700 900123, 029 2018 0000 or +44 (0)7700 900 123.", "Ring [phone], [phone] or [phone]."),
        ("I live in CF10 3NQ or m1 1ae", "I live in [postcode] or [postcode]"),
        ("My number QQ 12 34 56 C", "My number [national insurance number]"),
        ("Case 45AB0123421/22 and T20217890", "Case [case number] and [case number]"),
        ("staff number: 4471 or 99417 or E1234567", "[staff number] or [staff number] or [staff number]"),
        ("Ask @priya_p", "Ask [handle]"),
        ("at 12 Market Street, Town", "at [address], Town"),
        ("gan Mrs Llwyd", "gan [name]"),
        ("I told Judge Rinder and HHJ Jane Roe", "I told [name] and [name]"),
        ("my line manager Brenda shouted", "my line manager [name] shouted"),
        ("See www.example.com/me", "See [link]"),
    ],
)
def test_identifiers_are_replaced_by_what_they_are(text: str, expected: str) -> None:
    assert _redacted(text) == expected


def test_welsh_comments_get_welsh_tokens() -> None:
    assert _redacted("Ffoniwch 07700 900123, 14 Heol y Bont, fy rheolwr Gwilym", "cy") == (
        "Ffoniwch [ffôn], [cyfeiriad], fy rheolwr [enw]"
    )
    assert set(TOKENS["cy"]) == set(TOKENS["en"]) == set(Kind)


@pytest.mark.parametrize(
    "text",
    ["It was Hughes.", "it was hughes", "IT WAS HUGHES", "Hughes's team", "J. P. Hughes left", "David Hughes", "Dave"],
)
def test_a_name_of_the_directory_goes_however_it_is_written(text: str) -> None:
    result = redact(text, DIRECTORY)
    assert "[name]" in result.text
    assert "ughes" not in result.text.lower() and "dave" not in result.text.lower()


def test_accents_and_double_names_make_no_difference() -> None:
    assert _redacted("I asked Sian and Lloyd Jones") == "I asked [name] and [name]"
    assert _redacted("I asked Siân Lloyd-Jones") == "I asked [name]"


def test_a_word_that_is_also_a_name_needs_a_capital_inside_a_sentence() -> None:
    assert _redacted("The price will rise and they will mark me down") == (
        "The price will rise and they will mark me down"
    )
    assert _redacted("I asked Will about it") == "I asked [name] about it"
    start = redact("I left. Will said nothing.", DIRECTORY)
    assert start.text == "I left. Will said nothing."
    assert _doubts(start) == ["Will"]


def test_where_capitals_tell_nothing_a_person_decides() -> None:
    assert _doubts(redact("mark was rude to me", DIRECTORY)) == ["mark"]
    assert _doubts(redact("MARK WAS RUDE TO ME", DIRECTORY)) == ["MARK"]


def test_a_surname_that_is_a_word_goes_with_its_forename() -> None:
    assert _redacted("David Price was kind. Mark Young too") == "[name] was kind. [name] too"


@pytest.mark.parametrize(
    "text",
    [
        "I handled 12000 cases in 2021, 45 hours a week, since 2019-2020.",
        "We met at 4pm b4 5pm. My line manager I liked; my manager The best.",
        "Too much work, not enough pay. Gormod o waith, dim digon o dâl.",
        "Band 7, room 12, 3 of 10, 100% effort.",
    ],
)
def test_clean_text_stays_as_it_is(text: str) -> None:
    assert not redact(text, DIRECTORY).is_touched


def test_the_result_is_redacted_already() -> None:
    once = _redacted("Ring Mark Price on 07700 900123 or write to a@b.example")
    assert _redacted(once) == once


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.sampled_from("aMarkPrice @.0717\n'’-ŵ[]DS"), max_size=60))
def test_spans_and_doubts_never_overlap_and_always_fit(text: str) -> None:
    result = redact(text, DIRECTORY)
    spans = sorted(result.spans, key=lambda span: span.start)
    assert all(a.end <= b.start for a, b in zip(spans, spans[1:], strict=False))
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(span.end <= len(result.text) for span in result.doubts)


FRAMES = [
    "My manager {} never listened to me.", "I was told by {} that nothing would change.", "{} made every day hard.",
    "When i asked {} for leave it was refused.", "Thanks to {} and the whole team.", "nobody but {} helped me",
    "The way {}'s team is run is wrong.", "Roedd {} yn gas wrthyf bob dydd.", "Gofynnais i {} am help.",
    "WE ALL KNOW IT WAS {}", "It was only after {} left that it got worse.", "I would work for {} again.",
]  # fmt: skip
IDENTIFIERS = [
    "{0}.{1}@agency.example.uk", "07700 9001{2:02d}", "0292018{2:04d}", "CF{3} 3NQ", "QQ{2:02d}3456C", "E12345{2:02d}",
    "staff number 44{2:02d}", "45AB01234{2:02d}/22", "@{0}_{1}", "Mrs {1}", "Dr {0} {1}", "Sgt {1}",
]  # fmt: skip


def _planted(seed: int, size: int) -> list[tuple[str, str]]:
    """Comments with the words that must not survive."""
    rng = random.Random(seed)
    people = staff(seed=1, size=7600)
    made = []
    for i in range(size):
        person = rng.choice(people)
        forename, surname = person.split()
        if i % 2:
            what = rng.choice([person, person, forename, surname, person.lower(), f"{forename[0]}. {surname}"])
        else:
            numbers = (rng.randrange(100), rng.randint(10, 14))
            what = rng.choice(IDENTIFIERS).format(forename.lower(), surname, *numbers)
        made.append((rng.choice(FRAMES).format(what), what))
    return made


def measured_recall(size: int) -> tuple[float, float]:
    """Share of planted identifiers replaced, and share replaced or sent to a person."""
    directory = StaffDirectory.of(staff(seed=1, size=7600))
    replaced = seen = 0
    for text, what in _planted(7, size):
        result = redact(text, directory)
        is_gone = what not in result.text
        replaced += is_gone
        seen += is_gone or any(what in result.text[span.start - 1 : span.end + 1] for span in result.doubts)
    return replaced / size, seen / size


def test_planted_identifiers_are_found() -> None:
    replaced, seen = measured_recall(1200)
    assert replaced >= 0.97
    assert seen >= 0.99


def clean_comments() -> list[str]:
    with real_path("nhs_comments", "v6_neas.csv").open(encoding="utf-8", newline="") as file:
        return [row["FFT answer"] for row in csv.DictReader(file) if row["FFT answer"].strip()]


@pytest.mark.real_data
def test_few_clean_real_comments_are_touched() -> None:
    directory = StaffDirectory.of(staff(seed=1, size=7600))
    comments = clean_comments()[::4]
    touched = [text for text in comments if redact(text, directory).is_touched]
    assert len(touched) / len(comments) <= 0.10
