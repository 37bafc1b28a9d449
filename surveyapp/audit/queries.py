"""Searching the audit trail, newest first."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from surveyapp.audit.models import AuditEvent
from surveyapp.clock import LONDON

PAGE_SIZE = 50


@dataclass(frozen=True)
class AuditFilters:
    """What the search is narrowed to; empty means all. `subject_id` is an exact id, days are London days."""

    event: str = ""
    actor_id: str = ""
    subject_id: str = ""
    agencies: frozenset[str] | None = None
    from_on: date | None = None
    until_on: date | None = None


@dataclass(frozen=True)
class AuditPage:
    """One page of what was found."""

    events: list[AuditEvent]
    n: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.n // PAGE_SIZE))


def search(session: Session, filters: AuditFilters, page: int = 1) -> AuditPage:
    """A page of the events that fit; `agencies` None is for who administers all of them."""
    fits = list(_conditions(filters))
    n = session.scalar(select(func.count()).select_from(AuditEvent).where(*fits)) or 0
    page = max(1, min(page, -(-n // PAGE_SIZE)))
    query = select(AuditEvent).where(*fits).order_by(AuditEvent.number.desc())
    return AuditPage(list(session.scalars(query.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE))), n, page)


def _conditions(filters: AuditFilters) -> list[ColumnElement[bool]]:
    fits: list[ColumnElement[bool]] = []
    if filters.event:
        fits.append(AuditEvent.event == filters.event)
    if filters.actor_id:
        fits.append(AuditEvent.actor_id == filters.actor_id)
    if filters.subject_id:
        fits.append(AuditEvent.subject_id == filters.subject_id)
    if filters.agencies is not None:
        fits.append(AuditEvent.agency.in_(filters.agencies))
    if filters.from_on:
        fits.append(AuditEvent.at >= _begin_of(filters.from_on))
    if filters.until_on:
        fits.append(AuditEvent.at < _begin_of(filters.until_on + timedelta(days=1)))
    return fits


def _begin_of(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON)


def event_names(session: Session) -> list[str]:
    """Every kind of event there has been."""
    return list(session.scalars(select(AuditEvent.event).distinct().order_by(AuditEvent.event)))


def head(session: Session) -> tuple[int, bytes] | None:
    """The newest event's number and hash: what an anchor outside the database keeps."""
    last = session.execute(select(AuditEvent.number, AuditEvent.hash).order_by(AuditEvent.number.desc()).limit(1))
    found = last.one_or_none()
    return (found.number, found.hash) if found else None


def looks_at(session: Session, subject_id: str, events: tuple[str, ...]) -> list[AuditEvent]:
    """Who looked at one record, and when, newest first."""
    query = select(AuditEvent).where(AuditEvent.subject_id == subject_id, AuditEvent.event.in_(events))
    return list(session.scalars(query.order_by(AuditEvent.number.desc())))


def events_about(session: Session, subject_id: str) -> list[AuditEvent]:
    """Everything done to or looked at in one record, oldest first."""
    query = select(AuditEvent).where(AuditEvent.subject_id == subject_id)
    return list(session.scalars(query.order_by(AuditEvent.number)))
