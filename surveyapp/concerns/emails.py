"""The message to nominated officers: that a concern waits, and by when; never what it is about."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from surveyapp.concerns.models import Concern, ConcernState
from surveyapp.concerns.service import RAISED
from surveyapp.languages import gettext
from surveyapp.languages.formats import long_moment
from surveyapp.mail import ComposedMessage, Composer, site, writing
from surveyapp.mail.models import OutboxMessage


def compose(session: Session, message: OutboxMessage) -> ComposedMessage | None:
    """The message, None when the concern was closed meanwhile."""
    concern = session.get(Concern, UUID(message.ids["concern"]))
    if concern is None or concern.state is not ConcernState.RAISED:
        return None
    return written(min(notice.due_at for notice in concern.notices), str(concern.id), message.language)


def written(first_due_at: datetime, concern_id: str, language: str) -> ComposedMessage:
    """Subject and text; the link asks the officer to sign in."""
    subject = gettext("A concern needs you", language)
    button = gettext("Open the concern", language)
    body = "\n\n".join(
        (
            gettext("A concern has been raised. The first person must be told by {due}.", language),
            gettext("Sign in to read it. Do not reply to this message.", language),
            f"[[{button}]]",
        )
    )
    values = {"due": long_moment(first_due_at, language), "link": site.address(f"/concerns/{concern_id}")}
    made = writing.write(subject, body, values, language)
    return ComposedMessage(made.subject, made.text, made.html)


COMPOSERS: dict[str, Composer] = {RAISED: compose}
