"""Letters for leavers without a mailbox: one PDF for all that are due, each with a code and a QR of its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

import segno
from jinja2 import Environment, FileSystemLoader
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.audit import Actor
from surveyapp.cases import timeline
from surveyapp.cases.models import Case
from surveyapp.db import begin_writing
from surveyapp.directory.models import Agency
from surveyapp.invitations import codes, emails
from surveyapp.invitations.dates import Rules
from surveyapp.invitations.models import Invitation, Letter
from surveyapp.invitations.wording_texts import LETTER, wording_of
from surveyapp.languages import gettext
from surveyapp.languages.formats import long_date
from surveyapp.mail import site, writing
from surveyapp.pdf import PdfFailed, as_pdf

TRIES = 3
TEMPLATES = Path(__file__).parent / "templates" / "invitations" / "pdf"


@dataclass(frozen=True)
class WrittenLetter:
    """One letter as it will stand on paper."""

    language: str
    agency: str
    day: str
    subject: str
    paragraphs: tuple[str, ...]
    code: str
    code_text: str
    address: str
    address_text: str
    qr: str
    qr_text: str


@dataclass(frozen=True)
class MadeLetter:
    """A letter that is written with a made-up code; until it is kept, nothing says that it was printed."""

    case_id: UUID
    occasion: str
    code: codes.MintedCode
    written: WrittenLetter

    @property
    def whose(self) -> tuple[UUID, str]:
        return self.case_id, self.occasion


class ListKeptChanging(PdfFailed):
    """Each time the file was made, a letter on it was no longer to be printed."""


def print_letters(session: Session, waiting: Callable[[], Sequence[Letter]], actor: Actor) -> tuple[bytes, int]:
    """The PDF of the letters that wait, and how many it holds; each gets a code of its own and counts as printed.

    The file is made between two transactions, so that nobody waits for it, and before anything is written, so that
    nothing has happened when it cannot be made (PdfFailed). `waiting` is asked in both. A letter that is no longer
    wanted (answered, declined, closed, stayed, died) is taken off the list instead; if that happened meanwhile, the
    file is made anew without it. Nothing that the caller wrote before is kept.
    """
    for _ in range(TRIES):
        made = [letter for one in waiting() if (letter := make_letter(session, one)) is not None]
        session.rollback()
        pdf = as_pdf(html_of([one.written for one in made])) if made else b""
        begin_writing()
        if keep_letters(session, made, waiting(), actor):
            return pdf, len(made)
        session.rollback()
    raise ListKeptChanging


def make_letter(session: Session, letter: Letter) -> MadeLetter | None:
    """Write one letter with a made-up code; None when it is no longer wanted."""
    invitation = session.get_one(Invitation, letter.invitation_id)
    case = session.get_one(Case, invitation.case_id)
    closes_on = _closing_day(session, invitation, case)
    if closes_on is None:
        return None
    code, agency = codes.new_code(session), session.get_one(Agency, case.agency)
    wording = wording_of(session, agency.code, LETTER, case.language)
    return MadeLetter(case.id, invitation.occasion, code, write_letter(wording, agency, case, closes_on, code))


def keep_letters(session: Session, made: Sequence[MadeLetter], waiting: Sequence[Letter], actor: Actor) -> bool:
    """Note the letters of a file as printed, and let their codes open; False when one of them is not to be printed."""
    left = {one.whose: one for one in made}
    for letter in _held(session, waiting):
        invitation = session.get_one(Invitation, letter.invitation_id, populate_existing=True)
        case = session.get_one(Case, invitation.case_id, populate_existing=True)
        if _closing_day(session, invitation, case) is None:
            letter.cancelled_on = clock.today()
        elif (mine := left.pop((case.id, invitation.occasion), None)) is not None:
            codes.keep_code(session, mine.code, case.id, occasion=invitation.occasion)
            letter.printed_on = clock.today()
            timeline.note(session, case, "letter.printed", actor, step=letter.step.value)
    session.flush()
    return not left


def _held(session: Session, waiting: Sequence[Letter]) -> list[Letter]:
    """Those letters that still wait, held so that nobody else prints them too."""
    mine = Letter.id.in_([letter.id for letter in waiting])
    query = select(Letter).where(mine, Letter.printed_on.is_(None), Letter.cancelled_on.is_(None))
    return list(session.scalars(query.order_by(Letter.due_on, Letter.id).with_for_update()))


def _closing_day(session: Session, invitation: Invitation, case: Case) -> date | None:
    """Until when the leaver can use the letter; None when nobody wants it any more."""
    plan = Rules(session).plan(case, invitation.occasion)
    is_wanted = case.is_open and invitation.is_open and plan is not None and clock.today() <= plan.closes_on
    return plan.closes_on if plan is not None and is_wanted else None


def write_letter(
    wording: tuple[str, str], agency: Agency, case: Case, closes_on: date, minted: codes.MintedCode
) -> WrittenLetter:
    """The letter in the leaver's language."""
    language = case.language
    subject, body = wording
    values = emails.values_for(agency, case.name, closes_on, "", language)
    return WrittenLetter(
        language=language,
        agency=agency.name_in(language),
        day=long_date(clock.today(), language),
        subject=subject,
        paragraphs=tuple(writing.paragraphs(body, values)),
        code=minted.code,
        code_text=gettext("Your code:", language),
        address=site.address("/code"),
        address_text=gettext("Open this address:", language),
        qr=segno.make(site.address(f"/a/{minted.token}"), error="m").svg_data_uri(scale=4, border=2),
        qr_text=gettext("Square that a phone’s camera opens as a link", language),
    )


def html_of(letters: Sequence[WrittenLetter]) -> str:
    """The letters as one document."""
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    language = letters[0].language
    title = gettext("Letters to leavers", language)
    return environment.get_template("letters.html").render(letters=letters, language=language, title=title)
