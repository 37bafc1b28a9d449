"""Writing, correcting, commenting and agreeing the record of an interview: verbs on records."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.audit import Actor
from surveyapp.cases import timeline
from surveyapp.interviews import bookings, messages
from surveyapp.interviews.models import InterviewBooking
from surveyapp.interviews.record_models import (
    InterviewRecord,
    PointVersion,
    RecordComment,
    RecordPoint,
    RecordState,
    Sharing,
)

SENT_TO_MANAGER = "record.sent_to_manager"


class TooEarly(Exception):
    """The interview has not begun yet, or was cancelled."""


class NotReadyToShare(Exception):
    """Something is missing; `what` is limits, reasons or notes."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class ChangedMeanwhile(Exception):
    """The leaver has commented or agreed since this page was opened; what was typed is not kept over it."""


class NotWithLeaver(Exception):
    """The leaver can only comment on and agree what was written up."""


@dataclass(frozen=True)
class Note:
    """What was said under one question, how far it may travel, and whether the leaver agreed to that."""

    text: str
    sharing: Sharing = Sharing.CENTRAL
    leaver_agreed: bool = False


@dataclass(frozen=True)
class Reasons:
    """The reasons the interviewer heard: at most one main reason and any number of contributing ones."""

    main: str | None = None
    contributing: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Every reason given, the main one first."""
        first = (self.main,) if self.main else ()
        return first + tuple(code for code in self.contributing if code != self.main)


@dataclass(frozen=True)
class Typed:
    """Everything on the record page as it stands."""

    notes: Mapping[str, Note] = field(default_factory=dict)
    reasons: Reasons = Reasons()
    limits_explained: bool = False


def record_of(session: Session, booking: InterviewBooking) -> InterviewRecord | None:
    """The booking's record, if one was begun."""
    return session.scalar(select(InterviewRecord).where(InterviewRecord.booking_id == booking.id))


def begin_record(session: Session, booking: InterviewBooking, guide: str, *, actor: Actor) -> InterviewRecord:
    """Open the record for writing, once; the guide's version stays with it."""
    found = record_of(session, booking)
    if found is not None:
        return found
    if not booking.is_live:
        raise TooEarly
    now = clock.now()
    made = InterviewRecord(
        id=uuid.uuid4(), booking=booking, guide=guide, state=RecordState.DRAFTED, begun_at=now, saved_at=now
    )
    made.reasons = json.dumps({"main": None, "contributing": []})
    made.limits_explained = False
    session.add(made)
    session.flush()
    timeline.note(session, booking.case, "record.begun", actor, record=str(made.id))
    return made


def stand_of(record: InterviewRecord | None) -> str:
    """What the leaver has done with the record, for a page to carry; a page that carries another is out of date."""
    if record is None or record.first_written_up_at is None:
        return ""
    agreed = int(record.agreed_at.timestamp()) if record.agreed_at else 0
    return f"{len(record.comments)}:{agreed}"


def save_draft(
    session: Session, record: InterviewRecord, typed: Typed, writer_id: uuid.UUID, stand: str | None = None
) -> None:
    """Keep what was typed. Before the write-up a draft is overwritten; after it every earlier wording is kept.

    A change after the write-up opens the record again: nothing of it travels until the leaver has agreed the new one.
    """
    _hold(session, record)
    if stand is not None and stand != stand_of(record):
        raise ChangedMeanwhile
    keeps_history = record.first_written_up_at is not None
    changed = [_keep(record, place, typed, keeps_history, writer_id) for place in enumerate(typed.notes)]
    reasons = {"main": typed.reasons.main, "contributing": list(typed.reasons.contributing)}
    if json.loads(record.reasons or "{}") != reasons:
        record.reasons = json.dumps(reasons)
        changed.append(True)
    if keeps_history and any(changed):
        record.state, record.agreed_at = RecordState.REOPENED, None
    record.limits_explained = typed.limits_explained
    record.saved_at = clock.now()
    session.flush()


def _keep(
    record: InterviewRecord, place: tuple[int, str], typed: Typed, keeps_history: bool, writer_id: uuid.UUID
) -> bool:
    """Keep the note under one question; whether it changed anything."""
    position, question = place
    note = typed.notes[question]
    known = next((point for point in record.points if point.question == question), None)
    if known is not None:
        return _change(known, note, writer_id if keeps_history else None)
    if note.text.strip():
        record.points.append(_new_point(record, question, position, note))
        return True
    return False


def _hold(session: Session, record: InterviewRecord) -> None:
    """One change at a time: interviewer and leaver may both be at the record."""
    session.execute(select(InterviewRecord.id).where(InterviewRecord.id == record.id).with_for_update())
    session.refresh(record)


def _new_point(record: InterviewRecord, question: str, position: int, note: Note) -> RecordPoint:
    point = RecordPoint(id=uuid.uuid4(), question=question, position=position, data_key=record.record_key())
    point.sharing, point.leaver_agreed = note.sharing, note.leaver_agreed
    point.note = note.text
    return point


def _change(point: RecordPoint, note: Note, corrected_by: uuid.UUID | None) -> bool:
    """Write a point anew, if it is another; `corrected_by` keeps the wording before under the same key."""
    before = (point.note, point.sharing, point.leaver_agreed)
    if before == (note.text, note.sharing, note.leaver_agreed):
        return False
    if corrected_by is not None:
        kept = PointVersion(id=uuid.uuid4(), at=clock.now(), user_id=corrected_by, sharing=point.sharing)
        kept.data_key = point.record_key()
        kept.note = point.note
        point.versions.append(kept)
    if point.note != note.text:
        point.note = note.text
    point.sharing, point.leaver_agreed = note.sharing, note.leaver_agreed
    return True


def write_up(session: Session, record: InterviewRecord, *, actor: Actor) -> None:
    """Finish the record (again after a correction): the interview was held, and the leaver is sent a link to it.

    Errors: TooEarly, NotReadyToShare, BookingIsOver for an interview that was cancelled or missed.
    """
    _hold(session, record)
    booking = record.booking
    if booking.starts_at > clock.now():
        raise TooEarly
    _check_ready(record)
    bookings.mark_held(session, booking, actor=actor)
    is_correction = record.first_written_up_at is not None
    record.written_up_at = clock.now()
    record.first_written_up_at = record.first_written_up_at or record.written_up_at
    record.agreed_at = None
    record.state = RecordState.WRITTEN_UP
    session.flush()
    event = "record.corrected" if is_correction else "record.written_up"
    timeline.note(session, booking.case, event, actor, record=str(record.id))
    messages.tell_record(session, record, messages.RECORD_CORRECTED if is_correction else messages.RECORD_SHARED)


def _check_ready(record: InterviewRecord) -> None:
    if not record.limits_explained:
        raise NotReadyToShare("limits")
    if not reasons_of(record).all:
        raise NotReadyToShare("reasons")
    if not any((point.note or "").strip() for point in record.points):
        raise NotReadyToShare("notes")


def comment_on_record(session: Session, record: InterviewRecord, text: str, *, actor: Actor) -> None:
    """The leaver says what is not right; the interviewer is told."""
    _hold(session, record)
    if record.state not in (RecordState.WRITTEN_UP, RecordState.COMMENTED):
        raise NotWithLeaver
    made = RecordComment(id=uuid.uuid4(), at=clock.now(), data_key=record.record_key())
    made.text = text.strip()
    record.comments.append(made)
    record.state = RecordState.COMMENTED
    session.flush()
    timeline.note(session, record.booking.case, "record.commented", actor, record=str(record.id))
    messages.tell_commented(session, record, len(record.comments))


def agree_record(
    session: Session, record: InterviewRecord, agreed_points: frozenset[uuid.UUID] | None = None, *, actor: Actor
) -> None:
    """The leaver agrees the record, and says point by point how far it may really travel."""
    _hold(session, record)
    if record.state not in (RecordState.WRITTEN_UP, RecordState.COMMENTED):
        raise NotWithLeaver
    if agreed_points is not None:
        for point in record.points:
            point.leaver_agreed = point.id in agreed_points
    record.state = RecordState.AGREED
    record.agreed_at = clock.now()
    session.flush()
    timeline.note(session, record.booking.case, "record.agreed", actor, record=str(record.id))


def send_to_line_manager(session: Session, record: InterviewRecord, *, actor: Actor) -> int:
    """Send the points that may reach the line manager, as text, through the product; how many points."""
    points = [point for point in record.points if point.may_reach(Sharing.LINE_MANAGER) and point.note]
    address = record.booking.case.line_manager_email
    if not points or not address or not may_travel(record):
        return 0
    messages.tell_line_manager(session, record, address)
    timeline.note(session, record.booking.case, SENT_TO_MANAGER, actor, record=str(record.id), n=len(points))
    return len(points)


def may_travel(record: InterviewRecord) -> bool:
    """Whether points may leave the central team: only once the leaver has agreed the record."""
    return record.state is RecordState.AGREED


def reasons_of(record: InterviewRecord) -> Reasons:
    """The coded reasons of a record."""
    stored = json.loads(record.reasons or "{}")
    return Reasons(stored.get("main"), tuple(stored.get("contributing", ())))
