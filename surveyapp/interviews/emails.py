"""The messages about interviews: composed at delivery, when their links are minted, if they still hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.calendars import CalendarPart, Meeting, cancellation, invitation
from surveyapp.cases.models import Case, CaseState
from surveyapp.directory.models import Agency
from surveyapp.interviews import messages, words
from surveyapp.interviews.guide import guide_for
from surveyapp.interviews.interviewer_models import Interviewer
from surveyapp.interviews.models import BookingState, InterviewBooking, InterviewOffer, Mode, OfferState
from surveyapp.interviews.record_models import InterviewRecord, Sharing
from surveyapp.interviews.records import may_travel
from surveyapp.invitations import links
from surveyapp.invitations.emails import contact_line, sender_of
from surveyapp.languages import gettext
from surveyapp.languages.formats import long_moment
from surveyapp.mail import Attachment, ComposedMessage, Composer, site, writing
from surveyapp.mail.models import OutboxMessage

FOLDER: Final = Path(__file__).parent / "wording"
LINK_DAYS: Final = 60
"""A link to the interview outlives the questionnaire: interviews are also held after leaving."""


@cache
def wording(name: str, language: str) -> tuple[str, str]:
    """Subject and body of a message, from the files beside this module."""
    return writing.split((FOLDER / f"{name}.{language}.txt").read_text(encoding="utf-8"))


def file_of(kind: str) -> str:
    """The name of a kind's wording file: `interviewer.booked` is interviewer_booked, `interview.booked` is booked."""
    family, _, name = kind.partition(".")
    return f"interviewer_{name}" if family == "interviewer" else name


@dataclass(frozen=True)
class Ground:
    """What one message is written from."""

    message: OutboxMessage
    agency: Agency

    def written(self, values: Mapping[str, str], calendar: CalendarPart | None = None) -> ComposedMessage:
        """The message in its language, with the agency's sender, and the calendar part if there is one."""
        language = self.message.language
        subject, body = wording(file_of(self.message.kind), language)
        known = {"agency": self.agency.name_in(language), "contact": contact_line(self.agency, language)}
        made = writing.write(subject, body, {**known, **values}, language)
        attachments: tuple[Attachment, ...] = ()
        if calendar is not None:
            attachments = (Attachment("interview.ics", calendar.content_type, calendar.content, calendar.method),)
        return ComposedMessage(
            made.subject,
            made.text,
            made.html,
            sender_of(self.agency, language),
            self.agency.reply_to,
            attachments,
        )


def compose_offer(session: Session, message: OutboxMessage) -> ComposedMessage | None:
    """The offer or its reminder; None once it was answered."""
    offer = session.get(InterviewOffer, UUID(message.ids["offer"]))
    if offer is None or offer.state is not OfferState.OFFERED or not offer.case.is_open:
        return None
    ground = _ground(session, message, offer.case)
    return ground.written({"name": offer.case.name or "", "link": _leaver_link(session, offer.case, message.kind)})


def compose_for_leaver(session: Session, message: OutboxMessage) -> ComposedMessage | None:
    """A message about a booking; None when the booking has changed since, or the leaver has died."""
    booking = session.get(InterviewBooking, UUID(message.ids["booking"]))
    if booking is None or booking.case.state is CaseState.DIED or not _still_holds(booking, message):
        return None
    ground = _ground(session, message, booking.case)
    values = _values(booking, message.language)
    values["link"] = _leaver_link(session, booking.case, message.kind)
    return ground.written(values, _calendar_part(ground, booking, message.recipient or "", message.language))


def compose_for_interviewer(session: Session, message: OutboxMessage) -> ComposedMessage | None:
    """A message about a booking to its interviewer, or to the one who held it before."""
    booking = session.get(InterviewBooking, UUID(message.ids["booking"]))
    interviewer = session.get(Interviewer, UUID(message.ids["interviewer"]))
    if booking is None or interviewer is None:
        return None
    is_off = message.kind == messages.INTERVIEWER_CANCELLED
    if not (_is_no_longer_theirs(booking, interviewer) if is_off else _still_holds(booking, message)):
        return None
    ground = _ground(session, message, booking.case)
    values = _values(booking, message.language)
    values["interviewer"] = interviewer.name
    path = "/interviews/mine" if is_off else f"/interviews/{booking.id}/record"
    values["link"] = site.address(path)
    return ground.written(values, _calendar_part(ground, booking, interviewer.user.email, message.language))


def _is_no_longer_theirs(booking: InterviewBooking, interviewer: Interviewer) -> bool:
    """Whether the entry must leave this interviewer's calendar, however often the booking has moved on since."""
    return booking.state is BookingState.CANCELLED or booking.interviewer_id != interviewer.id


def _still_holds(booking: InterviewBooking, message: OutboxMessage) -> bool:
    """Whether the booking stands as it did when the message was caused; a newer change sends its own message."""
    if message.ids["sequence"] != booking.sequence:
        return False
    if message.kind in (messages.REMINDER, messages.INTERVIEWER_REMINDER):
        return booking.state is BookingState.BOOKED and booking.starts_at > clock.now()
    expected = {messages.CANCELLED: BookingState.CANCELLED, messages.MISSED: BookingState.NO_SHOW}
    return booking.state is expected.get(message.kind, BookingState.BOOKED)


WITH_INVITATION: Final = frozenset(
    {
        messages.BOOKED,
        messages.MOVED,
        messages.REASSIGNED,
        messages.INTERVIEWER_BOOKED,
        messages.INTERVIEWER_MOVED,
    }
)
WITH_CANCELLATION: Final = frozenset({messages.CANCELLED, messages.INTERVIEWER_CANCELLED})


def _calendar_part(ground: Ground, booking: InterviewBooking, attendee: str, language: str) -> CalendarPart | None:
    """The REQUEST or CANCEL that goes with the message; each copy names only its own reader."""
    kind = ground.message.kind
    if kind not in WITH_INVITATION | WITH_CANCELLATION:
        return None
    meeting = Meeting(
        uid=booking.uid,
        sequence=booking.sequence,
        organiser=booking.organiser or "no-reply@surveyapp.invalid",
        organiser_name=ground.agency.name_in(language),
        attendee=attendee,
        title=gettext("Exit interview", language),
        description=gettext("You find everything about it in the message that came with this entry.", language),
        location=place_in(booking, language),
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        stamped_at=booking.changed_at,
        language=language,
    )
    return invitation(meeting) if kind in WITH_INVITATION else cancellation(meeting)


def _values(booking: InterviewBooking, language: str) -> dict[str, str]:
    return {
        "name": booking.case.name or "",
        "when": long_moment(booking.starts_at, language),
        "interviewer": booking.interviewer.name,
        "mode": gettext(words.MODES[booking.mode], language),
        "place": place_in(booking, language),
    }


def place_in(booking: InterviewBooking, language: str) -> str:
    """Where the interview is, in words."""
    if booking.mode is Mode.IN_PERSON:
        return booking.interviewer.place or gettext("We will tell you the place", language)
    if booking.mode is Mode.VIDEO:
        return booking.interviewer.video_address or gettext("We will send you the address of the call", language)
    return gettext("The interviewer calls the leaver", language)


def _ground(session: Session, message: OutboxMessage, case: Case) -> Ground:
    return Ground(message, session.get_one(Agency, case.agency))


def _leaver_link(session: Session, case: Case, kind: str) -> str:
    expires_on = clock.today() + timedelta(days=LINK_DAYS)
    return site.address(f"/a/{links.mint(session, case.id, kind, expires_on=expires_on).token}")


def compose_record(session: Session, message: OutboxMessage) -> ComposedMessage | None:
    """The link to the record; the message holds nothing of what was said."""
    record = session.get(InterviewRecord, UUID(message.ids["record"]))
    if record is None or record.written_up_at is None or record.booking.case.state is CaseState.DIED:
        return None
    case = record.booking.case
    values = {"name": case.name or "", "interviewer": record.booking.interviewer.name}
    return _ground(session, message, case).written({**values, "link": _leaver_link(session, case, message.kind)})


def compose_commented(session: Session, message: OutboxMessage) -> ComposedMessage | None:
    """To the interviewer: the leaver has commented."""
    record = session.get(InterviewRecord, UUID(message.ids["record"]))
    if record is None:
        return None
    link = site.address(f"/interviews/{record.booking_id}/record")
    values = {"interviewer": record.booking.interviewer.name, "link": link}
    return _ground(session, message, record.booking.case).written(values)


def compose_points(session: Session, message: OutboxMessage) -> ComposedMessage | None:
    """To the line manager: the points the leaver released that far, read now, so that a change of mind still counts."""
    record = session.get(InterviewRecord, UUID(message.ids["record"]))
    if record is None or not may_travel(record):
        return None
    case, language = record.booking.case, message.language
    guide = guide_for(session, record.guide, case, language, [point.question for point in record.points])
    points = [p for p in record.points if p.note and p.may_reach(Sharing.LINE_MANAGER)]
    if not points:
        return None
    text = "\n\n".join(f"{guide.text_of(point.question)}\n{guide.said(point.question, point.note)}" for point in points)
    return _ground(session, message, case).written({"points": text})


COMPOSERS: dict[str, Composer] = {
    messages.OFFERED: compose_offer,
    messages.OFFER_REMINDER: compose_offer,
    messages.RECORD_SHARED: compose_record,
    messages.RECORD_CORRECTED: compose_record,
    messages.RECORD_COMMENTED: compose_commented,
    messages.POINTS_TO_MANAGER: compose_points,
}
COMPOSERS |= {
    kind: compose_for_leaver
    for kind in (
        messages.BOOKED,
        messages.MOVED,
        messages.REASSIGNED,
        messages.CANCELLED,
        messages.MISSED,
        messages.REMINDER,
    )
}
COMPOSERS |= {
    kind: compose_for_interviewer
    for kind in (
        messages.INTERVIEWER_BOOKED,
        messages.INTERVIEWER_MOVED,
        messages.INTERVIEWER_CANCELLED,
        messages.INTERVIEWER_REMINDER,
    )
}
