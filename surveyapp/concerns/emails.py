"""The messages about concerns: that one waits, and by when, or that nobody can see it; never what it is about."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.concerns.models import Concern, ConcernState
from surveyapp.concerns.service import NOBODY, OVERDUE, RAISED, is_overdue, officers_for
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


def compose_overdue(session: Session, message: OutboxMessage) -> ComposedMessage | None:
    """The reminder that somebody has not been told in time; None when everybody has been since."""
    concern = session.get(Concern, UUID(message.ids["concern"]))
    if concern is None or not any(is_overdue(notice, clock.now()) for notice in concern.notices):
        return None
    return written_overdue(str(concern.id), message.language)


def written_overdue(concern_id: str, language: str) -> ComposedMessage:
    """Subject and text of the reminder."""
    body = gettext("Somebody should have been told about a concern by now. Sign in and see who.", language)
    subject = gettext("A concern is overdue", language)
    return _with_button(subject, body, f"/concerns/{concern_id}", gettext("Open the concern", language), language)


def compose_nobody(session: Session, message: OutboxMessage) -> ComposedMessage | None:
    """To those who can nominate: None when an officer can see it by now."""
    concern = session.get(Concern, UUID(message.ids["concern"]))
    if concern is None or concern.state is not ConcernState.RAISED or officers_for(session, concern.case):
        return None
    return written_nobody(message.language)


def written_nobody(language: str) -> ComposedMessage:
    """Subject and text; not even the Area, which could say whose concern it is."""
    body = gettext("A concern waits and no nominated officer can see it. Nominate one today.", language)
    subject = gettext("A nominated officer is needed", language)
    return _with_button(subject, body, "/settings/users", gettext("Open the accounts", language), language)


def _with_button(subject: str, body: str, path: str, button: str, language: str) -> ComposedMessage:
    made = writing.write(subject, f"{body}\n\n[[{button}]]", {"link": site.address(path)}, language)
    return ComposedMessage(made.subject, made.text, made.html)


COMPOSERS: dict[str, Composer] = {RAISED: compose, OVERDUE: compose_overdue, NOBODY: compose_nobody}
