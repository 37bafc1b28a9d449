"""Invented interviewers, offers and bookings for tests."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy.orm import Session

from surveyapp.access import StaffRole
from surveyapp.cases.models import Case
from surveyapp.clock import LONDON
from surveyapp.directory import accounts
from surveyapp.interviews import bookings, offers
from surveyapp.interviews.bookings import Wish
from surveyapp.interviews.choices import SlotChoice
from surveyapp.interviews.interviewer_models import Interviewer, InterviewerArea, InterviewerKind, WorkingHours
from surveyapp.interviews.models import InterviewBooking, InterviewOffer, Mode
from tests.conftest import TESTER

MONDAY = date(2026, 11, 23)
"""The Monday after the tests' today, 20 November 2026."""
TODAY = date(2026, 11, 20)


def make_interviewer(session: Session, name: str = "Ceri Hughes", **changes: Any) -> Interviewer:
    """An accredited interviewer of Northmoor who works 9am to 5pm on weekdays, by phone and video and in person."""
    email = changes.pop("email", f"{name.lower().replace(' ', '.')}@ncs.example")
    area, serves = changes.pop("area", "NM"), changes.pop("serves", ("NM",))
    hours = changes.pop("hours", [(day, time(9), time(17)) for day in range(5)])
    user = accounts.grant_staff_role(session, email, StaffRole.INTERVIEWER, "ncs", (area,), actor=TESTER, name=name)
    usual: dict[str, Any] = {
        "kind": InterviewerKind.HR,
        "active": True,
        "accredited_on": date(2020, 1, 1),
        "modes": [mode.value for mode in Mode],
        "languages": ["en"],
        "interview_minutes": 60,
        "buffer_minutes": 15,
        "travel_minutes": 0,
        "daily_limit": 4,
        "place": "Room 4",
        "video_address": "https://video.example/room-4",
        "feed_shows_names": False,
    }
    made = Interviewer(user=user, agency="ncs", area=area, **(usual | changes))
    made.areas = [InterviewerArea(agency="ncs", area=served) for served in serves]
    made.hours = [WorkingHours(weekday=day, starts=starts, ends=ends) for day, starts, ends in hours]
    session.add(made)
    session.flush()
    return made


def at(hour: int, minute: int = 0, day: date = MONDAY) -> datetime:
    """A London wall time."""
    return datetime.combine(day, time(hour, minute), tzinfo=LONDON)


def wish(interviewer: Interviewer, starts_at: datetime, mode: Mode = Mode.PHONE, *, by_hr: bool = False) -> Wish:
    return Wish(SlotChoice(starts_at, interviewer.id), mode, by_hr)


def offered(session: Session, case: Case) -> InterviewOffer:
    return offers.offer_interview(session, case, actor=TESTER)


def booked(session: Session, case: Case, interviewer: Interviewer, starts_at: datetime) -> InterviewBooking:
    """A booking by phone, made as HR would."""
    chosen = wish(interviewer, starts_at, by_hr=True)
    return bookings.book_interview(session, offered(session, case), chosen, actor=TESTER)
