"""The question types by name, and the protocol each follows: parse, validate, show, store, load, export."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from surveyapp.engine.choice_types import MultipleChoice, Ranking, SingleChoice
from surveyapp.engine.definition import Question
from surveyapp.engine.forms import Form, Problem, field_name, first_of
from surveyapp.engine.grid_types import Matrix
from surveyapp.engine.number_types import DateType, MonthType, NumberType, Scale
from surveyapp.engine.phrases import phrase
from surveyapp.engine.text_types import LongText, ShortText
from surveyapp.engine.values import PREFER_NOT_TO_SAY, Answer, PreferNot

NOT_ASKED, NOT_ANSWERED = "not_asked", "not_answered"


class QuestionType(Protocol):
    """What a question type can do. None of these meets a question left blank or "prefer not to say"."""

    def parse(self, question: Question, form: Form, language: str) -> Answer | Problem | None:
        """The answer typed in, None when left blank, a problem when it cannot be read."""
        ...

    def validate(self, question: Question, answer: Any, language: str) -> Problem | None:
        """What is wrong with a readable answer."""
        ...

    def fields(self, question: Question, answer: Any) -> dict[str, list[str]]:
        """The form fields that would give this answer: what `parse` reads back."""
        ...

    def show(self, question: Question, answer: Any, language: str) -> tuple[str, ...]:
        """The answer in words, a line each."""
        ...

    def store(self, answer: Any) -> Any:
        """The answer as JSON."""
        ...

    def load(self, stored: Any) -> Answer:
        """The answer from its JSON."""
        ...

    def columns(self, question: Question) -> tuple[str, ...]:
        """The columns of an export."""
        ...

    def export(self, question: Question, answer: Any) -> tuple[str, ...]:
        """The values of those columns."""
        ...


QUESTION_TYPES: Mapping[str, QuestionType] = {
    "single_choice": SingleChoice(),
    "multiple_choice": MultipleChoice(),
    "matrix": Matrix(),
    "scale": Scale(),
    "ranking": Ranking(),
    "number": NumberType(),
    "date": DateType(),
    "month": MonthType(),
    "short_text": ShortText(),
    "long_text": LongText(),
}


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a posted question came to: an answer, nothing, or a problem to tell."""

    answer: Answer | None = None
    problem: Problem | None = None


def parse_question(question: Question, form: Form, language: str) -> Parsed:
    """The posted answer to one question, validated."""
    kind = QUESTION_TYPES[question.type]
    answer = kind.parse(question, form, language)
    if question.prefer_not_to_say and _prefers_not(question, form):
        if answer is None:
            return Parsed(PreferNot())
        return Parsed(problem=Problem(field_name(question), phrase("choose_or_prefer_not", language)))
    if isinstance(answer, Problem):
        return Parsed(problem=answer)
    if answer is None:
        missing = Problem(field_name(question), phrase("required", language)) if question.required else None
        return Parsed(problem=missing)
    problem = None if isinstance(answer, PreferNot) else kind.validate(question, answer, language)
    return Parsed(problem=problem) if problem else Parsed(answer)


def _prefers_not(question: Question, form: Form) -> bool:
    return first_of(form, field_name(question, "prefer")) == PREFER_NOT_TO_SAY


def fields_of(question: Question, answer: Answer | None) -> dict[str, list[str]]:
    """The form fields of a stored answer; a question never answered starts with its default."""
    if answer is None:
        return {field_name(question): [question.default]} if question.default else {}
    if isinstance(answer, PreferNot):
        choice = question.type in ("single_choice", "multiple_choice")
        return {field_name(question, "" if choice else "prefer"): [PREFER_NOT_TO_SAY]}
    return QUESTION_TYPES[question.type].fields(question, answer)


def show_answer(question: Question, answer: Answer | None, language: str) -> tuple[str, ...]:
    """The answer in words, a line each; "Not answered" for none."""
    if answer is None:
        return (phrase("not_answered", language),)
    if isinstance(answer, PreferNot):
        return (phrase("prefer_not_to_say", language),)
    return QUESTION_TYPES[question.type].show(question, answer, language)


def store_answer(question: Question, answer: Answer) -> Any:
    """The answer as JSON."""
    if isinstance(answer, PreferNot):
        return {PREFER_NOT_TO_SAY: True}
    return QUESTION_TYPES[question.type].store(answer)


def load_answer(question: Question, stored: Any) -> Answer:
    """The answer from its JSON."""
    if isinstance(stored, Mapping) and stored.get(PREFER_NOT_TO_SAY):
        return PreferNot()
    return QUESTION_TYPES[question.type].load(stored)


def export_answer(question: Question, answer: Answer | None, was_asked: bool) -> dict[str, str]:
    """Flat columns for a file. Not asked, not answered, prefer not to say and not ticked stay different things."""
    kind = QUESTION_TYPES[question.type]
    columns = kind.columns(question)
    if isinstance(answer, PreferNot):
        return dict.fromkeys(columns, PREFER_NOT_TO_SAY)
    if answer is None:
        return dict.fromkeys(columns, NOT_ANSWERED if was_asked else NOT_ASKED)
    values: Sequence[str] = kind.export(question, answer)
    return dict(zip(columns, values, strict=True))
