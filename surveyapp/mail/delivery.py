"""Sending what waits: claimed by one worker at a time, composed at that moment, retried with patience.

Each step is a transaction of its own: claim (lease and fencing number), compose (mints links), send, mark. A worker
killed between two steps leaves a lease that runs out; only a kill between the server's "accepted" and our mark sends
twice, and then with the same Message-ID.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Engine, and_, or_, select, update

from surveyapp import clock
from surveyapp.db import writing_session
from surveyapp.encryption.records import KeyDestroyed
from surveyapp.mail.messages import Composer
from surveyapp.mail.models import Failure, MailState, OutboxMessage
from surveyapp.mail.transports import (
    DeliveryPostponed,
    DeliveryRefused,
    ReadyMessage,
    Transport,
    TransportUnavailable,
)

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
RETRY_MINUTES = (1, 2, 5, 10, 15, 30, 60, 60, 120, 120, 240, 240, 480, 480, 720)
"""The pauses between attempts, about 43 hours together; then a person must look."""
PAUSE_WITHOUT_SERVER = timedelta(minutes=1)


@dataclass(frozen=True)
class Claim:
    """The right to send one message until the lease ends; the fence tells it from every other claim."""

    message: UUID
    fence: int


@dataclass
class Delivered:
    """What one run did."""

    n_sent: int = 0
    n_cancelled: int = 0
    n_postponed: int = 0
    n_failed: int = 0

    @property
    def n_handled(self) -> int:
        return self.n_sent + self.n_cancelled + self.n_postponed + self.n_failed


class ClaimLost(Exception):
    """Another worker, or a cancellation, has taken the message over."""


class Postman:
    """Delivers from one database through one transport; `composers` says how each kind of message is written."""

    def __init__(self, engine: Engine, composers: Mapping[str, Composer], transport: Transport, sender: str) -> None:
        self.engine = engine
        self.composers = composers
        self.transport = transport
        self.sender = sender

    def deliver_due(self, *, limit: int = 500, is_stopping: Callable[[], bool] = lambda: False) -> Delivered:
        """Send what is due, at most `limit` messages; stops early when asked to, or when the server does not answer."""
        done = Delivered()
        try:
            while done.n_handled < limit and not is_stopping():
                claim = self.claim_next()
                if claim is None:
                    break
                if not self._deliver(claim, done):
                    break
        finally:
            self.transport.close()
        return done

    def claim_next(self) -> Claim | None:
        """Take the message that has waited longest; None when nothing is due. Two workers never take the same one."""
        now = clock.now()
        waiting = and_(OutboxMessage.state == MailState.QUEUED, OutboxMessage.next_attempt_at <= now)
        abandoned = and_(OutboxMessage.state == MailState.SENDING, OutboxMessage.lease_until_at < now)
        due = (
            select(OutboxMessage)
            .where(or_(waiting, abandoned))
            .order_by(OutboxMessage.next_attempt_at)
            .limit(1)
            .with_for_update(skip_locked=True, of=OutboxMessage)
        )
        with writing_session(self.engine) as session:
            message = session.scalar(due)
            if message is None:
                return None
            message.state = MailState.SENDING
            message.fence += 1
            message.n_attempts += 1
            message.lease_until_at = now + LEASE
            return Claim(message.id, message.fence)

    def compose(self, claim: Claim) -> ReadyMessage | None:
        """Write the message, minting its link, in a transaction committed before anything is sent; None: not wanted."""
        with writing_session(self.engine) as session:
            message = session.get(OutboxMessage, claim.message, with_for_update={"of": OutboxMessage})
            if message is None or message.fence != claim.fence or message.state is not MailState.SENDING:
                raise ClaimLost(claim.message)
            composed = self.composers[message.kind](session, message)
            if composed is None:
                return None
            return ReadyMessage(message.recipient or "", message.message_id, self.sender, composed, message.fence)

    def mark(self, claim: Claim, state: MailState, **values: object) -> bool:
        """Write down how it ended, unless the claim was lost meanwhile."""
        mine = (OutboxMessage.id == claim.message, OutboxMessage.fence == claim.fence)
        change = update(OutboxMessage).where(*mine, OutboxMessage.state == MailState.SENDING)
        with writing_session(self.engine) as session:
            marked = session.execute(change.values(state=state, lease_until_at=None, **values))
            return bool(marked.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result counts its rows

    def _deliver(self, claim: Claim, done: Delivered) -> bool:
        """One message from claim to mark; False when nothing more can be sent in this run."""
        try:
            ready = self._composed(claim)
            if ready is None:
                self.mark(claim, MailState.CANCELLED)
                done.n_cancelled += 1
                return True
            self.transport.send(ready)
        except ClaimLost:
            return True
        except DeliveryRefused as refused:
            self.mark(claim, MailState.FAILED, failure=Failure.REFUSED, last_error=str(refused))
            done.n_failed += 1
        except DeliveryPostponed as postponed:
            self._postpone(claim, str(postponed), Failure.GAVE_UP, done)
        except TransportUnavailable as unavailable:
            self._give_back(claim, str(unavailable))
            done.n_postponed += 1
            return False
        except Exception as error:  # one message that nobody foresaw must not keep the others back
            logger.error("message %s cannot be sent", claim.message, exc_info=error)
            self._postpone(claim, type(error).__name__, Failure.GAVE_UP, done)
        else:
            self.mark(claim, MailState.SENT, sent_at=clock.now(), last_error="")
            done.n_sent += 1
        return True

    def _composed(self, claim: Claim) -> ReadyMessage | None:
        """Compose; a message that cannot be written is postponed like one that cannot be sent, and named in the log."""
        try:
            return self.compose(claim)
        except (ClaimLost, DeliveryPostponed):
            raise
        except KeyDestroyed:
            return None  # the person's record has been disposed of: there is nobody to write to
        except Exception as error:
            logger.error("message %s cannot be composed", claim.message, exc_info=error)
            raise CannotCompose(type(error).__name__) from error

    def _postpone(self, claim: Claim, why: str, at_last: Failure, done: Delivered) -> None:
        with writing_session(self.engine) as session:
            n_attempts = session.get_one(OutboxMessage, claim.message).n_attempts
        if n_attempts > len(RETRY_MINUTES):
            self.mark(claim, MailState.FAILED, failure=at_last, last_error=why)
            done.n_failed += 1
            return
        pause = timedelta(minutes=RETRY_MINUTES[n_attempts - 1])
        self.mark(claim, MailState.QUEUED, next_attempt_at=clock.now() + pause, last_error=why)
        done.n_postponed += 1

    def _give_back(self, claim: Claim, why: str) -> None:
        """The server is away: the attempt does not count."""
        self.mark(
            claim,
            MailState.QUEUED,
            n_attempts=OutboxMessage.n_attempts - 1,
            next_attempt_at=clock.now() + PAUSE_WITHOUT_SERVER,
            last_error=why,
        )


class CannotCompose(DeliveryPostponed):
    """The message's composer failed; others go on."""
