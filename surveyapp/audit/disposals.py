"""Disposing of the oldest part of the chain: what is left begins at a kept hash that the chain itself vouches for."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.audit.models import AuditDisposal, AuditEvent

EVENT = "audit.disposed_of"


def newest(session: Session) -> AuditDisposal | None:
    """The disposal from which the chain goes on, None while it is whole from its first event."""
    return session.scalar(select(AuditDisposal).order_by(AuditDisposal.until_number.desc()).limit(1))


def vouches_for(made: AuditEvent, kept: AuditDisposal) -> bool:
    """Whether this event says that the events up to there were disposed of, and from which hash the chain goes on."""
    said = (made.codes.get("until"), made.codes.get("hash"))
    return made.event == EVENT and said == (kept.until_number, kept.hash.hex())


def end_of_what_is_due(session: Session, before: datetime, held: Collection[str] = ()) -> AuditEvent | None:
    """The last event of the unbroken oldest stretch that is all older than that and touches nothing held."""
    first_kept = select(func.min(AuditEvent.number)).where(AuditEvent.at >= before)
    stops = [session.scalar(first_kept)]
    if held:
        stops.append(session.scalar(select(func.min(AuditEvent.number)).where(AuditEvent.subject_id.in_(held))))
    stop = min((number for number in stops if number is not None), default=None)
    query = select(AuditEvent).order_by(AuditEvent.number.desc()).limit(1)
    return session.scalar(query.where(AuditEvent.number < stop) if stop is not None else query)


def n_until(session: Session, last: AuditEvent) -> int:
    """How many events a disposal up to there takes."""
    query = select(func.count()).select_from(AuditEvent).where(AuditEvent.number <= last.number)
    return session.scalar(query) or 0


def remove_until(session: Session, last: AuditEvent) -> int:
    """Remove the events up to there, their last hash kept; how many. The caller records EVENT first, with both."""
    n, number = n_until(session, last), last.number
    session.add(AuditDisposal(until_number=number, hash=last.hash, at=clock.now()))
    session.flush()
    session.execute(delete(AuditEvent).where(AuditEvent.number <= number).execution_options(synchronize_session=False))
    return n
