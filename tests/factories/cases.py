"""Invented leavers for tests: `details(...)` for what HR knows, `make_case(...)` for a case in the database."""

import uuid
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from surveyapp.audit import Actor
from surveyapp.cases import service
from surveyapp.cases.details import CaseDetails
from surveyapp.cases.models import Case
from tests.conftest import TESTER


def details(**changes: Any) -> CaseDetails:
    """A resignation in Northmoor with every usual field; each call is another person."""
    number = changes.pop("staff_number", uuid.uuid4().hex[:8])
    usual: dict[str, Any] = {
        "agency": "ncs",
        "area": "NM",
        "job_role": "case_lawyer",
        "staff_number": number,
        "name": "Ann Rees",
        "leaving_type": "resignation",
        "last_working_day": date(2026, 12, 18),
        "grade": "G7",
        "work_email": f"leaver.{number}@ncs.example",
        "personal_email": f"leaver.{number}@home.example",
        "start_date": date(2021, 3, 1),
        "notice_date": date(2026, 11, 13),
    }
    return CaseDetails(**(usual | changes))


def make_case(session: Session, *, actor: Actor = TESTER, **changes: Any) -> Case:
    """A case of another invented leaver, flushed; commit it when a request of the client should see it."""
    return service.create_case(session, details(**changes), actor)
