"""A leaver's journey: the path now, where they are on it, what a posted page changes, what is left to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from surveyapp.engine.answers import parse_question
from surveyapp.engine.definition import Definition, Page, Part, Question
from surveyapp.engine.drafts import Draft
from surveyapp.engine.forms import Form, Problem
from surveyapp.engine.path import PLAIN, PagePath, find_path, parts_on
from surveyapp.engine.phrases import phrase
from surveyapp.engine.piping import Case, Piping
from surveyapp.engine.values import Answer


class PageNotOnPath(Exception):
    """The page is not on this leaver's path (any more); send them to `first_unfinished` or the check page."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a page stands among the parts on the path; `number` is None for a separate, optional part."""

    number: int | None
    total: int
    part: Part

    def in_words(self, language: str) -> str:
        """ "Part 3 of 7: your manager"."""
        name = self.part.progress[language]
        if self.number is None:
            return phrase("progress_separate", language, part=name)
        return phrase("progress", language, number=self.number, total=self.total, part=name)


@dataclass(frozen=True)
class Journey:
    """Definition, draft and case put together; everything else follows from them. Changes make a new journey."""

    definition: Definition
    draft: Draft
    case: Case

    @cached_property
    def path(self) -> PagePath:
        return find_path(self.definition, self.draft.answers, self.draft.askings, self.case.bands)

    @cached_property
    def pages(self) -> tuple[str, ...]:
        """The codes of the pages on the path, in order."""
        return tuple(self.path.pages)

    @property
    def answers(self) -> Mapping[str, Answer]:
        """The answers that count: on the path, still offered, asked in the words of now."""
        return self.path.answers

    @cached_property
    def piping(self) -> Piping:
        return Piping(self.definition, self.path.answers, self.path.asked, self.case)

    def page(self, code: str) -> Page:
        """The page; raises `PageNotOnPath`."""
        self.questions_on(code)
        return self.definition.pages[code]

    def questions_on(self, code: str) -> tuple[Question, ...]:
        """The questions this leaver is asked on the page, with the options offered now; raises `PageNotOnPath`."""
        questions = self.path.pages.get(code)
        if questions is None:
            raise PageNotOnPath(code)
        return questions

    def next_after(self, code: str) -> str | None:
        """The next page on the path; None when the page is the last. A page off the path goes by its old place."""
        return next((page for page in self._later(code) if page in self.path.pages), None)

    def previous_to(self, code: str) -> str | None:
        """The page before on the path; None when the page is the first."""
        codes = list(self.definition.pages)
        return next((page for page in reversed(codes[: codes.index(code)]) if page in self.path.pages), None)

    def _later(self, code: str) -> list[str]:
        codes = list(self.definition.pages)
        return codes[codes.index(code) + 1 :]

    def is_finished_page(self, code: str) -> bool:
        """Every question of the page was saved, answered or left blank, as it is asked now."""
        askings, now = self.draft.askings, self.path.askings
        return all(askings.get(q.code) == now.get(q.code, PLAIN) for q in self.questions_on(code))

    @cached_property
    def first_unfinished(self) -> str | None:
        """The first page still to be looked at; None when the journey is complete."""
        return next((page for page in self.pages if not self.is_finished_page(page)), None)

    def progress(self, code: str) -> Progress:
        """Where the page stands: parts off the path are not counted, nor separate ones."""
        part = self.definition.part_by_code[self.definition.pages[code].part]
        counted = [one.code for one in parts_on(self.definition, self.path) if not one.separate]
        return Progress(counted.index(part.code) + 1 if part.code in counted else None, len(counted), part)

    def save_page(self, code: str, form: Form, language: str) -> "Saved":
        """The journey after the page was posted: what could be read is saved, the rest is told as problems.

        Raises `PageNotOnPath` when an earlier change has taken the page away.
        """
        answers, askings = dict(self.draft.answers), dict(self.draft.askings)
        problems: list[Problem] = []
        for question in self.questions_on(code):
            parsed = parse_question(question, form, language)
            if parsed.problem:
                problems.append(parsed.problem)
                askings.pop(question.code, None)
                continue
            askings[question.code] = self.path.askings.get(question.code, PLAIN)
            if parsed.answer is None:
                answers.pop(question.code, None)
            else:
                answers[question.code] = parsed.answer
        return Saved(Journey(self.definition, Draft(answers, askings), self.case), tuple(problems))

    def keep_page(self, code: str, form: Form, language: str) -> "Journey":
        """The journey after the page was left by going back: what could be read is kept, and the page is as unfinished
        as it was. Raises `PageNotOnPath`."""
        typed = self.save_page(code, form, language).journey.draft.answers
        return Journey(self.definition, Draft(typed, self.draft.askings), self.case)


@dataclass(frozen=True, slots=True)
class Saved:
    """A posted page: the journey that results, and what to tell the leaver, in the order of the questions."""

    journey: Journey
    problems: tuple[Problem, ...]
