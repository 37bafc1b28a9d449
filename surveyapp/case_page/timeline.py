"""The timeline of a case in words: what happened, when, by whom, without ever showing more than ids and codes gave."""

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from surveyapp.audit import ActorKind
from surveyapp.case_page.event_words import ACTORS, AFTER_CONVERSATION, EVENTS, LATE
from surveyapp.cases import queries
from surveyapp.cases.models import Case, CaseEvent
from surveyapp.cases.words import FIELDS
from surveyapp.directory import queries as directory
from surveyapp.directory.models import User
from surveyapp.languages import formats
from surveyapp.web.language import current_language
from surveyapp.web.language import gettext as _

Line = tuple[str, datetime, str, str]


def timeline_of(session: Session, case: Case) -> list[Line]:
    """(title, moment, by whom, text) of each event, newest first."""
    events = queries.events_of(session, case)
    staff = [uuid.UUID(event.actor_id) for event in events if event.actor_kind == ActorKind.STAFF]
    people = directory.users_by_id(session, staff)
    notes = {str(note.id): note.text or "" for note in queries.notes_of(session, case)}
    return [
        (title(event), event.at, who(event, people), notes.get(event.codes.get("note", ""), "")) for event in events
    ]


def title(event: CaseEvent) -> str:
    """One event in words."""
    codes = dict(event.codes)
    if event.event == "case.created" and codes.get("days_late"):
        return _(LATE, days_late=codes["days_late"])
    if event.event == "case.stayed" and codes.get("after_conversation"):
        return _(AFTER_CONVERSATION)
    if "fields" in codes:
        codes["fields"] = formats.listed(
            [_(FIELDS[name]) for name in codes["fields"] if name in FIELDS], current_language()
        )
    words = EVENTS.get(event.event)
    return _(words, **codes) if words else event.event


def who(event: CaseEvent, people: dict[uuid.UUID, User]) -> str:
    """Who did it: a colleague by name, anybody else by kind."""
    if event.actor_kind == ActorKind.STAFF and (user := people.get(uuid.UUID(event.actor_id))):
        return user.name or user.email
    return _(ACTORS[event.actor_kind])
