"""How the outbox stands: what waits, since when, and what needs a person; counts only, never an address."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.mail.models import MailState, OutboxMessage


@dataclass(frozen=True)
class OutboxStanding:
    """How many messages wait, since when the oldest one that is due has waited, and how many failed."""

    n_waiting: int
    n_failed: int
    oldest_due_since: datetime | None
    n_held: int = 0

    @property
    def minutes_behind(self) -> int:
        """How long the oldest due message has waited, in whole minutes; 0 when nothing is due."""
        return int((clock.now() - self.oldest_due_since).total_seconds() // 60) if self.oldest_due_since else 0


def outbox_standing(session: Session) -> OutboxStanding:
    """The outbox in three figures, for HR's page, health checks and doctor.

    A message that is being retried counts from when it was queued, so that an outage shows as long as it lasts; one
    whose time has not come (a reminder for tomorrow morning) does not count.
    """
    waiting = OutboxMessage.state.in_([MailState.QUEUED, MailState.SENDING])
    n_waiting = session.scalar(select(func.count()).where(waiting)) or 0
    n_failed = session.scalar(select(func.count()).where(OutboxMessage.state == MailState.FAILED)) or 0
    due = waiting & ((OutboxMessage.next_attempt_at <= clock.now()) | (OutboxMessage.last_error != ""))
    n_held = session.scalar(select(func.count()).where(OutboxMessage.state == MailState.HELD)) or 0
    oldest = session.scalar(select(func.min(OutboxMessage.created_at)).where(due))
    return OutboxStanding(n_waiting, n_failed, oldest, n_held)
