"""Local questions of an interview guide: an Area's own, asked after the locked national ones, which stay untouched."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from surveyapp.engine.assembly import LENGTHS
from surveyapp.engine.definition import Definition, Page, Part, Question, Words

PART = "local"
_TITLE: Words = {"en": "Questions of your Area", "cy": "Cwestiynau eich Ardal"}
_PROGRESS: Words = {"en": "questions of your Area", "cy": "cwestiynau eich Ardal"}
_PREFIX = "local_"


class LocalCodeTaken(Exception):
    """Two local questions have the same code."""


@dataclass(frozen=True, slots=True)
class LocalQuestion:
    """One question of an Area; its notes are free text."""

    code: str
    text: Words
    hint: Words | None = None


def with_local_questions(definition: Definition, local: Sequence[LocalQuestion]) -> Definition:
    """The guide with a last part that asks the local questions; their codes get the prefix `local_`."""
    if not local:
        return definition
    codes = [f"{_PREFIX}{question.code}" for question in local]
    if len(set(codes)) < len(codes) or not definition.questions.keys().isdisjoint(codes):
        raise LocalCodeTaken(", ".join(sorted(codes)))
    questions = tuple(
        Question(code, "long_text", one.text, PART, hint=one.hint, max_length=LENGTHS["long_text"])
        for code, one in zip(codes, local, strict=True)
    )
    page = Page(code=PART, title=_TITLE, part=PART, questions=questions)
    return replace(definition, parts=(*definition.parts, Part(PART, _TITLE, _PROGRESS, (page,))))
