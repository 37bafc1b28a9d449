"""Invented actions for tests."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from surveyapp.actions import service
from surveyapp.actions.models import Action
from surveyapp.directory.models import User
from tests.actions.released import BEGAN
from tests.conftest import TESTER


def agreed(session: Session, owner: User, **changes: Any) -> Action:
    """An action of the first agency, for Northmoor unless other Areas are given."""
    usual: dict[str, Any] = {
        "agency": "ncs",
        "what": "A second adviser for caseload",
        "why": "Workload is given more often here than elsewhere.",
        "owner_id": owner.id,
        "due_on": date(2026, 12, 31),
        "review_on": date(2027, 6, 30),
        "areas": frozenset({"NM"}),
        "reason": "workload",
    }
    made = service.make_action(session, service.Plan(**(usual | changes)), TESTER)
    session.commit()
    return made


def begun(session: Session, owner: User, on: date = BEGAN, areas: tuple[str, ...] = ("NM",), **more: object) -> Action:
    action = agreed(session, owner, areas=frozenset(areas), **more)
    service.start_action(session, action, on, TESTER)
    session.commit()
    return action
