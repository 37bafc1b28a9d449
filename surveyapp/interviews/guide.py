"""The interview guide as the interviewer meets it: locked national questions, then the Area's own; and the reasons."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from surveyapp import audit, clock
from surveyapp.access import Permission, Viewer
from surveyapp.audit import Actor
from surveyapp.cases.models import Case
from surveyapp.definitions import queries as definitions
from surveyapp.definitions.service import NotPublished
from surveyapp.definitions.shelf import folder_shelf
from surveyapp.engine.definition import Definition, Question, Reason
from surveyapp.engine.loader import load_reference
from surveyapp.engine.path import find_path
from surveyapp.interviews.record_models import LocalQuestion

QUESTIONNAIRE = "interview_guide"
SHIPPED = "interview_guide/1"
NOTED = ("long_text", "short_text")
CHOSEN = ("return",)
"""Purposes of choices that are kept like a note: would they come back."""


@dataclass(frozen=True)
class GuideQuestion:
    """One thing to ask, with the place for its note; one with options is answered by choosing."""

    code: str
    text: str
    hint: str = ""
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class GuidePart:
    """A stretch of the interview under one heading; `intro` is what to say first."""

    title: str
    intro: str
    questions: tuple[GuideQuestion, ...]


@dataclass(frozen=True)
class Guide:
    """The whole guide in one language."""

    reference: str
    parts: tuple[GuidePart, ...]
    reasons: tuple[tuple[str, str], ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """Every question that takes a note, in order."""
        return tuple(question.code for part in self.parts for question in part.questions)

    def text_of(self, code: str) -> str:
        """The wording of a question; the code itself for one that is gone."""
        return self._asked[code].text if code in self._asked else code

    def said(self, code: str, note: str | None) -> str:
        """What was noted under a question in words: an option's text, or the note itself."""
        options = dict(self._asked[code].options) if code in self._asked else {}
        return options.get(note or "", note or "")

    @cached_property
    def _asked(self) -> dict[str, GuideQuestion]:
        return {question.code: question for part in self.parts for question in part.questions}


def current_reference(session: Session) -> str:
    """The version a new record uses: the newest published one, else the one shipped."""
    try:
        return definitions.offered(session, QUESTIONNAIRE).reference
    except NotPublished:
        return SHIPPED


def guide_for(session: Session, reference: str, case: Case, language: str, noted: Collection[str] = ()) -> Guide:
    """The guide for one case: what the case's bands hide is left out; local questions stand at the end.

    `noted` are the questions that a record has notes under: they keep their words when an Area stops asking them.
    """
    definition = _definition(session, reference)
    path = find_path(definition, {}, {}, bands_of(case))
    parts = [_part(definition, code, path.asked, language) for code in definition.part_by_code]
    local = local_questions(session, case.agency, case.area, noted)
    if local:
        asked = tuple(GuideQuestion(q.code, q.text_cy if language == "cy" else q.text_en) for q in local)
        parts.append(GuidePart("", "", asked))
    reasons = definition.reasons.reasons if definition.reasons else ()
    return Guide(reference, tuple(part for part in parts if part.questions or part.intro), _named(reasons, language))


def _definition(session: Session, reference: str) -> Definition:
    try:
        return definitions.published(session, reference)
    except NotPublished:
        return load_reference(folder_shelf(), reference)


def bands_of(case: Case) -> dict[str, str]:
    """What conditions of the guide may ask about the case (CONTRACTS 1.9: stored bands only)."""
    return {
        "role": case.job_role,
        "area": case.area,
        "leaving_type": case.leaving_type or "",
        "tenure_band": case.tenure_band(),
    }


def _part(definition: Definition, code: str, asked: dict[str, Question], language: str) -> GuidePart:
    part = definition.part_by_code[code]
    intros = [page.intro[language] for page in part.pages if page.intro and not _is_coded(page.questions)]
    questions = [
        _question(q, language)
        for page in part.pages
        for q in page.questions
        if (q.type in NOTED or q.purpose in CHOSEN) and q.code in asked
    ]
    return GuidePart(part.title[language], "\n\n".join(intros), tuple(questions))


def _question(question: Question, language: str) -> GuideQuestion:
    options = tuple((option.code, option.text[language]) for option in question.options)
    hint = question.hint[language] if question.hint else ""
    return GuideQuestion(question.code, question.text[language], hint, options)


def _is_coded(questions: tuple[Question, ...]) -> bool:
    """A page that only codes reasons; its words stand beside the reasons, not among the notes."""
    return any(question.purpose in ("reasons", "main_reason") for question in questions)


def _named(reasons: tuple[Reason, ...], language: str) -> tuple[tuple[str, str], ...]:
    return tuple((reason.code, reason.text[language]) for reason in reasons)


def national_questions(session: Session) -> list[tuple[str, str]]:
    """The locked questions of the current guide, each in English and Welsh, whatever a case's bands would hide."""
    definition = _definition(session, current_reference(session))
    pages = (page for part in definition.part_by_code.values() for page in part.pages)
    asked = (q for page in pages for q in page.questions if q.type in NOTED or q.purpose in CHOSEN)
    return [(question.text["en"], question.text["cy"]) for question in asked]


def local_questions(session: Session, agency: str, area: str, noted: Collection[str] = ()) -> list[LocalQuestion]:
    """What the agency and the Area ask besides, in the order they were added."""
    here = or_(LocalQuestion.area.is_(None), LocalQuestion.area == area)
    query = select(LocalQuestion).where(LocalQuestion.agency == agency, here)
    order = LocalQuestion.area.nulls_first(), LocalQuestion.added_at, LocalQuestion.id
    return [one for one in session.scalars(query.order_by(*order)) if one.active or one.code in noted]


def add_local_question(
    session: Session, agency: str, area: str | None, text_en: str, text_cy: str, *, actor: Actor
) -> LocalQuestion:
    """Add a question after the national ones, in both languages; area None asks it in the whole agency."""
    made = LocalQuestion(id=uuid.uuid4(), agency=agency, area=area, text_en=text_en, text_cy=text_cy, active=True)
    made.added_at = clock.now()
    session.add(made)
    session.flush()
    audit.record(session, "guide.question_added", actor, ("local_question", made.id), agency=agency, area=area or "")
    return made


def stop_local_question(session: Session, question: LocalQuestion, *, actor: Actor) -> None:
    """Ask it no more; records that have notes under it keep its words. A second time changes nothing."""
    if question.active:
        question.active = False
        session.flush()
        audit.record(session, "guide.question_stopped", actor, ("local_question", question.id), agency=question.agency)


def local_questions_within(viewer: Viewer, session: Session) -> list[LocalQuestion]:
    """The questions being asked where the viewer looks after interviewers; the agency's own come first."""
    scope = viewer.scope_for(Permission.MANAGE_INTERVIEWERS)
    query = select(LocalQuestion).where(LocalQuestion.active)
    order = LocalQuestion.agency, LocalQuestion.area.nulls_first(), LocalQuestion.added_at, LocalQuestion.id
    return [one for one in session.scalars(query.order_by(*order)) if scope.covers(one.agency, one.area)]
