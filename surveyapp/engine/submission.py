"""What is submitted: only the answers that count, with the questions that were asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from surveyapp.engine.answers import export_answer, load_answer, store_answer
from surveyapp.engine.definition import Definition
from surveyapp.engine.drafts import Draft
from surveyapp.engine.journey import Journey
from surveyapp.engine.path import PLAIN, Asking, find_path
from surveyapp.engine.piping import Case
from surveyapp.engine.values import Answer


class JourneyUnfinished(Exception):
    """A page is still to be looked at: `page`."""

    def __init__(self, page: str) -> None:
        self.page = page
        super().__init__(page)


@dataclass(frozen=True)
class Submission:
    """Submitted answers of one definition; `asked` tells a blank from a question never put."""

    definition: str
    language: str
    answers: Mapping[str, Answer]
    asked: tuple[str, ...]

    def to_json(self, definition: Definition) -> dict[str, Any]:
        """Plain JSON without time, order of answering or anything about the case."""
        return {
            "definition": self.definition,
            "language": self.language,
            "answers": {code: store_answer(definition.questions[code], one) for code, one in self.answers.items()},
            "asked": list(self.asked),
        }

    @classmethod
    def from_json(cls, definition: Definition, stored: Mapping[str, Any]) -> "Submission":
        answers = {code: load_answer(definition.questions[code], one) for code, one in stored["answers"].items()}
        return cls(stored["definition"], stored["language"], answers, tuple(stored["asked"]))

    def export(self, definition: Definition) -> dict[str, str]:
        """One flat row; the columns are the same for every submission of the definition."""
        row: dict[str, str] = {}
        for code, question in definition.questions.items():
            row |= export_answer(question, self.answers.get(code), code in self.asked)
        return row


def submit(journey: Journey, language: str, *, unfinished: bool = False) -> Submission:
    """The submission; raises `JourneyUnfinished` unless every page was looked at or `unfinished` is allowed.

    An unfinished one holds the pages saved so far.
    """
    if not unfinished and journey.first_unfinished:
        raise JourneyUnfinished(journey.first_unfinished)
    path, askings = journey.path, journey.draft.askings
    saved = [code for code in path.asked if code in path.settled or askings.get(code) == path.askings.get(code, PLAIN)]
    return Submission(
        definition=journey.definition.reference,
        language=language,
        answers={code: path.answers[code] for code in saved if code in path.answers},
        asked=tuple(saved),
    )


def draft_of(definition: Definition, submission: Submission, case: Case) -> Draft:
    """The submission as a draft again, every page looked at, to be changed by its receipt."""
    askings: dict[str, Asking] = dict.fromkeys(submission.asked, PLAIN)
    while True:
        # wording hangs on answers that count, which hang on wording: each round settles at least one more
        now = find_path(definition, submission.answers, askings, case.bands).askings
        known = askings | {code: asking for code, asking in now.items() if code in askings}
        if known == askings:
            return Draft(submission.answers, askings)
        askings = known
