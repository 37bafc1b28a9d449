"""The message about a shut case that somebody asks to open: it names nobody, and leads to the page that decides."""

from uuid import UUID

from sqlalchemy.orm import Session

from surveyapp.cases import openings
from surveyapp.cases.models import CaseOpening
from surveyapp.directory.models import User
from surveyapp.languages import gettext
from surveyapp.mail import ComposedMessage, Composer, site, writing
from surveyapp.mail.models import OutboxMessage


def compose_opening_asked(session: Session, message: OutboxMessage) -> ComposedMessage | None:
    """To a second person, as long as nobody has decided."""
    opening = session.get(CaseOpening, UUID(message.ids["opening"]))
    user = session.get(User, UUID(message.ids["user"]))
    if opening is None or opening.decided_at is not None or user is None or not user.active:
        return None
    return opening_asked_message(message.language)


def opening_asked_message(language: str) -> ComposedMessage:
    """What is asked, and where to decide."""
    button = gettext("Read the reason", language)
    blocks = [
        gettext(
            "Somebody asks to open a case that is shut to them. It needs a second person, who may be you.", language
        ),
        gettext("Read the reason, then agree or refuse. The leaver can see what you decide.", language),
        f"[[{button}]]",
    ]
    values = {"link": site.address("/cases/emergency")}
    made = writing.write(gettext("Somebody asks to open a shut case", language), "\n\n".join(blocks), values, language)
    return ComposedMessage(made.subject, made.text, made.html)


COMPOSERS: dict[str, Composer] = {openings.MESSAGE: compose_opening_asked}
