"""What is due today, as rules over every plan and every history."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.invitations.dates import USEFUL_FOR, Plan, StepDue
from surveyapp.invitations.due import Standing, Verb, acts_for
from surveyapp.invitations.models import Step

START = date(2027, 1, 4)
DAYS = st.integers(0, 80).map(lambda n: START + timedelta(days=n))
REMINDERS = (Step.FIRST_REMINDER, Step.SECOND_REMINDER, Step.LAST_REMINDER)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    invite_on, closes_on = sorted(draw(st.tuples(DAYS, DAYS)))
    offsets = draw(st.lists(st.integers(1, 40), max_size=3, unique=True))

    def reminders(invited_on: date) -> tuple[StepDue, ...]:
        days = [invited_on + timedelta(days=n) for n in sorted(offsets)]
        return tuple(StepDue(step, day) for step, day in zip(REMINDERS, days, strict=False) if day <= closes_on)

    return Plan("leaving", "leaver", invite_on, closes_on, reminders)


standings = st.builds(
    Standing,
    invited_on=st.none() | DAYS,
    ended=st.booleans(),
    closed=st.booleans(),
    held=st.booleans(),
    taken=st.frozensets(st.sampled_from(REMINDERS)),
)


@given(plans(), standings, DAYS)
def test_at_most_one_message_a_day_and_none_after_the_end_or_while_held(
    plan: Plan, standing: Standing, today: date
) -> None:
    taken = [act for act in acts_for(plan, standing, today) if act.verb is Verb.TAKE]
    assert len(taken) <= 1
    if standing.ended or standing.held or standing.closed or today > plan.closes_on:
        assert not taken


class Played:
    """A questionnaire's life with a worker that works on some days only."""

    def __init__(self, plan: Plan, works: list[bool]) -> None:
        self.plan, self.standing = plan, Standing()
        self.sent: dict[Step, date] = {}
        for n, is_working in enumerate(works):
            if is_working:
                self.work_on(START + timedelta(days=n))

    def work_on(self, today: date) -> None:
        for act in acts_for(self.plan, self.standing, today):
            if act.step is None:
                self.standing = replace(self.standing, closed=True)
                continue
            assert act.step not in self.standing.taken
            invited_on = today if act.step is Step.INVITE else self.standing.invited_on
            self.standing = Standing(invited_on, taken=frozenset({*self.standing.taken, act.step}))
            if act.verb is Verb.TAKE:
                self.sent[act.step] = today


@st.composite
def stops(draw: st.DrawFn) -> list[bool]:
    """120 days on which the worker works, but for up to three stops of up to a month."""
    works = [True] * 120
    for first, n_days in draw(st.lists(st.tuples(st.integers(0, 110), st.integers(1, 30)), max_size=3)):
        works[first : first + n_days] = [False] * len(works[first : first + n_days])
    return works


@given(plans(), stops())
@settings(max_examples=200)
def test_however_the_worker_stops_each_step_happens_at_most_once_and_in_useful_time(
    plan: Plan, works: list[bool]
) -> None:
    sent = Played(plan, works).sent
    assert len(set(sent.values())) == len(sent), "two messages on one day"
    invited_on = sent.pop(Step.INVITE, None)
    if invited_on is not None:
        assert plan.invite_on <= invited_on <= plan.closes_on
        due = {reminder.step: reminder.on for reminder in plan.reminders(invited_on)}
        assert all(due[step] <= day <= due[step] + USEFUL_FOR for step, day in sent.items())
    assert invited_on is not None or not sent


@given(plans())
def test_a_worker_that_never_stops_invites_reminds_on_the_day_and_closes(plan: Plan) -> None:
    played = Played(plan, [True] * 120)
    assert played.sent.pop(Step.INVITE) == plan.invite_on
    assert played.sent == {reminder.step: reminder.on for reminder in plan.reminders(plan.invite_on)}
    assert played.standing.closed


def test_after_ten_days_of_downtime_only_the_newest_reminder_is_sent() -> None:
    def reminders(invited_on: date) -> tuple[StepDue, ...]:
        return tuple(StepDue(step, invited_on + timedelta(days=7 * n)) for n, step in enumerate(REMINDERS, 1))

    plan = Plan("leaving", "leaver", START, START + timedelta(days=60), reminders)
    acts = acts_for(plan, Standing(invited_on=START), START + timedelta(days=17))
    assert [(act.verb, act.step) for act in acts] == [
        (Verb.DROP, Step.FIRST_REMINDER),
        (Verb.TAKE, Step.SECOND_REMINDER),
    ]


def test_a_reminder_missed_by_a_week_is_not_sent_at_all() -> None:
    def reminders(invited_on: date) -> tuple[StepDue, ...]:
        return (StepDue(Step.FIRST_REMINDER, invited_on + timedelta(days=7)),)

    plan = Plan("leaving", "leaver", START, START + timedelta(days=60), reminders)
    verbs = [acts_for(plan, Standing(invited_on=START), START + timedelta(days=n))[0].verb for n in (7, 13, 14, 30)]
    assert verbs == [Verb.TAKE, Verb.TAKE, Verb.DROP, Verb.DROP]
