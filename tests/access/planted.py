"""One record of every kind, planted in a place: what the matrix of access fills the addresses of routes with."""

import uuid
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy.orm import Session

from surveyapp import clock, mail, uploads
from surveyapp.access import StaffRole, Viewer
from surveyapp.actions.models import Action
from surveyapp.api import tokens
from surveyapp.api.models import ApiScope
from surveyapp.cases.models import AbsenceCover, Case, CaseOpening, CaseUpload
from surveyapp.coding.contents import CommentText
from surveyapp.coding.models import Comment
from surveyapp.concerns import service as concerns
from surveyapp.concerns.models import ConcernKind, ConcernSource
from surveyapp.context.models import ContextUpload
from surveyapp.directory import accounts
from surveyapp.directory.identity_models import ProviderRole
from surveyapp.directory.models import Passkey, User
from surveyapp.interviews.interviewer_models import (
    CalendarChange,
    ChangeKind,
    Interviewer,
    InterviewerArea,
    InterviewerKind,
)
from surveyapp.interviews.models import BookingState, InterviewBooking, InterviewerType, Mode
from surveyapp.interviews.record_models import InterviewRecord, LocalQuestion, RecordPoint, RecordState, Sharing
from surveyapp.invitations.models import AddressChange
from surveyapp.outside.mappings import SHIPPED
from surveyapp.outside.models import ImportedSurvey, SurveyUpload
from surveyapp.uploads import Received
from tests.conftest import TESTER
from tests.factories.cases import make_case

Ids = dict[str, object]


@dataclass(frozen=True)
class Place:
    """Where records are planted, and the word that stands in all of them."""

    name: str
    agency: str
    area: str
    job_role: str
    grade: str | None

    @property
    def word(self) -> str:
        return f"Planted{self.name.replace(' ', '')}"


def plant(session: Session, place: Place) -> Ids:
    """Every kind of record in that place; ids by the name of the address's part, or `part@slice` where two share it."""
    case = make_case(
        session,
        name=f"Zebedee {place.word}",
        agency=place.agency,
        area=place.area,
        job_role=place.job_role,
        grade=place.grade,
        personal_email=f"{place.word.lower()}@home.example",
    )
    stranger = _user(session, place)
    ids: Ids = {"case_id": case.id, "user_id": stranger.id, "grant_id": stranger.grants[0].id, "agency": place.agency}
    ids |= _of_case(session, place, case, stranger) | _of_interview(session, place, case) | _of_agency(session, place)
    ids |= _of_person(session, stranger)
    session.flush()
    return ids


def _user(session: Session, place: Place, role: StaffRole = StaffRole.CODER) -> User:
    email = f"{uuid.uuid4().hex[:8]}.{place.word.lower()}@staff.example"
    return accounts.grant_staff_role(session, email, role, place.agency, (place.area,), actor=TESTER, name=place.word)


def _of_case(session: Session, place: Place, case: Case, stranger: User) -> Ids:
    opening = CaseOpening(case_id=case.id, asked_by=stranger.id, asked_at=clock.now(), data_key=case.record_key())
    opening.reason = f"Reason of {place.word}"
    change = AddressChange(case_id=case.id, requested_by_id=stranger.id, requested_at=clock.now())
    change.data_key = case.record_key()
    change.address = f"new.{place.word.lower()}@home.example"
    session.add_all([opening, change])
    key = f"planted/{uuid.uuid4()}"
    message = mail.queue(session, "invite", case.work_email or "", about=case.about, reason_key=key, agency=case.agency)
    concern = concerns.raise_concern(
        session, case, ConcernKind.HARM, ConcernSource.INTERVIEW, f"Concern of {place.word}", actor=TESTER
    )
    session.flush()
    return {
        "opening_id": opening.id,
        "change_id@inviting": change.id,
        "message_id": message.id,
        "concern_id": concern.id,
    }


def _of_interview(session: Session, place: Place, case: Case) -> Ids:
    user = _user(session, place, StaffRole.INTERVIEWER)
    interviewer = Interviewer(
        user=user,
        agency=place.agency,
        area=place.area,
        kind=InterviewerKind.HR,
        accredited_on=date(2020, 1, 1),
        modes=[mode.value for mode in Mode],
        languages=["en"],
        areas=[InterviewerArea(agency=place.agency, area=place.area)],
    )
    session.add(interviewer)
    session.flush()
    now = clock.now()
    booking = InterviewBooking(
        case_id=case.id,
        interviewer_id=interviewer.id,
        state=BookingState.HELD,
        interviewer_type=InterviewerType.AREA_HR,
        mode=Mode.PHONE,
        starts_at=now - timedelta(hours=2),
        ends_at=now - timedelta(hours=1),
        busy_from_at=now - timedelta(hours=2),
        busy_until_at=now - timedelta(hours=1),
        uid=str(uuid.uuid4()),
        organiser="hr@ncs.example",
        booked_at=now,
        changed_at=now,
    )
    session.add(booking)
    session.flush()
    record = InterviewRecord(booking_id=booking.id, guide="interview_guide/1", begun_at=now, saved_at=now)
    record.points = [RecordPoint(question="decision", position=1, sharing=Sharing.AREA_HR, leaver_agreed=True)]
    record.points[0].note = f"Said by {place.word}"
    record.written_up_at = record.first_written_up_at = record.agreed_at = now
    record.state = RecordState.AGREED
    change = CalendarChange(
        interviewer_id=interviewer.id, kind=ChangeKind.EXTRA, starts_at=now, ends_at=now + timedelta(hours=1)
    )
    session.add_all([record, change])
    session.flush()
    return {
        "interviewer_id": interviewer.id,
        "booking_id": booking.id,
        "record_id": record.id,
        "change_id@own_interviews": change.id,
    }


def _of_agency(session: Session, place: Place) -> Ids:
    scopes = (ApiScope.READ,)
    token, _text = tokens.make_token(session, place.agency, f"System {place.word}", scopes, TESTER)
    comment = Comment(id=uuid.uuid4(), agency=place.agency, place=1, bands=b"sealed")
    comment.record_key()
    comment.content = CommentText((f"Comment of {place.word}.",), "change", "en", "quote").to_json()
    what = "An action" if place.agency == "ncs" else f"An action of {place.word}"
    today = clock.today()
    action = Action(agency=place.agency, what=what, made_at=clock.now(), due_on=today, review_on=today)
    owner = place if place.agency != "ncs" else replace(place, name="agency")  # a whole agency knows its actions
    action.owner = _user(session, owner, StaffRole.RETENTION_LEAD)
    survey = ImportedSurvey(agency=place.agency, source=f"Survey {place.word}", imported_at=clock.now())
    survey.file_sha256, survey.mapping_sha256, survey.reasons, survey.report = place.word, "mapping", [], {}
    question = LocalQuestion(agency=place.agency, area=place.area, added_at=clock.now())
    question.text_en = question.text_cy = f"Question of {place.word}?"
    session.add_all([comment, action, survey, question])
    session.flush()
    ids: Ids = {"survey_id": survey.id, "question_id": question.id}
    return ids | {"token_id": token.id, "comment_id": comment.id, "action_id": action.id}


def _of_person(session: Session, stranger: User) -> Ids:
    """What belongs to one member of staff alone."""
    now = clock.now()
    mapping = next(iter(SHIPPED.values())).read_text(encoding="utf-8")
    owner = Viewer(stranger.id, stranger.email, "", "en", ())
    files = {"case_imports": CaseUpload(), "context": ContextUpload(), "survey_imports": SurveyUpload(mapping=mapping)}
    ids = {
        f"upload_id@{name}": uploads.keep(session, made, owner, Received(stranger.name.encode(), ".csv")).id
        for name, made in files.items()
    }
    cover = AbsenceCover(absent_id=stranger.id, cover_id=stranger.id, from_on=clock.today(), until_on=clock.today())
    passkey = Passkey(id=uuid.uuid4(), user_id=stranger.id, credential_id=uuid.uuid4().bytes, public_key=b"")
    passkey.name, passkey.created_at = "Laptop", now
    rule = ProviderRole(claim=stranger.name, staff_role=StaffRole.CODER, made_by=stranger.id, made_at=now)
    rule.agency = stranger.grants[0].agency
    session.add_all([cover, passkey, rule])
    session.flush()
    return {**ids, "rule_id": rule.id, "cover_id": cover.id, "passkey_id": passkey.id}
