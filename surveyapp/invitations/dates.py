"""The days and the address of an invitation, computed from the case and its agency's policy, never stored."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.cases.models import Case
from surveyapp.invitations.models import LEAVING

OPEN_DAYS_AFTER_LAST_DAY = 30


def closes_on(session: Session, case: Case, occasion: str = LEAVING) -> date | None:
    """The last day on which the questionnaire can be answered; None while no last day is known."""
    if case.last_working_day is None:
        return None
    return case.last_working_day + timedelta(days=OPEN_DAYS_AFTER_LAST_DAY)


def address_of(case: Case) -> str | None:
    """Where to write today: the work address up to the last working day, the personal one after it; None: a letter."""
    has_left = case.last_working_day is not None and clock.today() > case.last_working_day
    return case.personal_email if has_left else case.work_email or case.personal_email
