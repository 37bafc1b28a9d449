"""The interview guide as the interviewer meets it: locked national questions, then the Area's own; and the reasons."""

import uuid
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from surveyapp import audit
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


@dataclass(frozen=True)
class GuideQuestion:
    """One thing to ask, with the place for its note."""

    code: str
    text: str
    hint: str = ""


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
        asked = (question for part in self.parts for question in part.questions)
        return next((question.text for question in asked if question.code == code), code)


def current_reference(session: Session) -> str:
    """The version a new record uses: the newest published one, else the one shipped."""
    try:
        return definitions.offered(session, QUESTIONNAIRE).reference
    except NotPublished:
        return SHIPPED


def guide_for(session: Session, reference: str, case: Case, language: str) -> Guide:
    """The guide for one case: what the case's bands hide is left out; local questions stand at the end."""
    definition = _definition(session, reference)
    path = find_path(definition, {}, {}, bands_of(case))
    parts = [_part(definition, code, path.asked, language) for code in definition.part_by_code]
    local = local_questions(session, case.agency, case.area)
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
        GuideQuestion(q.code, q.text[language], q.hint[language] if q.hint else "")
        for page in part.pages
        for q in page.questions
        if q.type in NOTED and q.code in asked
    ]
    return GuidePart(part.title[language], "\n\n".join(intros), tuple(questions))


def _is_coded(questions: tuple[Question, ...]) -> bool:
    """A page that only codes reasons; its words stand beside the reasons, not among the notes."""
    return any(question.purpose in ("reasons", "main_reason") for question in questions)


def _named(reasons: tuple[Reason, ...], language: str) -> tuple[tuple[str, str], ...]:
    return tuple((reason.code, reason.text[language]) for reason in reasons)


def local_questions(session: Session, agency: str, area: str) -> list[LocalQuestion]:
    """What the agency and the Area ask besides, in the order they were added."""
    here = or_(LocalQuestion.area.is_(None), LocalQuestion.area == area)
    query = select(LocalQuestion).where(LocalQuestion.agency == agency, here, LocalQuestion.active)
    return list(session.scalars(query.order_by(LocalQuestion.area.nulls_first(), LocalQuestion.id)))


def add_local_question(
    session: Session, agency: str, area: str | None, text_en: str, text_cy: str, *, actor: Actor
) -> LocalQuestion:
    """Add a question after the national ones, in both languages; area None asks it in the whole agency."""
    made = LocalQuestion(id=uuid.uuid4(), agency=agency, area=area, text_en=text_en, text_cy=text_cy, active=True)
    session.add(made)
    session.flush()
    audit.record(session, "guide.question_added", actor, ("local_question", made.id), agency=agency, area=area or "")
    return made
