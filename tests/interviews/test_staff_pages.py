"""Staff's interview pages: who may open what, where; and the path from booking to an agreed record."""

import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.access import StaffRole
from surveyapp.audit.models import AuditEvent
from surveyapp.cases.models import Case
from surveyapp.compliance.models import Snapshot
from surveyapp.compliance.snapshots import make_snapshot
from surveyapp.concerns import service as concerns
from surveyapp.concerns.models import Concern, ConcernKind, ConcernSource, ConcernState, MustBeTold
from surveyapp.directory.models import User
from surveyapp.interviews import messages, people, queries, records
from surveyapp.interviews.emails import COMPOSERS
from surveyapp.interviews.guide import add_local_question
from surveyapp.interviews.interviewer_models import CalendarChange, ChangeKind
from surveyapp.interviews.models import BookingState, InterviewBooking
from surveyapp.interviews.record_models import InterviewRecord, LocalQuestion, RecordState, Sharing
from surveyapp.interviews.records import Note, Reasons, Typed
from surveyapp.invitations import links
from surveyapp.mail.models import OutboxMessage
from tests.conftest import TESTER
from tests.factories.cases import make_case
from tests.interviews.people import TODAY, at, booked, make_interviewer, offered

pytestmark = pytest.mark.one_backend
R = StaffRole


@pytest.fixture(autouse=True)
def on_the_friday_before(organisation: str) -> Iterator[None]:
    with clock.set_to(TODAY):
        yield


@dataclass(frozen=True)
class World:
    """A case of Northmoor with an agreed record, a booking to come, and a concern."""

    case: Case
    booking: InterviewBooking
    record: InterviewRecord
    concern: Concern
    interviewer: User
    question: LocalQuestion
    change: CalendarChange
    snapshot: Snapshot


@pytest.fixture
def world(session: Session) -> World:
    ceri = make_interviewer(session)
    case = make_case(session, line_manager_email="boss@ncs.example", name="Planted Leaver")
    booking = booked(session, case, ceri, at(9))
    with clock.set_to(at(11)):
        record = records.begin_record(session, booking, "interview_guide/1", actor=TESTER)
        notes = {
            "decision": Note("PLANTED central", Sharing.CENTRAL, True),
            "manager": Note("PLANTED area", Sharing.AREA_HR, True),
            "team": Note("PLANTED manager", Sharing.LINE_MANAGER, True),
            "job": Note("PLANTED refused", Sharing.LINE_MANAGER, False),
        }
        typed = Typed(notes, Reasons("workload", ("pay",)), limits_explained=True)
        records.save_draft(session, record, typed, ceri.user_id)
        records.write_up(session, record, actor=TESTER)
        records.agree_record(session, record, actor=TESTER)
    source = ConcernSource.INTERVIEW
    concern = concerns.raise_concern(session, case, ConcernKind.HARM, source, "PLANTED concern", actor=TESTER)
    question = add_local_question(session, "ncs", "NM", "PLANTED question?", "Cwestiwn?", actor=TESTER)
    leave = people.add_change(session, ceri, ChangeKind.ABSENT, at(9, day=TODAY), at(17, day=TODAY), actor=TESTER)
    snapshot = make_snapshot(session, "ncs", date(2026, 12, 31), actor=TESTER)
    assert snapshot is not None
    session.commit()
    return World(case, booking, record, concern, ceri.user, question, leave, snapshot)


PAGES = {
    "/interviews": {R.HR_ADVISER, R.HR_LEAD, R.NATIONAL_HR},
    "/interviews/cases/{case}": {R.HR_ADVISER, R.HR_LEAD, R.NATIONAL_HR},
    "/interviews/cases/{case}/points": {R.HR_ADVISER, R.HR_LEAD, R.NATIONAL_HR},
    "/interviews/capacity": {R.HR_ADVISER, R.HR_LEAD, R.NATIONAL_HR},
    "/interviews/interviewers": {R.HR_LEAD, R.NATIONAL_HR},
    "/interviews/interviewers/new": {R.HR_LEAD, R.NATIONAL_HR},
    "/interviews/interviewers/{interviewer}": {R.HR_LEAD, R.NATIONAL_HR},
    "/interviews/guide": {R.HR_LEAD, R.NATIONAL_HR},
    "/interviews/mine": {R.INTERVIEWER},
    "/interviews/records": {R.CENTRAL_TEAM},
    "/interviews/records/{record}": {R.CENTRAL_TEAM},
    "/concerns": {R.NOMINATED_OFFICER},
    "/concerns/{concern}": {R.NOMINATED_OFFICER},
    "/compliance": {R.HR_ADVISER, R.HR_LEAD, R.NATIONAL_HR, R.RETENTION_LEAD, R.CENTRAL_TEAM},
    "/compliance/leavers": {R.HR_ADVISER, R.HR_LEAD, R.NATIONAL_HR},
    "/compliance/board.csv": {R.HR_LEAD, R.NATIONAL_HR},
    "/compliance/board.xlsx": {R.HR_LEAD, R.NATIONAL_HR},
    "/compliance/board.pdf": {R.HR_LEAD, R.NATIONAL_HR},
    "/compliance/snapshots": {R.HR_ADVISER, R.HR_LEAD, R.NATIONAL_HR, R.RETENTION_LEAD, R.CENTRAL_TEAM},
    "/compliance/snapshots/{number}": {R.HR_ADVISER, R.HR_LEAD, R.NATIONAL_HR, R.RETENTION_LEAD, R.CENTRAL_TEAM},
    "/compliance/snapshots/{number}/board.{kind}": {R.HR_LEAD, R.NATIONAL_HR},
    "/interviews/{booking}/record": set(),
}
"""Every page of the slices and the staff roles that open it in their own Area; the record's page is its holder's."""
REDIRECTS = {("/interviews", R.INTERVIEWER), ("/interviews", R.CENTRAL_TEAM)}
OF_THE_AGENCY = ("/compliance/snapshots/{number}", "/compliance/snapshots/{number}/board.{kind}")
"""Pages that everybody of the agency who holds the permission opens, each with their own Areas on it."""
NARROW = tuple(path for path in PAGES if "{" in path and path not in OF_THE_AGENCY)
PLANTED_ALLOWED = {
    "/interviews/cases/{case}/points": {"PLANTED area", "PLANTED manager"},
    "/interviews/records/{record}": {"PLANTED central", "PLANTED area", "PLANTED manager", "PLANTED refused"},
    "/concerns/{concern}": {"PLANTED concern"},
    "/interviews/guide": {"PLANTED question"},
}
PLANTED = (
    "PLANTED question",
    "PLANTED central",
    "PLANTED area",
    "PLANTED manager",
    "PLANTED refused",
    "PLANTED concern",
)


def filled(path: str, world: World) -> str:
    return path.format(
        case=world.case.id,
        booking=world.booking.id,
        record=world.record.id,
        concern=world.concern.id,
        interviewer=world.booking.interviewer_id,
        question=world.question.id,
        change=world.change.id,
        number=world.snapshot.number,
        kind="csv",
    )


@pytest.mark.parametrize("role", list(StaffRole), ids=lambda role: role.value)
def test_each_staff_role_opens_its_pages_in_its_own_area_and_reads_only_its_words(
    world: World, role: StaffRole, staff: Callable[..., User], signed_in: Callable[[User], FlaskClient]
) -> None:
    areas = () if role in (R.NATIONAL_HR, R.CENTRAL_TEAM) else ("NM",)
    browser = signed_in(staff(role, areas=areas))
    for path, roles in PAGES.items():
        answer = browser.get(filled(path, world))
        expected = 200 if role in roles else 302 if (path, role) in REDIRECTS else 404
        assert answer.status_code == expected, (role, path)
        if expected == 200:
            read = {word for word in PLANTED if word.encode() in answer.data}
            assert read == PLANTED_ALLOWED.get(path, set()), (role, path)


@pytest.mark.parametrize("role", list(StaffRole), ids=lambda role: role.value)
def test_a_snapshot_is_not_found_from_another_agency_and_shows_another_area_nothing_of_this_one(
    world: World, role: StaffRole, staff: Callable[..., User], signed_in: Callable[[User], FlaskClient]
) -> None:
    far, near = signed_in(staff(role, agency="css")), signed_in(staff(role, areas=("EV",)))
    for path in OF_THE_AGENCY:
        assert far.get(filled(path, world)).status_code == 404, (role, path)
        answer = near.get(filled(path, world))
        assert answer.status_code == (200 if role in PAGES[path] else 404) and b"Northmoor" not in answer.data


@pytest.mark.parametrize("role", list(StaffRole), ids=lambda role: role.value)
def test_nobody_of_another_area_or_agency_finds_the_case(
    world: World, role: StaffRole, staff: Callable[..., User], signed_in: Callable[[User], FlaskClient]
) -> None:
    for user in (staff(role, areas=("EV",)), staff(role, agency="css")):
        browser = signed_in(user)
        for path in NARROW:
            assert browser.get(filled(path, world)).status_code == 404, (role, path)


POSTS = {
    "/interviews/cases/{case}/offer": {},
    "/interviews/cases/{case}/book": {"slot": "x", "mode": "phone"},
    "/interviews/cases/{case}/cancel": {},
    "/interviews/cases/{case}/decline": {"reason": "no_time"},
    "/interviews/cases/{case}/called-back": {},
    "/interviews/cases/{case}/no-show": {},
    "/interviews/cases/{case}/points/send": {},
    "/interviews/{booking}/record": {"note-decision": "changed"},
    "/interviews/{booking}/missed": {},
    "/interviews/{booking}/concern": {"kind": "harm", "said": "x"},
    "/interviews/interviewers/{interviewer}": {"kind": "hr"},
    "/interviews/interviewers/{interviewer}/reassign": {"day-day": "23", "day-month": "11", "day-year": "2026"},
    "/interviews/guide/{question}/stop": {},
    "/interviews/mine/changes/{change}/remove": {},
    "/concerns/{concern}/told": {"whom": "leaver"},
    "/concerns/{concern}/close": {"outcome": "support_given"},
}


@pytest.mark.parametrize("role", list(StaffRole), ids=lambda role: role.value)
def test_no_verb_works_from_another_area(
    world: World,
    session: Session,
    role: StaffRole,
    staff: Callable[..., User],
    signed_in: Callable[[User], FlaskClient],
) -> None:
    browser = signed_in(staff(role, areas=("EV",)))
    for path, sent in POSTS.items():
        assert browser.post(filled(path, world), data=sent).status_code == 404, (role, path)
    session.expire_all()
    assert world.booking.state is BookingState.HELD and world.concern.state is ConcernState.RAISED
    assert world.question.active and session.get(CalendarChange, world.change.id) is not None


def test_every_endpoint_of_these_slices_is_in_the_matrix(app: Flask) -> None:
    """A new page or verb has to be put into the tables above."""
    own_only = {
        "/interviews/mine/hours",
        "/interviews/mine/changes",
        "/interviews/mine/feed",
        "/interviews/mine/feed/stop",
    }
    own_only |= {"/interviews/feed/{token}.ics"}
    names = {"case_id": "case", "booking_id": "booking", "record_id": "record"}
    names |= {"concern_id": "concern", "interviewer_id": "interviewer", "question_id": "question"}
    names |= {"change_id": "change", "int:number": "number", "any(csv,xlsx,pdf):kind": "kind"}
    found = set()
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(("/interviews", "/concerns", "/compliance")):
            path = rule.rule.replace("<uuid:", "{").replace("<", "{").replace(">", "}")
            for long, short in names.items():
                path = path.replace(f"{{{long}}}", f"{{{short}}}")
            found.add(path)
    assert found == set(PAGES) | set(POSTS) | own_only


def test_a_person_in_the_line_is_shut_out_even_with_the_staff_role(
    session: Session, staff: Callable[..., User], signed_in: Callable[[User], FlaskClient]
) -> None:
    manager = staff(R.HR_LEAD, areas=("NM",), email="boss@ncs.example")
    case = make_case(session, line_manager_email="boss@ncs.example")
    session.commit()
    assert signed_in(manager).get(f"/interviews/cases/{case.id}").status_code == 404


def test_hr_books_moves_and_cancels_for_the_leaver(
    session: Session, staff: Callable[..., User], signed_in: Callable[[User], FlaskClient]
) -> None:
    ceri, case = make_interviewer(session), make_case(session)
    session.commit()
    browser = signed_in(staff(R.HR_ADVISER, areas=("NM",)))
    path = f"/interviews/cases/{case.id}"
    for hour in (10, 14):
        value = f"20261123T{hour:02d}0000Z-{ceri.id}"
        assert value in browser.get(path).text
        browser.post(f"{path}/book", data={"slot": value, "mode": "phone"})
    booking = queries.booking_to_come(session, case.id)
    assert booking is not None and booking.starts_at == at(14) and booking.sequence == 1 and booking.booked_by_hr
    assert browser.post(f"{path}/book", data={"slot": "", "mode": "phone"}).status_code == 422
    browser.post(f"{path}/cancel")
    assert queries.booking_to_come(session, case.id) is None


def stand_in(page: str) -> str:
    """What a record page carries of what the leaver has done."""
    found = re.search(r'name="stand" value="([^"]*)"', page)
    assert found
    return found[1]


def test_notes_are_saved_as_typed_written_up_commented_corrected_and_agreed(
    session: Session, signed_in: Callable[[User], FlaskClient], client: FlaskClient
) -> None:
    ceri, case = make_interviewer(session), make_case(session)
    booking = booked(session, case, ceri, at(9))
    token = links.mint(session, case.id, "test").token
    session.commit()
    browser, path = signed_in(ceri.user), f"/interviews/{booking.id}/record"
    first = {"note-decision": "First wording", "sharing-decision": "area_hr", "do": "autosave"}
    assert browser.post(path, data=first).status_code == 200
    assert "First wording" in browser.get(path).text
    finish = {**first, "do": "write_up", "main": "workload", "reasons": ["pay"], "limits": "y"}
    assert browser.post(path, data=finish).status_code == 409
    with clock.set_to(at(10)):
        browser = signed_in(ceri.user)
        assert browser.post(path, data={**finish, "main": "", "reasons": []}).status_code == 422
        assert browser.post(path, data=finish).status_code == 303
        client.set_cookie("leaver", token)
        assert "First wording" in client.get("/a/record").text
        client.post("/a/record", data={"do": "comment", "comment": "Not quite"})
        page = browser.get(path).text
        assert "Not quite" in page
        second = {**finish, "note-decision": "Second wording"}
        assert browser.post(path, data=second).status_code == 409, "a page from before the comment"
        assert browser.post(path, data={**second, "stand": stand_in(page)}).status_code == 303
        point_page = client.get("/a/record").text
        assert "Second wording" in point_page
        client.post("/a/record", data={"do": "agree"})
    session.expire_all()
    record = records.record_of(session, booking)
    assert record is not None and record.state is RecordState.AGREED
    (point,) = [p for p in record.points if p.question == "decision"]
    assert [v.note for v in point.versions] == ["First wording"] and not point.leaver_agreed
    assert not point.may_reach(Sharing.AREA_HR) and booking.state is BookingState.HELD


def test_only_points_released_that_far_reach_the_line_manager(
    world: World, session: Session, staff: Callable[..., User], signed_in: Callable[[User], FlaskClient]
) -> None:
    browser = signed_in(staff(R.HR_ADVISER, areas=("NM",)))
    assert browser.post(f"/interviews/cases/{world.case.id}/points/send").status_code == 303
    query = select(OutboxMessage).where(OutboxMessage.kind == messages.POINTS_TO_MANAGER)
    message = session.scalars(query).one()
    composed = COMPOSERS[message.kind](session, message)
    assert composed is not None and message.recipient == "boss@ncs.example"
    assert "PLANTED manager" in composed.text
    assert not any(word in composed.text for word in PLANTED if word != "PLANTED manager")


def test_a_feed_opens_by_its_token_alone_without_names_and_dies_when_renewed(
    session: Session, signed_in: Callable[[User], FlaskClient], client: FlaskClient
) -> None:
    ceri = make_interviewer(session)
    booked(session, make_case(session, name="Planted Leaver"), ceri, at(9))
    session.commit()
    browser = signed_in(ceri.user)
    page = browser.post("/interviews/mine/feed").text
    path = page.split("<code>")[1].split("</code>")[0].removeprefix("http://localhost")
    feed = client.get(path)
    assert feed.status_code == 200 and b"BEGIN:VEVENT" in feed.data and b"Planted" not in feed.data
    again = client.get(path, headers={"If-None-Match": feed.headers["ETag"]})
    assert again.status_code == 304
    named = browser.post("/interviews/mine/feed", data={"names": "y"}).text
    assert client.get(path).status_code == 404
    path = named.split("<code>")[1].split("</code>")[0].removeprefix("http://localhost")
    assert b"Planted Leaver" in client.get(path).data
    browser.post("/interviews/mine/feed/stop")
    assert client.get(path).status_code == 404


def test_an_interviewer_sets_hours_and_absences(session: Session, signed_in: Callable[[User], FlaskClient]) -> None:
    ceri = make_interviewer(session, hours=[])
    session.commit()
    browser = signed_in(ceri.user)
    usual = {"modes": ["phone"], "languages": ["en"], "interview_minutes": "45", "buffer_minutes": "10"}
    usual |= {"travel_minutes": "0", "daily_limit": "3", "place": "", "video_address": ""}
    assert browser.post("/interviews/mine/hours", data={**usual, "monday": "nine to five"}).status_code == 422
    browser.post("/interviews/mine/hours", data={**usual, "monday": "9:00 to 12:30, 13:30-17:00"})
    away = {"kind": "absent", "reason": "leave", "first-day": "24", "first-month": "12", "first-year": "2026"}
    browser.post("/interviews/mine/changes", data={**away, "hours": ""})
    session.expire_all()
    assert [(h.weekday, h.starts.hour, h.ends.hour) for h in ceri.hours] == [(0, 9, 12), (0, 13, 17)]
    (change,) = ceri.changes
    assert change.ends_at - change.starts_at == timedelta(days=1)
    assert browser.post(f"/interviews/mine/changes/{uuid.uuid4()}/remove").status_code == 404
    browser.post(f"/interviews/mine/changes/{change.id}/remove")
    session.expire_all()
    assert ceri.changes == []


def test_a_concern_tells_the_officers_is_logged_and_closes_when_all_are_told(
    world: World, session: Session, staff: Callable[..., User], signed_in: Callable[[User], FlaskClient]
) -> None:
    officer = staff(R.NOMINATED_OFFICER, areas=("NM",))
    staff(R.NOMINATED_OFFICER, areas=("EV",), email="far@ncs.example")
    source = ConcernSource.LEAVER_FORM
    made = concerns.raise_concern(session, world.case, ConcernKind.CRIME, source, "PLANTED again", actor=TESTER)
    session.commit()
    query = select(OutboxMessage).where(OutboxMessage.kind == concerns.RAISED)
    assert {message.recipient for message in session.scalars(query)} == {officer.email}
    browser, path = signed_in(officer), f"/concerns/{made.id}"
    assert browser.post(f"{path}/close", data={"outcome": "support_given"}).status_code == 409
    for whom in ("nominated_officer", "police_liaison", "leaver"):
        browser.post(f"{path}/told", data={"whom": whom, "how": "phone"})
    assert browser.post(f"{path}/close", data={"outcome": "support_given", "note": "Done"}).status_code == 303
    session.expire_all()
    assert made.state is ConcernState.CLOSED and {n.told_whom for n in made.notices} >= {MustBeTold.LEAVER}
    events = session.scalars(select(AuditEvent.event).where(AuditEvent.subject_id == str(made.id))).all()
    assert events.count("concern.told") == 3 and "concern.closed" in events


def test_reading_a_record_is_in_the_audit_trail(
    world: World, session: Session, staff: Callable[..., User], signed_in: Callable[[User], FlaskClient]
) -> None:
    reader = staff(R.CENTRAL_TEAM)
    signed_in(reader).get(f"/interviews/records/{world.record.id}")
    session.rollback()  # the page's own reading transaction is over; the look was committed beside it
    looks = select(AuditEvent).where(AuditEvent.event == "record.seen", AuditEvent.actor_id == str(reader.id))
    assert len(session.scalars(looks).all()) == 1


def test_capacity_says_where_times_run_out(
    session: Session, staff: Callable[..., User], signed_in: Callable[[User], FlaskClient]
) -> None:
    make_interviewer(session, daily_limit=1, hours=[(0, at(9).time(), at(10).time())])
    for _ in range(6):
        offered(session, make_case(session))
    session.commit()
    page = signed_in(staff(R.HR_ADVISER, areas=("NM",))).get("/interviews/capacity").text
    assert "2 times short" in page and "Northmoor" in page
