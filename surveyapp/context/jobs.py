"""The worker's part in context: uploaded files do not wait for ever."""

from datetime import date

from sqlalchemy.orm import Session

from surveyapp import uploads
from surveyapp.audit import Actor, ActorKind
from surveyapp.context.models import ContextUpload

WORKER = Actor(ActorKind.WORKER, "context")


def discard_old_uploads(session: Session, today: date) -> int:
    """Forget uploaded files that waited longer than a day; how many."""
    n = uploads.discard_old(session, ContextUpload, WORKER)
    session.commit()
    return n
