"""One meeting as a calendar part of a message: REQUEST for a new or moved one, CANCEL for one that is off."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from icalendar import Calendar, Event, vCalAddress, vText

PRODUCT: Final = "-//surveyapp//exit interviews//EN"


@dataclass(frozen=True)
class Meeting:
    """What a calendar program needs to know. `sequence` rises with every change; `uid` and `organiser` never change."""

    uid: str
    sequence: int
    organiser: str
    organiser_name: str
    attendee: str
    title: str
    description: str
    location: str
    starts_at: datetime
    ends_at: datetime
    stamped_at: datetime
    language: str = "en"


@dataclass(frozen=True)
class CalendarPart:
    """A calendar file with the method it carries out; it goes into a message as an alternative and as an attachment."""

    method: str
    content: bytes

    @property
    def content_type(self) -> str:
        return f"text/calendar; method={self.method}; charset=utf-8"


def invitation(meeting: Meeting) -> CalendarPart:
    """The REQUEST that puts a meeting into a calendar, or moves the one that is there."""
    return _part(meeting, "REQUEST", "CONFIRMED")


def cancellation(meeting: Meeting) -> CalendarPart:
    """The CANCEL that takes the meeting out again."""
    return _part(meeting, "CANCEL", "CANCELLED")


def _part(meeting: Meeting, method: str, status: str) -> CalendarPart:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(_event(meeting, status))
    return CalendarPart(method, calendar.to_ical())


def _event(meeting: Meeting, status: str) -> Event:
    event = Event()
    event.add("uid", meeting.uid)
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", meeting.stamped_at.astimezone(UTC))
    event.add("dtstart", meeting.starts_at.astimezone(UTC))
    event.add("dtend", meeting.ends_at.astimezone(UTC))
    event.add("summary", vText(meeting.title), parameters={"LANGUAGE": meeting.language})
    event.add("description", meeting.description)
    event.add("location", meeting.location)
    event.add("status", status)
    event.add("transp", "TRANSPARENT" if status == "CANCELLED" else "OPAQUE")
    event.add("class", "PRIVATE")
    event.add("organizer", _address(meeting.organiser, CN=meeting.organiser_name))
    asked = "FALSE" if status == "CANCELLED" else "TRUE"
    attendee = _address(meeting.attendee, ROLE="REQ-PARTICIPANT", PARTSTAT="NEEDS-ACTION", RSVP=asked)
    event.add("attendee", attendee, encode=False)
    return event


def _address(email: str, **parameters: str) -> vCalAddress:
    made = vCalAddress(f"mailto:{email}")
    for name, value in parameters.items():
        made.params[name.upper()] = vText(value)
    return made
