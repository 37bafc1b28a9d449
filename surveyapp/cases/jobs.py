"""What the worker does for cases: closes those whose time is over, and forgets uploads that nobody applied."""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from surveyapp import uploads
from surveyapp.audit import Actor, ActorKind
from surveyapp.cases import queries, service
from surveyapp.cases.models import Case, CaseUpload
from surveyapp.cases.policy import Policy
from surveyapp.cases.schedule import case_closes_on, dates_of
from surveyapp.db import each_apart, reading

WORKER = Actor(ActorKind.WORKER, "cases")


def close_finished_cases(session: Session, today: date) -> int:
    """Close leavers' cases whose last day (or late news) lies so far back that nothing more happens; how many."""
    policies: dict[str, Policy] = {}
    with reading():
        due = [case.id for case in queries.open_cases(session) if _is_over(session, policies, case, today)]
    return each_apart(session, due, lambda case_id: _close(session, policies, case_id, today))


def _is_over(session: Session, policies: dict[str, Policy], case: Case, today: date) -> bool:
    if case.agency not in policies:
        policies[case.agency] = queries.policy_of(session, case.agency)
    return case.last_working_day is not None and today >= case_closes_on(dates_of(case), policies[case.agency].times)


def _close(session: Session, policies: dict[str, Policy], case_id: UUID, today: date) -> int:
    """Looked at again under the case's lock: HR may have moved its last day."""
    case = queries.held(session, case_id)
    if case is None or not case.is_open or not _is_over(session, policies, case, today):
        return 0
    service.close_case(session, case, WORKER)
    return 1


def discard_old_uploads(session: Session, today: date) -> int:
    """Forget uploaded files that waited longer than a day; how many."""
    n = uploads.discard_old(session, CaseUpload, WORKER)
    session.commit()
    return n
