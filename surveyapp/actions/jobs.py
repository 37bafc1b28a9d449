"""The worker's part in actions: owners are told, once, when a review is due."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import mail
from surveyapp.actions.emails import REVIEW_DUE
from surveyapp.actions.models import TO_REVIEW, Action


def remind_of_reviews(session: Session, today: date) -> int:
    """Queue one message for each owner and review day; how many actions are due."""
    query = select(Action).where(Action.state.in_(TO_REVIEW), Action.review_on <= today).order_by(Action.id)
    n = 0
    for action in session.scalars(query):
        if not action.owner.active:
            continue
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
        n += 1
    session.commit()
    return n
