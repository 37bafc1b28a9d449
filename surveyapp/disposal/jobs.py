"""What the worker does for disposal, safe to repeat: what the schedule says, every night."""

from datetime import date

from sqlalchemy.orm import Session

from surveyapp.audit import Actor, ActorKind
from surveyapp.disposal import service

WORKER = Actor(ActorKind.WORKER, "disposal")


def dispose_of_what_is_due(session: Session, today: date) -> int:
    """Dispose of every record whose time is up; how many."""
    return service.run(session, today, WORKER)
