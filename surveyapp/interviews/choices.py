"""Which interviewers and times a leaver can choose from: never the line manager, nor anyone in the line."""

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from surveyapp import clock
from surveyapp.cases import queries as cases
from surveyapp.cases.models import Case
from surveyapp.directory.models import User
from surveyapp.interviews.diaries import diaries_of
from surveyapp.interviews.interviewer_models import Interviewer, InterviewerArea, InterviewerKind
from surveyapp.interviews.models import InterviewerType, Mode
from surveyapp.interviews.slots import is_open, open_slots

LEAST_NOTICE: Final = timedelta(hours=24)
"""A leaver books a day ahead at least; HR may book at shorter notice, when it agreed so with the leaver."""
DAYS_AHEAD: Final = 28
MOST_SHOWN: Final = 40


@dataclass(frozen=True, order=True)
class SlotChoice:
    """One time with one interviewer, as chosen: what a radio button's value stands for."""

    starts_at: datetime
    interviewer_id: uuid.UUID

    @property
    def value(self) -> str:
        return f"{self.starts_at:%Y%m%dT%H%M%SZ}-{self.interviewer_id}"

    @classmethod
    def read(cls, value: str) -> "SlotChoice | None":
        """The choice behind a button's value; None when it was not made here."""
        moment, _, interviewer = value.partition("-")
        try:
            return cls(datetime.strptime(moment, "%Y%m%dT%H%M%S%z"), uuid.UUID(interviewer))
        except ValueError:
            return None


@dataclass(frozen=True)
class OfferedSlot:
    """A time that can still be booked, as it is shown."""

    choice: SlotChoice
    ends_at: datetime
    interviewer_name: str
    speaks_welsh: bool


def type_of(interviewer: Interviewer, case: Case) -> InterviewerType:
    """What this interviewer is to that leaver."""
    if interviewer.kind is InterviewerKind.INDEPENDENT:
        return InterviewerType.INDEPENDENT
    return InterviewerType.AREA_HR if interviewer.area == case.area else InterviewerType.OTHER_AREA_HR


def interviewers_for(session: Session, case: Case, mode: Mode | None = None) -> list[Interviewer]:
    """Everyone accredited who serves the leaver's Area and is neither the leaver nor in the leaver's line, by name."""
    today = clock.today()
    query = (
        select(Interviewer)
        .join(InterviewerArea)
        .join(User, User.id == Interviewer.user_id)
        .where(InterviewerArea.agency == case.agency, InterviewerArea.area == case.area)
        .where(Interviewer.active, User.active)
        .where(or_(Interviewer.accredited_until_on.is_(None), Interviewer.accredited_until_on >= today))
        .options(joinedload(Interviewer.user))
        .order_by(User.name, Interviewer.id)
    )
    found = [one for one in session.scalars(query) if mode is None or mode in one.modes]
    related = cases.related_among(session, case, [one.user.email for one in found])
    return [one for one in found if one.user.email not in related]


def kinds_open_to(session: Session, case: Case) -> dict[InterviewerType, set[Mode]]:
    """The interviewer types there are for this leaver, each with its modes."""
    found: dict[InterviewerType, set[Mode]] = {}
    for one in interviewers_for(session, case):
        found.setdefault(type_of(one, case), set()).update(Mode(mode) for mode in one.modes)
    return {kind: found[kind] for kind in InterviewerType if kind in found}


@dataclass(frozen=True)
class SlotQuery:
    """What times are asked for: how far ahead, with whom, and at what notice."""

    mode: Mode
    interviewer_type: InterviewerType | None = None
    interviewer_id: uuid.UUID | None = None
    from_on: date | None = None
    days: int = DAYS_AHEAD
    notice: timedelta = LEAST_NOTICE
    leaving_out: Collection[uuid.UUID] = ()


def slots_for(session: Session, case: Case, wanted: SlotQuery) -> list[OfferedSlot]:
    """The times this leaver can still book, in order; of several free at once the least busy interviewer is offered."""
    interviewers = [one for one in interviewers_for(session, case, wanted.mode) if _is_wanted(one, case, wanted)]
    first = max(wanted.from_on or clock.today(), clock.today())
    last = first + timedelta(days=wanted.days)
    diaries = diaries_of(session, interviewers, first, last, wanted.leaving_out)
    not_before = clock.now() + wanted.notice
    best: dict[datetime, tuple[tuple[bool, int, str], OfferedSlot]] = {}
    for one in interviewers:
        diary = diaries[one.id]
        welsh = "cy" in one.languages
        rank = (case.language == "cy" and not welsh, len(diary.taken), one.name)
        for slot in open_slots(diary, first, last, not_before, in_person=wanted.mode is Mode.IN_PERSON):
            shown = OfferedSlot(SlotChoice(slot.starts_at, one.id), slot.ends_at, one.name, welsh)
            if slot.starts_at not in best or rank < best[slot.starts_at][0]:
                best[slot.starts_at] = (rank, shown)
    return [best[moment][1] for moment in sorted(best)]


def _is_wanted(one: Interviewer, case: Case, wanted: SlotQuery) -> bool:
    if wanted.interviewer_id is not None:
        return one.id == wanted.interviewer_id
    return wanted.interviewer_type is None or type_of(one, case) is wanted.interviewer_type


def spread(slots: Iterable[OfferedSlot], most: int = MOST_SHOWN) -> list[OfferedSlot]:
    """Not more times than a page can bear: the first ones, whole days at a time."""
    shown: list[OfferedSlot] = []
    day = None
    for slot in slots:
        on = slot.choice.starts_at.astimezone(clock.LONDON).date()
        if len(shown) >= most and on != day:
            break
        shown.append(slot)
        day = on
    return shown


def a_few_a_day(slots: Iterable[OfferedSlot], per_day: int = 4, days: int = 5) -> tuple[list[OfferedSlot], date | None]:
    """Some times of each of the first days, evenly over the day, and the day from which to look for later ones."""
    by_day: dict[date, list[OfferedSlot]] = {}
    for slot in slots:
        by_day.setdefault(slot.choice.starts_at.astimezone(clock.LONDON).date(), []).append(slot)
    shown = [slot for day in list(by_day)[:days] for slot in evenly(by_day[day], per_day)]
    return shown, next(iter(list(by_day)[days:]), None)


def evenly(slots: list[OfferedSlot], most: int) -> list[OfferedSlot]:
    """At most so many of them, the first and the last among them."""
    if len(slots) <= most:
        return slots
    return [slots[round(i * (len(slots) - 1) / (most - 1))] for i in range(most)]


def is_free(session: Session, interviewer: Interviewer, starts_at: datetime, mode: Mode, wanted: SlotQuery) -> bool:
    """Whether this very time is still open with this interviewer."""
    day = starts_at.astimezone(clock.LONDON).date()
    diary = diaries_of(session, [interviewer], day, day, wanted.leaving_out)[interviewer.id]
    return is_open(diary, starts_at, clock.now() + wanted.notice, in_person=mode is Mode.IN_PERSON)
