"""Piped text: answers, plurals, dates and case bands inside sentences, in both languages."""

import pytest

from tests.engine.tiny_leaver import Leaver, given, tiny


@pytest.mark.parametrize(
    ("cases", "english", "welsh"),
    [
        ("0", "your 0 cases", "dim achosion"),
        ("1", "your case", "eich achos"),
        ("2", "your 2 cases", "eich dau achos"),
        ("3", "your 3 cases", "eich 3 achos"),
        ("12", "your 12 cases", "eich 12 achos"),
    ],
)
def test_a_number_takes_the_plural_form_of_each_language(cases: str, english: str, welsh: str) -> None:
    leaver = given("piping")
    leaver.sends("ask", cases=cases, last_day__day="27", last_day__month="3", last_day__year="2027")
    assert leaver.sees("told").questions[0].text == f"Who takes {english} on after 27 March 2027?"
    assert leaver.sees("told", "cy").questions[0].text == f"Pwy fydd yn cymryd {welsh} ar ôl 27 Mawrth 2027?"


def test_a_month_is_written_in_words() -> None:
    leaver = given("piping")
    leaver.sends("ask", began__month="9", began__year="2026")
    assert leaver.sees("told").questions[0].hint == "You began in September 2026."
    assert leaver.sees("told", "cy").questions[0].hint == "Fe ddechreuoch chi ym mis Medi 2026."


def test_a_blank_or_withheld_answer_reads_as_its_stand_in() -> None:
    leaver = given("piping")
    leaver.sends("ask", cases__prefer="prefer_not_to_say")
    page = leaver.sees("told")
    assert page.questions[0].text == "Who takes your cases on after your last day?"
    assert page.title == "In your Area"


def test_a_band_of_the_case_reads_as_its_name() -> None:
    leaver = Leaver(tiny("piping"), {"area": "wales"}, {"area": {"en": "Wales", "cy": "Cymru"}})
    assert leaver.sees("told").title == "In Wales"
    assert leaver.sees("told", "cy").title == "Yn Cymru"


def test_braces_in_an_answer_are_only_text() -> None:
    leaver = given("piping")
    leaver.sends("ask", tool="{area} {0.__class__} <b>")
    assert leaver.sees("told").intro == ("You used {area} {0.__class__} <b>.",)
