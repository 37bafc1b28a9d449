"""Calendar files as independent parsers read them, in summer and in winter; the drill asks ical.js and a real program.

The product writes with `icalendar`. `vobject` and `ical` share no code with it nor with each other; ical.js is what
Thunderbird reads with, and calcurse is a calendar program with a parser of its own.
"""

import json
import os
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import vobject
from ical.calendar_stream import IcsCalendarStream

from surveyapp.calendars import CalendarPart, FeedEvent, Meeting, cancellation, feed, invitation
from surveyapp.clock import LONDON

HERE = Path(__file__).parent
SUMMER = datetime(2026, 7, 1, 10, 30, tzinfo=LONDON)
WINTER = datetime(2026, 12, 1, 10, 30, tzinfo=LONDON)


def meeting(starts_at: datetime = SUMMER, **changes: Any) -> Meeting:
    made = Meeting(
        uid="0b5c@surveyapp",
        sequence=0,
        organiser="exit-interviews@ncs.example",
        organiser_name="Exit interviews; NCS, HR",
        attendee="ann.rees@ncs.example",
        title="Exit interview: holi, gwrando",
        description="Where: Room 4, first floor\nLine two; with a semicolon and a ŵ",
        location="Room 4, Tŷ Dyffryn",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        stamped_at=datetime(2026, 6, 1, tzinfo=UTC),
    )
    return replace(made, **changes)


def by_vobject(part: CalendarPart) -> dict[str, Any]:
    calendar = vobject.readOne(part.content.decode())
    event = calendar.vevent
    return {
        "method": calendar.method.value,
        "uid": event.uid.value,
        "sequence": int(event.sequence.value),
        "summary": event.summary.value,
        "location": event.location.value,
        "description": event.description.value,
        "organizer": event.organizer.value,
        "attendee": event.attendee.value,
        "status": event.status.value,
        "starts": event.dtstart.value.astimezone(UTC),
        "ends": event.dtend.value.astimezone(UTC),
    }


def by_ical(part: CalendarPart) -> dict[str, Any]:
    calendar = IcsCalendarStream.calendar_from_ics(part.content.decode())
    (event,) = calendar.events
    (attendee,) = event.attendees
    return {
        "method": calendar.method,
        "uid": event.uid,
        "sequence": event.sequence,
        "summary": event.summary,
        "location": event.location,
        "description": event.description,
        "organizer": str(event.organizer.uri),
        "attendee": str(attendee.uri),
        "status": event.status.value,
        "starts": event.dtstart.astimezone(UTC),
        "ends": event.dtend.astimezone(UTC),
    }


def by_ical_js(part: CalendarPart) -> dict[str, Any]:
    done = subprocess.run(["node", "ical_js.mjs"], input=part.content, capture_output=True, cwd=HERE, check=True)
    whole = json.loads(done.stdout)
    (event,) = whole["events"]
    for name in ("starts", "ends"):
        event[name] = datetime.fromisoformat(event[name])
    return {"method": whole["method"], **event}


@pytest.fixture(scope="session")
def ical_js() -> None:
    """ical.js, installed from its lock; the drill fails without npm, it does not pass by."""
    if not (HERE / "node_modules" / "ical.js").is_dir():
        assert shutil.which("npm"), "The drill needs Node.js with npm to ask ical.js (Debian: apt-get install npm)."
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=HERE, check=True)


PARSERS = pytest.mark.parametrize("read", [by_vobject, by_ical])


@PARSERS
@pytest.mark.parametrize(("starts_at", "utc_hour"), [(SUMMER, 9), (WINTER, 10)], ids=["summer", "winter"])
def test_an_invitation_is_read_with_its_time_words_and_people(read: Any, starts_at: datetime, utc_hour: int) -> None:
    reads_an_invitation(read, starts_at, utc_hour)


def reads_an_invitation(read: Any, starts_at: datetime, utc_hour: int) -> None:
    read_back = read(invitation(meeting(starts_at)))
    assert read_back == {
        "method": "REQUEST",
        "uid": "0b5c@surveyapp",
        "sequence": 0,
        "summary": "Exit interview: holi, gwrando",
        "location": "Room 4, Tŷ Dyffryn",
        "description": "Where: Room 4, first floor\nLine two; with a semicolon and a ŵ",
        "organizer": "mailto:exit-interviews@ncs.example",
        "attendee": "mailto:ann.rees@ncs.example",
        "status": "CONFIRMED",
        "starts": datetime(starts_at.year, starts_at.month, 1, utc_hour, 30, tzinfo=UTC),
        "ends": datetime(starts_at.year, starts_at.month, 1, utc_hour + 1, 30, tzinfo=UTC),
    }


@PARSERS
def test_a_move_and_a_cancellation_speak_of_the_same_meeting(read: Any) -> None:
    reads_a_life(read)


def reads_a_life(read: Any) -> None:
    first = read(invitation(meeting()))
    moved = read(invitation(meeting(WINTER, sequence=1)))
    off = read(cancellation(meeting(WINTER, sequence=2)))
    assert {first["uid"], moved["uid"], off["uid"]} == {"0b5c@surveyapp"}
    assert first["organizer"] == moved["organizer"] == off["organizer"]
    assert [first["sequence"], moved["sequence"], off["sequence"]] == [0, 1, 2]
    assert moved["method"] == "REQUEST" and moved["starts"] > first["starts"]
    assert (off["method"], off["status"]) == ("CANCEL", "CANCELLED")


@pytest.mark.drill
def test_ical_js_reads_invitations_moves_and_cancellations(ical_js: None) -> None:
    for starts_at, utc_hour in ((SUMMER, 9), (WINTER, 10)):
        reads_an_invitation(by_ical_js, starts_at, utc_hour)
    reads_a_life(by_ical_js)


@pytest.mark.drill
@pytest.mark.parametrize(("starts_at", "shown"), [(SUMMER, "10:30"), (WINTER, "10:30")], ids=["summer", "winter"])
def test_a_calendar_program_shows_the_interview_at_the_hour_on_the_wall(
    starts_at: datetime, shown: str, tmp_path: Path
) -> None:
    """calcurse imports the file and says in London time when it is; with a move it holds the new hour."""
    assert shutil.which("calcurse"), "The drill needs a calendar program: apt-get install calcurse."
    assert f"{shown} -> 11:30" in in_calcurse(tmp_path / "first", invitation(meeting(starts_at)).content, starts_at)
    later = starts_at + timedelta(hours=3)
    moved = invitation(meeting(later, sequence=1)).content
    assert "13:30 -> 14:30" in in_calcurse(tmp_path / "moved", moved, later)
    text, _tag = feed("Exit interviews", [event("a", starts_at)])
    assert f"{shown} -> 11:30" in in_calcurse(tmp_path / "feed", text, starts_at)


def in_calcurse(folder: Path, content: bytes, day: datetime) -> str:
    """What the program lists for the day after reading the file."""
    folder.mkdir()
    (folder / "in.ics").write_bytes(content)
    run = ["calcurse", "-D", str(folder / "data"), "-C", str(folder / "data")]
    settings = {**os.environ, "TZ": "Europe/London", "TERM": "dumb", "LC_ALL": "C.UTF-8"}
    subprocess.run([*run, "-q", "-i", str(folder / "in.ics")], env=settings, check=True, capture_output=True)
    asked = [*run, "-Q", "--from", f"{day:%m/%d/%Y}", "--days", "1"]
    return subprocess.run(asked, env=settings, check=True, capture_output=True, text=True).stdout


def test_the_part_names_its_method_as_mail_programs_want_it() -> None:
    assert cancellation(meeting()).content_type == "text/calendar; method=CANCEL; charset=utf-8"


def test_lines_are_folded_and_end_as_the_standard_says() -> None:
    lines = invitation(meeting(description="word " * 60)).content.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines) and lines[-1] == b""


def event(uid: str, starts_at: datetime) -> FeedEvent:
    ends_at = starts_at + timedelta(hours=1)
    return FeedEvent(uid, 0, "Exit interview", "By phone", starts_at, ends_at, datetime(2026, 6, 1, tzinfo=UTC))


def test_a_feed_lists_its_events_and_its_tag_changes_only_with_them() -> None:
    events = [event("b", WINTER), event("a", SUMMER)]
    text, tag = feed("Exit interviews", events)
    read_back = vobject.readOne(text.decode())
    assert [one.uid.value for one in read_back.vevent_list] == ["a", "b"]
    assert feed("Exit interviews", reversed(events)) == (text, tag)
    assert feed("Exit interviews", [replace(events[0], sequence=1), events[1]])[1] != tag
