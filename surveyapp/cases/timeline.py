"""A case's timeline: every slice tells it what happened, in the same breath as the audit trail."""

from typing import Any

from sqlalchemy.orm import Session

from surveyapp import audit, clock
from surveyapp.cases.models import Case, CaseEvent


def note(session: Session, case: Case, event: str, actor: audit.Actor, **codes: Any) -> None:
    """Append one event (`noun.verbed`) to the case's timeline and the audit trail; ids and codes only."""
    made = CaseEvent(
        case_id=case.id, at=clock.now(), event=event, actor_kind=actor.kind, actor_id=actor.id, codes=codes
    )
    session.add(made)
    audit.record(session, event, actor, ("case", case.id), agency=case.agency, **codes)
