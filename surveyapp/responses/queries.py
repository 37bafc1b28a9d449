"""Reading named answers, with every look written down first, and the ledger's counts that a cut freezes."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp import audit
from surveyapp.access import Permission, Viewer
from surveyapp.cases.models import Case
from surveyapp.cases.queries import visible_to
from surveyapp.definitions import queries as definitions
from surveyapp.engine.check_answers import AnswerGroup, answer_groups
from surveyapp.engine.journey import Journey
from surveyapp.engine.submission import draft_of
from surveyapp.responses.bands import engine_case
from surveyapp.responses.contents import Content
from surveyapp.responses.models import NamedResponse


@dataclass(frozen=True)
class NamedAnswers:
    """A response given under the leaver's name, ready to be shown part by part."""

    occasion: str
    definition: str
    batch_quarter: str
    is_keyed_in: bool
    is_for_interviewer: bool
    groups: tuple[AnswerGroup, ...]


def named_answers_for(
    viewer: Viewer, session: Session, case: Case, language: str, *, is_interviewer: bool = False
) -> list[NamedAnswers]:
    """A case's named answers; the look is in the audit trail before anything is returned, and nothing without it.

    For the central team and the Area's advisers; the case's own interviewer (`is_interviewer`, which the caller has
    checked) sees those that the leaver ticked for them.
    """
    if not may_read_named(viewer, case, is_interviewer=is_interviewer):
        return []
    query = select(NamedResponse).where(NamedResponse.case_id == case.id).order_by(NamedResponse.occasion)
    if not viewer.may(Permission.SEE_NAMED_ANSWERS, case.agency, case.area):
        query = query.where(NamedResponse.is_for_interviewer)
    found = [row for row in session.scalars(query) if row.content_cipher is not None]
    if found:
        subject = ("case", case.id)
        audit.record_look(session, "named_answers.read", viewer.actor, subject, agency=case.agency)
    return [_shown(session, row, language) for row in found]


def n_named_answers_for(viewer: Viewer, session: Session, case: Case) -> int:
    """How many questionnaires the leaver gave under their name and this viewer may read; opens none of them."""
    if not may_read_named(viewer, case):
        return 0
    held = NamedResponse.content_cipher.is_not(None)
    query = select(func.count()).select_from(NamedResponse).where(NamedResponse.case_id == case.id, held)
    return session.scalar(query) or 0


def cases_with_named_answers(viewer: Viewer, session: Session, limit: int, offset: int) -> list[Case]:
    """The cases of this viewer's scope with answers given under a name, newest quarter first, a page of them."""
    newest = func.max(NamedResponse.batch_quarter)
    query = (
        select(Case)
        .join(NamedResponse, NamedResponse.case_id == Case.id)
        .where(visible_to(viewer, Permission.SEE_NAMED_ANSWERS), NamedResponse.content_cipher.is_not(None))
        .group_by(Case.id)
        .order_by(newest.desc(), Case.id)
    )
    ids = session.scalars(query.with_only_columns(Case.id).limit(limit).offset(offset)).all()
    found = {case.id: case for case in session.scalars(select(Case).where(Case.id.in_(ids)))}
    return [found[one] for one in ids]


def may_read_named(viewer: Viewer, case: Case, *, is_interviewer: bool = False) -> bool:
    """Whether this viewer may read what the leaver gave under their name."""
    return is_interviewer or viewer.may(Permission.SEE_NAMED_ANSWERS, case.agency, case.area)


def _shown(session: Session, row: NamedResponse, language: str) -> NamedAnswers:
    content = Content.from_bytes((row.content or "").encode())
    definition = definitions.published(session, content.submission["definition"])
    asked_of = engine_case(session, content.bands)
    draft = draft_of(definition, content.answers(definition), asked_of)
    return NamedAnswers(
        occasion=row.occasion,
        definition=definition.reference,
        batch_quarter=row.batch_quarter,
        is_keyed_in=content.is_keyed_in,
        is_for_interviewer=row.is_for_interviewer,
        groups=answer_groups(Journey(definition, draft, asked_of), language),
    )
