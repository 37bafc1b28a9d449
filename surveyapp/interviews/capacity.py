"""Whether there are enough free times for the leavers who still need one, Area by Area."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from surveyapp import clock
from surveyapp.access import Permission, Viewer
from surveyapp.cases import queries as cases
from surveyapp.cases.models import Case, CaseKind, CaseState
from surveyapp.cases.policy import Policy
from surveyapp.directory.models import User
from surveyapp.interviews.diaries import diaries_of
from surveyapp.interviews.interviewer_models import Interviewer, InterviewerArea
from surveyapp.interviews.models import InterviewBooking, InterviewOffer, OfferState
from surveyapp.interviews.slots import Diary, busy_time, london_date, open_slots

DAYS_AHEAD: Final = 56


@dataclass(frozen=True)
class Capacity:
    """One Area: leavers who need a time, interviews that fit before their last days, and when times run out."""

    agency: str
    area: str
    n_interviewers: int
    n_waiting: int
    n_fit: int
    runs_out_on: date | None

    @property
    def n_short(self) -> int:
        return max(0, self.n_waiting - self.n_fit)


def capacity_for(viewer: Viewer, session: Session) -> list[Capacity]:
    """Every Area whose interviews the viewer books, the shortest of times first."""
    waiting = _waiting_by_area(viewer, session)
    serving = _interviewers_by_area(session, set(waiting))
    first = clock.today()
    last = first + timedelta(days=DAYS_AHEAD)
    everyone = {one.id: one for people in serving.values() for one in people}
    diaries = diaries_of(session, everyone.values(), first, last)
    found = []
    for place, last_days in waiting.items():
        rooms = [room for one in serving[place] for room in rooms_of(diaries[one.id], first, last)]
        n_fit, runs_out_on = fit(sorted(rooms), sorted(last_days))
        found.append(Capacity(*place, len(serving[place]), len(last_days), n_fit, runs_out_on))
    return sorted(found, key=lambda one: (-one.n_short, one.agency, one.area))


def rooms_of(diary: Diary, first: date, last: date) -> list[date]:
    """The days on which one interviewer still has room, once for each interview that fits beside the others."""
    rooms: list[date] = []
    free_from = clock.now()
    n_on: dict[date, int] = defaultdict(int)
    for slot in open_slots(diary, first, last, free_from, in_person=False):
        day = london_date(slot.starts_at)
        if slot.starts_at < free_from or diary.n_taken[day] + n_on[day] >= diary.daily_limit:
            continue
        rooms.append(day)
        n_on[day] += 1
        free_from = busy_time(slot, diary.buffer, timedelta()).ends_at
    return rooms


def fit(rooms: list[date], last_days: list[date]) -> tuple[int, date | None]:
    """How many leavers get a room by their last day, earliest last day first, and the first last day that is missed.

    Rooms and last days in order. A leaver whose last day is past may be seen on any day.
    """
    today = clock.today()
    left = list(rooms)
    n_fit, runs_out_on = 0, None
    for last_day in last_days:
        if left and (left[0] <= last_day or last_day < today):
            left.pop(0)
            n_fit += 1
        elif runs_out_on is None:
            runs_out_on = last_day
    return n_fit, runs_out_on


def _waiting_by_area(viewer: Viewer, session: Session) -> dict[tuple[str, str], list[date]]:
    """The last days of open leavers' cases in policy without an interview booked, held, declined or withdrawn."""
    booked = select(InterviewBooking.case_id).where(InterviewBooking.state.in_(["booked", "held"]))
    over = select(InterviewOffer.case_id).where(
        InterviewOffer.state.in_([OfferState.DECLINED, OfferState.WITHDRAWN, OfferState.LAPSED])
    )
    query = select(Case).where(
        cases.visible_to(viewer, Permission.BOOK_INTERVIEWS),
        Case.state == CaseState.OPEN,
        Case.kind == CaseKind.LEAVER,
        Case.last_working_day.is_not(None),
        Case.id.not_in(booked),
        Case.id.not_in(over),
    )
    found: dict[tuple[str, str], list[date]] = defaultdict(list)
    policies: dict[str, Policy] = {}
    for case in session.scalars(query):
        policy = policies.setdefault(case.agency, cases.policy_of(session, case.agency))
        if policy.rule_for(case.leaving_type).interview == "offer" and case.last_working_day:
            found[case.agency, case.area].append(case.last_working_day)
    return found


def _interviewers_by_area(session: Session, places: set[tuple[str, str]]) -> dict[tuple[str, str], list[Interviewer]]:
    query = (
        select(InterviewerArea.agency, InterviewerArea.area, Interviewer)
        .join(Interviewer)
        .join(User)
        .where(Interviewer.active, User.active)
        .options(joinedload(Interviewer.user))
    )
    found: dict[tuple[str, str], list[Interviewer]] = defaultdict(list)
    for agency, area, interviewer in session.execute(query):
        if (agency, area) in places:
            found[agency, area].append(interviewer)
    return found
