"""The days of an invitation, computed from the case and its agency's policy on read, never stored."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from surveyapp.cases import queries, schedule
from surveyapp.cases.models import Case, CaseKind
from surveyapp.cases.policy import Policy
from surveyapp.invitations.models import LEAVING, Step
from surveyapp.working_days import WorkingCalendar

STAY = "stay"
USEFUL_FOR = timedelta(days=6)
"""A reminder missed by more than this is dropped: it would come too close to the next, or mean nothing any more."""


@dataclass(frozen=True)
class StepDue:
    """One reminder and the day it falls due."""

    step: Step
    on: date


@dataclass(frozen=True)
class Plan:
    """One questionnaire of one case: which, when to invite, when it closes; reminders hang on the day of inviting."""

    occasion: str
    questionnaire: str
    invite_on: date
    closes_on: date
    reminders: Callable[[date], tuple[StepDue, ...]]


class Rules:
    """Policies and working calendars, each read once: for one request or one run of a job."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._policies: dict[str, Policy] = {}
        self._calendars: dict[tuple[str, str], WorkingCalendar] = {}

    def policy(self, agency: str) -> Policy:
        if agency not in self._policies:
            self._policies[agency] = queries.policy_of(self.session, agency)
        return self._policies[agency]

    def calendar(self, agency: str, area: str) -> WorkingCalendar:
        if (agency, area) not in self._calendars:
            self._calendars[agency, area] = queries.calendar_of(self.session, agency, area)
        return self._calendars[agency, area]

    def plans(self, case: Case) -> tuple[Plan, ...]:
        """Every questionnaire this case is invited to; none where policy says so."""
        questionnaire = schedule.questionnaire_of(case, self.policy(case.agency))
        if questionnaire is None:
            return ()
        planners = {CaseKind.LEAVER: self._leaving, CaseKind.STARTER: self._checks, CaseKind.STAY: self._stay}
        return planners[case.kind](case, questionnaire)

    def plan(self, case: Case, occasion: str) -> Plan | None:
        """The plan of one occasion, None when policy does not invite this case to it."""
        return next((plan for plan in self.plans(case) if plan.occasion == occasion), None)

    def _leaving(self, case: Case, questionnaire: str) -> tuple[Plan, ...]:
        dates, times = schedule.dates_of(case), self.policy(case.agency).times
        calendar = self.calendar(case.agency, case.area)
        invite_on = schedule.invite_by(dates, times, calendar)
        if not dates.is_late_news:
            invite_on = min(invite_on, dates.last_working_day)  # while the work mailbox is still open

        def reminders(invited_on: date) -> tuple[StepDue, ...]:
            planned = schedule.reminders_on(invited_on, dates, times, calendar)
            return tuple(StepDue(Step(due.step.value), due.on) for due in planned)

        return (Plan(LEAVING, questionnaire, invite_on, schedule.questionnaire_closes_on(dates, times), reminders),)

    def _checks(self, case: Case, questionnaire: str) -> tuple[Plan, ...]:
        if case.start_date is None:
            return ()
        open_for = timedelta(self.policy(case.agency).times.least_open_calendar_days)
        months = zip(schedule.CHECK_MONTHS, schedule.checks_on(case.start_date), strict=True)
        notified_on = schedule.dates_of(case).notified_on
        return tuple(
            self._simple(case, f"month_{month}", questionnaire, day, day + open_for)
            for month, day in months
            if day + open_for >= notified_on
        )

    def _stay(self, case: Case, questionnaire: str) -> tuple[Plan, ...]:
        dates, times = schedule.dates_of(case), self.policy(case.agency).times
        invite_on = schedule.invite_by(dates, times, self.calendar(case.agency, case.area))
        closes_on = invite_on + timedelta(times.closes_calendar_days)
        return (self._simple(case, STAY, questionnaire, invite_on, closes_on),)

    def _simple(self, case: Case, occasion: str, questionnaire: str, invite_on: date, closes_on: date) -> Plan:
        """One reminder only."""
        calendar, times = self.calendar(case.agency, case.area), self.policy(case.agency).times

        def reminders(invited_on: date) -> tuple[StepDue, ...]:
            day = calendar.add(invited_on, times.first_reminder_days)
            return (StepDue(Step.FIRST_REMINDER, day),) if day <= closes_on else ()

        return Plan(occasion, questionnaire, invite_on, closes_on, reminders)


def closes_on(session: Session, case: Case, occasion: str = LEAVING) -> date | None:
    """The last day on which the questionnaire can be answered; None when policy invites this case to none."""
    rules = Rules(session)
    if occasion == LEAVING and case.kind is CaseKind.LEAVER:  # asked with every page a leaver opens: no calendar needed
        policy = rules.policy(case.agency)
        if schedule.questionnaire_of(case, policy) is None:
            return None
        return schedule.questionnaire_closes_on(schedule.dates_of(case), policy.times)
    plan = rules.plan(case, occasion)
    return plan.closes_on if plan else None
