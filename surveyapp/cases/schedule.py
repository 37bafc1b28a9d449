"""When each message and step falls due, computed from a case's dates and the policy; nothing here is ever stored."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from surveyapp import clock
from surveyapp.cases.models import Case, CaseKind
from surveyapp.cases.policy import InterviewOffer, Policy, Questionnaire, Rule, Times
from surveyapp.working_days import WorkingCalendar

CHECK_MONTHS = (1, 3, 6)
"""When a new starter is asked how it goes, in months after the first day."""


class PlannedStep(StrEnum):
    """What happens to a leaver by policy."""

    INVITE = "invite"
    FIRST_REMINDER = "first_reminder"
    SECOND_REMINDER = "second_reminder"
    LAST_REMINDER = "last_reminder"
    CLOSE_QUESTIONNAIRE = "close_questionnaire"
    OFFER_INTERVIEW = "offer_interview"
    REMIND_OF_OFFER = "remind_of_offer"
    LAPSE_OFFER = "lapse_offer"
    CLOSE_CASE = "close_case"


@dataclass(frozen=True)
class CaseDates:
    """The dates that everything hangs on: when HR told us, and the last working day."""

    notified_on: date
    last_working_day: date

    @property
    def is_late_news(self) -> bool:
        """HR told us only after the last working day."""
        return self.notified_on > self.last_working_day


@dataclass(frozen=True)
class Due:
    """One planned step and its day."""

    step: PlannedStep
    on: date


def dates_of(case: Case) -> CaseDates:
    """A leaver's case as dates; a starter's or stay conversation's has no last day, so the day of the news stands."""
    notified_on = case.notified_at.astimezone(clock.LONDON).date()
    return CaseDates(notified_on, case.last_working_day or notified_on)


def invite_by(dates: CaseDates, times: Times, calendar: WorkingCalendar) -> date:
    """The last day for the invitation to be on time."""
    return calendar.add(dates.notified_on, times.invite_within_days)


def questionnaire_closes_on(dates: CaseDates, times: Times) -> date:
    """The last day to answer: so many days after the last working day, and never too soon after late news."""
    after_leaving = dates.last_working_day + timedelta(times.closes_calendar_days)
    return max(after_leaving, dates.notified_on + timedelta(times.least_open_calendar_days))


def reminders_on(invited_on: date, dates: CaseDates, times: Times, calendar: WorkingCalendar) -> tuple[Due, ...]:
    """The reminders after an invitation: only days after it and before the questionnaire closes, one a day at most."""
    wanted = (
        Due(PlannedStep.FIRST_REMINDER, calendar.add(invited_on, times.first_reminder_days)),
        Due(PlannedStep.SECOND_REMINDER, calendar.add(invited_on, times.second_reminder_days)),
        Due(PlannedStep.LAST_REMINDER, calendar.add(dates.last_working_day, -times.last_reminder_days_before)),
    )
    closes_on = questionnaire_closes_on(dates, times)
    kept: dict[date, Due] = {}
    for due in wanted:
        if invited_on < due.on <= closes_on:
            kept.setdefault(due.on, due)
    return tuple(kept[day] for day in sorted(kept))


def offer_interview_by(dates: CaseDates, times: Times, calendar: WorkingCalendar) -> date:
    """The last day for the interview offer to be on time."""
    return calendar.add(dates.notified_on, times.offer_within_days)


def remind_of_offer_on(offered_on: date, times: Times, calendar: WorkingCalendar) -> date:
    """The day of the one reminder of an offer that has no reply."""
    return calendar.add(offered_on, times.offer_reminder_days)


def offer_lapses_on(offered_on: date, times: Times, calendar: WorkingCalendar) -> date:
    """The day on which an offer without a reply lapses."""
    return calendar.add(offered_on, times.offer_lapses_days)


def write_up_by(held_on: date, times: Times, calendar: WorkingCalendar) -> date:
    """The last day for an interview's record to be written up on time."""
    return calendar.add(held_on, times.write_up_within_days)


def agree_by(shared_on: date, times: Times, calendar: WorkingCalendar) -> date:
    """The last day for the leaver to agree or comment on the record; later it counts as not agreed."""
    return calendar.add(shared_on, times.agree_within_days)


def case_closes_on(dates: CaseDates, times: Times) -> date:
    """The day on which the case is closed: so many days after the last working day, or after late news."""
    after_leaving = max(dates.last_working_day, dates.notified_on) + timedelta(times.case_closes_calendar_days)
    return max(after_leaving, questionnaire_closes_on(dates, times) + timedelta(1))


def checks_on(start_date: date) -> tuple[date, ...]:
    """A new starter's checks: the same day of the month 1, 3 and 6 months on, or that month's last day."""
    return tuple(months_after(start_date, months) for months in CHECK_MONTHS)


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or the last day of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    next_year, next_month = divmod(year * 12 + month + 1, 12)
    last = (date(next_year, next_month + 1, 1) - timedelta(1)).day
    return date(year, month + 1, min(day.day, last))


def questionnaire_of(case: Case, policy: Policy) -> str | None:
    """The name of the questionnaire the case is invited to, None where it is invited to none."""
    if case.kind is CaseKind.STARTER:
        return "new_starter"
    if case.kind is CaseKind.STAY:
        return "stay"
    names = {Questionnaire.FULL: "leaver", Questionnaire.SHORT: "leaver_short", Questionnaire.NONE: None}
    return names[policy.rule_for(case.leaving_type).questionnaire]


def planned_for(dates: CaseDates, rule: Rule, times: Times, calendar: WorkingCalendar) -> tuple[Due, ...]:
    """Everything that happens to a leaver who never replies, when each step is done on the day it falls due."""
    planned: list[Due] = []
    if rule.questionnaire is not Questionnaire.NONE:
        invited_on = invite_by(dates, times, calendar)
        planned += [Due(PlannedStep.INVITE, invited_on), *reminders_on(invited_on, dates, times, calendar)]
        planned.append(Due(PlannedStep.CLOSE_QUESTIONNAIRE, questionnaire_closes_on(dates, times)))
    if rule.interview is InterviewOffer.OFFER:
        offered_on = offer_interview_by(dates, times, calendar)
        planned.append(Due(PlannedStep.OFFER_INTERVIEW, offered_on))
        planned.append(Due(PlannedStep.REMIND_OF_OFFER, remind_of_offer_on(offered_on, times, calendar)))
        planned.append(Due(PlannedStep.LAPSE_OFFER, offer_lapses_on(offered_on, times, calendar)))
    planned.append(Due(PlannedStep.CLOSE_CASE, case_closes_on(dates, times)))
    order = list(PlannedStep)
    return tuple(sorted(planned, key=lambda due: (due.on, order.index(due.step))))
