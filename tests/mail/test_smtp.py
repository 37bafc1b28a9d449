"""A real SMTP server takes, refuses, postpones and hangs up."""

import email
import email.policy
import socket
from asyncio import AbstractServer
from collections.abc import Awaitable, Iterator
from urllib.parse import urlsplit

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from surveyapp.mail.messages import Attachment, ComposedMessage
from surveyapp.mail.transports import (
    DeliveryPostponed,
    DeliveryRefused,
    ReadyMessage,
    SmtpTransport,
    TransportUnavailable,
)


class Office:
    """Answers by the recipient's name."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []

    async def handle_RCPT(self, server: SMTP, _s: Session, envelope: Envelope, address: str, _options: object) -> str:
        if address.startswith("gone"):
            return "550 5.1.1 no such mailbox"
        if address.startswith("busy"):
            return "451 4.7.1 try later"
        if address.startswith("hang") and server.transport is not None:
            server.transport.close()
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, _server: SMTP, _s: Session, envelope: Envelope) -> str:
        self.taken.append(envelope)
        return "250 taken"


class OnAFreePort(Controller):
    """Listens where the machine has room, from the beginning: nobody can take the port before it does."""

    def __init__(self, handler: Office) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0))
        hostname, port = self.listening.getsockname()
        super().__init__(handler, hostname=hostname, port=port, ready_timeout=120)

    def _create_server(self) -> Awaitable[AbstractServer]:
        return self.loop.create_server(self._factory_invoker, sock=self.listening)


@pytest.fixture
def office() -> Iterator[tuple[Office, SmtpTransport]]:
    handler = Office()
    controller = OnAFreePort(handler)
    controller.start()
    transport = SmtpTransport(urlsplit(f"smtp://127.0.0.1:{controller.port}"), "bounces@example.org")
    yield handler, transport
    transport.close()
    controller.stop()


def message(recipient: str, **content: object) -> ReadyMessage:
    composed = ComposedMessage(**{"subject": "Helô", "text": "Testun ŵ", "html": "<p>ŵ</p>", **content})  # type: ignore[arg-type]
    return ReadyMessage(recipient, "<id-1@surveyapp>", "Leaving well <leavers@example.org>", composed)


def test_a_message_arrives_with_both_parts_and_its_stable_id(office: tuple[Office, SmtpTransport]) -> None:
    handler, transport = office
    transport.send(message("ceri@home.example"))
    envelope = handler.taken[0]
    assert envelope.mail_from == "bounces@example.org" and envelope.rcpt_tos == ["ceri@home.example"]
    read = email.message_from_bytes(envelope.content or b"", policy=email.policy.default)
    assert read["Message-ID"] == "<id-1@surveyapp>" and read["Subject"] == "Helô"
    plain, html = read.get_body(("plain",)), read.get_body(("html",))
    assert plain is not None and "ŵ" in plain.get_content()
    assert html is not None and "<p>ŵ</p>" in html.get_content()


def test_a_calendar_is_both_an_alternative_and_a_file(office: tuple[Office, SmtpTransport]) -> None:
    handler, transport = office
    calendar = Attachment("invite.ics", "text/calendar", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", method="REQUEST")
    transport.send(message("ceri@home.example", attachments=(calendar,)))
    read = email.message_from_bytes(handler.taken[0].content or b"", policy=email.policy.default)
    kinds = [(part.get_content_type(), part.get_param("method"), part.get_filename()) for part in read.walk()]
    assert ("text/calendar", "REQUEST", None) in kinds
    assert ("text/calendar", None, "invite.ics") in kinds


@pytest.mark.parametrize(
    ("recipient", "error"),
    [
        ("gone@home.example", DeliveryRefused),
        ("busy@home.example", DeliveryPostponed),
        ("hang@home.example", DeliveryPostponed),
        ("a@b.example\r\nBcc: everyone@c.example", DeliveryRefused),
        ("not an address", DeliveryRefused),
    ],
)
def test_each_kind_of_failure_is_told_apart(
    office: tuple[Office, SmtpTransport], recipient: str, error: type[Exception]
) -> None:
    handler, transport = office
    with pytest.raises(error) as raised:
        transport.send(message(recipient))
    assert "@" not in str(raised.value), "an address must not reach the error column"
    transport.send(message("next@home.example"))
    assert len(handler.taken) == 1


def test_no_server_is_nobodys_fault() -> None:
    transport = SmtpTransport(urlsplit("smtp://127.0.0.1:1"))
    with pytest.raises(TransportUnavailable):
        transport.send(message("ceri@home.example"))


def test_a_subject_cannot_add_headers(office: tuple[Office, SmtpTransport]) -> None:
    handler, transport = office
    transport.send(message("ceri@home.example", subject="Hello\r\nBcc: x@y.example"))
    read = email.message_from_bytes(handler.taken[0].content or b"", policy=email.policy.default)
    assert read["Bcc"] is None and read["Subject"] == "Hello Bcc: x@y.example"
