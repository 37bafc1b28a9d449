"""The message that an action is to be reviewed: composed at delivery, without a figure in it."""

from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.actions.models import Action
from surveyapp.directory.models import Agency
from surveyapp.invitations.emails import sender_of
from surveyapp.languages import formats
from surveyapp.mail import ComposedMessage, Composer, site, writing
from surveyapp.mail.models import OutboxMessage

MESSAGES: Final = Path(__file__).parent / "messages"
REVIEW_DUE: Final = "action.review_due"


def compose_review_due(session: Session, message: OutboxMessage) -> ComposedMessage | None:
    """To the owner; None when the review is done, the action has another owner, or the account is closed."""
    action = session.get(Action, UUID(message.ids["action"]))
    if action is None or not action.is_review_due(clock.today()) or str(action.owner_id) != message.ids["owner"]:
        return None
    if not action.owner.active:
        return None
    language = message.language
    agency = session.get_one(Agency, action.agency)
    values = {
        "what": action.what,
        "day": formats.long_date(action.review_on, language),
        "link": site.address(f"/actions/{action.id}"),
    }
    subject, body = writing.split((MESSAGES / f"review_due.{language}.txt").read_text("utf-8"))
    made = writing.write(subject, body, values, language)
    return ComposedMessage(made.subject, made.text, made.html, sender_of(agency, language), agency.reply_to)


COMPOSERS: dict[str, Composer] = {REVIEW_DUE: compose_review_due}
