"""What every source of steps stands on: policies and calendars, each read once for a whole list."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from surveyapp.cases import queries as cases
from surveyapp.cases.models import Case
from surveyapp.cases.policy import Policy
from surveyapp.working_days import WorkingCalendar
from surveyapp.worklist.steps import Step, StepKind


@dataclass
class Ground:
    """Policies and calendars, each read once for a whole list."""

    session: Session
    _policies: dict[str, Policy] = field(default_factory=dict)
    _calendars: dict[tuple[str, str], WorkingCalendar] = field(default_factory=dict)

    def policy(self, case: Case) -> Policy:
        """The policy of the case's agency."""
        if case.agency not in self._policies:
            self._policies[case.agency] = cases.policy_of(self.session, case.agency)
        return self._policies[case.agency]

    def calendar(self, case: Case) -> WorkingCalendar:
        """The working days of the case's Area."""
        key = (case.agency, case.area)
        if key not in self._calendars:
            self._calendars[key] = cases.calendar_of(self.session, *key)
        return self._calendars[key]


Source = Callable[[Ground, list[Case]], Iterable[Step]]


def step_of(case: Case, kind: StepKind, due_on: date, owner_id: UUID | None = None) -> Step:
    """A step of this case: the case owner's, unless it is somebody else's."""
    return Step(kind, due_on, case.id, case.agency, case.area, owner_id or case.owner_id)
