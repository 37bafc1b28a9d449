"""The policy's rules and days: the shipped defaults, agencies' own rules, and what must hold for any dates."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.cases.policy import (
    DEFAULT,
    LIMITS,
    NEVER,
    InterviewOffer,
    Policy,
    Questionnaire,
    Rule,
    Times,
    leaving_types,
)
from surveyapp.cases.schedule import (
    CaseDates,
    PlannedStep,
    case_closes_on,
    checks_on,
    invite_by,
    offer_interview_by,
    planned_for,
    questionnaire_closes_on,
    reminders_on,
    write_up_by,
)
from surveyapp.working_days import WorkingCalendar

ENGLAND = WorkingCalendar("ENG")
TIMES = Times()
DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))
DATES = st.builds(lambda told, gap: CaseDates(told, told + timedelta(gap)), DAYS, st.integers(-120, 200))
NUMBERS = st.builds(Times, **{name: st.integers(*limits) for name, limits in LIMITS.items()})


def test_the_shipped_policy_is_that_of_the_reference() -> None:
    full, short, nothing = Questionnaire.FULL, Questionnaire.SHORT, Questionnaire.NONE
    invited = {
        code: (DEFAULT.rule_for(code).questionnaire, DEFAULT.rule_for(code).interview) for code in leaving_types()
    }
    assert invited == {
        "resignation": (full, InterviewOffer.OFFER),
        "transfer_out": (full, InterviewOffer.OFFER),
        "end_of_appointment": (full, InterviewOffer.OFFER),
        "retirement": (short, InterviewOffer.OPTIONAL),
        "ill_health_retirement": (nothing, InterviewOffer.NONE),
        "redundancy": (full, InterviewOffer.NONE),
        "dismissal_conduct": (nothing, InterviewOffer.NONE),
        "dismissal_performance": (nothing, InterviewOffer.NONE),
        "probation_not_passed": (full, InterviewOffer.NONE),
        "death": (nothing, InterviewOffer.NONE),
        "other": (full, InterviewOffer.NONE),
    }


def test_a_death_is_never_invited_whatever_an_agency_sets() -> None:
    everything = Rule(Questionnaire.FULL, InterviewOffer.OFFER)
    own = Policy({"death": everything, "redundancy": everything})
    assert own.rule_for("death") is NEVER and own.rule_for("redundancy") is everything
    assert own.rule_for("unheard_of") is NEVER and own.rule_for(None) is NEVER


def test_a_resignation_told_on_a_friday_before_christmas() -> None:
    dates = CaseDates(date(2026, 12, 18), date(2027, 1, 29))
    assert invite_by(dates, TIMES, ENGLAND) == date(2026, 12, 22)
    assert offer_interview_by(dates, TIMES, ENGLAND) == date(2026, 12, 29)
    assert [due.on for due in reminders_on(date(2026, 12, 22), dates, TIMES, ENGLAND)] == [
        date(2026, 12, 31),
        date(2027, 1, 8),
        date(2027, 1, 26),
    ]
    assert questionnaire_closes_on(dates, TIMES) == date(2027, 2, 28)
    assert write_up_by(date(2027, 1, 22), TIMES, ENGLAND) == date(2027, 1, 27)


def test_late_news_leaves_at_least_two_weeks_to_answer() -> None:
    dates = CaseDates(date(2026, 3, 2), date(2026, 1, 30))
    assert dates.is_late_news
    assert questionnaire_closes_on(dates, TIMES) == date(2026, 3, 16)
    assert [due.step for due in reminders_on(date(2026, 3, 4), dates, TIMES, ENGLAND)] == [PlannedStep.FIRST_REMINDER]


@pytest.mark.parametrize(
    ("start", "checks"),
    [
        (date(2026, 1, 31), (date(2026, 2, 28), date(2026, 4, 30), date(2026, 7, 31))),
        (date(2026, 11, 30), (date(2026, 12, 30), date(2027, 2, 28), date(2027, 5, 30))),
        (date(2027, 12, 1), (date(2028, 1, 1), date(2028, 3, 1), date(2028, 6, 1))),
    ],
)
def test_a_new_starter_is_asked_after_one_three_and_six_months(start: date, checks: tuple[date, ...]) -> None:
    assert checks_on(start) == checks


@given(DATES, NUMBERS)
def test_reminders_come_after_the_invitation_before_the_close_and_one_a_day(dates: CaseDates, times: Times) -> None:
    invited_on = invite_by(dates, times, ENGLAND)
    days = [due.on for due in reminders_on(invited_on, dates, times, ENGLAND)]
    assert days == sorted(set(days)) and len(days) <= 3
    assert all(invited_on < day <= questionnaire_closes_on(dates, times) for day in days)
    assert all(ENGLAND.is_working_day(day) for day in days)


@given(DATES, st.integers(1, 120), NUMBERS)
def test_a_later_last_day_never_brings_anything_forward(dates: CaseDates, later: int, times: Times) -> None:
    moved = CaseDates(dates.notified_on, dates.last_working_day + timedelta(later))
    assert questionnaire_closes_on(moved, times) >= questionnaire_closes_on(dates, times)
    assert case_closes_on(moved, times) >= case_closes_on(dates, times)
    assert invite_by(moved, times, ENGLAND) == invite_by(dates, times, ENGLAND)


@given(DATES, NUMBERS, st.sampled_from(list(Questionnaire)), st.sampled_from(list(InterviewOffer)))
def test_a_plan_is_in_order_and_holds_only_what_the_rule_invites_to(
    dates: CaseDates, times: Times, questionnaire: Questionnaire, interview: InterviewOffer
) -> None:
    plan = planned_for(dates, Rule(questionnaire, interview), times, ENGLAND)
    steps = [due.step for due in plan]
    assert [due.on for due in plan] == sorted(due.on for due in plan)
    assert (PlannedStep.INVITE in steps) is (questionnaire is not Questionnaire.NONE)
    assert (PlannedStep.OFFER_INTERVIEW in steps) is (interview is InterviewOffer.OFFER)
    assert steps[-1] is PlannedStep.CLOSE_CASE
    assert len(steps) == len(set(steps))
