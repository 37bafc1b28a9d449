"""The further questions a release counts, each with its own base: those who answered that question (CONTRACTS 2.2)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from analytics.ratings import rated
from surveyapp.engine.definition import Definition, Question, Words
from surveyapp.engine.submission import Submission
from surveyapp.engine.values import Chosen, Graded, Number, Ticked
from surveyapp.reports.sources import CHECK_PREFIX, CHECKS

PREFIX = "q:"
AVOIDABLE = "avoidable"
CHOICES = (AVOIDABLE, "kept_by", "return", "destination")
RECOMMEND = "recommend"
EQUALITY = "equality"
CONSENT_TO_EQUALITY = "equality_agreed"
MOST_RECOMMENDED = 10
POINTS_OF_WORDS = {"yes": 3, "partly": 2, "no": 1}
"""Points of matrices whose grades carry none, such as what a new starter had; without them no mean is shown."""


@dataclass(frozen=True)
class CountedQuestion:
    """One question with the answers a release counts. A rating has a scale of so many points, and one answer a
    statement; other questions have no scale. `prefix` says whose: leavers', or new starters' at one of their checks."""

    code: str
    text: Words
    scale: int
    answers: Mapping[str, Words]
    prefix: str = PREFIX

    @property
    def is_rating(self) -> bool:
        return self.scale > 0

    @property
    def source(self) -> str:
        return self.prefix + self.code

    def as_json(self) -> dict[str, Any]:
        return {
            "en": self.text["en"],
            "cy": self.text["cy"],
            "scale": self.scale,
            "answers": [{"code": code, "en": words["en"], "cy": words["cy"]} for code, words in self.answers.items()],
        }


def counted_questions(definition: Definition | None) -> list[CountedQuestion]:
    """In the order of the questionnaire; none without one."""
    questions = definition.questions.values() if definition else ()
    return [one for one in map(_counted, questions) if one is not None]


def check_questions(definition: Definition | None, check: str) -> list[CountedQuestion]:
    """What a release counts of one check of new starters: every single choice, rating and recommendation."""
    questions = definition.questions.values() if definition else ()
    counted = (_counted(one, is_check=True) for one in questions)
    return [replace(one, prefix=f"{CHECK_PREFIX}{check}:") for one in counted if one is not None]


def _counted(question: Question, *, is_check: bool = False) -> CountedQuestion | None:
    if question.purpose in CHOICES or (is_check and question.type == "single_choice" and not question.purpose):
        answers = {option.code: option.text for option in question.options}
        return CountedQuestion(question.code, question.text, 0, answers)
    if question.purpose == RECOMMEND:
        return CountedQuestion(question.code, question.text, MOST_RECOMMENDED, {RECOMMEND: question.text})
    if question.type == "matrix" and _points(question):
        rows = {row.code: row.text for row in question.rows}
        return CountedQuestion(question.code, question.text, max(_points(question).values()), rows)
    return None


def answer_codes(definition: Definition, one: CountedQuestion) -> list[str]:
    """The codes its frozen counts have: an answer, or for a rating a statement with its points."""
    if not one.is_rating:
        return list(one.answers)
    points = sorted(_points(definition.questions[one.code]).values()) or range(MOST_RECOMMENDED + 1)
    return [rated(statement, point) for statement in one.answers for point in points]


def given(definition: Definition, submission: Submission, *, is_check: bool = False) -> dict[str, frozenset[str]]:
    """By question code what this person answered; a question that is blank, withheld or half rated is not there."""
    found = {}
    for question in definition.questions.values():
        codes = _given(question, submission.answers.get(question.code))
        if codes and _counted(question, is_check=is_check):
            found[question.code] = frozenset(codes)
    return found


def _given(question: Question, answer: object) -> Iterable[str]:
    match answer:
        case Chosen(code=code):
            return [code]
        case Ticked(codes=codes):
            return codes
        case Number(value=value) if question.purpose == RECOMMEND:
            return [rated(RECOMMEND, int(value))]
        case Graded(rows=rows):
            points = _points(question)
            graded = [rated(row, points[grade]) for row, grade in rows if grade in points]
            return graded if len(graded) == len(question.rows) else []
        case _:
            return []


def _points(question: Question) -> dict[str, int]:
    """Points of every grade that is one; "does not apply" is none."""
    given = {option.code: option.score for option in question.options if option.score is not None}
    return given or {code: points for code, points in POINTS_OF_WORDS.items() if code in question.option_by_code}


def characteristics(definition: Definition | None) -> dict[str, Question]:
    """The equality questions by code, without the one that asks whether to answer them."""
    asked = definition.with_purpose(EQUALITY) if definition else ()
    return {question.code: question for question in asked if question.code != CONSENT_TO_EQUALITY}


def frozen_words(definition: Definition | None, checks: Definition | None = None) -> dict[str, Any]:
    """What questions, answers and characteristics are called, kept with the release; `checks` = what new starters are
    asked."""
    equality = {
        code: {
            "en": question.text["en"],
            "cy": question.text["cy"],
            "levels": [{"code": o.code, "en": o.text["en"], "cy": o.text["cy"]} for o in question.options],
        }
        for code, question in characteristics(definition).items()
    }
    counted = [*counted_questions(definition), *(one for check in CHECKS for one in check_questions(checks, check))]
    return {EQUALITY: equality} | {one.source: one.as_json() for one in counted}
