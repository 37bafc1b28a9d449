"""Disposal: what is due goes once, with proof and tombstones; holds, erasure and a person's own data."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp import audit, clock, mail
from surveyapp.access import StaffRole
from surveyapp.audit.models import AuditEvent
from surveyapp.cases import service as case_service
from surveyapp.cases.models import Case, CaseNote
from surveyapp.concerns.models import Concern, ConcernKind, ConcernSource, ConcernState
from surveyapp.config import Settings
from surveyapp.db import SomeFailed
from surveyapp.directory.models import User
from surveyapp.disposal import service, subject, tombstones
from surveyapp.disposal.models import MONTHS, DisposalProof, RecordType
from surveyapp.disposal.words import TYPES
from surveyapp.encryption.records import DataKey, KeyDestroyed
from surveyapp.mail.models import MailState, OutboxMessage
from surveyapp.responses import promises
from surveyapp.responses.models import NamedResponse
from tests.conftest import TESTER
from tests.factories.cases import make_case

Staff = Callable[..., User]
SignedIn = Callable[[User], FlaskClient]
LATER = date(2028, 1, 10)
NAME = "Wenna Plantedname"


def finished_case(session: Session, **changes: object) -> Case:
    case = make_case(session, name=NAME, **changes)
    case_service.close_case(session, case, TESTER)
    session.commit()
    return case


def named(session: Session, case: Case, quarter: str = "2026Q4") -> NamedResponse:
    made = NamedResponse(case_id=case.id, occasion="leaving", agency="ncs", area="NM", batch_quarter=quarter)
    made.content = '{"said": "planted answer"}'
    session.add(made)
    session.commit()
    return made


def n_of(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def run_on(session: Session, day: date) -> int:
    with clock.set_to(datetime(day.year, day.month, day.day, 3, tzinfo=UTC)):
        return service.run(session, day, TESTER)


def test_a_case_goes_twelve_months_after_the_last_day_and_not_a_day_sooner(session: Session, organisation: str) -> None:
    finished_case(session, last_working_day=date(2026, 12, 18))
    assert run_on(session, date(2027, 12, 17)) == 0
    assert run_on(session, date(2027, 12, 18)) == 1
    assert n_of(session, Case) == 0 and n_of(session, DataKey) == 0
    assert session.scalars(select(DisposalProof)).one().record_type is RecordType.CASE
    assert run_on(session, date(2027, 12, 18)) == 0


def test_an_open_case_is_never_disposed_of(session: Session, organisation: str) -> None:
    make_case(session, last_working_day=date(2020, 1, 3))
    session.commit()
    assert run_on(session, LATER) == 0


def test_a_case_with_named_answers_leaves_an_empty_shell_until_they_go_too(
    session: Session, organisation: str, staff: Staff, signed_in: SignedIn
) -> None:
    case = finished_case(session, last_working_day=date(2026, 12, 18))
    answers, key = named(session, case), case.data_key_id
    assert run_on(session, LATER) == 1
    shell = session.scalars(select(Case)).one()
    assert shell.name == service.SHELL_NAME and shell.work_email is None and shell.last_working_day is None
    gone = session.get(DataKey, key)
    assert gone is not None and gone.wrapped is None and answers.content is not None
    with pytest.raises(KeyDestroyed):
        gone.open()
    page = signed_in(staff(StaffRole.NATIONAL_HR)).get(f"/cases/{shell.id}")
    assert page.status_code == 404
    assert run_on(session, date(2029, 2, 1)) == 2
    assert n_of(session, Case) == 0 and n_of(session, NamedResponse) == 0


def test_named_answers_go_as_long_after_the_last_day_as_their_leavers_were_promised(
    session: Session, organisation: str, staff: Staff, signed_in: SignedIn
) -> None:
    promises.change_settings(session, "ncs", promises.Settings(named_months=6), actor=TESTER)
    promise = promises.promise_in_force(session, "ncs")
    promises.keep(session, promise)
    promises.note_use(session, "ncs", "2026Q4", promise.sha256)
    counted = named(session, finished_case(session, last_working_day=date(2026, 12, 18), staff_number="1"))
    counted.is_counted = True
    named(session, finished_case(session, last_working_day=date(2026, 12, 18), staff_number="2"), "2027Q1")
    months = service.months_of(session, "ncs") | {RecordType.NAMED_ANSWERS: 24}
    service.set_months(session, "ncs", months, TESTER)
    session.commit()
    assert service.months_of(session, "ncs")[RecordType.NAMED_ANSWERS] == 6
    assert run_on(session, date(2027, 6, 17)) == 0
    assert run_on(session, date(2027, 6, 18)) == 1
    assert run_on(session, date(2027, 9, 30)) == 0  # not counted: a cut that is late is waited for
    assert run_on(session, date(2027, 10, 1)) == 1
    typed = {kind.value: str(n) for kind, n in months.items()}
    page = signed_in(staff(StaffRole.ADMINISTRATOR)).post("/settings/disposal/ncs", data=typed, follow_redirects=True)
    assert "named answers go after 6 months" in page.text


def test_a_legal_hold_keeps_everything_until_it_is_lifted(session: Session, organisation: str) -> None:
    case = finished_case(session)
    service.place_hold(session, case, "LIT-9", TESTER)
    session.commit()
    assert run_on(session, LATER) == 0
    with pytest.raises(service.HeldLegally):
        service.erase(session, case, TESTER)
    service.lift_holds(session, case, TESTER)
    session.commit()
    assert run_on(session, LATER) == 1


def test_an_agency_may_keep_cases_shorter_and_the_plan_says_so(session: Session, organisation: str) -> None:
    finished_case(session, last_working_day=date(2026, 12, 18))
    months = service.months_of(session, "ncs") | {RecordType.CASE: 6}
    service.set_months(session, "ncs", months, TESTER)
    plan = {(due.agency, due.record_type): due for due in service.plan(session, date(2027, 7, 1))}
    assert plan["ncs", RecordType.CASE].months == 6 and len(plan["ncs", RecordType.CASE].rows) == 1
    assert plan["css", RecordType.CASE].months == 12
    assert run_on(session, date(2027, 7, 1)) == 1


@pytest.mark.one_backend
def test_a_record_that_cannot_be_disposed_of_keeps_no_other_back(
    session: Session, organisation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (finished_case(session, last_working_day=date(2026, 12, day)) for day in (17, 18))
    named(session, second)
    whole = service._dispose_of_case
    broken = first.id

    def disposed_of(session: Session, case: Case) -> None:
        if case.id == broken:
            raise KeyDestroyed
        whole(session, case)

    with monkeypatch.context() as once:
        once.setattr(service, "_dispose_of_case", disposed_of)
        with pytest.raises(SomeFailed, match="1 of 3"):
            run_on(session, date(2029, 2, 1))
    assert session.scalars(select(Case)).one().name == NAME and n_of(session, NamedResponse) == 0
    assert run_on(session, date(2029, 2, 1)) == 1 and n_of(session, Case) == 0


def test_mail_goes_after_its_time_but_not_what_still_waits(session: Session, organisation: str) -> None:
    for key in ("old", "waiting"):
        mail.queue(session, "thing", "a@ncs.example", about="user:x", reason_key=key, agency="ncs")
    session.scalars(select(OutboxMessage).where(OutboxMessage.reason_key == "old")).one().state = MailState.SENT
    session.commit()
    assert run_on(session, LATER) == 1
    assert session.scalars(select(OutboxMessage)).one().reason_key == "waiting"


def test_destroyed_keys_stay_destroyed_in_a_restored_backup(
    app: Flask, session: Session, organisation: str, settings: Settings
) -> None:
    case = finished_case(session)
    key_id, wrapped = case.data_key_id, case.data_key.wrapped if case.data_key else None
    run_on(session, LATER)
    session.add(DataKey(id=key_id, wrapped=wrapped))
    session.commit()
    assert tombstones.replay(session, settings.instance_dir / "tombstones.log") == 1
    restored = session.get(DataKey, key_id, populate_existing=True)
    assert restored is not None and restored.wrapped is None


def test_erasing_a_person_takes_everything_that_hangs_on_the_case(session: Session, organisation: str) -> None:
    case, other = finished_case(session), make_case(session)
    case_service.add_note(session, case, "planted note", TESTER)
    named(session, case)
    concern = Concern(
        agency="ncs",
        area="NM",
        case_id=case.id,
        kind=ConcernKind.CONTACT,
        source=ConcernSource.LEAVER_FORM,
        state=ConcernState.RAISED,
        raised_at=clock.now(),
    )
    concern.said = "planted concern"
    session.add(concern)
    mail.queue(session, "thing", "a@ncs.example", about=case.about, reason_key="x", agency="ncs")
    session.commit()
    service.erase(session, case, TESTER)
    session.commit()
    assert [left.id for left in session.scalars(select(Case))] == [other.id]
    assert n_of(session, NamedResponse) == n_of(session, Concern) == n_of(session, CaseNote) == 0
    assert n_of(session, OutboxMessage) == 0


def test_the_export_holds_what_is_known_and_says_what_cannot_be_found(session: Session, organisation: str) -> None:
    case = finished_case(session)
    named(session, case)
    with zipfile.ZipFile(io.BytesIO(subject.export(session, case, TESTER))) as archive:
        page, data = archive.read("data.html").decode(), json.loads(archive.read("data.json"))
    assert NAME in page and "planted answer" in page
    assert subject.CANNOT_BE_FOUND[0] in page and data["records"]["cases"][0]["name"] == NAME
    assert data["records"]["looks"] and not any("cipher" in key for key in data["records"]["cases"][0])


def test_the_command_writes_the_export_where_it_is_told_or_here(
    app: Flask, session: Session, organisation: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = finished_case(session)
    monkeypatch.chdir(tmp_path)
    for words, name in ((["own.zip"], "own.zip"), ([], f"subject-{case.id}.zip")):
        answer = app.test_cli_runner().invoke(args=["subject", "export", str(case.id), *words])
        assert answer.exit_code == 0 and name in answer.output and zipfile.is_zipfile(tmp_path / name)


def test_hostile_text_in_an_export_is_harmless(session: Session, organisation: str) -> None:
    case = make_case(session, name="<script>alert(1)</script>")
    with zipfile.ZipFile(io.BytesIO(subject.export(session, case, TESTER))) as archive:
        assert b"<script>" not in archive.read("data.html")


def test_the_central_team_exports_and_erases_on_screen_and_others_find_nothing(
    session: Session, staff: Staff, signed_in: SignedIn
) -> None:
    case = finished_case(session, staff_number="0042")
    case_id = str(case.id)
    central = signed_in(staff(StaffRole.CENTRAL_TEAM))
    foreign = signed_in(staff(StaffRole.CENTRAL_TEAM, agency="css"))
    adviser = signed_in(staff(StaffRole.HR_ADVISER))
    assert NAME in central.get("/settings/person?staff_number=0042").text
    assert NAME not in foreign.get("/settings/person?staff_number=0042").text
    assert adviser.get("/settings/person?staff_number=0042").status_code == 404
    for verb in ("export", "erase", "hold", "lift"):
        for browser in (foreign, adviser):
            assert browser.post(f"/settings/person/{case.id}/{verb}").status_code == 404
    assert central.post(f"/settings/person/{case.id}/export").mimetype == "application/zip"
    central.post(f"/settings/person/{case.id}/erase", data={"staff_number": "0043"})
    assert n_of(session, Case) == 1
    central.post(f"/settings/person/{case.id}/erase", data={"staff_number": "0042"})
    assert n_of(session, Case) == 0
    events = set(session.scalars(select(AuditEvent.event).where(AuditEvent.subject_id == case_id)))
    assert {"subject.found", "subject.exported", "record.disposed_of"} <= events


def test_the_schedule_is_set_on_screen_within_limits(session: Session, staff: Staff, signed_in: SignedIn) -> None:
    browser = signed_in(staff(StaffRole.ADMINISTRATOR, agency="ncs"))
    form = {kind.value: "18" for kind in RecordType}
    browser.post("/settings/disposal/ncs", data={**form, "mail": "0"})
    assert service.months_of(session, "ncs")[RecordType.MAIL] == 3
    browser.post("/settings/disposal/ncs", data=form)
    assert set(service.months_of(session, "ncs").values()) == {18}
    assert browser.post("/settings/disposal/css", data=form).status_code == 404


def test_audit_events_go_after_six_years_but_not_while_they_touch_a_held_case(
    session: Session, organisation: str
) -> None:
    case = make_case(session)
    session.commit()
    end = date(2033, 1, 5)
    service.place_hold(session, case, "LIT-9", TESTER)
    session.commit()
    events = [(e.number, e.subject_id) for e in session.scalars(select(AuditEvent).order_by(AuditEvent.number))]
    run_on(session, date(2032, 11, 1))
    assert n_of(session, AuditEvent) == len(events), "not a day sooner than six years"
    run_on(session, end)
    first_of_case = next(number for number, subject_id in events if subject_id == str(case.id))
    assert session.scalars(select(AuditEvent.number).order_by(AuditEvent.number)).first() == first_of_case
    with clock.set_to(end):
        service.lift_holds(session, case, TESTER)
        session.commit()
    run_on(session, date(2040, 1, 5))
    left = list(session.scalars(select(AuditEvent)))
    assert left and all(event.at.year == 2040 for event in left) and audit.verify(session) is None


@pytest.mark.one_backend
def test_an_administrator_sees_what_is_due_and_only_that_goes_with_its_proof(
    session: Session, staff: Staff, signed_in: SignedIn
) -> None:
    case = finished_case(session, last_working_day=date(2025, 1, 17))
    case_id = str(case.id)
    browser, foreign = (signed_in(staff(StaffRole.ADMINISTRATOR, agency=code)) for code in ("ncs", "css"))
    page = browser.get("/settings/disposal/ncs").text
    assert case_id in page and NAME not in page
    assert foreign.get("/settings/disposal/ncs").status_code == 404
    assert foreign.post("/settings/disposal/ncs/run", data={"n": "1", "sure": "yes"}).status_code == 404
    for form in ({"n": "1"}, {"n": "2", "sure": "yes"}):
        browser.post("/settings/disposal/ncs/run", data=form)
        assert n_of(session, Case) == 1, "a box not ticked, or another number than is due, does nothing"
    browser.post("/settings/disposal/ncs/run", data={"n": "1", "sure": "yes"})
    assert n_of(session, Case) == 0
    assert case_id in browser.get(f"/settings/disposal/ncs?record={case_id}").text


@pytest.mark.one_backend
def test_an_administrator_is_told_that_a_record_could_not_go(
    session: Session, staff: Staff, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    finished_case(session, last_working_day=date(2025, 1, 17))
    browser = signed_in(staff(StaffRole.ADMINISTRATOR))
    monkeypatch.setattr(service, "_dispose_of_case", lambda *_: 1 / 0)
    page = browser.post("/settings/disposal/ncs/run", data={"n": "1", "sure": "yes"}, follow_redirects=True)
    assert page.status_code == 200 and "could not be disposed of" in page.text and n_of(session, Case) == 1


@pytest.mark.one_backend
def test_the_case_page_leads_to_the_persons_data_without_the_staff_number_in_the_address(
    session: Session, staff: Staff, signed_in: SignedIn
) -> None:
    case = make_case(session, name=NAME, staff_number="0042")
    session.commit()
    both = signed_in(staff(StaffRole.CENTRAL_TEAM, StaffRole.HR_LEAD))
    assert f"/settings/person?case={case.id}" in both.get(f"/cases/{case.id}").text
    assert NAME in both.get(f"/settings/person?case={case.id}").text
    assert both.get("/settings/person?case=nonsense").status_code == 200
    adviser = signed_in(staff(StaffRole.HR_ADVISER))
    assert "/settings/person" not in adviser.get(f"/cases/{case.id}").text


def test_every_default_of_the_schedule_is_as_agreed() -> None:
    assert MONTHS[RecordType.CASE] == 12 and MONTHS[RecordType.AUDIT] == 72 and MONTHS[RecordType.MAIL] == 3
    assert MONTHS[RecordType.INTERVIEW_RECORD] == MONTHS[RecordType.NAMED_ANSWERS] == 24
    assert MONTHS[RecordType.OPENED_BALLOTS] == 60 and set(MONTHS) == set(RecordType) == set(TYPES)
