"""Bounces: a mail server says later that a message did not arrive.

Told by JSON, by the server's own report (RFC 3464), or by GOV.UK Notify's delivery receipts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.policy import default

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.mail.models import Failure, MailState, OutboxMessage


@dataclass(frozen=True)
class Bounce:
    """One message that did not arrive, by its Message-ID; a temporary delay is no bounce."""

    message_id: str
    is_permanent: bool
    status: str


class UnreadableReport(ValueError):
    """This is not a delivery report that names one of our messages."""


def record_bounce(session: Session, bounce: Bounce) -> bool:
    """Mark the message as bounced, so that HR sees it; False when we sent no such message or it is only delayed."""
    message = session.scalar(select(OutboxMessage).where(OutboxMessage.message_id == bounce.message_id))
    if message is None or not bounce.is_permanent:
        return False
    if message.state is MailState.SENT:
        message.state = MailState.FAILED
        message.failure = Failure.BOUNCED
        message.last_error = f"bounced {bounce.status}"[:400]
        session.flush()
    return True


def read_report(raw: bytes) -> Bounce:
    """Read a delivery status notification; raises UnreadableReport for any other message."""
    report = message_from_bytes(raw, policy=default)
    status = action = original = ""
    for part in report.walk():
        if part.get_content_type() == "message/delivery-status":
            for block in part.get_payload():
                action = _header(block, "Action") or action
                status = _header(block, "Status") or status
        elif part.get_content_type() in ("message/rfc822", "text/rfc822-headers"):
            original = _original_id(part) or original
    if not (action and original):
        raise UnreadableReport("The message is not a delivery report that quotes one of our messages.")
    return Bounce(original, action.lower() == "failed" and not status.startswith("4"), status[:12])


NOTIFY_FAILURES = frozenset({"permanent-failure", "temporary-failure", "technical-failure"})
"""Notify's last words about a message: by "temporary" it means that it has tried for three days and stopped."""


def read_notify_receipt(said: Mapping[str, object]) -> Bounce:
    """Read a delivery receipt; its `reference` is our Message-ID."""
    status = str(said.get("status", ""))
    return Bounce(str(said.get("reference") or "")[:200], status in NOTIFY_FAILURES, status)


def _header(block: object, name: str) -> str:
    return str(block.get(name, "")).strip() if isinstance(block, Message) else ""


def _original_id(part: Message) -> str:
    payload = part.get_payload()
    if isinstance(payload, list) and payload and isinstance(payload[0], Message):
        return _header(payload[0], "Message-ID")
    quoted = part.get_payload(decode=True)
    return _header(message_from_bytes(quoted, policy=default), "Message-ID") if isinstance(quoted, bytes) else ""
