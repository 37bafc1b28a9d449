"""What the worker does for concerns, safe to repeat: late officers are told, overdue tellings recalled."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.concerns import service
from surveyapp.concerns.models import Concern, ConcernState
from surveyapp.db import each_apart, reading


def follow_concerns(session: Session, today: date) -> int:
    """Nobody has to remember a concern; how many people still have to be told of one later than they should."""
    now = clock.now()
    raised = select(Concern.id).where(Concern.state == ConcernState.RAISED).order_by(Concern.raised_at, Concern.id)
    with reading():
        waiting = session.scalars(raised).all()
    return each_apart(session, waiting, lambda concern_id: service.follow_concern(session, concern_id, now))
