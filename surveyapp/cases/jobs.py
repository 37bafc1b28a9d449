"""What the worker does for cases: closes those whose time is over, and forgets uploads that nobody applied."""

from datetime import date

from sqlalchemy.orm import Session

from surveyapp import uploads
from surveyapp.audit import Actor, ActorKind
from surveyapp.cases import queries, service
from surveyapp.cases.models import CaseUpload
from surveyapp.cases.schedule import case_closes_on, dates_of

WORKER = Actor(ActorKind.WORKER, "cases")


def close_finished_cases(session: Session, today: date) -> int:
    """Close leavers' cases whose last day (or late news) lies so far back that nothing more happens; how many."""
    policies = {}
    n = 0
    for case in queries.open_cases(session):
        if case.agency not in policies:
            policies[case.agency] = queries.policy_of(session, case.agency)
        if case.last_working_day and today >= case_closes_on(dates_of(case), policies[case.agency].times):
            service.close_case(session, case, WORKER)
            n += 1
    session.commit()
    return n


def discard_old_uploads(session: Session, today: date) -> int:
    """Forget uploaded files that waited longer than a day; how many."""
    n = uploads.discard_old(session, CaseUpload, WORKER)
    session.commit()
    return n
