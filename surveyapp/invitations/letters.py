"""Letters for leavers without a mailbox: one PDF for all that are due, each with a code and a QR of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import segno
from jinja2 import Environment, FileSystemLoader
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.audit import Actor
from surveyapp.cases import timeline
from surveyapp.cases.models import Case
from surveyapp.directory.models import Agency
from surveyapp.invitations import codes, emails
from surveyapp.invitations.dates import Rules
from surveyapp.invitations.models import Invitation, Letter
from surveyapp.invitations.wording_texts import LETTER, wording_of
from surveyapp.languages import gettext
from surveyapp.languages.formats import long_date
from surveyapp.mail import site, writing

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


def print_letters(session: Session, letters: Sequence[Letter], actor: Actor) -> tuple[bytes, int]:
    """Mint a code for each letter, note it as printed, and return the PDF and how many it holds.

    A letter that is no longer wanted (answered, declined, closed, stayed, died) is taken off the list instead.
    """
    written = [made for letter in letters if (made := print_letter(session, letter, actor)) is not None]
    session.flush()
    return (as_pdf(written), len(written)) if written else (b"", 0)


def print_letter(session: Session, letter: Letter, actor: Actor) -> WrittenLetter | None:
    """Mint the code of one letter and note it as printed; None, and off the list, when it is no longer wanted."""
    invitation = session.get_one(Invitation, letter.invitation_id)
    case = session.get_one(Case, invitation.case_id)
    plan = Rules(session).plan(case, invitation.occasion)
    today = clock.today()
    if not (case.is_open and invitation.is_open and plan is not None and today <= plan.closes_on):
        letter.cancelled_on = today
        return None
    minted = codes.mint_code(session, case.id, occasion=invitation.occasion)
    letter.printed_on = today
    timeline.note(session, case, "letter.printed", actor, step=letter.step.value)
    agency = session.get_one(Agency, case.agency)
    return write_letter(wording_of(session, agency.code, LETTER, case.language), agency, case, plan.closes_on, minted)


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


def as_pdf(letters: Sequence[WrittenLetter]) -> bytes:
    """The letters as one accessible PDF; nothing is fetched from anywhere."""
    from weasyprint import HTML  # noqa: PLC0415 - it takes a second to read, and only this needs it
    from weasyprint.urls import URLFetcher  # noqa: PLC0415

    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    language = letters[0].language
    title = gettext("Letters to leavers", language)
    page = environment.get_template("letters.html").render(letters=letters, language=language, title=title)
    fetcher = URLFetcher(allowed_protocols={"data"})
    pdf: bytes = HTML(string=page, url_fetcher=fetcher).write_pdf(pdf_variant="pdf/ua-1")
    return pdf
