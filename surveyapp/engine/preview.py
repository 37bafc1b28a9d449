"""A definition with every condition lifted, so that each page can be looked at before it is published."""

from dataclasses import replace

from surveyapp.engine.definition import Definition, Page, Part, Question
from surveyapp.engine.drafts import Draft
from surveyapp.engine.journey import Journey
from surveyapp.engine.piping import Case


def preview_journey(definition: Definition) -> Journey:
    """A journey on which every page and question is shown; its answers are never to be kept."""
    parts = tuple(_shown_part(part) for part in definition.parts)
    return Journey(replace(definition, parts=parts), Draft(), Case())


def _shown_part(part: Part) -> Part:
    return replace(part, shown=None, pages=tuple(_shown_page(page) for page in part.pages))


def _shown_page(page: Page) -> Page:
    return replace(page, shown=None, questions=tuple(_shown_question(question) for question in page.questions))


def _shown_question(question: Question) -> Question:
    return replace(question, shown=None, choose_among=None)
