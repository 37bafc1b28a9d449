"""The worker's part in actions: owners are told, once, when a review is due."""

from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from surveyapp import mail
from surveyapp.actions.emails import REVIEW_DUE
from surveyapp.actions.models import TO_REVIEW, Action
from surveyapp.db import each_apart, reading


def remind_of_reviews(session: Session, today: date) -> int:
    """Queue one message for each owner and review day; how many actions are due."""
    with reading():
        due = session.scalars(select(Action.id).where(*_is_due(today)).order_by(Action.id)).all()
    return each_apart(session, due, lambda action_id: _remind(session, action_id, today))


def _remind(session: Session, action_id: UUID, today: date) -> int:
    """Looked at again: it may have been reviewed meanwhile, or given another day."""
    action = session.scalar(select(Action).where(Action.id == action_id, *_is_due(today)))
    if action is None or not action.owner.active:
        return 0
    mail.queue(
        session,
        REVIEW_DUE,
        action.owner.email,
        about=action.about,
        reason_key=f"{REVIEW_DUE}:{action.id}:{action.owner_id}:{action.review_on}",
        language=action.owner.language,
        agency=action.agency,
        ids={"action": str(action.id), "owner": str(action.owner_id)},
    )
    return 1


def _is_due(today: date) -> tuple[ColumnElement[bool], ...]:
    return Action.state.in_(TO_REVIEW), Action.review_on <= today
