"""What a composed message is: pure values, made by a slice's `emails.py`, sent by a transport."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from surveyapp.mail.models import OutboxMessage


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a message; `method` makes a calendar part (REQUEST, CANCEL) that mail programs act on."""

    name: str
    content_type: str
    content: bytes
    method: str | None = None


@dataclass(frozen=True)
class ComposedMessage:
    """A message ready for a transport; sender and reply-to empty mean the product's own."""

    subject: str
    text: str
    html: str
    sender: str = ""
    reply_to: str = ""
    attachments: tuple[Attachment, ...] = field(default=())


Composer = Callable[[Session, "OutboxMessage"], ComposedMessage | None]
"""Composes one kind of message at delivery, minting any link then; None when it is no longer wanted."""
