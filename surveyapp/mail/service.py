"""Putting messages into the outbox and taking them out again."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.mail.models import MailState, OutboxMessage


def queue(
    session: Session,
    kind: str,
    recipient: str,
    *,
    about: str,
    reason_key: str,
    language: str = "en",
    agency: str = "",
    ids: dict[str, Any] | None = None,
    not_before: datetime | None = None,
) -> OutboxMessage:
    """Queue one message in the caller's transaction; a repeat of the same `reason_key` returns the first row.

    `about` is an opaque key such as `case:<uuid>`, by which a later event cancels what still waits; `ids` are the ids
    and codes (never names, texts or links) the composer needs at delivery.
    """
    found = session.scalar(select(OutboxMessage).where(OutboxMessage.reason_key == reason_key))
    if found is not None:
        return found
    now = clock.now()
    made = OutboxMessage(
        id=uuid4(),
        kind=kind,
        agency=agency,
        about=about,
        reason_key=reason_key,
        language=language,
        ids=ids or {},
        created_at=now,
        next_attempt_at=max(not_before or now, now),
        message_id=f"<{uuid4().hex}@surveyapp>",
    )
    made.recipient = recipient
    session.add(made)
    session.flush()
    return made


def not_yet_due(session: Session, about: str, kind: str) -> OutboxMessage | None:
    """A message of that kind which no worker has taken up yet nor will before it is due: more may be added to its ids.

    Held until our transaction ends.
    """
    waiting = (OutboxMessage.about == about, OutboxMessage.kind == kind, OutboxMessage.state == MailState.QUEUED)
    untouched = (OutboxMessage.n_attempts == 0, OutboxMessage.next_attempt_at > clock.now())
    query = select(OutboxMessage).where(*waiting, *untouched).order_by(OutboxMessage.created_at).limit(1)
    return session.scalar(query.with_for_update(of=OutboxMessage).execution_options(populate_existing=True))


def cancel_about(session: Session, about: str, kinds: tuple[str, ...] = ()) -> int:
    """Cancel every message about that key which has not been sent; how many were cancelled."""
    waiting = OutboxMessage.state.in_([MailState.QUEUED, MailState.SENDING, MailState.HELD, MailState.FAILED])
    change = update(OutboxMessage).where(OutboxMessage.about == about, waiting)
    if kinds:
        change = change.where(OutboxMessage.kind.in_(kinds))
    result = session.execute(change.values(state=MailState.CANCELLED, fence=OutboxMessage.fence + 1))
    return int(result.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result counts its rows


def hold_waiting(session: Session) -> int:
    """Keep back every message that waits, after a restore: it may have been sent since the backup was made."""
    waiting = OutboxMessage.state.in_([MailState.QUEUED, MailState.SENDING])
    return _changed(session, waiting, MailState.HELD)


def release_held(session: Session) -> int:
    """Let held messages go out after all; each is still asked whether it is wanted when it is written."""
    return _changed(session, OutboxMessage.state == MailState.HELD, MailState.QUEUED)


def discard_held(session: Session) -> int:
    """Cancel held messages for good."""
    return _changed(session, OutboxMessage.state == MailState.HELD, MailState.CANCELLED)


def _changed(session: Session, which: ColumnElement[bool], state: MailState) -> int:
    change = update(OutboxMessage).where(which)
    result = session.execute(change.values(state=state, lease_until_at=None, fence=OutboxMessage.fence + 1))
    return int(result.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result counts its rows
