"""What the worker does for imported surveys: forgets uploads that nobody applied."""

from datetime import date

from sqlalchemy.orm import Session

from surveyapp import uploads
from surveyapp.audit import Actor, ActorKind
from surveyapp.outside.models import SurveyUpload

WORKER = Actor(ActorKind.WORKER, "outside")


def discard_old_uploads(session: Session, today: date) -> int:
    """Forget uploaded files that waited longer than a day; how many."""
    n = uploads.discard_old(session, SurveyUpload, WORKER)
    session.commit()
    return n
