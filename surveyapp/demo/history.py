"""Writing the invented years: cases, ledger, sealed answers, interviews and records, in bulk and in order of time."""

import json
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.cases.details import CaseDetails, fingerprints_of
from surveyapp.cases.models import Case, CaseEvent, CaseFingerprint, CaseState, Regretted
from surveyapp.cases.policy import DEFAULT, Questionnaire
from surveyapp.cases.service import build_case
from surveyapp.demo.answers import questionnaire_for, submission_of
from surveyapp.demo.inventing import InventedLeaver
from surveyapp.encryption.sealed_box import ReleasePublicKey
from surveyapp.engine.definition import Definition
from surveyapp.interviews.interviewer_models import Interviewer
from surveyapp.interviews.models import (
    BookingState,
    InterviewBooking,
    InterviewerType,
    InterviewOffer,
    Mode,
    OfferState,
)
from surveyapp.interviews.record_models import InterviewRecord, RecordPoint, RecordState
from surveyapp.invitations.models import LEAVING, Invitation
from surveyapp.responses import batches, promises
from surveyapp.responses.ballots import BALLOT
from surveyapp.responses.bands import NOT_KNOWN
from surveyapp.responses.contents import Bands, Content
from surveyapp.responses.models import Ballot, NamedResponse
from surveyapp.working_days import WorkingCalendar

AT_ONCE = 400
CLOSED_AFTER = timedelta(90)
WORKER = "worker"
HOURS = (9, 10, 11, 13, 14, 15)


@dataclass
class Writer:
    """Everything the writing of one agency needs; rows are collected and flushed in portions."""

    session: Session
    key: ReleasePublicKey
    definitions: dict[str, Definition]
    grade_groups: dict[str, str]
    interviewers: dict[str, Interviewer]
    promise: str
    today: date
    rows: dict[type, list[dict[str, Any]]] = field(default_factory=dict)
    taken: set[tuple[uuid.UUID, datetime]] = field(default_factory=set)
    promised: set[str] = field(default_factory=set)

    def put(self, table: type, **values: Any) -> None:
        """Collect one row for a bulk insert."""
        self.rows.setdefault(table, []).append(values)

    def flush(self) -> None:
        """Write what was collected, parents first."""
        self.session.flush()
        for table, rows in self.rows.items():
            self.session.execute(insert(table), rows)
        self.rows.clear()


def write_leavers(writer: Writer, leavers: Iterable[InventedLeaver]) -> Iterator[int]:
    """Write every leaver whose news has come by today; yields how many are written, portion by portion."""
    n = 0
    for n, one in enumerate((one for one in leavers if one.notified_on <= writer.today), start=1):
        with clock.set_to(one.notified_on):
            write_leaver(writer, one)
        if n % AT_ONCE == 0:
            writer.flush()
            yield n
    writer.flush()
    yield n


def write_leaver(writer: Writer, one: InventedLeaver) -> Case:
    """One person's case with everything that has happened to it by today."""
    details = _details(one)
    case = build_case(details)
    case.regretted = Regretted(one.regretted)
    closes_on = max(one.last_working_day, one.notified_on) + CLOSED_AFTER
    if one.leaving_type == "death":
        case.state = CaseState.DIED
    elif closes_on < writer.today:
        case.state, case.closed_at = CaseState.CLOSED, _at(closes_on)
    writer.session.add(case)
    for kind, found in fingerprints_of(details):
        writer.put(CaseFingerprint, case_id=case.id, kind=kind, fingerprint=found)
    _note(writer, case, "case.created", one.notified_on)
    _write_invitation(writer, case, one)
    _write_interview(writer, case, one)
    return case


def _details(one: InventedLeaver) -> CaseDetails:
    place, plain = one.place, one.name.lower().replace(" ", ".")
    return CaseDetails(
        agency=place.agency,
        area=place.area,
        job_role=place.role,
        staff_number=one.staff_number,
        name=one.name,
        leaving_type=one.leaving_type,
        last_working_day=one.last_working_day,
        grade=one.grade,
        work_email=f"{plain}@{place.agency}.example",
        personal_email=f"{plain}.{one.staff_number[-3:]}@mail.example",
        line_manager_email=f"manager.{place.role}.{place.area.lower()}@{place.agency}.example",
        start_date=one.start_date,
        notice_date=one.notice_date,
        working_pattern="full_time" if int(one.staff_number[1:]) % 4 else "part_time",
        language=one.language,
    )


def _write_invitation(writer: Writer, case: Case, one: InventedLeaver) -> None:
    if DEFAULT.rule_for(one.leaving_type).questionnaire is Questionnaire.NONE:
        return
    closes = max(one.last_working_day + timedelta(30), one.notified_on + timedelta(14))
    late_by = 1 if int(one.staff_number[1:]) % 9 else 6
    invited = min(one.notified_on + timedelta(late_by), one.answered_on or date.max, one.declined_on or date.max)
    if invited > writer.today:
        return
    answered = one.answered_on if one.answered_on and one.answered_on <= closes else None
    writer.put(
        Invitation,
        id=uuid.uuid4(),
        case_id=case.id,
        occasion=LEAVING,
        invited_on=invited,
        begun_on=answered,
        answered_on=answered,
        declined_on=None if answered else one.declined_on,
        closed_on=closes if closes < writer.today and not answered else None,
    )
    _note(writer, case, "invite.e_mailed", invited)
    if answered:
        _note(writer, case, "questionnaire.answered", answered)
        _write_answers(writer, case, one, answered)


def _write_answers(writer: Writer, case: Case, one: InventedLeaver, answered: date) -> None:
    """Seal a confidential response as the ballot box holds it; keep a named one with its case."""
    quarter = batches.quarter_of(answered)
    ballot_id = uuid.uuid4()
    content = Content(
        bands=Bands(
            agency=case.agency,
            area=case.area,
            role=case.job_role,
            grade_group=writer.grade_groups.get(one.grade, NOT_KNOWN),
            tenure_band=case.tenure_band(),
            leaving_type=one.leaving_type,
            regretted=one.regretted,
            occasion=LEAVING,
        ),
        promise=writer.promise,
        is_keyed_in=one.is_keyed_in,
        is_named=one.is_named,
        submission=submission_of(one, writer.definitions[questionnaire_for(one)]),
        ballot_id="" if one.is_named else str(ballot_id),
    )
    if one.is_named:
        named = NamedResponse(
            case_id=case.id, occasion=LEAVING, agency=case.agency, area=case.area, batch_quarter=quarter
        )
        named.content = content.to_bytes().decode()
        writer.session.add(named)
    else:
        box = writer.key.seal(content.to_bytes(), BALLOT)
        writer.put(Ballot, id=ballot_id, batch_quarter=quarter, box=box)
    if quarter not in writer.promised:
        promises.note_use(writer.session, case.agency, quarter, writer.promise)
        writer.promised.add(quarter)


def _write_interview(writer: Writer, case: Case, one: InventedLeaver) -> None:
    interviewer = writer.interviewers.get(one.place.area)
    if one.offered_on is None or interviewer is None:
        return
    offer = InterviewOffer(case_id=case.id, state=OfferState.OFFERED, offered_at=_at(one.offered_on))
    writer.session.add(offer)
    _note(writer, case, "interview.offered", one.offered_on)
    start = _free_hour(writer, interviewer, one.interview_on) if one.interview_on else None
    if start is None or one.interview_on is None:
        _lapse(offer, one, writer.today)
        return
    offer.state, offer.accepted_at = OfferState.ACCEPTED, _booked_at(writer, one.offered_on)
    offer.interviewer_type, offer.mode = InterviewerType.AREA_HR, Mode.VIDEO
    is_to_come = start.date() >= writer.today
    booking = _booking(case, interviewer, start, _booked_at(writer, one.offered_on))
    booking.state = BookingState.BOOKED if is_to_come else BookingState.HELD
    writer.session.add(booking)
    _note(writer, case, "interview.booked", booking.booked_at.date())
    if not is_to_come:
        _note(writer, case, "interview.held", start.date())
    if one.written_up_on:
        writer.session.add(_record(booking, one, one.written_up_on))
        _note(writer, case, "record.written_up", one.written_up_on)


def _lapse(offer: InterviewOffer, one: InventedLeaver, today: date) -> None:
    """Offers without an interview are declined or lapse after three weeks."""
    if one.offered_on is None or one.offered_on + timedelta(21) > today:
        return
    if int(one.staff_number[1:]) % 3:
        offer.state, offer.lapsed_at = OfferState.LAPSED, _at(one.offered_on + timedelta(21))
    else:
        offer.state, offer.declined_at = OfferState.DECLINED, _at(one.offered_on + timedelta(5))


def _free_hour(writer: Writer, interviewer: Interviewer, day: date) -> datetime | None:
    for later in range(8):
        wanted = day + timedelta(later)
        if wanted == writer.today or not WorkingCalendar().is_working_day(wanted):
            continue
        for hour in HOURS:
            start = _at(wanted, hour)
            if (interviewer.id, start) not in writer.taken:
                writer.taken.add((interviewer.id, start))
                return start
    return None


def _booked_at(writer: Writer, offered_on: date) -> datetime:
    """Two days after the offer, or yesterday where that is still to come."""
    return _at(min(offered_on + timedelta(2), max(offered_on, writer.today - timedelta(1))))


def _booking(case: Case, interviewer: Interviewer, start: datetime, booked: datetime) -> InterviewBooking:
    return InterviewBooking(
        id=uuid.uuid4(),
        case_id=case.id,
        interviewer_id=interviewer.id,
        state=BookingState.BOOKED,
        interviewer_type=InterviewerType.AREA_HR,
        mode=Mode.VIDEO,
        starts_at=start,
        ends_at=start + timedelta(minutes=45),
        busy_from_at=start,
        busy_until_at=start + timedelta(minutes=60),
        uid=f"{uuid.uuid4()}@surveyapp",
        sequence=0,
        organiser=f"interviews@{case.agency}.example",
        booked_at=booked,
        booked_by_hr=False,
        changed_at=booked,
        needs_confirming=False,
    )


def _record(booking: InterviewBooking, one: InventedLeaver, written_up_on: date) -> InterviewRecord:
    """What the interviewer heard: mostly the leaver's own reasons, not always all of them."""
    heard: Sequence[str] = one.reasons[: max(1, len(one.reasons) - int(one.staff_number[1:]) % 2)]
    written = _at(written_up_on)
    record = InterviewRecord(
        id=uuid.uuid4(),
        booking_id=booking.id,
        state=RecordState.AGREED if int(one.staff_number[1:]) % 3 else RecordState.WRITTEN_UP,
        guide="interview_guide/1",
        limits_explained=True,
        begun_at=booking.starts_at,
        saved_at=written,
        written_up_at=written,
        first_written_up_at=written,
        agreed_at=written + timedelta(days=4) if int(one.staff_number[1:]) % 3 else None,
    )
    record.reasons = json.dumps({"main": heard[0], "contributing": list(heard[1:])})
    point = RecordPoint(id=uuid.uuid4(), record_id=record.id, question="anything_else", position=1)
    point.note = one.comment or "Spoke openly and had nothing to add to the questionnaire."
    record.points.append(point)
    return record


def _note(writer: Writer, case: Case, event: str, day: date) -> None:
    if day <= writer.today:
        writer.put(
            CaseEvent,
            id=uuid.uuid4(),
            case_id=case.id,
            at=_at(day),
            event=event,
            actor_kind=WORKER,
            actor_id="demo",
            codes={},
        )


def _at(day: date, hour: int = 9) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=clock.LONDON).astimezone(clock.now().tzinfo)
