"""An interviewer's own interviews as a calendar feed; titles name nobody unless the interviewer chose so."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.calendars import FeedEvent, feed
from surveyapp.cases import queries as cases
from surveyapp.cases.models import Case
from surveyapp.encryption.records import KeyDestroyed
from surveyapp.interviews import words
from surveyapp.interviews.interviewer_models import Interviewer
from surveyapp.interviews.models import BookingState, InterviewBooking, Mode
from surveyapp.languages import gettext

DAYS_KEPT = timedelta(days=60)


def feed_of(session: Session, own: Interviewer) -> tuple[bytes, str]:
    """The feed's bytes and its ETag: live bookings from two months back onwards."""
    language = own.user.language
    query = (
        select(InterviewBooking)
        .join(Case)
        .where(
            InterviewBooking.interviewer_id == own.id,
            InterviewBooking.state.in_([BookingState.BOOKED, BookingState.HELD]),
            InterviewBooking.starts_at > clock.now() - DAYS_KEPT,
            ~cases.is_related_to(own.user.email),
        )
    )
    events = [_event(booking, own, language) for booking in session.scalars(query)]
    return feed(gettext("Exit interviews", language), events)


def _event(booking: InterviewBooking, own: Interviewer, language: str) -> FeedEvent:
    return FeedEvent(
        uid=booking.uid,
        sequence=booking.sequence,
        title=_title(booking, own, language),
        location=own.place if booking.mode is Mode.IN_PERSON else gettext(words.MODES[booking.mode], language),
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        changed_at=booking.changed_at,
    )


def _title(booking: InterviewBooking, own: Interviewer, language: str) -> str:
    title = gettext("Exit interview", language)
    if not own.feed_shows_names:
        return title
    try:
        return f"{title}: {booking.case.name}"
    except KeyDestroyed:
        return title
