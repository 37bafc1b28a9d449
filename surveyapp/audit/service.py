"""Writing and checking the chain of audit events."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from types import SimpleNamespace
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.audit import disposals
from surveyapp.audit.models import AuditEvent
from surveyapp.db import insert_many, is_postgresql, is_reading, writing_session

FIRST_HASH = bytes(32)
CHAIN_LOCK = 7_301_001  # the advisory lock that makes the chain one writer at a time on PostgreSQL


class ActorKind(StrEnum):
    STAFF = "staff"
    LEAVER = "leaver"
    HR_SYSTEM = "hr_system"
    COMMAND = "command"
    WORKER = "worker"


@dataclass(frozen=True)
class Actor:
    """Who acts: a staff account's id, a case's id for a leaver, an API token's id, an operating-system user."""

    kind: ActorKind
    id: str


@dataclass(frozen=True)
class BrokenChain:
    """The first event at which the chain no longer holds, and why."""

    number: int
    why: str


def record(
    session: Session, event: str, actor: Actor, subject: tuple[str, object], *, agency: str = "", **codes: Any
) -> AuditEvent:
    """Append one event inside the caller's transaction; if it cannot be written, the act fails with it."""
    number, previous = _lock_and_find_end(session)
    made = AuditEvent(
        number=number + 1,
        at=clock.now(),
        actor_kind=actor.kind,
        actor_id=actor.id,
        event=event,
        subject_kind=subject[0],
        subject_id=str(subject[1]),
        agency=agency,
        codes=codes,
        previous_hash=previous,
        hash=b"",
    )
    made.hash = event_hash(made)
    session.add(made)
    session.flush()
    return made


@dataclass(frozen=True)
class Entry:
    """One of many events to be recorded together."""

    event: str
    subject: tuple[str, object]
    agency: str
    codes: dict[str, Any]


def record_many(session: Session, entries: Sequence[Entry], actor: Actor) -> None:
    """Append many events inside the caller's transaction, as `record` would one by one, in a fraction of the time."""
    if not entries:
        return
    number, previous = _lock_and_find_end(session)
    now, rows = clock.now(), []
    for entry in entries:
        number += 1
        made = SimpleNamespace(
            number=number,
            at=now,
            actor_kind=actor.kind,
            actor_id=actor.id,
            event=entry.event,
            subject_kind=entry.subject[0],
            subject_id=str(entry.subject[1]),
            agency=entry.agency,
            codes=entry.codes,
            previous_hash=previous,
        )
        previous = event_hash(made)
        rows.append({**vars(made), "hash": previous})
    insert_many(session, AuditEvent, rows)


def _lock_and_find_end(session: Session) -> tuple[int, bytes]:
    """Hold the chain for this transaction, and find its last number and hash."""
    if is_postgresql(session):
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": CHAIN_LOCK})
    last = session.execute(
        select(AuditEvent.number, AuditEvent.hash).order_by(AuditEvent.number.desc()).limit(1)
    ).one_or_none()
    return (last.number, last.hash) if last else (0, FIRST_HASH)


def record_look(
    session: Session, event: str, actor: Actor, subject: tuple[str, object], *, agency: str = "", **codes: Any
) -> None:
    """Append one event in a transaction of its own, before personal data is shown.

    Inside a writing request the event joins its transaction instead: SQLite has one writer at a time.
    """
    if not is_reading():
        record(session, event, actor, subject, agency=agency, **codes)
        return
    with writing_session(session.get_bind().engine) as apart:
        record(apart, event, actor, subject, agency=agency, **codes)


def dispose_until(session: Session, last: AuditEvent, actor: Actor) -> int:
    """Dispose of the chain up to that event, which the chain says itself; how many events went."""
    record(session, disposals.EVENT, actor, ("audit", "chain"), until=last.number, hash=last.hash.hex())
    return disposals.remove_until(session, last)


def event_hash(made: AuditEvent | SimpleNamespace) -> bytes:
    """SHA-256 over the event's content and its predecessor's hash."""
    content = [
        made.number,
        _moment(made.at),
        made.actor_kind,
        made.actor_id,
        made.event,
        made.subject_kind,
        made.subject_id,
        made.agency,
        made.codes,
    ]
    text_form = json.dumps(content, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(made.previous_hash + text_form.encode()).digest()


def verify(session: Session, *, expected_head: tuple[int, bytes] | None = None) -> BrokenChain | None:
    """Walk the whole chain; the first broken link, or None. An anchored head (number, hash) also finds truncation.

    Where the oldest part was disposed of, the chain begins at the hash that was kept, which an event must vouch for.
    """
    kept = disposals.newest(session)
    number, previous = (kept.until_number, kept.hash) if kept else (0, FIRST_HASH)
    is_vouched_for = kept is None
    if expected_head and kept and expected_head[0] == number and expected_head[1] != previous:
        return BrokenChain(number, "it differs from the anchored head")
    with _in_order(session) as chain:
        for made in chain:
            if broken := _broken_link(made, number, previous):
                return broken
            previous, number = made.hash, made.number
            is_vouched_for = is_vouched_for or (kept is not None and disposals.vouches_for(made, kept))
            if expected_head and expected_head[0] == number and expected_head[1] != previous:
                return BrokenChain(number, "it differs from the anchored head")
    if expected_head and number < expected_head[0]:
        return BrokenChain(number + 1, "events up to the anchored head are missing")
    if kept and not is_vouched_for:
        return BrokenChain(kept.until_number, "the events up to here were removed, and no disposal says so")
    return None


def _broken_link(made: AuditEvent, number: int, previous: bytes) -> BrokenChain | None:
    """What is wrong between this event and the one before it, whose number and hash are given."""
    if made.number != number + 1:
        return BrokenChain(number + 1, "the event is missing")
    if made.previous_hash != previous:
        return BrokenChain(made.number, "it does not follow the event before it")
    if event_hash(made) != made.hash:
        return BrokenChain(made.number, "its content was changed")
    return None


@contextmanager
def _in_order(session: Session) -> Iterator[Iterable[AuditEvent]]:
    """The chain, read a piece at a time; the database's cursor is closed also when a broken link ends the walk."""
    found = session.scalars(select(AuditEvent).order_by(AuditEvent.number).execution_options(yield_per=1000))
    try:
        yield found
    finally:
        found.close()


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
