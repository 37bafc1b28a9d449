"""How far one leaver's case has come, as a value: what was due by when, and what was done when. Pure."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from surveyapp.working_days import WorkingCalendar


class Stage(StrEnum):
    """The steps that are counted, in the order of the pipeline."""

    NOTIFIED_LATE = "notified_late"
    INVITED_IN_TIME = "invited_in_time"
    ANSWERED = "answered"
    OFFERED_IN_TIME = "offered_in_time"
    ACCEPTED = "accepted"
    HELD = "held"
    WRITTEN_UP_IN_TIME = "written_up_in_time"
    AGREED = "agreed"


class Delay(StrEnum):
    """What is measured in working days."""

    TO_INVITE = "to_invite"
    TO_OFFER = "to_offer"
    TO_INTERVIEW = "to_interview"
    TO_WRITE_UP = "to_write_up"


@dataclass(frozen=True)
class CaseProgress:
    """One leaver in policy. A due day is None where policy asks for nothing; a day done is None until it is."""

    case_id: uuid.UUID
    agency: str
    area: str
    family: str
    leaving_type: str
    last_working_day: date
    notified_on: date
    owner_id: uuid.UUID | None
    invite_by: date | None
    offer_by: date | None
    write_up_by: date | None = None
    invited_on: date | None = None
    answered_on: date | None = None
    offered_on: date | None = None
    accepted_on: date | None = None
    declined_on: date | None = None
    decline_reason: str | None = None
    held_on: date | None = None
    written_up_on: date | None = None
    agree_by: date | None = None
    agreed_on: date | None = None
    interviewer_id: uuid.UUID | None = None
    is_open: bool = True
    is_counted: bool = False
    """Whether a cut has counted this leaver already."""

    def counts_for(self, stage: Stage, today: date) -> bool | None:
        """Whether the stage was reached (in time, where a time is set); None when the case is not in its base yet."""
        return _RULES[stage](self, today)

    def delay(self, delay: Delay, calendar: WorkingCalendar) -> int | None:
        """Working days that the step took; None when it has not happened."""
        first, last = {
            Delay.TO_INVITE: (self.notified_on, self.invited_on),
            Delay.TO_OFFER: (self.notified_on, self.offered_on),
            Delay.TO_INTERVIEW: (self.offered_on, self.held_on),
            Delay.TO_WRITE_UP: (self.held_on, self.written_up_on),
        }[delay]
        return None if first is None or last is None else max(0, calendar.between(first, last))


def _in_time(due: date | None, done: date | None, today: date) -> bool | None:
    """Done by its day. Not due and not done yet: not in the base."""
    if due is None or (done is None and today <= due):
        return None
    return done is not None and done <= due


def _done_or_over(due: date | None, done: date | None, today: date) -> bool | None:
    """Done on whatever day. Not done: in the base only once its day is over."""
    if done is not None:
        return True
    return False if due is not None and due < today else None


def _reached(base: bool, done: date | None) -> bool | None:
    return done is not None if base else None


_RULES: Final[dict[Stage, Callable[["CaseProgress", date], bool | None]]] = {
    Stage.NOTIFIED_LATE: lambda case, today: case.notified_on > case.last_working_day,
    Stage.INVITED_IN_TIME: lambda case, today: _in_time(case.invite_by, case.invited_on, today),
    Stage.ANSWERED: lambda case, today: _reached(case.invited_on is not None, case.answered_on),
    Stage.OFFERED_IN_TIME: lambda case, today: _in_time(case.offer_by, case.offered_on, today),
    Stage.ACCEPTED: lambda case, today: _reached(case.offered_on is not None, case.accepted_on),
    Stage.HELD: lambda case, today: _reached(case.accepted_on is not None, case.held_on),
    Stage.WRITTEN_UP_IN_TIME: lambda case, today: _in_time(case.write_up_by, case.written_up_on, today),
    Stage.AGREED: lambda case, today: _done_or_over(case.agree_by, case.agreed_on, today),
}


@dataclass(frozen=True)
class Overdue:
    """One step that should have been done, and whose it is."""

    case_id: uuid.UUID
    area: str
    step: Stage
    due_on: date
    owner_id: uuid.UUID | None
    interviewer_id: uuid.UUID | None = None


def overdue_steps(case: CaseProgress, today: date) -> list[Overdue]:
    """What is late now and can still be done: the invitation, the offer, the write-up of a case that is open."""
    if not case.is_open:
        return []
    steps = (
        (Stage.INVITED_IN_TIME, case.invite_by, case.invited_on or case.answered_on, None),
        (Stage.OFFERED_IN_TIME, case.offer_by, case.offered_on, None),
        (Stage.WRITTEN_UP_IN_TIME, case.write_up_by, case.written_up_on, case.interviewer_id),
    )
    return [
        Overdue(case.case_id, case.area, step, due, case.owner_id, interviewer)
        for step, due, done, interviewer in steps
        if due is not None and done is None and due < today
    ]
