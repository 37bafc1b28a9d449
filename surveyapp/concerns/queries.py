"""Reading concerns: for nominated officers only, never one about a case they are related to."""

import uuid

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from surveyapp.access import Permission, Viewer
from surveyapp.access.scope import within
from surveyapp.cases.models import Case
from surveyapp.cases.queries import is_related_to
from surveyapp.concerns.models import Concern


def concerns_for(viewer: Viewer, session: Session) -> list[Concern]:
    """The concerns in the viewer's scope, open ones first, newest first."""
    query = select(Concern).join(Case).where(*_visible(viewer))
    return list(session.scalars(query.order_by(Concern.state.desc(), Concern.raised_at.desc())))


def concern_for(viewer: Viewer, session: Session, concern_id: uuid.UUID) -> Concern | None:
    """One of them."""
    return session.scalar(select(Concern).join(Case).where(Concern.id == concern_id, *_visible(viewer)))


def _visible(viewer: Viewer) -> tuple[ColumnElement[bool], ...]:
    return within(viewer, Permission.SEE_CONCERNS, Concern.agency, Concern.area), ~is_related_to(viewer.email)
