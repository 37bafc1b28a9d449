"""Released tables for programs: what the commands print, of the token's own agency, and only once it is signed."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import jsonschema_rs
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.api import requests, tokens
from surveyapp.api.document import document
from surveyapp.api.models import ApiScope, ApiToken
from surveyapp.audit.models import AuditEvent
from surveyapp.encryption.sealed_box import ReleasePrivateKey
from surveyapp.reports.models import Release, ReleaseState
from tests.actions.released import row, signed_release
from tests.conftest import TESTER
from tests.factories.releases import signed_releases

Read = Callable[..., Any]
WHAT = ("themes", "standouts")
THEMES: tuple[dict[str, str], ...] = (
    {},
    {"by": "role", "type": "all", "window": "2fy"},
    {"by": "role-area"},
    {"by": "role-area", "window": "fy", "reason": "workload"},
    {"by": "tenure", "window": "fy"},
    {"by": "leaving-type", "release": "3"},
    {"count": "main"},
    {"source": "hr"},
)
STANDOUTS: tuple[dict[str, str], ...] = ({}, {"by": "area"}, {"type": "all", "reason": "workload"}, {"release": "4"})

UNKNOWN = (
    ("themes", "by", "shoe-size"),
    ("standouts", "by", "tenure"),
    ("themes", "window", "3m"),
    ("themes", "type", "retirement"),
    ("themes", "source", "rumour"),
    ("standouts", "count", "half"),
    ("themes", "reason", "weather"),
    ("standouts", "reason", "weather"),
    ("themes", "release", "newest"),
    ("themes", "release", "9" * 5000),
    ("themes", "since", "2026-01-01"),
)


@pytest.fixture
def read(client: FlaskClient, session: Session, organisation: str) -> Read:
    """Ask for `themes` or `standouts` with a token of an agency."""

    def call(what: str, agency: str = "ncs", scope: ApiScope = ApiScope.REPORTS, **filters: str) -> Any:
        _made, text = tokens.make_token(session, agency, "Dashboard", (scope,), TESTER)
        session.commit()
        headers = {"Authorization": f"Bearer {text}"}
        answer = client.get(f"/api/v1/{what}", query_string=filters, headers=headers)
        session.rollback()
        return answer

    return call


@pytest.fixture
def two_agencies(session: Session, organisation: str) -> Session:
    """Release 1 of ncs and 3 of css are signed; 2 of ncs is cut alone, with rows of its own."""
    for number, agency, last in ((1, "ncs", "2026Q1"), (2, "ncs", "2026Q2"), (3, "css", "2026Q2")):
        made = signed_release(number, last)
        made.agency = agency
        made.reasons = [{"code": "workload", "en": "Workload", "cy": "Llwyth gwaith"}]
        session.add(made)
    session.flush()
    session.get_one(Release, 2).state = ReleaseState.CUT
    session.add_all([row(1, "2026Q1", "NM", "30", 60), row(2, "2026Q2", "NM", "12", 61)])
    session.commit()
    return session


def printed(app: Flask, what: str, form: str, filters: dict[str, str]) -> str:
    """What the command of an operator prints for the same question."""
    names = {"type": "--leaving-type"}
    words = [word for name, value in filters.items() for word in (names.get(name, f"--{name}"), value)]
    answer = app.test_cli_runner().invoke(args=[what, "--agency", "ncs", "--format", form, *words])
    assert answer.exit_code == 0, answer.output
    return answer.stdout


def events(session: Session) -> list[AuditEvent]:
    return list(session.scalars(select(AuditEvent).where(AuditEvent.event == "report.read")))


@pytest.mark.one_backend
def test_records_are_those_that_the_command_prints_as_json_and_as_csv(
    app: Flask, session: Session, read: Read, release_key: ReleasePrivateKey
) -> None:
    signed_releases(session, release_key)
    schemas, statuses = document()["components"]["schemas"], set()
    for what, questions in (("themes", THEMES), ("standouts", STANDOUTS)):
        fits = jsonschema_rs.validator_for(schemas[what.capitalize()])
        for filters in questions:
            answer = read(what, **filters)
            assert answer.status_code == 200 and answer.json, (what, filters)
            assert answer.json == json.loads(printed(app, what, "json", filters)), (what, filters)
            assert list(fits.iter_errors(answer.json)) == [], (what, filters)
            head, *rows = csv.reader(io.StringIO(printed(app, what, "csv", filters)))
            told = [["" if one[name] is None else str(one[name]) for name in head] for one in answer.json]
            assert told == rows, (what, filters)
            statuses |= {one["status"] for one in answer.json if what == "themes"}
    assert statuses == {"shown", "masked", "hidden"}


def test_a_release_of_another_agency_and_one_that_is_not_signed_are_not_there(
    two_agencies: Session, read: Read
) -> None:
    for what in WHAT:
        for number in ("2", "3", "4"):
            refused = read(what, release=number)
            assert (refused.status_code, refused.mimetype) == (404, "application/problem+json"), (what, number)
            assert "Leave release out" in refused.json["detail"]
    newest = read("themes").json
    assert {(one["release"], one["agency"]) for one in newest} == {(1, "ncs")}
    assert {(one["n"], one["base"]) for one in newest if one["area"] == "NM"} == {("30", 60)}
    assert {one["agency"] for one in read("themes", agency="css").json} == {"css"}
    assert read("themes", agency="css", release="1").status_code == 404
    two_agencies.get_one(Release, 2).state = ReleaseState.SIGNED
    two_agencies.commit()
    assert {(one["n"], one["base"]) for one in read("themes").json if one["area"] == "NM"} == {("12", 61)}


@pytest.mark.one_backend
def test_before_a_release_is_signed_a_program_is_told_what_has_to_be_done(two_agencies: Session, read: Read) -> None:
    two_agencies.get_one(Release, 1).state = ReleaseState.CUT
    two_agencies.commit()
    for what in WHAT:
        refused = read(what)
        assert (refused.status_code, refused.mimetype) == (404, "application/problem+json")
        assert "signed" in refused.json["detail"]
    assert events(two_agencies) == []


@pytest.mark.one_backend
def test_tokens_for_leavers_read_no_report_and_tokens_for_reports_no_leaver(two_agencies: Session, read: Read) -> None:
    for scope in (ApiScope.READ, ApiScope.WRITE):
        for what in WHAT:
            refused = read(what, scope=scope)
            assert refused.status_code == 403 and "reports:read" in refused.json["detail"]
    assert read("leavers").status_code == 403
    assert events(two_agencies) == []


@pytest.mark.one_backend
def test_a_filter_that_releases_do_not_have_is_refused_and_says_what_may_be_sent(
    two_agencies: Session, read: Read
) -> None:
    for what, field, value in UNKNOWN:
        refused = read(what, **{field: value})
        assert (refused.status_code, refused.mimetype) == (422, "application/problem+json"), (what, field)
        (fault,) = refused.json["errors"]
        assert fault["field"] == field and fault["wanted"].startswith(("Use ", "Send ", "Take ")), fault
    assert events(two_agencies) == []


def test_every_look_is_in_the_audit_log_with_the_token_and_what_it_asked(two_agencies: Session, read: Read) -> None:
    for what in WHAT:
        assert read(what, reason="workload").status_code == 200
    made = {str(one.id) for one in two_agencies.scalars(select(ApiToken))}
    found = events(two_agencies)
    assert [one.codes for one in found] == [{"page": what, "reason": "workload"} for what in WHAT]
    assert {one.actor_id for one in found} == made
    assert {(one.actor_kind, one.subject_kind, one.subject_id, one.agency) for one in found} == {
        ("hr_system", "release", "1", "ncs")
    }


@pytest.mark.one_backend
def test_reports_count_into_the_tokens_hour(
    two_agencies: Session, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests, "MOST_AN_HOUR", 2)
    _made, text = tokens.make_token(two_agencies, "ncs", "Dashboard", (ApiScope.REPORTS,), TESTER)
    two_agencies.commit()
    with clock.set_to(clock.now().replace(minute=30)):  # the hour must not end meanwhile
        bearer = {"Authorization": f"Bearer {text}"}
        assert [client.get(f"/api/v1/{what}", headers=bearer).status_code for what in WHAT] == [200, 200]
        for what in WHAT:
            refused = client.get(f"/api/v1/{what}", headers=bearer)
            assert refused.status_code == 429 and 0 < int(refused.headers["Retry-After"]) <= 3600


@pytest.mark.one_backend
def test_the_document_and_its_page_tell_the_filters(client: FlaskClient) -> None:
    page = client.get("/api/docs").text
    for what in WHAT:
        operation = document()["paths"][f"/api/v1/{what}"]["get"]
        told = {one["name"]: one["schema"] for one in operation["parameters"]}
        assert set(told) == {"release", "by", "window", "type", "source", "count", "reason"}
        assert "reports:read" in operation["description"] and f"GET /api/v1/{what}" in page
    assert "role-area" in page and "2fy" in page
