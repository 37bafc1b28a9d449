"""What the worker does for concerns, safe to repeat: late officers are told, overdue tellings recalled."""

from datetime import date

from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.concerns import service


def follow_concerns(session: Session, today: date) -> int:
    """Nobody has to remember a concern; how many people still have to be told of one later than they should."""
    service.tell_newcomers(session)
    return service.remind_of_overdue(session, clock.now())
