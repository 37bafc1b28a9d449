"""A feed that a calendar program subscribes to: an interviewer's own interviews, and a tag that changes with them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from icalendar import Calendar, Event

from surveyapp.calendars.invitation import PRODUCT


@dataclass(frozen=True)
class FeedEvent:
    """One interview in the feed; the title names nobody unless the interviewer chose so."""

    uid: str
    sequence: int
    title: str
    location: str
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime


def feed(name: str, events: Iterable[FeedEvent]) -> tuple[bytes, str]:
    """The feed's text and its ETag: the same events always give the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    for one in sorted(events, key=lambda event: (event.starts_at, event.uid)):
        calendar.add_component(_entry(one))
    text = calendar.to_ical()
    return text, sha256(text).hexdigest()[:32]


def _entry(one: FeedEvent) -> Event:
    event = Event()
    event.add("uid", one.uid)
    event.add("sequence", one.sequence)
    event.add("dtstamp", one.changed_at.astimezone(UTC))
    event.add("dtstart", one.starts_at.astimezone(UTC))
    event.add("dtend", one.ends_at.astimezone(UTC))
    event.add("summary", one.title)
    event.add("location", one.location)
    event.add("class", "PRIVATE")
    return event
