"""The rows of the check-your-answers page: each part, each question asked, the answer in words, where to change it."""

from collections.abc import Iterator
from dataclasses import dataclass

from surveyapp.engine.answers import show_answer
from surveyapp.engine.definition import Page, Part, Question
from surveyapp.engine.forms import field_name
from surveyapp.engine.journey import Journey
from surveyapp.engine.path import parts_on


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One question: `page` is where the change link goes, `field` the id to focus there."""

    question: str
    text: str
    lines: tuple[str, ...]
    is_answered: bool
    page: str
    field: str


@dataclass(frozen=True, slots=True)
class AnswerGroup:
    """The rows of one part, under its title."""

    title: str
    is_separate: bool
    rows: tuple[AnswerRow, ...]


def answer_groups(journey: Journey, language: str) -> tuple[AnswerGroup, ...]:
    """What would be submitted now, part by part; parts without rows are left out."""
    groups = (
        AnswerGroup(part.title[language], part.separate, tuple(_rows(journey, part, language)))
        for part in parts_on(journey.definition, journey.path)
    )
    return tuple(group for group in groups if group.rows)


def _told_apart(journey: Journey, question: Question, page: Page, language: str) -> str:
    """The question's words; where several pages ask in the same words, the page's title leads them."""
    text = journey.piping.text(question.text, language)
    n_alike = sum(1 for other in journey.path.asked.values() if other.text == question.text)
    return f"{journey.piping.text(page.title, language)}: {text}" if n_alike > 1 else text


def _rows(journey: Journey, part: Part, language: str) -> Iterator[AnswerRow]:
    for page in part.pages:
        for written in page.questions:
            question = journey.path.asked.get(written.code)
            if question is None:
                continue
            answer = journey.answers.get(question.code)
            is_settled = question.code in journey.path.settled
            yield AnswerRow(
                question=question.code,
                text=_told_apart(journey, question, page, language),
                lines=show_answer(question, answer, language),
                is_answered=answer is not None,
                # an answer that settled itself is changed where its options come from
                page=journey.definition.questions[question.choose_among].page
                if is_settled and question.choose_among
                else page.code,
                field=field_name(written),
            )
