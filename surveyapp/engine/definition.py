"""A definition as the engine uses it: frozen, indexed, every condition compiled; made once by `loader`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from surveyapp.engine.rules import Condition, Test

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that can be chosen."""

    code: str
    text: Words
    hint: Words | None = None
    fill: Words | None = None
    exclusive: bool = False
    other: bool = False
    score: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One statement of a matrix."""

    code: str
    text: Words


@dataclass(frozen=True)
class Question:
    """One question; fields that its type does not use are empty."""

    code: str
    type: str
    text: Words
    page: str
    hint: Words | None = None
    show_if: Condition | None = None
    shown: Test | None = None
    purpose: str | None = None
    locked: bool = False
    required: bool = False
    prefer_not_to_say: bool = False
    options: tuple[Option, ...] = ()
    choose_among: str | None = None
    default: str | None = None
    rows: tuple[Row, ...] = ()
    low: Words | None = None
    high: Words | None = None
    pick: int = 3
    minimum: float | None = None
    maximum: float | None = None
    decimals: int = 0
    unit: Words | None = None
    max_length: int = 0
    fills: tuple[str, ...] = ()

    @cached_property
    def option_by_code(self) -> dict[str, Option]:
        return {option.code: option for option in self.options}


@dataclass(frozen=True, slots=True)
class Help:
    """A route to help shown on a page."""

    text: Words
    phone: str | None = None
    url: str | None = None


@dataclass(frozen=True)
class Page:
    """One page, one topic."""

    code: str
    title: Words
    part: str
    questions: tuple[Question, ...]
    intro: Words | None = None
    help: tuple[Help, ...] = ()
    show_if: Condition | None = None
    shown: Test | None = None
    fills: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """A part of the journey, named in the progress line."""

    code: str
    title: Words
    progress: Words
    pages: tuple[Page, ...]
    separate: bool = False
    show_if: Condition | None = None
    shown: Test | None = None


@dataclass(frozen=True, slots=True)
class Fill:
    """A value piped into text as {name}: the answer to a question, or a band of the case."""

    name: str
    if_blank: Words
    question: str | None = None
    case: str | None = None
    plural: Mapping[str, Mapping[str, str]] | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for leaving: its theme group, its kind, whether it is sensitive, its Civil Service codes."""

    code: str
    text: Words
    group: str
    kind: str
    sensitive: bool = False
    other: bool = False
    hint: Words | None = None
    fill: Words | None = None
    report: Words | None = None
    civil_service: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReasonList:
    """One version of the reason list."""

    reference: str
    groups: Mapping[str, Words]
    reasons: tuple[Reason, ...]
    sha256: str

    @cached_property
    def by_code(self) -> dict[str, Reason]:
        return {reason.code: reason for reason in self.reasons}


@dataclass(frozen=True)
class Definition:
    """One version of a questionnaire, holding every language; `sha256` covers the shared files it `includes`."""

    questionnaire: str
    version: int
    kind: str
    languages: tuple[str, ...]
    title: Words
    minutes: int
    parts: tuple[Part, ...]
    fills: Mapping[str, Fill]
    reasons: ReasonList | None
    sha256: str
    includes: tuple[str, ...] = ()

    @property
    def reference(self) -> str:
        """Name and version, such as `leaver/1`: what a response keeps."""
        return f"{self.questionnaire}/{self.version}"

    @cached_property
    def pages(self) -> dict[str, Page]:
        """Every page by code, in order."""
        return {page.code: page for part in self.parts for page in part.pages}

    @cached_property
    def questions(self) -> dict[str, Question]:
        """Every question by code, in order."""
        return {question.code: question for page in self.pages.values() for question in page.questions}

    @cached_property
    def part_by_code(self) -> dict[str, Part]:
        return {part.code: part for part in self.parts}

    def with_purpose(self, purpose: str) -> tuple[Question, ...]:
        """The questions that reports read as this: `reasons`, `main_reason`, `avoidable`, `comment`..."""
        return tuple(question for question in self.questions.values() if question.purpose == purpose)
