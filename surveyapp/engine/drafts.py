"""A draft: every answer typed so far and how each question was asked; it goes to JSON and back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from surveyapp.engine.answers import load_answer, store_answer
from surveyapp.engine.definition import Definition
from surveyapp.engine.path import PLAIN, Asking
from surveyapp.engine.values import Answer


@dataclass(frozen=True)
class Draft:
    """Answers by question, and the asking under which each question was last saved, answered or left blank."""

    answers: Mapping[str, Answer] = field(default_factory=dict)
    askings: Mapping[str, Asking] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not self.askings


def draft_to_json(definition: Definition, draft: Draft) -> dict[str, Any]:
    """The draft as JSON, to be encrypted and stored; it names its definition."""
    return {
        "definition": definition.reference,
        "answers": {code: store_answer(definition.questions[code], answer) for code, answer in draft.answers.items()},
        "askings": {code: None if asking == PLAIN else list(asking) for code, asking in draft.askings.items()},
    }


def draft_from_json(definition: Definition, stored: Mapping[str, Any]) -> Draft:
    """The draft; raises `DraftOfAnotherVersion` when it answers another definition."""
    if stored["definition"] != definition.reference or not definition.questions.keys() >= stored["askings"].keys():
        raise DraftOfAnotherVersion(stored["definition"])
    try:
        answers = {code: load_answer(definition.questions[code], answer) for code, answer in stored["answers"].items()}
    except (KeyError, TypeError, ValueError) as error:
        # only a definition still being written can change under a draft: a question went or has another type
        raise DraftOfAnotherVersion(stored["definition"]) from error
    return Draft(
        answers, {code: (asking[0], asking[1]) if asking else PLAIN for code, asking in stored["askings"].items()}
    )


class DraftOfAnotherVersion(Exception):
    """The stored draft answers another questionnaire or version; load that definition instead."""
