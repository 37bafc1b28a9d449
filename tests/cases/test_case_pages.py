"""The pages of cases as HR uses them: adding, finding, changing, the single verbs, and what others must not reach."""

import uuid
from collections.abc import Callable
from contextvars import Context
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.access import StaffRole
from surveyapp.audit.models import AuditEvent
from surveyapp.cases.models import AbsenceCover, Case, CaseState
from surveyapp.directory.models import Agency, User
from tests.factories.cases import make_case

pytestmark = pytest.mark.one_backend

FORM = {
    "staff_number": "N1",
    "name": "Siân Lewis",
    "area": "NM",
    "job_role": "case_lawyer",
    "leaving_type": "resignation",
    "last_working_day-day": "18",
    "last_working_day-month": "12",
    "last_working_day-year": "2026",
    "writes_in": "cy",
    "working_pattern": "",
    "grade": "",
}


@pytest.fixture
def adviser(staff: Callable[..., User], signed_in: Callable[[User], FlaskClient]) -> FlaskClient:
    return signed_in(staff(StaffRole.HR_ADVISER, areas=("NM",), email="adviser@ncs.example"))


def the_case(session: Session) -> Case:
    session.expire_all()
    return session.scalars(select(Case)).one()


def test_an_adviser_adds_a_leaver_and_sees_the_case(adviser: FlaskClient, session: Session) -> None:
    page = adviser.get("/cases/add")
    assert page.status_code == 200 and b"Add a leaver" in page.data
    saved = adviser.post("/cases/add", data=FORM)
    case = the_case(session)
    assert saved.status_code == 302 and saved.location == f"/cases/{case.id}"
    assert (case.name, case.language, case.grade, case.area) == ("Siân Lewis", "cy", None, "NM")
    shown = adviser.get(saved.location)
    assert shown.status_code == 200 and "Siân Lewis" in shown.text and "The case was added" in shown.text


def test_a_refused_form_keeps_what_was_typed_and_says_what_to_do(adviser: FlaskClient, session: Session) -> None:
    refused = adviser.post("/cases/add", data={**FORM, "last_working_day-month": "13", "leaving_type": ""})
    assert refused.status_code == 422
    assert "Choose the leaving type" in refused.text and "Enter a real date" in refused.text
    assert 'value="Siân Lewis"' in refused.text
    assert session.scalars(select(Case)).all() == []


def test_adding_the_same_person_again_shows_the_case_there_is(adviser: FlaskClient, session: Session) -> None:
    adviser.post("/cases/add", data=FORM)
    again = adviser.post("/cases/add", data=FORM)
    assert again.status_code == 422 and f"/cases/{the_case(session).id}" in again.text


def test_an_adviser_cannot_add_a_leaver_to_another_area(adviser: FlaskClient, session: Session) -> None:
    assert adviser.post("/cases/add", data={**FORM, "area": "EV"}).status_code == 422
    assert session.scalars(select(Case)).all() == []


def test_the_list_finds_by_name_filters_and_links_to_the_case(adviser: FlaskClient, session: Session) -> None:
    case = make_case(session, name="Siân Lewis")
    other = make_case(session, name="Ann Rees", leaving_type="retirement")
    session.commit()
    everything = adviser.get("/cases").text
    assert str(case.id) in everything and str(other.id) in everything
    found = adviser.get("/cases?search=sian").text
    assert str(case.id) in found and str(other.id) not in found
    retired = adviser.get("/cases?leaving_type=retirement&area=ncs/NM").text
    assert str(other.id) in retired and str(case.id) not in retired
    assert "No case fits" in adviser.get("/cases?search=nobody").text


def test_changing_a_case_keeps_addresses_that_the_form_does_not_show(adviser: FlaskClient, session: Session) -> None:
    case = make_case(session, staff_number="N1")
    session.commit()
    assert adviser.get(f"/cases/{case.id}/edit").status_code == 200
    address = case.work_email
    assert adviser.post(f"/cases/{case.id}/edit", data={**FORM, "work_email": "evil@x.example"}).status_code == 302
    assert the_case(session).work_email == address and the_case(session).name == "Siân Lewis"


def test_what_is_not_yours_is_not_found(
    adviser: FlaskClient, session: Session, staff: Callable[..., User], signed_in: Callable[[User], FlaskClient]
) -> None:
    theirs = [make_case(session, area="EV"), make_case(session, line_manager_email="adviser@ncs.example")]
    session.commit()
    for case in [*(one.id for one in theirs), uuid.uuid4()]:
        for path in ("", "/edit", "/stayed", "/death", "/hand-over", "/note", "/merge"):
            assert adviser.get(f"/cases/{case}{path}").status_code == 404, path
        for path in (
            "/edit",
            "/stayed",
            "/death",
            "/hand-over",
            "/note",
            "/merge",
            "/open-again",
            "/close",
            "/regretted",
        ):
            assert adviser.post(f"/cases/{case}{path}", data={"regretted": "yes"}).status_code == 404, path
        assert adviser.get(f"/cases/last-days?case={case}").status_code == 404
    lead = signed_in(staff(StaffRole.RETENTION_LEAD))
    assert lead.get(f"/cases/{theirs[0].id}").status_code == 404 and lead.get("/cases").status_code == 404


def test_stayed_and_back_again(adviser: FlaskClient, session: Session) -> None:
    case = make_case(session)
    session.commit()
    assert adviser.get(f"/cases/{case.id}/stayed").status_code == 200
    adviser.post(f"/cases/{case.id}/stayed", data={"after_conversation": "y"})
    assert the_case(session).state is CaseState.STAYED and the_case(session).stayed_after_conversation
    page = adviser.get(f"/cases/{case.id}").text
    assert "The person stays after a conversation" in page and "Undo: the person leaves after all" in page
    adviser.post(f"/cases/{case.id}/open-again")
    assert the_case(session).is_open


def test_a_death_is_recorded_and_the_page_says_that_nothing_will_be_sent(
    adviser: FlaskClient, session: Session
) -> None:
    case = make_case(session)
    session.commit()
    assert "Only an HR lead can undo this" in adviser.get(f"/cases/{case.id}/death").text
    done = adviser.post(f"/cases/{case.id}/death", follow_redirects=True)
    assert "Nothing more will be sent" in done.text and the_case(session).state is CaseState.DIED


def test_a_note_is_read_on_the_timeline_and_hostile_text_is_only_text(adviser: FlaskClient, session: Session) -> None:
    case = make_case(session, name="<b>Ann</b>")
    session.commit()
    adviser.post(f"/cases/{case.id}/note", data={"text": "<script>alert(1)</script>"})
    page = adviser.get(f"/cases/{case.id}").text
    assert "&lt;script&gt;alert(1)" in page and "<script>alert" not in page and "<b>Ann" not in page


def test_handing_over_goes_only_to_somebody_who_may_see_the_case(
    adviser: FlaskClient, session: Session, staff: Callable[..., User]
) -> None:
    case = make_case(session, line_manager_email="boss@ncs.example")
    fitting = staff(StaffRole.HR_ADVISER, areas=("NM",))
    unfitting = [
        staff(StaffRole.HR_ADVISER, areas=("EV",)),
        staff(StaffRole.HR_ADVISER, areas=("NM",), email="boss@ncs.example"),
        staff(StaffRole.CODER),
    ]
    session.commit()
    for user in unfitting:
        assert adviser.post(f"/cases/{case.id}/hand-over", data={"owner": str(user.id)}).status_code == 422
    adviser.post(f"/cases/{case.id}/hand-over", data={"owner": str(fitting.id)})
    assert the_case(session).owner_id == fitting.id


def test_two_cases_of_one_person_are_merged_after_both_were_shown(adviser: FlaskClient, session: Session) -> None:
    kept, other = make_case(session, staff_number="N1"), make_case(session, staff_number="N-1", name="Ann Reece")
    session.commit()
    shown = adviser.post(f"/cases/{kept.id}/merge", data={"staff_number": "N-1"})
    assert "Are these the same person?" in shown.text and "Ann Reece" in shown.text
    adviser.post(f"/cases/{kept.id}/merge", data={"staff_number": "N-1", "confirmed": "yes"})
    session.expire_all()
    assert other.merged_into_id == kept.id
    assert "Open the case that was kept" in adviser.get(f"/cases/{other.id}").text


def test_a_merge_that_is_refused_leaves_both_cases_as_they_were(adviser: FlaskClient, session: Session) -> None:
    """The other case knows an address of the agency's own, which a second person must agree to (CONTRACTS 1.8)."""
    session.get_one(Agency, "ncs").mail_domains = ["ncs.example"]
    gone = {"last_working_day": date(2026, 11, 2)}
    kept = make_case(session, staff_number="N1", personal_email="", **gone)
    other = make_case(session, staff_number="N-1", personal_email="ann@ncs.example", **gone)
    session.commit()
    adviser.post(f"/cases/{kept.id}/merge", data={"staff_number": "N-1", "confirmed": "yes"})
    session.expire_all()
    assert other.merged_into_id is None and other.is_open and not kept.personal_email
    assert "a second person must agree" in adviser.get(f"/cases/{kept.id}").text


def test_an_address_that_needs_a_second_person_is_refused_in_words_and_the_form_kept(
    adviser: FlaskClient, session: Session
) -> None:
    session.get_one(Agency, "ncs").mail_domains = ["ncs.example"]
    case = make_case(session, staff_number="N1", personal_email="", last_working_day=date(2026, 11, 2))
    session.commit()
    day = {f"last_working_day-{part}": text for part, text in (("day", "2"), ("month", "11"), ("year", "2026"))}
    sent = {**FORM, **day, "personal_email": "ann@ncs.example"}
    answer = adviser.post(f"/cases/{case.id}/edit", data=sent)
    assert answer.status_code == 422 and "second person must agree" in answer.text and "Siân Lewis" in answer.text
    assert the_case(session).personal_email is None


def test_several_last_days_are_changed_at_once(adviser: FlaskClient, session: Session) -> None:
    cases = [make_case(session) for _ in range(2)]
    session.commit()
    chosen = "&".join(f"case={case.id}" for case in cases)
    assert "Change 2 cases" in adviser.get(f"/cases/last-days?{chosen}").text
    new = {"last_working_day-day": "31", "last_working_day-month": "3", "last_working_day-year": "2027"}
    adviser.post("/cases/last-days", data={"case": [str(case.id) for case in cases], **new})
    session.expire_all()
    assert {case.last_working_day for case in cases} == {date(2027, 3, 31)}


def test_every_look_at_a_case_is_in_the_audit_trail(adviser: FlaskClient, session: Session) -> None:
    case = make_case(session)
    session.commit()
    before = len(session.scalars(select(AuditEvent.number)).all())
    session.commit()
    adviser.get(f"/cases/{case.id}")
    adviser.get("/cases")
    session.rollback()  # what other transactions wrote is seen by a new one
    events = session.scalars(select(AuditEvent.event).order_by(AuditEvent.number).offset(before)).all()
    assert events == ["case.seen", "cases.listed"]


def test_an_absence_is_covered_and_ended(adviser: FlaskClient, session: Session, staff: Callable[..., User]) -> None:
    away, cover = staff(StaffRole.HR_ADVISER, areas=("NM",)), staff(StaffRole.HR_ADVISER, areas=("NM",))
    data = {"absent": str(away.id), "cover": str(cover.id)}
    for name, day in (("from_on", clock.today()), ("until_on", clock.today() + timedelta(days=14))):
        data |= {f"{name}-{part}": str(getattr(day, part)) for part in ("day", "month", "year")}
    assert adviser.post("/cases/cover", data=data).status_code == 302
    made = session.scalars(select(AbsenceCover)).one()
    assert away.email in adviser.get("/cases/cover").text
    adviser.post(f"/cases/cover/{made.id}/end")
    session.expire_all()
    assert session.scalars(select(AbsenceCover)).all() == []


@pytest.mark.parametrize("path", ["/", "/cases", "/cases/{case}", "/cases/{case}/edit", "/work-list.csv"])
def test_a_look_takes_no_lock_that_its_own_audit_row_would_wait_for(
    app: Flask, adviser: FlaskClient, session: Session, path: str
) -> None:
    case = make_case(session)
    session.commit()
    session.close()

    def look() -> int:
        with app.app_context():
            return adviser.get(path.format(case=case.id)).status_code

    assert Context().run(look) == 200, "as in a server's thread, where nothing of an earlier request is known"


def test_a_mistaken_death_is_undone_by_an_hr_lead_and_by_nobody_below(
    adviser: FlaskClient, staff: Callable[..., User], signed_in: Callable[[User], FlaskClient], session: Session
) -> None:
    case = make_case(session)
    session.commit()
    adviser.post(f"/cases/{case.id}/death")
    address = f"/cases/{case.id}/death/undo"
    assert address not in adviser.get(f"/cases/{case.id}").text
    assert adviser.post(address, data={"leaving_type": "resignation"}).status_code == 404
    lead = signed_in(staff(StaffRole.HR_LEAD, areas=("NM",)))
    assert address in lead.get(f"/cases/{case.id}").text
    assert lead.post(address, data={"leaving_type": "death"}).status_code == 422
    assert the_case(session).state is CaseState.DIED
    done = lead.post(address, data={"leaving_type": "resignation"}, follow_redirects=True)
    assert "recorded by mistake: the case is open again" in done.text
    assert the_case(session).is_open and the_case(session).leaving_type == "resignation"
    assert (
        "not recorded as a death"
        in lead.post(address, data={"leaving_type": "resignation"}, follow_redirects=True).text
    )
