"""Who looked at one person's record: every look at the case and at all that hangs on it, for the person to read."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.audit import ActorKind
from surveyapp.audit.models import AuditEvent
from surveyapp.cases.models import Case
from surveyapp.directory import queries as directory
from surveyapp.directory.models import User
from surveyapp.disposal import belongings
from surveyapp.languages import N_

LOOKS = {
    "case.seen": N_("Your leaving record"),
    "case.read_by_api": N_("Your leaving record"),
    "case.opening_asked": N_("Asked to open your record in an emergency"),
    "case.opening_agreed": N_("Opened your record to somebody in an emergency"),
    "case.opening_refused": N_("Refused to open your record in an emergency"),
    "interview.seen": N_("Your interview's date and place"),
    "record.seen": N_("The record of your interview"),
    "points.seen": N_("Points of your interview"),
    "named_answers.read": N_("The answers you gave under your name"),
    "keyed_answers.opened": N_("The answers that were keyed in for you"),
    "subject.found": N_("Your leaving record"),
    "subject.exported": N_("Everything kept about you, as a file"),
}
"""Each kind of look in the leaver's words; a test finds looks that have none."""

NOT_TOLD = frozenset({"concern.seen", "concerns.listed", "comments.read", "action.seen", "survey_upload.seen"})
"""A nominated officer's look at a concern: telling it could warn the person a concern is about. And looks at what is
no one's record: comments that know no case, actions, outside surveys."""


@dataclass(frozen=True)
class Look:
    """One look: when, at what, and by whom; `roles` are the staff roles the person holds now."""

    at: datetime
    event: str
    kind: ActorKind
    user: User | None


def looks_at(session: Session, case: Case) -> list[Look]:
    """Every look by somebody else, newest first; the leaver's own are left out."""
    ids = {str(row.id) for row in belongings.below(session, [case]) if hasattr(row, "id")}
    query = select(AuditEvent).where(
        AuditEvent.subject_id.in_(ids), AuditEvent.event.in_(LOOKS), AuditEvent.actor_kind != ActorKind.LEAVER
    )
    events = list(session.scalars(query.order_by(AuditEvent.number.desc())))
    people = directory.users_by_id(session, [_staff_id(event) for event in events])
    return [
        Look(event.at, event.event, ActorKind(event.actor_kind), people.get(_staff_id(event) or case.id))
        for event in events
    ]


def _staff_id(event: AuditEvent) -> UUID | None:
    return UUID(event.actor_id) if event.actor_kind == ActorKind.STAFF and len(event.actor_id) == 36 else None
