"""The settings: the index, the permission policy in words, the organisation, and the audit log searched and checked."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from surveyapp import audit
from surveyapp.access import Permission, StaffRole
from surveyapp.access.staff_roles import PERMISSIONS
from surveyapp.db import is_postgresql
from surveyapp.directory.models import User
from surveyapp.directory.role_words import ROLES
from surveyapp.settings.permission_words import WORDS
from tests.conftest import TESTER

Staff = Callable[..., User]
SignedIn = Callable[[User], FlaskClient]


def test_every_permission_and_staff_role_has_words() -> None:
    assert set(WORDS) == set(Permission) and set(ROLES) == set(StaffRole)


@pytest.mark.one_backend
def test_the_permissions_page_says_yes_as_often_as_the_policy(staff: Staff, signed_in: SignedIn) -> None:
    page = signed_in(staff(StaffRole.CODER)).get("/settings/permissions").text
    assert page.count(">Yes<") == sum(len(given) for given in PERMISSIONS.values())


@pytest.mark.one_backend
def test_the_index_shows_only_what_may_be_opened(staff: Staff, signed_in: SignedIn) -> None:
    coder = signed_in(staff(StaffRole.CODER)).get("/settings/").text
    boss = signed_in(staff(StaffRole.ADMINISTRATOR, agency=None)).get("/settings/").text
    assert "Audit log" not in coder and "Staff accounts" not in coder
    assert "Audit log" in boss and "Staff accounts" in boss


def test_the_audit_log_is_searched_by_record_and_by_person(session: Session, staff: Staff, signed_in: SignedIn) -> None:
    boss, other = staff(StaffRole.ADMINISTRATOR, agency=None), staff(StaffRole.CODER)
    audit.record(session, "thing.found", TESTER, ("thing", "needle-1"))
    audit.record(session, "thing.found", audit.Actor(audit.ActorKind.STAFF, str(other.id)), ("thing", "needle-2"))
    browser = signed_in(boss)
    found = browser.get("/settings/audit/", query_string={"subject": "needle-1"}).text
    assert "thing needle-1" in found and "needle-2" not in found
    found = browser.get("/settings/audit/", query_string={"actor": other.email}).text
    assert "thing needle-2" in found and "thing needle-1" not in found


def test_an_agencys_administrator_sees_no_event_of_another_agency(
    session: Session, staff: Staff, signed_in: SignedIn
) -> None:
    audit.record(session, "thing.found", TESTER, ("thing", "own-1"), agency="ncs")
    audit.record(session, "thing.found", TESTER, ("thing", "foreign-1"), agency="css")
    page = signed_in(staff(StaffRole.ADMINISTRATOR, agency="ncs")).get("/settings/audit/").text
    assert "own-1" in page and "foreign-1" not in page


def loosen_and(session: Session, statement: str) -> None:
    """Do what only a database administrator could: take the guards away, then change the trail."""
    if is_postgresql(session):
        session.execute(text("ALTER TABLE audit_events DISABLE TRIGGER ALL"))
    else:
        for name in ("audit_events_no_update", "audit_events_no_delete"):
            session.execute(text(f"DROP TRIGGER {name}"))
    session.execute(text(statement))
    session.commit()


def three_events(session: Session) -> int:
    for n in range(3):
        last = audit.record(session, "thing.done", TESTER, ("thing", n))
    session.commit()
    return last.number


def test_verify_names_the_first_broken_link(app: Flask, session: Session) -> None:
    last = three_events(session)
    assert app.test_cli_runner().invoke(args=["audit", "verify"]).exit_code == 0
    loosen_and(session, f"UPDATE audit_events SET subject_id = 'x' WHERE number = {last - 1}")
    run = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert run.exit_code == 1 and f"event {last - 1}" in run.output


def test_an_anchor_finds_a_cut_off_end(app: Flask, session: Session, tmp_path: Path) -> None:
    last = three_events(session)
    anchor = str(tmp_path / "head.json")
    assert app.test_cli_runner().invoke(args=["audit", "anchor", anchor]).exit_code == 0
    assert app.test_cli_runner().invoke(args=["audit", "verify", "--anchor", anchor]).exit_code == 0
    loosen_and(session, f"DELETE FROM audit_events WHERE number > {last}")
    assert app.test_cli_runner().invoke(args=["audit", "verify"]).exit_code == 0
    run = app.test_cli_runner().invoke(args=["audit", "verify", "--anchor", anchor])
    assert run.exit_code == 1 and "missing" in run.output


def test_the_organisation_is_shown_and_a_faulty_file_changes_nothing(
    session: Session, staff: Staff, signed_in: SignedIn
) -> None:
    browser = signed_in(staff(StaffRole.ADMINISTRATOR, agency=None))
    heading = b"kind,code,name,parent,nation,group\nagency,ncs,Casework Service,,ENG,\n"
    day = heading + b"closure_day,2027-05-04,Moving day,ncs,,\n"
    faulty = heading + b"closure_day,next week,Moving day,ncs,,\n"
    refused = browser.post("/settings/organisation/", data={"file": (BytesIO(faulty), "o.csv")})
    assert refused.status_code == 422 and "2026-12-24" in refused.text
    assert "Moving day" not in browser.get("/settings/organisation/").text
    welsh = browser.post("/settings/organisation/?lang=cy", data={"file": (BytesIO(faulty), "o.csv")})
    assert "Ysgrifennwch y diwrnod fel 2026-12-24." in welsh.text
    assert browser.post("/settings/organisation/", data={"file": (BytesIO(day), "o.csv")}).status_code == 302
    assert "Moving day" in browser.get("/settings/organisation/").text
