"""The worker's part in context: uploaded files do not wait for ever."""

from datetime import date

from sqlalchemy.orm import Session

from surveyapp.audit import Actor, ActorKind
from surveyapp.context import uploads

WORKER = Actor(ActorKind.WORKER, "context")


def discard_old_uploads(session: Session, today: date) -> int:
    """Forget uploaded files that waited longer than a day; how many."""
    n = uploads.discard_old_uploads(session, WORKER)
    session.commit()
    return n
