"""The message that a release is out: composed at delivery, in the reader's language, without any figure in it."""

from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from surveyapp.access import Permission
from surveyapp.directory import queries as directory
from surveyapp.directory.models import Agency
from surveyapp.invitations.emails import sender_of
from surveyapp.mail import ComposedMessage, Composer, site, writing
from surveyapp.mail.models import OutboxMessage
from surveyapp.reports.models import Release
from surveyapp.reports.wording import period_words

MESSAGES: Final = Path(__file__).parent / "messages"


def compose_release_signed(session: Session, message: OutboxMessage) -> ComposedMessage | None:
    """To a retention lead; None when the release is gone, or the person may no longer read it."""
    release = session.get(Release, int(message.ids["release"]))
    if release is None or not release.is_signed or not _may_read(session, message.recipient or "", release.agency):
        return None
    language = message.language
    agency = session.get_one(Agency, release.agency)
    values = {
        "agency": agency.name_in(language),
        "period": period_words(release.as_of, language),
        "number": str(release.number),
        "link": site.address(f"/themes?release={release.number}"),
    }
    subject, body = writing.split((MESSAGES / f"release_signed.{language}.txt").read_text("utf-8"))
    made = writing.write(subject, body, values, language)
    return ComposedMessage(made.subject, made.text, made.html, sender_of(agency, language), agency.reply_to)


def _may_read(session: Session, address: str, agency: str) -> bool:
    """Whether whoever has that address still has the right at the moment of sending."""
    user = directory.user_by_email(session, address)
    return (
        user is not None and user.active and directory.viewer_of(user).scope_for(Permission.SEE_REPORTS).reaches(agency)
    )


COMPOSERS: dict[str, Composer] = {"release_signed": compose_release_signed}
