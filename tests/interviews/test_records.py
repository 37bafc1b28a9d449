"""The record: what was agreed stays agreed, a correction opens it again, questions keep their words."""

import re
from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.access import StaffRole
from surveyapp.cases.models import Case
from surveyapp.directory.models import User
from surveyapp.interviews import bookings, guide, messages, queries, records
from surveyapp.interviews.emails import COMPOSERS
from surveyapp.interviews.interviewer_models import Interviewer
from surveyapp.interviews.models import InterviewBooking
from surveyapp.interviews.record_models import InterviewRecord, LocalQuestion, RecordState, Sharing
from surveyapp.interviews.records import ChangedMeanwhile, Note, Reasons, Typed
from surveyapp.interviews.typed_record import typed_in
from surveyapp.invitations import links
from surveyapp.mail.models import OutboxMessage
from tests.conftest import TESTER
from tests.factories.cases import make_case
from tests.interviews.people import TODAY, at, booked, make_interviewer

R = StaffRole
SAID = Typed(
    {"decision": Note("The work doubled", Sharing.LINE_MANAGER, True), "return": Note("perhaps")},
    Reasons("workload"),
    limits_explained=True,
)


@pytest.fixture(autouse=True)
def just_after_the_interview(organisation: str) -> Iterator[None]:
    with clock.set_to(at(11)):
        yield


@pytest.fixture
def ceri(session: Session) -> Interviewer:
    return make_interviewer(session)


@pytest.fixture
def booking(session: Session, ceri: Interviewer) -> InterviewBooking:
    with clock.set_to(TODAY):
        case = make_case(session, line_manager_email="boss@ncs.example", name="Ann Rees")
        return booked(session, case, ceri, at(9))


@pytest.fixture
def agreed(session: Session, ceri: Interviewer, booking: InterviewBooking) -> InterviewRecord:
    """A record that the leaver agreed, one point of it as far as the line manager."""
    record = records.begin_record(session, booking, "interview_guide/1", actor=TESTER)
    records.save_draft(session, record, SAID, ceri.user_id)
    records.write_up(session, record, actor=TESTER)
    ticked = frozenset(point.id for point in record.points if point.sharing is not Sharing.CENTRAL)
    records.agree_record(session, record, ticked, actor=TESTER)
    session.commit()
    return record


def page_of(browser: FlaskClient, booking: InterviewBooking) -> dict[str, str]:
    """The record page's form, as the interviewer's browser would send it back."""
    page = browser.get(f"/interviews/{booking.id}/record").text
    stand = re.search(r'name="stand" value="([^"]*)"', page)
    assert stand
    sent = {"stand": stand[1], "limits": "y", "main": "workload", "note-decision": "The work doubled"}
    return {**sent, "sharing-decision": "line_manager", "agreed-decision": "y", "note-return": "perhaps"}


def test_saving_an_agreed_record_unchanged_leaves_it_agreed(
    session: Session, agreed: InterviewRecord, booking: InterviewBooking, signed_in: Callable[[User], FlaskClient]
) -> None:
    browser = signed_in(booking.interviewer.user)
    form = page_of(browser, booking)
    assert browser.post(f"/interviews/{booking.id}/record", data={**form, "do": "autosave"}).json == {
        "stand": form["stand"]
    }
    session.refresh(agreed)
    assert agreed.state is RecordState.AGREED


def test_a_change_after_the_agreement_opens_the_record_and_nothing_travels_until_it_is_agreed_anew(
    session: Session,
    agreed: InterviewRecord,
    booking: InterviewBooking,
    staff: Callable[..., User],
    signed_in: Callable[[User], FlaskClient],
    client: FlaskClient,
) -> None:
    case: Case = booking.case
    adviser, browser = signed_in(staff(R.HR_ADVISER, areas=("NM",))), signed_in(booking.interviewer.user)
    assert adviser.get(f"/interviews/cases/{case.id}/points").status_code == 200
    form = page_of(browser, booking) | {"note-decision": "They blamed the manager", "do": "save"}
    assert browser.post(f"/interviews/{booking.id}/record", data=form).status_code == 303
    session.rollback()
    session.refresh(agreed)
    assert agreed.state is RecordState.REOPENED and agreed.agreed_at is None
    for answer in (
        adviser.get(f"/interviews/cases/{case.id}/points"),
        adviser.post(f"/interviews/cases/{case.id}/points/send"),
    ):
        assert answer.status_code == 404
    session.rollback()
    client.set_cookie("leaver", links.mint(session, case.id, "test").token)
    own = client.get("/a/record").text
    assert "is changing the record" in own and "They blamed" not in own
    form = page_of(browser, booking) | {"note-decision": "Corrected", "do": "write_up"}
    browser.post(f"/interviews/{booking.id}/record", data=form)
    assert "Corrected" in client.get("/a/record").text
    kinds = session.scalars(select(OutboxMessage.kind)).all()
    assert messages.RECORD_CORRECTED in kinds and messages.POINTS_TO_MANAGER not in kinds


def test_correcting_an_agreed_record_while_the_page_saves_by_itself_is_no_clash_with_the_leaver(
    session: Session, agreed: InterviewRecord, booking: InterviewBooking, signed_in: Callable[[User], FlaskClient]
) -> None:
    browser, path = signed_in(booking.interviewer.user), f"/interviews/{booking.id}/record"
    form = page_of(browser, booking) | {"note-decision": "Corrected"}
    answer = browser.post(path, data=form | {"do": "autosave"})  # takes the agreement back, by the writer's own hand
    assert answer.json is not None and answer.json["stand"] != form["stand"]
    sent = browser.post(path, data=form | {"stand": answer.json["stand"], "do": "write_up"})
    session.refresh(agreed)
    assert sent.status_code == 303 and agreed.state is RecordState.WRITTEN_UP


def test_an_interviewers_stale_page_does_not_undo_what_the_leaver_decided(
    session: Session, ceri: Interviewer, booking: InterviewBooking
) -> None:
    record = records.begin_record(session, booking, "interview_guide/1", actor=TESTER)
    records.save_draft(session, record, SAID, ceri.user_id)
    records.write_up(session, record, actor=TESTER)
    stand = records.stand_of(record)
    records.agree_record(session, record, frozenset(), actor=TESTER)
    with pytest.raises(ChangedMeanwhile):
        records.save_draft(session, record, SAID, ceri.user_id, stand)
    assert not any(point.leaver_agreed for point in record.points) and record.state is RecordState.AGREED


def test_would_they_come_back_is_kept_and_shown_in_words(
    agreed: InterviewRecord,
    booking: InterviewBooking,
    staff: Callable[..., User],
    signed_in: Callable[[User], FlaskClient],
    session: Session,
    client: FlaskClient,
) -> None:
    stored = {point.question: point.note for point in agreed.points}
    assert stored["return"] == "perhaps"
    assert 'value="perhaps" checked' in signed_in(booking.interviewer.user).get(f"/interviews/{booking.id}/record").text
    session.rollback()
    central = signed_in(staff(R.CENTRAL_TEAM)).get(f"/interviews/records/{agreed.id}").text
    assert "Would they come back one day?" in central and "Perhaps" in central
    session.rollback()
    client.set_cookie("leaver", links.mint(session, booking.case_id, "test").token)
    assert "Perhaps" in client.get("/a/record").text


def test_only_an_option_of_the_question_is_taken(session: Session, booking: InterviewBooking) -> None:
    class Form(dict[str, str]):
        def getlist(self, name: str) -> list[str]:
            return []

    shown = guide.guide_for(session, guide.SHIPPED, booking.case, "en")
    assert typed_in(Form({"note-return": "never, <b>"}), shown).notes["return"].text == ""
    assert typed_in(Form({"note-return": "yes"}), shown).notes["return"].text == "yes"


def test_the_adviser_sees_the_text_sends_it_once_and_sees_when(
    session: Session,
    agreed: InterviewRecord,
    booking: InterviewBooking,
    staff: Callable[..., User],
    signed_in: Callable[[User], FlaskClient],
) -> None:
    adviser = signed_in(staff(R.HR_ADVISER, areas=("NM",)))
    path = f"/interviews/cases/{booking.case_id}/points"
    before = adviser.get(path).text
    assert "boss@ncs.example" in before and "The work doubled" in before and "Sent to the line manager" not in before
    adviser.post(f"{path}/send")
    adviser.post(f"{path}/send")
    assert "Sent to the line manager on" in adviser.get(path).text
    query = select(OutboxMessage).where(OutboxMessage.kind == messages.POINTS_TO_MANAGER)
    (message,) = session.scalars(query)
    made = COMPOSERS[message.kind](session, message)
    assert made is not None and "The work doubled" in made.text and "perhaps" not in made.text.lower()
    assert queries.sent_to_manager_at(session, agreed) is not None


def questions_of(session: Session) -> list[str]:
    return [one.text_en for one in session.scalars(select(LocalQuestion).where(LocalQuestion.active))]


def test_an_area_lead_adds_and_stops_questions_of_their_own_area_only(
    session: Session,
    agreed: InterviewRecord,
    booking: InterviewBooking,
    staff: Callable[..., User],
    signed_in: Callable[[User], FlaskClient],
) -> None:
    lead, nation = signed_in(staff(R.HR_LEAD, areas=("NM",))), signed_in(staff(R.NATIONAL_HR))
    asked = {"where": "ncs/NM", "text_en": "How was the court?", "text_cy": "Sut oedd y llys?"}
    assert lead.post("/interviews/guide", data=asked).status_code == 303
    for wrong in ({"where": "ncs/"}, {"where": "ncs/EV"}, {"text_cy": ""}):
        assert lead.post("/interviews/guide", data={**asked, **wrong}).status_code == 422, wrong
    assert nation.post("/interviews/guide", data={**asked, "where": "ncs/", "text_en": "For all?"}).status_code == 303
    assert sorted(questions_of(session)) == ["For all?", "How was the court?"]
    session.rollback()
    page = lead.get("/interviews/guide").text
    assert "How was the court?" in page and "For all?" not in page and "What made you start to think" in page
    browser = signed_in(booking.interviewer.user)
    assert "How was the court?" in browser.get(f"/interviews/{booking.id}/record").text
    session.rollback()
    mine = session.scalars(select(LocalQuestion).where(LocalQuestion.area == "NM")).one()
    form = page_of(browser, booking) | {f"note-{mine.code}": "Draughty", "do": "save"}
    browser.post(f"/interviews/{booking.id}/record", data=form)
    assert lead.post(f"/interviews/guide/{mine.id}/stop").status_code == 303
    assert questions_of(session) == ["For all?"]
    session.rollback()
    kept = browser.get(f"/interviews/{booking.id}/record").text
    assert "How was the court?" in kept and "Draughty" in kept, "a record keeps the words of what was asked"


def test_an_interview_that_was_missed_or_cancelled_meanwhile_is_not_written_up(
    session: Session, ceri: Interviewer, booking: InterviewBooking, signed_in: Callable[[User], FlaskClient]
) -> None:
    session.commit()
    browser = signed_in(ceri.user)
    form = page_of(browser, booking) | {"note-decision": "The work doubled", "do": "autosave"}
    browser.post(f"/interviews/{booking.id}/record", data=form)
    session.rollback()
    bookings.mark_no_show(session, booking, actor=TESTER)
    session.execute(delete(OutboxMessage))
    session.commit()
    form = page_of(browser, booking) | {"note-decision": "The work doubled", "main": "workload", "limits": "1"}
    answer = browser.post(f"/interviews/{booking.id}/record", data=form | {"do": "write_up"})
    assert answer.status_code == 409 and "cancelled or missed" in answer.text and "The work doubled" in answer.text
    session.rollback()
    record = records.record_of(session, booking)
    assert record is not None and record.state is RecordState.DRAFTED
    assert session.scalars(select(OutboxMessage)).all() == [], "the leaver is sent no link"
