"""What every source of steps stands on: policies and calendars, each read once for a whole list."""

from collections.abc import Callable, Iterable
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from surveyapp.cases.models import Case
from surveyapp.cases.policy import Policy
from surveyapp.invitations.dates import Rules
from surveyapp.working_days import WorkingCalendar
from surveyapp.worklist.steps import Step, StepKind


class Ground:
    """Policies and calendars of cases, each read once for a whole list."""

    def __init__(self, session: Session) -> None:
        self.session, self.rules = session, Rules(session)

    def policy(self, case: Case) -> Policy:
        """The policy of the case's agency."""
        return self.rules.policy(case.agency)

    def calendar(self, case: Case) -> WorkingCalendar:
        """The working days of the case's Area."""
        return self.rules.calendar(case.agency, case.area)


Source = Callable[[Ground, list[Case]], Iterable[Step]]


def step_of(case: Case, kind: StepKind, due_on: date, owner_id: UUID | None = None) -> Step:
    """A step of this case: the case owner's, unless it is somebody else's."""
    return Step(kind, due_on, case.id, case.agency, case.area, owner_id or case.owner_id)
