"""How a composed message leaves: to a file, to an SMTP server, or to GOV.UK Notify, behind one protocol."""

import os
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from surveyapp.config import Settings
from surveyapp.mail.bounces import NOTIFY_FAILURES
from surveyapp.mail.messages import ComposedMessage
from surveyapp.mail.mime import as_mime

SMTP_SECONDS = 30


class DeliveryRefused(Exception):
    """Sending failed for good: this address will not take this message. The text holds codes only, no address."""


class DeliveryPostponed(Exception):
    """Sending failed for now; try this message again later."""


class TransportUnavailable(Exception):
    """Nothing can be sent just now: the server does not answer. No message is to blame."""


@dataclass(frozen=True)
class ReadyMessage:
    """A composed message with everything an envelope needs; `claim` counts how often a worker has taken it up."""

    recipient: str
    message_id: str
    sender: str
    content: ComposedMessage
    claim: int = 1


class Transport(Protocol):
    """Sends one message, or raises one of the three errors above; `close` after a run."""

    def send(self, message: ReadyMessage) -> None: ...

    def close(self) -> None: ...


def _mime_of(message: ReadyMessage) -> EmailMessage:
    """The message as it is sent; DeliveryRefused for an address that is none."""
    try:
        return as_mime(message.content, message.sender, message.recipient, message.message_id)
    except ValueError as error:
        raise DeliveryRefused("the address or subject cannot be written in a message") from error


class FileTransport:
    """Writes each message to a folder as `.eml`, whole or not at all; a repeat overwrites the same file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, message: ReadyMessage) -> None:
        name = "".join(c for c in message.message_id if c.isalnum() or c in "-.")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            part = self.folder / f".{name}.{os.getpid()}.part"
            part.write_bytes(_mime_of(message).as_bytes())
            part.replace(self.folder / f"{name}.eml")
        except OSError as error:
            raise TransportUnavailable(type(error).__name__) from error

    def close(self) -> None:
        """Nothing is kept open."""


class SmtpTransport:
    """Speaks to an SMTP server: one connection a run, opened anew when the server has closed it."""

    def __init__(self, address: SplitResult, envelope_sender: str = "") -> None:
        self.address = address
        self.envelope_sender = envelope_sender
        self.connection: smtplib.SMTP | None = None

    def send(self, message: ReadyMessage) -> None:
        mime = _mime_of(message)
        connection = self._connected()
        envelope_sender = self.envelope_sender or mime["From"].addresses[0].addr_spec
        try:
            connection.send_message(mime, from_addr=envelope_sender, to_addrs=[message.recipient])
        except smtplib.SMTPRecipientsRefused as refused:
            _raise_for(next(iter(refused.recipients.values()))[0])
        except smtplib.SMTPResponseException as error:
            _raise_for(error.smtp_code)
        except smtplib.SMTPNotSupportedError as error:
            raise DeliveryRefused("the mail server cannot write this address") from error
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            raise DeliveryPostponed(type(error).__name__) from error

    def close(self) -> None:
        """Say goodbye if somebody is still listening."""
        if self.connection is not None:
            try:
                self.connection.quit()
            except (smtplib.SMTPException, OSError):
                self._drop()
        self.connection = None

    def _connected(self) -> smtplib.SMTP:
        if self.connection is not None and not self._is_alive():
            self._drop()
        if self.connection is None:
            try:
                self.connection = self._connect()
            except (smtplib.SMTPException, OSError) as error:
                raise TransportUnavailable(type(error).__name__) from error
        return self.connection

    def _connect(self) -> smtplib.SMTP:
        host, options = self.address.hostname or "localhost", parse_qs(self.address.query)
        if self.address.scheme == "smtps":
            made: smtplib.SMTP = smtplib.SMTP_SSL(
                host, self.address.port or 465, timeout=SMTP_SECONDS, context=ssl.create_default_context()
            )
        else:
            made = smtplib.SMTP(host, self.address.port or 25, timeout=SMTP_SECONDS)
            made.ehlo()
            if options.get("tls") != ["off"] and made.has_extn("starttls"):
                made.starttls(context=ssl.create_default_context())
        if self.address.username:
            made.login(unquote(self.address.username), unquote(self.address.password or ""))
        return made

    def _is_alive(self) -> bool:
        try:
            return self.connection is not None and self.connection.noop()[0] == 250
        except (smtplib.SMTPException, OSError):
            return False

    def _drop(self) -> None:
        if self.connection is not None:
            self.connection.close()
        self.connection = None


class NotifyTransport:
    """GOV.UK Notify: one template with `((subject))` and `((body))`; it carries no calendar files, only links.

    Sender and reply-to are those set in Notify itself.
    """

    def __init__(self, client: Any, template_id: str) -> None:
        self.client = client
        self.template_id = template_id

    def send(self, message: ReadyMessage) -> None:
        try:
            if message.claim > 1 and self._was_taken(message):
                return
            self.client.send_email_notification(
                email_address=message.recipient,
                template_id=self.template_id,
                personalisation={"subject": message.content.subject, "body": message.content.text},
                reference=message.message_id,
            )
        except OSError as error:  # requests' own errors are OSErrors too
            raise TransportUnavailable(type(error).__name__) from error
        except Exception as error:
            if not isinstance(getattr(error, "status_code", None), int):
                raise
            _raise_for_notify(error)

    def close(self) -> None:
        """Nothing is kept open."""

    def _was_taken(self, message: ReadyMessage) -> bool:
        """Whether an earlier claim reached Notify though we never saw its answer; one that failed does not count."""
        known = self.client.get_all_notifications(reference=message.message_id).get("notifications", [])
        return any(one.get("status") not in NOTIFY_FAILURES for one in known)


def _raise_for(smtp_code: int) -> None:
    if 500 <= smtp_code < 600:
        raise DeliveryRefused(f"SMTP {smtp_code}")
    raise DeliveryPostponed(f"SMTP {smtp_code}")


def _raise_for_notify(error: Any) -> None:
    """Notify's errors by whose they are: nobody's (no answer, limit, key, template), the moment's, the address's."""
    status = error.status_code
    told = str(getattr(error, "message", ""))
    if getattr(error, "response", None) is None:
        raise TransportUnavailable("Notify does not answer") from error
    if status in (401, 403, 429) or (status == 400 and "email_address" not in told):
        raise TransportUnavailable(f"Notify {status}") from error
    if status >= 500:
        raise DeliveryPostponed(f"Notify {status}") from error
    raise DeliveryRefused(f"Notify {status}") from error


class UnknownMailAddress(ValueError):
    """SURVEYAPP_MAIL_URL names no way of sending that we know."""


def transport_for(settings: Settings) -> Transport:
    """The transport that SURVEYAPP_MAIL_URL names."""
    address = urlsplit(settings.mail_url)
    makers: dict[str, Callable[[], Transport]] = {
        "file": lambda: FileTransport(settings.instance_dir / settings.mail_url.removeprefix("file:")),
        "smtp": lambda: SmtpTransport(address, settings.mail_bounce_address),
        "smtps": lambda: SmtpTransport(address, settings.mail_bounce_address),
        "notify": lambda: _notify(settings),
    }
    if address.scheme not in makers:
        raise UnknownMailAddress("Set SURVEYAPP_MAIL_URL to file:FOLDER, smtp://user:pass@host:port or notify:")
    return makers[address.scheme]()


def _notify(settings: Settings) -> NotifyTransport:
    try:
        from notifications_python_client.notifications import (  # noqa: PLC0415 - an optional extra
            NotificationsAPIClient,
        )
    except ImportError as error:
        raise UnknownMailAddress("Install the extra `notify` to send by GOV.UK Notify.") from error
    elsewhere = {"base_url": address} if (address := settings.mail_url.removeprefix("notify:")) else {}
    key = settings.notify_api_key.get_secret_value()
    client: Any = NotificationsAPIClient(key, **elsewhere)  # type: ignore[no-untyped-call]  # it ships no types
    return NotifyTransport(client, settings.notify_template_id)
