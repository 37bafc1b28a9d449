"""The work list: what is due, overdue as a word, whose it is, filters, the file, and everybody's own home."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.access import StaffRole
from surveyapp.cases import service
from surveyapp.cases.absences import cover_absence
from surveyapp.cases.models import Case
from surveyapp.directory import accounts
from surveyapp.directory.models import User
from surveyapp.directory.queries import viewer_of
from surveyapp.interviews import offers
from surveyapp.invitations import ledger
from surveyapp.invitations import service as invitations
from surveyapp.mail.models import MailState, OutboxMessage
from surveyapp.worklist.addresses import ENDPOINTS
from surveyapp.worklist.csv_file import guarded
from surveyapp.worklist.queries import WorkFilters, steps_for, steps_of_case
from surveyapp.worklist.steps import WORDS, StepKind
from tests.conftest import TESTER
from tests.factories.cases import make_case
from tests.factories.releases import waiting_release

TODAY = date(2026, 11, 23)


@pytest.fixture
def adviser(staff: Callable[..., User]) -> User:
    return staff(StaffRole.HR_ADVISER, areas=("NM",), email="adviser@ncs.example")


def test_a_leaver_without_a_personal_address_is_a_step_due_before_the_last_day(session: Session, adviser: User) -> None:
    case = make_case(session, personal_email="", last_working_day=date(2026, 12, 18))
    make_case(session, last_working_day=date(2026, 12, 18))
    make_case(session, personal_email="", leaving_type="dismissal_conduct")
    make_case(session, personal_email="", area="EV")
    make_case(session, personal_email="", line_manager_email="adviser@ncs.example")
    (step,) = [
        step
        for step in steps_for(viewer_of(adviser), session, WorkFilters(), TODAY)
        if step.kind is StepKind.ASK_PERSONAL_EMAIL
    ]
    assert (step.case_id, step.due_on) == (case.id, date(2026, 12, 17))
    assert not step.is_overdue(date(2026, 12, 17)) and step.is_overdue(date(2026, 12, 18))


def test_a_case_that_is_not_open_has_nothing_to_do(session: Session, organisation: str) -> None:
    case = make_case(session, personal_email="")
    assert steps_of_case(session, case)
    service.withdraw_resignation(session, case, TESTER)
    assert steps_of_case(session, case) == []


def test_a_release_that_nobody_has_cut_is_a_due_step_of_those_who_work_for_the_whole_agency(
    session: Session, adviser: User, staff: Callable[..., User], signed_in: Callable[[User], FlaskClient]
) -> None:
    ledger.invitation_for(session, make_case(session).id).answered_on = date(2026, 7, 15)
    session.commit()
    whole, of_one_area = signed_in(staff(StaffRole.NATIONAL_HR)), signed_in(adviser)
    with clock.set_to(datetime(2026, 10, 31, 12, tzinfo=UTC)):
        assert "Releases that are due" not in whole.get("/").text
    with clock.set_to(datetime(2026, 11, 1, 12, tzinfo=UTC)):
        page = whole.get("/").text
        assert "July to September 2026: due on 31 October 2026" in page
        assert "July to September 2026" not in of_one_area.get("/").text


def test_a_release_that_waits_for_a_signature_is_a_step_of_those_who_may_sign_it(
    session: Session, staff: Callable[..., User], signed_in: Callable[[User], FlaskClient]
) -> None:
    waiting_release(session, 15)
    waiting_release(session, 16, agency="css")
    signer, other = staff(StaffRole.NATIONAL_HR), staff(StaffRole.NATIONAL_HR)
    accounts.grant_staff_role(session, signer.email, StaffRole.RELEASE_SIGNER, "ncs", (), actor=TESTER)
    signing, not_signing = signed_in(signer), signed_in(other)
    page = signing.get("/").text
    assert 'href="/reports/releases#release-15">Sign release 15</a>' in page
    assert "July to September 2026: cut on 31 October 2026" in page
    assert "Sign release 16" not in page
    assert "Sign release" not in not_signing.get("/").text


def test_whoever_covers_sees_the_steps_of_the_absent_as_their_own(
    session: Session, adviser: User, staff: Callable[..., User]
) -> None:
    away = staff(StaffRole.HR_ADVISER, areas=("NM",))
    case = make_case(session, personal_email="")
    service.hand_over_case(session, case, away, TESTER)
    viewer, mine = viewer_of(adviser), WorkFilters(whose="mine", kind=StepKind.ASK_PERSONAL_EMAIL)
    assert steps_for(viewer, session, mine, TODAY) == []
    cover_absence(session, away.id, adviser.id, TODAY, date(2026, 11, 30), TESTER)
    assert [step.case_id for step in steps_for(viewer, session, mine, TODAY)] == [case.id]
    assert steps_for(viewer, session, mine, date(2026, 12, 1)) == []


@pytest.mark.one_backend
def test_home_shows_overdue_as_a_word_and_the_file_holds_the_same_steps(
    session: Session, adviser: User, signed_in: Callable[[User], FlaskClient]
) -> None:
    with clock.set_to(TODAY):
        case = make_case(session, personal_email="", name="=cmd()", last_working_day=date(2026, 11, 20))
        session.commit()
        browser = signed_in(adviser)
        page = browser.get("/")
        assert page.status_code == 200 and "Overdue" in page.text and str(case.id) in page.text
        file = browser.get("/work-list.csv").text
        assert "ask_personal_email" in file and ",'=cmd()," in file and ",yes," in file
        assert "Nothing fits these filters" in browser.get("/?whose=mine").text


@pytest.mark.one_backend
def test_everybody_else_is_sent_to_their_own_home_or_told_that_there_is_none(
    session: Session, staff: Callable[..., User], signed_in: Callable[[User], FlaskClient], client: FlaskClient
) -> None:
    coder = signed_in(staff(StaffRole.CODER)).get("/")
    assert coder.status_code in (200, 302) and coder.location != "/"
    assert client.get("/").status_code == 302


def test_nothing_in_the_file_is_taken_for_a_formula() -> None:
    assert [guarded(cell) for cell in ("=1+1", "+44", "@x", "-1", "\tx", "a=b")] == [
        "'=1+1",
        "'+44",
        "'@x",
        "'-1",
        "'\tx",
        "a=b",
    ]


def kinds_of(session: Session, case: Case) -> dict[StepKind, date]:
    return {step.kind: step.due_on for step in steps_of_case(session, case)}


def test_a_new_resignation_is_offered_an_interview_in_time(session: Session, organisation: str) -> None:
    with clock.set_to(date(2026, 11, 20)):
        case = make_case(session)
        assert kinds_of(session, case) == {StepKind.OFFER_INTERVIEW: date(2026, 11, 27)}
        assert kinds_of(session, make_case(session, leaving_type="retirement")) == {}
        assert kinds_of(session, make_case(session, leaving_type="dismissal_conduct", personal_email="")) == {}


def test_what_is_done_is_no_longer_a_step_and_a_hold_is_one(session: Session, organisation: str) -> None:
    with clock.set_to(date(2026, 11, 20)):
        case, held = make_case(session), make_case(session)
        invitations.invite_case(session, case, actor=TESTER)
        for one in (case, held):
            offers.offer_interview(session, one, actor=TESTER)
        invitations.hold(session, held, actor=TESTER)
        session.flush()
        assert kinds_of(session, case) == {}
        assert kinds_of(session, held) == {StepKind.INVITE: date(2026, 11, 24)}


def test_a_message_that_did_not_arrive_and_a_call_asked_for_are_due_the_next_working_day(
    session: Session, organisation: str
) -> None:
    with clock.set_to(date(2026, 11, 20)):
        case = make_case(session)
        invitations.invite_case(session, case, actor=TESTER)
        offer = offers.offer_interview(session, case, actor=TESTER)
        offers.ask_for_call_back(session, offer, actor=TESTER)
        session.flush()
        for message in session.scalars(select(OutboxMessage).where(OutboxMessage.about == case.about)):
            message.state = MailState.FAILED
        session.flush()
        monday = date(2026, 11, 23)
        assert kinds_of(session, case) == {StepKind.MEND_ADDRESS: monday, StepKind.CALL_BACK: monday}


@pytest.mark.one_backend
def test_every_step_has_words_and_a_page_where_it_is_done(app: Flask) -> None:
    assert set(WORDS) == set(ENDPOINTS) == set(StepKind)
    assert set(ENDPOINTS.values()) <= set(app.view_functions)
