"""Questions answered in the leaver's own words."""

from collections.abc import Mapping
from typing import Any

from surveyapp.engine.definition import Question
from surveyapp.engine.forms import Form, Problem, field_name, first_of
from surveyapp.engine.phrases import phrase
from surveyapp.engine.values import Answer, Said


class LongText:
    """Some lines of text."""

    def parse(self, question: Question, form: Form, language: str) -> Answer | Problem | None:
        typed = first_of(form, field_name(question))
        return Said(typed) if typed else None

    def validate(self, question: Question, answer: Said, language: str) -> Problem | None:
        used = len(answer.text)
        if used <= question.max_length:
            return None
        return Problem(field_name(question), phrase("shorten", language, limit=question.max_length, used=used))

    def fields(self, question: Question, answer: Said) -> dict[str, list[str]]:
        return {field_name(question): [answer.text]}

    def show(self, question: Question, answer: Said, language: str) -> tuple[str, ...]:
        return tuple(answer.text.split("\n"))

    def store(self, answer: Said) -> dict[str, Any]:
        return {"text": answer.text}

    def load(self, stored: Mapping[str, Any]) -> Said:
        return Said(str(stored["text"]))

    def columns(self, question: Question) -> tuple[str, ...]:
        return (question.code,)

    def export(self, question: Question, answer: Said) -> tuple[str, ...]:
        return (answer.text,)


class ShortText(LongText):
    """One line; line breaks become spaces."""

    def parse(self, question: Question, form: Form, language: str) -> Answer | Problem | None:
        typed = " ".join(first_of(form, field_name(question)).split())
        return Said(typed) if typed else None
