"""Routing: from a definition, answers and case bands to the path of pages, in one pass and without side effects.

An answer counts only when its question is on the path, was asked in the words it would have now, and is still among
the options offered. What does not count is kept in the draft but steers nothing and is never submitted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from surveyapp.engine.definition import Definition, Option, Page, Part, Question
from surveyapp.engine.values import PREFER_NOT_TO_SAY, Answer, Chosen, Ticked, held_codes

# what the wording and the options of a question hung on when it was asked
Asking = tuple[str, str]
PLAIN: Asking = ("", "")


@dataclass(frozen=True)
class PagePath:
    """What this leaver meets: pages in order, the questions on each, the answers that count."""

    pages: dict[str, tuple[Question, ...]] = field(default_factory=dict)
    asked: dict[str, Question] = field(default_factory=dict)
    askings: dict[str, Asking] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    settled: set[str] = field(default_factory=set)


def find_path(
    definition: Definition,
    answers: Mapping[str, Answer],
    askings: Mapping[str, Asking],
    bands: Mapping[str, str],
) -> PagePath:
    """The path; `askings` says how each saved question was asked. A question not yet saved has no asking."""
    path = PagePath()
    walk = _Walk(definition, answers, askings, bands, path)
    for part in definition.parts:
        if part.shown is None or part.shown(path.answers, bands):
            for page in part.pages:
                if page.shown is None or page.shown(path.answers, bands):
                    walk.over(page)
    return path


@dataclass(frozen=True, slots=True)
class _Walk:
    """One pass over the pages, adding to the path."""

    definition: Definition
    answers: Mapping[str, Answer]
    askings: Mapping[str, Asking]
    bands: Mapping[str, str]
    path: PagePath

    def over(self, page: Page) -> None:
        path = self.path
        shown: list[Question] = []
        counting: dict[str, Answer] = {}
        for written in page.questions:
            question: Question | None = written
            if written.shown is not None and not written.shown(path.answers, self.bands):
                continue
            if written.fills or written.choose_among:
                question = self._hanging(written, counting)
            if question is None:
                continue
            shown.append(question)
            path.asked[question.code] = question
            answer = self.answers.get(question.code)
            if answer is not None and self._counts(question, answer):
                counting[question.code] = answer
        # the answers of a page count from the next page on: conditions look at earlier pages only
        path.answers.update(counting)
        if shown:
            path.pages[page.code] = tuple(shown)

    def _counts(self, question: Question, answer: Answer) -> bool:
        was, now = self.askings.get(question.code), self.path.askings.get(question.code, PLAIN)
        if was is None or was[0] != now[0]:
            return False
        return not question.choose_among or held_codes(answer) <= {*question.option_by_code, PREFER_NOT_TO_SAY}

    def _hanging(self, question: Question, counting: dict[str, Answer]) -> Question | None:
        """A question whose words or options hang on earlier answers, as it is asked now; None when it is not."""
        offered = ""
        if question.choose_among:
            question = _narrowed(question, self.path)
            offered = ",".join(option.code for option in question.options)
        self.path.askings[question.code] = (self._wording(question), offered)
        if not question.choose_among or len(question.options) > 1:
            return question
        for only in question.options:
            # one option left answers itself
            counting[question.code] = Chosen(only.code)
            self.path.asked[question.code] = question
            self.path.settled.add(question.code)
        return None

    def _wording(self, question: Question) -> str:
        """What the piped words hang on: the codes held by the answers they pipe."""
        sources = (self.definition.fills[name].question for name in question.fills)
        return ";".join("+".join(sorted(held_codes(self.path.answers.get(one)))) for one in sources if one)


def _narrowed(question: Question, path: PagePath) -> Question:
    """The question offering only what was ticked, with the words beside "other"."""
    ticked = path.answers.get(question.choose_among or "")
    codes = held_codes(ticked)
    other = ticked.other if isinstance(ticked, Ticked) else ""
    options = tuple(_named(option, other) for option in question.options if option.code in codes)
    return replace(question, options=options)


def _named(option: Option, other: str) -> Option:
    if not option.other:
        return option
    if not other:
        return replace(option, other=False)
    text = {language: f"{words}: {other}" for language, words in option.text.items()}
    return replace(option, text=text, fill=dict.fromkeys(text, other), other=False)


def parts_on(definition: Definition, path: PagePath) -> list[Part]:
    """The parts that have a page on the path, in order."""
    codes = {definition.pages[code].part for code in path.pages}
    return [part for part in definition.parts if part.code in codes]
