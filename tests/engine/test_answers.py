"""The question types: what each reads, refuses, shows, stores and exports."""

import json
from collections.abc import Sequence

import pytest

from surveyapp.engine.answers import (
    QUESTION_TYPES,
    export_answer,
    fields_of,
    load_answer,
    parse_question,
    show_answer,
    store_answer,
)
from surveyapp.engine.values import Answer, PreferNot
from surveyapp.engine.written import QUESTION_TYPE_NAMES
from tests.engine.tiny_leaver import form, tiny

QUESTIONS = tiny("every_type").questions

READ = [
    ("one", {"one": "red"}, ("Red",), {"choice": "red"}),
    ("one", {"one": "other", "one__other": "Green "}, ("Other: Green",), {"choice": "other", "other": "Green"}),
    ("one", {"one__other": "Green"}, ("Other: Green",), {"choice": "other", "other": "Green"}),
    ("one", {"one": "red", "one__other": "Green"}, ("Red",), {"choice": "red"}),
    ("many", {"many": ["blue", "red"]}, ("Red", "Blue"), {"choices": ["red", "blue"]}),
    ("many", {"many": "red", "many__other": "Mauve"}, ("Red", "Other: Mauve"), None),
    ("many", {"many": "none"}, ("None",), {"choices": ["none"]}),
    ("grid", {"grid__clear": "agree"}, ("It was clear: Agree",), {"rows": {"clear": "agree"}}),
    ("score", {"score": "10"}, ("10",), {"number": "10"}),
    ("score", {"score": "0"}, ("0",), {"number": "0"}),
    ("rank", {"rank__1": "place", "rank__2": "pay"}, ("1. Place", "2. Pay"), {"ranked": ["place", "pay"]}),
    ("count", {"count": " 12 "}, ("12 cases",), {"number": "12"}),
    ("count", {"count": "0"}, ("0 cases",), {"number": "0"}),
    ("size", {"size": "1,200.50"}, ("1200.5",), {"number": "1200.5"}),
    ("day", {"day__day": "7", "day__month": "3", "day__year": "2027"}, ("7 March 2027",), {"date": "2027-03-07"}),
    ("day", {"day__day": "1", "day__month": "Mawrth", "day__year": "2027"}, ("1 March 2027",), {"date": "2027-03-01"}),
    ("month", {"month__month": "Sept", "month__year": "2026"}, ("September 2026",), {"month": "2026-09"}),
    ("line", {"line": "Two\r\nlines"}, ("Two lines",), {"text": "Two lines"}),
    ("story", {"story": " One\r\ntwo\x00 "}, ("One", "two"), {"text": "One\ntwo"}),
    ("one", {"one": "prefer_not_to_say"}, ("Prefer not to say",), {"prefer_not_to_say": True}),
    ("many", {"many": "prefer_not_to_say"}, ("Prefer not to say",), {"prefer_not_to_say": True}),
    ("score", {"score__prefer": "prefer_not_to_say"}, ("Prefer not to say",), {"prefer_not_to_say": True}),
]

REFUSED = [
    ("one", {"one": "green"}, "q-one", "Choose from the answers on this page"),
    ("one", {"one": "other", "one__other": "x" * 201}, "q-one-other", "Use 200 characters or fewer. You have used 201"),
    (
        "many",
        {"many": ["red", "none"]},
        "q-many",
        "Choose “None” on its own, or take it out and keep your other answers",
    ),
    ("many", {"many": ["red", "green"]}, "q-many", "Choose from the answers on this page"),
    (
        "many",
        {"many": ["red", "prefer_not_to_say"]},
        "q-many",
        "Choose “Prefer not to say” on its own, or take it out and keep your other answers",
    ),
    ("grid", {"grid__clear": "maybe"}, "q-grid-clear", "Choose from the answers on this page"),
    ("score", {"score": "11"}, "q-score", "Choose from the answers on this page"),
    (
        "score",
        {"score": "3", "score__prefer": "prefer_not_to_say"},
        "q-score",
        "Give an answer or choose “Prefer not to say”, not both",
    ),
    ("rank", {"rank__1": "pay", "rank__2": "pay"}, "q-rank-2", "Choose each answer only once"),
    ("rank", {"rank__2": "pay"}, "q-rank-1", "Fill in your first choice first"),
    ("count", {"count": "a few"}, "q-count", "Enter a whole number, like 12"),
    ("count", {"count": "1.5"}, "q-count", "Enter a whole number, like 12"),
    ("count", {"count": "1e9"}, "q-count", "Enter a whole number, like 12"),
    ("count", {"count": "-1"}, "q-count", "Enter 0 or more"),
    ("count", {"count": "51"}, "q-count", "Enter 50 or less"),
    ("size", {"size": "1.55"}, "q-size", "Use 1 digits or fewer after the point"),
    (
        "day",
        {"day__day": "31", "day__month": "2", "day__year": "2027"},
        "q-day-day",
        "Enter a real date, like 27 3 2027",
    ),
    ("day", {"day__day": "3", "day__year": "2027"}, "q-day-month", "Enter a real date, like 27 3 2027"),
    ("day", {"day__day": "3", "day__month": "3", "day__year": "27"}, "q-day-day", "Enter a real date, like 27 3 2027"),
    ("month", {"month__month": "13", "month__year": "2027"}, "q-month-month", "Enter a month and a year, like 3 2027"),
    ("month", {"month__month": "3"}, "q-month-year", "Enter a month and a year, like 3 2027"),
    ("line", {"line": "x" * 21}, "q-line", "Use 20 characters or fewer. You have used 21"),
    ("story", {"story": "x" * 31}, "q-story", "Use 30 characters or fewer. You have used 31"),
]

Typed = dict[str, str | Sequence[str]]


def answer_to(code: str, typed: Typed) -> Answer:
    parsed = parse_question(QUESTIONS[code], form(**typed), "en")
    assert parsed.problem is None
    assert parsed.answer is not None
    return parsed.answer


@pytest.mark.parametrize(("code", "typed", "shown", "stored"), READ)
def test_an_answer_is_read_shown_and_stored(
    code: str, typed: Typed, shown: tuple[str, ...], stored: dict[str, object] | None
) -> None:
    answer = answer_to(code, typed)
    assert show_answer(QUESTIONS[code], answer, "en") == shown
    if stored is not None:
        assert store_answer(QUESTIONS[code], answer) == stored


@pytest.mark.parametrize(("code", "typed", "shown", "stored"), READ)
def test_an_answer_survives_storage_and_its_own_form_fields(
    code: str, typed: Typed, shown: object, stored: object
) -> None:
    question, answer = QUESTIONS[code], answer_to(code, typed)
    assert load_answer(question, json.loads(json.dumps(store_answer(question, answer)))) == answer
    assert parse_question(question, fields_of(question, answer), "en").answer == answer


@pytest.mark.parametrize(("code", "typed", "field", "message"), REFUSED)
def test_what_cannot_be_read_is_told_at_its_field_with_what_to_do(
    code: str, typed: Typed, field: str, message: str
) -> None:
    parsed = parse_question(QUESTIONS[code], form(**typed), "en")
    assert parsed.answer is None
    assert parsed.problem is not None
    assert (parsed.problem.field, parsed.problem.message) == (field, message)
    in_welsh = parse_question(QUESTIONS[code], form(**typed), "cy").problem
    assert in_welsh is not None and in_welsh.message != message


@pytest.mark.parametrize("code", list(QUESTIONS))
def test_a_question_left_blank_is_no_answer_and_no_problem(code: str) -> None:
    parsed = parse_question(QUESTIONS[code], {"q-something-else": ["x"]}, "en")
    assert parsed.answer is None
    assert parsed.problem is None


def test_an_export_keeps_not_asked_not_answered_not_ticked_and_prefer_not_apart() -> None:
    many = QUESTIONS["many"]
    ticked = export_answer(many, answer_to("many", {"many": "red"}), True)
    assert ticked["many.red"] == "ticked"
    assert ticked["many.blue"] == "not_ticked"
    assert set(export_answer(many, None, True).values()) == {"not_answered"}
    assert set(export_answer(many, None, False).values()) == {"not_asked"}
    assert set(export_answer(many, PreferNot(), True).values()) == {"prefer_not_to_say"}


@pytest.mark.parametrize(("code", "typed", "shown", "stored"), READ)
def test_every_answer_exports_to_the_columns_of_its_question(
    code: str, typed: Typed, shown: object, stored: object
) -> None:
    question = QUESTIONS[code]
    assert tuple(export_answer(question, answer_to(code, typed), True)) == QUESTION_TYPES[question.type].columns(
        question
    )


def test_there_is_a_type_for_every_name_an_author_may_write() -> None:
    assert set(QUESTION_TYPES) == set(QUESTION_TYPE_NAMES)
    assert {question.type for question in QUESTIONS.values()} == set(QUESTION_TYPE_NAMES)
