"""The matrix: short statements, each graded on one scale such as agreement."""

from collections.abc import Mapping
from typing import Any

from surveyapp.engine.choice_types import option_text
from surveyapp.engine.definition import Question
from surveyapp.engine.forms import Form, Problem, field_name, first_of
from surveyapp.engine.phrases import phrase
from surveyapp.engine.values import Answer, Graded

_ROW_NOT_ANSWERED = "not_answered"


class Matrix:
    """A field for each row; rows may be left blank."""

    def parse(self, question: Question, form: Form, language: str) -> Answer | Problem | None:
        graded: list[tuple[str, str]] = []
        for row in question.rows:
            name = field_name(question, row.code)
            grade = first_of(form, name)
            if grade and grade not in question.option_by_code:
                return Problem(name, phrase("choose_shown", language))
            if grade:
                graded.append((row.code, grade))
        return Graded(tuple(graded)) if graded else None

    def validate(self, question: Question, answer: Graded, language: str) -> Problem | None:
        return None

    def fields(self, question: Question, answer: Graded) -> dict[str, list[str]]:
        return {field_name(question, row): [grade] for row, grade in answer.rows}

    def show(self, question: Question, answer: Graded, language: str) -> tuple[str, ...]:
        grades = dict(answer.rows)
        return tuple(
            f"{row.text[language]}: {option_text(question, grades[row.code], language)}"
            for row in question.rows
            if row.code in grades
        )

    def store(self, answer: Graded) -> dict[str, Any]:
        return {"rows": dict(answer.rows)}

    def load(self, stored: Mapping[str, Any]) -> Graded:
        return Graded(tuple((str(row), str(grade)) for row, grade in stored["rows"].items()))

    def columns(self, question: Question) -> tuple[str, ...]:
        return tuple(f"{question.code}.{row.code}" for row in question.rows)

    def export(self, question: Question, answer: Graded) -> tuple[str, ...]:
        grades = dict(answer.rows)
        return tuple(grades.get(row.code, _ROW_NOT_ANSWERED) for row in question.rows)
