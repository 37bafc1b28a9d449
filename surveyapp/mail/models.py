"""The table of messages that wait, were sent, or could not be."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.db import Base, RandomId, state_column
from surveyapp.encryption.records import Encrypted, HasDataKey


class MailState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    HELD = "held"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Failure(StrEnum):
    """Why a message did not arrive; empty while nothing is wrong."""

    NONE = ""
    REFUSED = "refused"
    BOUNCED = "bounced"
    GAVE_UP = "gave_up"


class OutboxMessage(HasDataKey, RandomId, Base):
    """One message for one reason; `reason_key` is unique, so a cause that repeats queues nothing twice."""

    __tablename__ = "outbox_messages"
    __table_args__ = (Index("ix_outbox_messages_due", "state", "next_attempt_at"),)

    kind: Mapped[str] = mapped_column(String(60))
    agency: Mapped[str] = mapped_column(String(40), default="")
    about: Mapped[str] = mapped_column(String(80), index=True)
    reason_key: Mapped[str] = mapped_column(String(160), unique=True)
    recipient_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    language: Mapped[str] = mapped_column(String(2), default="en")
    ids: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[MailState] = mapped_column(state_column(MailState, "mail_state"), default=MailState.QUEUED)
    created_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime]
    n_attempts: Mapped[int] = mapped_column(default=0)
    lease_until_at: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)
    message_id: Mapped[str] = mapped_column(String(120))
    sent_at: Mapped[datetime | None]
    failure: Mapped[Failure] = mapped_column(state_column(Failure, "mail_failure"), default=Failure.NONE)
    last_error: Mapped[str] = mapped_column(String(400), default="")

    recipient = Encrypted()
