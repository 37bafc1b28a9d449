"""What is to be done about one invitation today: a pure rule over its plan and what was done before."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from surveyapp.invitations.dates import USEFUL_FOR, Plan
from surveyapp.invitations.models import Step


class Verb(StrEnum):
    """What the worker does."""

    TAKE = "take"
    DROP = "drop"
    CLOSE = "close"
    REOPEN = "reopen"


@dataclass(frozen=True)
class Act:
    """One thing to do; take and drop are about a step."""

    verb: Verb
    step: Step | None = None


@dataclass(frozen=True)
class Standing:
    """How an invitation stands, without the database."""

    invited_on: date | None = None
    ended: bool = False
    closed: bool = False
    held: bool = False
    taken: Collection[Step] = ()


def acts_for(plan: Plan, standing: Standing, today: date) -> list[Act]:
    """Everything due today, at most one message; reminders that were missed are dropped but for the newest of use.

    After a stop of days nobody is flooded: of several reminders due only the last is sent, and that only within a
    week of its day. An invitation itself is never dropped while the questionnaire is open.
    """
    if standing.ended:
        return []
    if today > plan.closes_on:
        return [] if standing.closed else [Act(Verb.CLOSE)]
    if standing.closed:
        return [Act(Verb.REOPEN)]
    if standing.held:
        return []
    if standing.invited_on is None:
        return [Act(Verb.TAKE, Step.INVITE)] if today >= plan.invite_on else []
    return _reminders(plan, standing.invited_on, standing.taken, today)


def _reminders(plan: Plan, invited_on: date, taken: Collection[Step], today: date) -> list[Act]:
    due = [reminder for reminder in plan.reminders(invited_on) if reminder.on <= today and reminder.step not in taken]
    if not due:
        return []
    *missed, newest = sorted(due, key=lambda reminder: reminder.on)
    verb = Verb.TAKE if today - newest.on <= USEFUL_FOR else Verb.DROP
    return [*(Act(Verb.DROP, reminder.step) for reminder in missed), Act(verb, newest.step)]
