"""Writes many new cases at once, row for row what `service.create_case` would have written one by one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from surveyapp import audit, clock
from surveyapp.cases.arrivals import NewsStatus, Outcome
from surveyapp.cases.details import (
    ENCRYPTED_FIELDS,
    PLAIN_FIELDS,
    fingerprints_of,
    news_fingerprint,
    staff_number_index,
)
from surveyapp.cases.file_rows import ReadRow
from surveyapp.cases.models import Case, CaseEvent, CaseFingerprint, CaseState, Regretted
from surveyapp.cases.policy import DEATH
from surveyapp.db import insert_many
from surveyapp.encryption.records import DataKey, SealedRow, seal_row

BLANK: dict[str, Any] = {
    "regretted": Regretted.NOT_GIVEN,
    "stayed_after_conversation": False,
    "owner_id": None,
    "merged_into_id": None,
    "disposed_on": None,
}
"""What a new case has not got yet."""
Event = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class _NewCase:
    """One case to be written: its columns, its key, and the events it begins with."""

    id: UUID
    columns: dict[str, Any]
    sealed: SealedRow
    events: list[Event]


def add_cases(session: Session, rows: list[ReadRow], actor: audit.Actor) -> list[Outcome]:
    """Insert a case for each row, with key, fingerprints, timeline and audit trail; what became of each."""
    now = clock.now()
    made = [_new_case(row, now) for row in rows]
    prints = [
        {"case_id": case.id, "kind": kind, "fingerprint": value}
        for case, row in zip(made, rows, strict=True)
        for kind, value in fingerprints_of(row.details)
    ]
    events = [(case, name, codes) for case in made for name, codes in case.events]
    insert_many(session, DataKey, [{"id": case.sealed.key_id, "wrapped": case.sealed.wrapped_key} for case in made])
    insert_many(session, Case, [case.columns for case in made])
    insert_many(session, CaseFingerprint, prints)
    who = {"actor_kind": actor.kind.value, "actor_id": actor.id}
    lines = [
        {"id": uuid4(), "case_id": case.id, "at": now, "event": name, "codes": codes, **who}
        for case, name, codes in events
    ]
    insert_many(session, CaseEvent, lines)
    entries = [audit.Entry(name, ("case", case.id), case.columns["agency"], codes) for case, name, codes in events]
    audit.record_many(session, entries, actor)
    return [_outcome(case.columns["state"]) for case in made]


def _new_case(row: ReadRow, now: datetime) -> _NewCase:
    details, case_id = row.details, uuid4()
    texts = {name: getattr(details, name) or None for name in ENCRYPTED_FIELDS}
    sealed = seal_row(Case.__tablename__, case_id, texts | {"manager_line": ";".join(details.manager_line) or None})
    told, events = _beginning(row, now)
    columns = {
        "id": case_id,
        **BLANK,
        **{name: getattr(details, name) for name in PLAIN_FIELDS},
        **told,
        "notified_at": now,
        "staff_number_index": staff_number_index(details.staff_number),
        "news_fingerprint": news_fingerprint(details, row.status),
        "data_key_id": sealed.key_id,
        **sealed.ciphers,
    }
    return _NewCase(case_id, columns, sealed, events)


def _beginning(row: ReadRow, now: datetime) -> tuple[dict[str, Any], list[Event]]:
    """The state a new case is in after its first news, and the events that tell of it."""
    details = row.details
    late = (clock.today() - details.last_working_day).days if details.last_working_day else 0
    created: Event = ("case.created", {"kind": details.kind.value, "days_late": max(0, late)})
    if row.status is NewsStatus.DIED or details.leaving_type == DEATH:
        died = {"state": CaseState.DIED, "closed_at": now, "leaving_type": DEATH}
        return died, [created, ("case.death_recorded", {})]
    if row.status is NewsStatus.WITHDRAWN:
        stayed: Event = ("case.stayed", {"after_conversation": False})
        return {"state": CaseState.STAYED, "closed_at": now}, [created, stayed]
    return {"state": CaseState.OPEN, "closed_at": None}, [created]


def _outcome(state: CaseState) -> Outcome:
    return {CaseState.DIED: Outcome.DIED, CaseState.STAYED: Outcome.STAYED}.get(state, Outcome.CREATED)
