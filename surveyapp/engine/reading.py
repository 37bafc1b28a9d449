"""What reports read from a submission by the purpose of its questions: reasons, choices, scores, comments."""

from dataclasses import dataclass

from surveyapp.engine.definition import Definition
from surveyapp.engine.submission import Submission
from surveyapp.engine.values import Answer, Chosen, Number, Said, Ticked

CONSENTS = ("quote", "summarised", "no")
DEFAULT_CONSENT = "summarised"


@dataclass(frozen=True, slots=True)
class ReasonsGiven:
    """The reasons of one leaver. `in_base` says whether they answered the question at all: one base for all reasons."""

    in_base: bool
    ticked: tuple[str, ...] = ()
    main: str | None = None
    other: str = ""


@dataclass(frozen=True, slots=True)
class Comment:
    """One free text, the question it answers, and how it may be used."""

    question: str
    text: str
    consent: str


def reasons_given(definition: Definition, submission: Submission) -> ReasonsGiven:
    """The main reason is always one of those ticked; "prefer not to say" is not in the base."""
    answer = _answer(definition, submission, "reasons")
    if not isinstance(answer, Ticked):
        return ReasonsGiven(in_base=False)
    main = choice(definition, submission, "main_reason")
    return ReasonsGiven(True, answer.codes, main if main in answer.codes else None, answer.other)


def choice(definition: Definition, submission: Submission, purpose: str) -> str | None:
    """The chosen code of `avoidable`, `return`, `destination`...; None when blank, not asked or withheld."""
    answer = _answer(definition, submission, purpose)
    return answer.code if isinstance(answer, Chosen) else None


def score(definition: Definition, submission: Submission, purpose: str) -> int | None:
    """The point on the 0 to 10 scale of `recommend`."""
    answer = _answer(definition, submission, purpose)
    return int(answer.value) if isinstance(answer, Number) else None


def ticks(definition: Definition, submission: Submission, purpose: str) -> tuple[str, ...]:
    """The ticked codes of `kept_by`; empty when blank."""
    answer = _answer(definition, submission, purpose)
    return answer.codes if isinstance(answer, Ticked) else ()


def equality(definition: Definition, submission: Submission) -> dict[str, str]:
    """The answered equality questions; "prefer not to say" stays an answer."""
    codes = (question.code for question in definition.with_purpose("equality"))
    found = {code: submission.answers[code].held() for code in codes if code in submission.answers}
    return {code: min(held) for code, held in found.items()}


def comments(definition: Definition, submission: Submission) -> tuple[Comment, ...]:
    """The free texts that may be used in some way; without a say on it they are only summarised."""
    consent = choice(definition, submission, "consent") or DEFAULT_CONSENT
    if consent == "no":
        return ()
    asked = ((question.code, submission.answers.get(question.code)) for question in definition.with_purpose("comment"))
    return tuple(Comment(code, answer.text, consent) for code, answer in asked if isinstance(answer, Said))


def _answer(definition: Definition, submission: Submission, purpose: str) -> Answer | None:
    question = next(iter(definition.with_purpose(purpose)), None)
    return submission.answers.get(question.code) if question else None
