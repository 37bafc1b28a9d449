"""The wording of each message: shipped in both languages beside this module, or an agency's own from the settings."""

from functools import cache
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from surveyapp.audit import Actor, record
from surveyapp.directory.models import Agency
from surveyapp.invitations.models import Wording
from surveyapp.languages import N_
from surveyapp.mail import writing
from surveyapp.mail.writing import FaultyWording

FOLDER: Final = Path(__file__).parent / "wording"

KINDS: Final = {
    "invitation.invite": N_("Invitation"),
    "invitation.first_reminder": N_("First reminder"),
    "invitation.second_reminder": N_("Second reminder"),
    "invitation.last_reminder": N_("Reminder before the last day"),
    "invitation.letter": N_("Letter with a code"),
    "invitation.again": N_("Another link, sent on request"),
    "invitation.reissued": N_("New link that replaces the earlier ones"),
    "invitation.own_copy": N_("Link sent to the leaver’s own e-mail"),
    "invitation.sent_elsewhere": N_("Notice that a link went to another address"),
    "invitation.address_changed": N_("Notice that the address was changed"),
    "invitation.closed": N_("Notice that the time to answer is over"),
}
"""Every message to a leaver whose wording an agency may change, with its name on screen."""

WITHOUT_LINK: Final = frozenset({"invitation.sent_elsewhere", "invitation.address_changed", "invitation.closed"})
LETTER: Final = "invitation.letter"
PLACES: Final = ("name", "agency", "closes_on", "contact", "contact_name", "contact_phone")
"""The names in curly brackets that a wording may use."""


@cache
def shipped(kind: str, language: str) -> tuple[str, str]:
    """Subject and body as shipped."""
    file = FOLDER / f"{kind.partition('.')[2]}.{language}.txt"
    return writing.split(file.read_text(encoding="utf-8"))


def wording_of(session: Session, agency: str, kind: str, language: str) -> tuple[str, str]:
    """Subject and body in force in an agency."""
    own = session.get(Wording, (agency, kind, language))
    return (own.subject, own.body) if own else shipped(kind, language)


def is_own(session: Session, agency: str, kind: str, language: str) -> bool:
    """Whether the agency has put its own wording in place of the shipped one."""
    return session.get(Wording, (agency, kind, language)) is not None


def faults_in(kind: str, subject: str, body: str) -> list[str]:
    """What is wrong with a wording; see mail.writing.check."""
    return writing.check(subject, body, PLACES, needs_button=kind not in {*WITHOUT_LINK, LETTER})


def set_wording(
    session: Session, agency: Agency, kind: str, language: str, subject: str, body: str, actor: Actor
) -> None:
    """Use this wording from now on, also for what waits unsent; the shipped text again removes the agency's own."""
    subject, body = subject.strip(), body.replace("\r\n", "\n").strip()
    if faults := faults_in(kind, subject, body):
        raise FaultyWording("; ".join(faults))
    own = session.get(Wording, (agency.code, kind, language))
    if (subject, body) == shipped(kind, language):
        if own is not None:
            session.delete(own)
    elif own is None:
        session.add(Wording(agency=agency.code, kind=kind, language=language, subject=subject, body=body))
    else:
        own.subject, own.body = subject, body
    record(session, "wording.changed", actor, ("agency", agency.code), agency=agency.code, kind=kind, language=language)
    session.flush()
