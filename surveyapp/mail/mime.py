"""A composed message as a MIME message that ordinary mail programs read, calendars included."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from surveyapp import clock
from surveyapp.mail.messages import Attachment, ComposedMessage


def as_mime(content: ComposedMessage, sender: str, recipient: str, message_id: str) -> EmailMessage:
    """Plain text and HTML side by side, then attachments; raises ValueError for an address that is none."""
    made = EmailMessage(policy=SMTP)
    made["Message-ID"] = message_id
    made["Date"] = format_datetime(clock.now())
    made["From"] = address_of(content.sender or sender)
    made["To"] = address_of(recipient)
    made["Subject"] = one_line(content.subject)
    if content.reply_to:
        made["Reply-To"] = address_of(content.reply_to)
    made["Auto-Submitted"] = "auto-generated"
    made["X-Auto-Response-Suppress"] = "All"
    made.set_content(content.text, cte="quoted-printable")
    if content.html:
        made.add_alternative(content.html, subtype="html", cte="quoted-printable")
    for attachment in content.attachments:
        if attachment.method:
            text = attachment.content.decode()
            made.add_alternative(text, subtype="calendar", params={"method": attachment.method}, cte="base64")
    for attachment in content.attachments:
        _attach(made, attachment)
    return made


def _attach(made: EmailMessage, attachment: Attachment) -> None:
    kind, _slash, subtype = attachment.content_type.partition(";")[0].partition("/")
    made.add_attachment(attachment.content, maintype=kind, subtype=subtype, filename=one_line(attachment.name))


def address_of(text: str) -> Address:
    """`Name <a@b>` or `a@b` as an address; raises ValueError for anything else, line ends included."""
    if any(character in text for character in "\r\n\0"):
        raise ValueError("an address cannot hold line ends")
    name, opening, rest = text.rpartition("<")
    if not opening:
        return Address(addr_spec=text.strip())
    return Address(display_name=name.strip().strip('"'), addr_spec=rest.strip().removesuffix(">"))


def one_line(text: str) -> str:
    """The text without line ends, so that it can stand in a header."""
    return " ".join(text.split())
