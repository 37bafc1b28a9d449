"""The interface for HR systems: tokens and scopes, news in, status out, idempotency, no server error whatever comes."""

import json
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.api import requests, tokens
from surveyapp.api.document import document
from surveyapp.api.models import ApiScope, ApiToken
from surveyapp.audit.models import AuditEvent
from surveyapp.cases import service
from surveyapp.cases.models import Case, CaseState
from surveyapp.directory.models import Agency
from surveyapp.invitations import jobs
from surveyapp.mail.models import OutboxMessage
from tests.conftest import TESTER
from tests.factories.cases import make_case

NEWS = {
    "staff_number": "100234",
    "name": "Siân Lewis",
    "area": "NM",
    "job_role": "case_lawyer",
    "leaving_type": "resignation",
    "last_working_day": "2026-12-18",
    "manager_line": ["head@ncs.example"],
}
Send = Callable[..., Any]


@pytest.fixture
def bearer(session: Session, organisation: str) -> Callable[..., str]:
    def make(*scopes: ApiScope, agency: str = "ncs") -> str:
        _made, text = tokens.make_token(session, agency, "HR", scopes or tuple(ApiScope), TESTER)
        session.commit()
        return text

    return make


@pytest.fixture
def send(client: FlaskClient, bearer: Callable[..., str], session: Session) -> Send:
    """Send a request with a token that may do everything; afterwards the test's session sees what was written."""
    own = bearer()

    def call(method: str, path: str, body: Any = None, *, token: str = own, key: str = "", **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": key} if key else {})
        extra = {"json": body} if body is not None else {}
        answer = client.open(f"/api/v1/leavers{path}", method=method, headers=headers, **extra, **more)
        session.rollback()
        return answer

    return call


def test_a_tokens_limit_is_exact_however_many_ask_at_once(
    app: Flask, bearer: Callable[..., str], session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests, "MOST_AN_HOUR", 20)
    own, other = bearer(), bearer()
    half_past = clock.now().replace(minute=30)  # the hour is that of the clock, and must not end meanwhile

    def ask(token: str, moment: datetime = half_past) -> Any:
        asking = FlaskClient(app, app.response_class)  # without the test's own session, which is this thread's
        with clock.set_to(moment):
            return asking.get("/api/v1/leavers", headers={"Authorization": f"Bearer {token}"})

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _n: ask(own), range(60)))
    assert Counter(answer.status_code for answer in answers) == {200: 20, 429: 40}
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert 0 < int(refused.headers["Retry-After"]) <= 3600
    assert refused.content_type == "application/problem+json"
    assert ask(other).status_code == 200, "another token has its own hour"
    assert ask(own, half_past + timedelta(hours=1)).status_code == 200


def test_news_may_name_the_tokens_own_agency_and_no_other(send: Send, session: Session) -> None:
    name = session.get_one(Agency, "ncs").name
    assert send("POST", "", NEWS | {"agency": "ncs"}).status_code == 201
    assert send("POST", "", NEWS | {"agency": name}).json["outcome"] == "unchanged"
    for other in ("css", "nowhere"):
        refused = send("POST", "", NEWS | {"agency": other})
        assert refused.status_code == 422 and refused.json["errors"][0]["field"] == "agency"
    assert session.scalar(select(func.count()).select_from(Case)) == 1


def test_an_address_that_hr_replaces_is_told_and_an_own_one_after_leaving_needs_two_people(
    send: Send, session: Session
) -> None:
    session.get_one(Agency, "ncs").mail_domains = ["ncs.example"]
    left = make_case(session, last_working_day=clock.today() - timedelta(days=3))
    leaving = make_case(session, last_working_day=clock.today() + timedelta(days=30))
    old = leaving.personal_email
    session.commit()
    assert send("PATCH", f"/{leaving.id}", {"personal_email": "new@home.example"}).status_code == 200
    jobs.tell_old_addresses(session, clock.today())
    (told,) = session.scalars(select(OutboxMessage).where(OutboxMessage.about == leaving.about))
    assert (told.kind, told.recipient) == ("invitation.address_changed", old)
    assert jobs.tell_old_addresses(session, clock.today()) == 0, "once"
    session.commit()
    again = send("PATCH", f"/{left.id}", {"personal_email": "desk@ncs.example"})
    assert again.status_code == 422 and again.json["errors"][0]["field"] == "personal_email"
    assert send("PATCH", f"/{left.id}", {"personal_email": "mine@home.example"}).status_code == 200


def n_cases(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Case)) or 0


def test_news_makes_a_case_then_changes_it_and_the_same_again_changes_nothing(send: Send, session: Session) -> None:
    made = send("POST", "", NEWS)
    assert made.status_code == 201 and made.json["outcome"] == "created"
    assert made.headers["Location"] == f"/api/v1/leavers/{made.json['id']}"
    assert (made.json["state"], made.json["questionnaire"]) == ("open", "not_invited")
    again = send("POST", "", NEWS)
    assert (again.status_code, again.json["outcome"]) == (200, "unchanged")
    moved = send("POST", "", {**NEWS, "last_working_day": "2027-03-31"})
    assert moved.json["outcome"] == "updated" and moved.json["last_working_day"] == "2027-03-31"
    assert n_cases(session) == 1
    case = session.get(Case, uuid.UUID(made.json["id"]))
    assert case is not None and case.name == "Siân Lewis" and case.manager_line == "head@ncs.example"


def test_a_change_says_only_what_changed(send: Send, session: Session) -> None:
    made = send("POST", "", NEWS).json
    changed = send("PATCH", f"/{made['id']}", {"last_working_day": "2027-01-29", "phone": "020 7946 0000"})
    assert changed.status_code == 200 and changed.json["outcome"] == "updated"
    case = session.get(Case, uuid.UUID(made["id"]))
    assert case is not None
    assert (case.name, case.phone, case.last_working_day) == ("Siân Lewis", "020 7946 0000", date(2027, 1, 29))


def test_withdrawals_and_deaths_are_told_once_or_twice_with_the_same_result(send: Send) -> None:
    one = send("POST", "", NEWS).json["id"]
    assert send("POST", f"/{one}/withdrawal", {"after_conversation": True}).json["state"] == "stayed"
    assert send("POST", f"/{one}/withdrawal", {}).json["outcome"] == "unchanged"
    two = send("POST", "", {**NEWS, "staff_number": "2"}).json["id"]
    assert send("POST", f"/{two}/death").json["state"] == "died"
    assert send("POST", f"/{two}/death").json["outcome"] == "unchanged"
    assert send("POST", f"/{two}/withdrawal", {}).status_code == 409
    assert send("PATCH", f"/{two}", {"name": "X"}).status_code == 409


def test_an_idempotency_key_does_a_request_once(send: Send, session: Session) -> None:
    first = send("POST", "", NEWS, key="k1")
    again = send("POST", "", NEWS, key="k1")
    assert (again.status_code, again.json["outcome"]) == (201, "created")
    assert again.headers["Idempotency-Replayed"] == "true" and again.json["id"] == first.json["id"]
    other = send("POST", "", {**NEWS, "name": "Other"}, key="k1")
    assert other.status_code == 422 and "Idempotency-Key" in other.json["detail"]
    refused = send("POST", "", {**NEWS, "area": "Atlantis"}, key="k2")
    assert refused.status_code == 422
    assert send("POST", "", NEWS, key="k2").status_code == 200, "a refused request does not use its key up"
    assert n_cases(session) == 1


def test_faults_are_told_by_field_as_problem_details(send: Send, session: Session) -> None:
    refused = send("POST", "", {**NEWS, "area": "Atlantis", "last_working_day": "2026-02-30"})
    assert refused.status_code == 422 and refused.mimetype == "application/problem+json"
    assert {one["field"] for one in refused.json["errors"]} == {"area", "last_working_day"}
    for body in ({**NEWS, "shoe_size": "9"}, {"name": "X"}, {**NEWS, "name": 7}):
        assert send("POST", "", body).status_code == 422, body
    assert send("POST", "", []).status_code == 400
    assert send("POST", "", data=b"{", content_type="application/json").status_code == 400
    assert send("POST", "", data=b"x", content_type="text/plain").status_code == 415
    assert n_cases(session) == 0


def test_the_list_is_paged_and_filtered(send: Send, session: Session) -> None:
    for number in range(5):
        make_case(session, staff_number=f"N{number}")
    service.withdraw_resignation(session, make_case(session, staff_number="S"), TESTER)
    session.commit()
    page = send("GET", "?per_page=2&page=2")
    assert (page.json["total"], page.json["pages"], len(page.json["items"])) == (6, 3, 2)
    assert "page=3" in page.headers["Link"]
    assert [one["staff_number"] for one in send("GET", "?state=stayed").json["items"]] == ["S"]
    assert [one["staff_number"] for one in send("GET", "?staff_number=n3").json["items"]] == ["N3"]
    for query in ("page=0", "page=x", "per_page=1000", "state=gone", "page=" + "9" * 400):
        assert send("GET", f"?{query}").status_code == 400, query


def test_a_token_reaches_only_its_own_agency(send: Send, bearer: Callable[..., str], session: Session) -> None:
    case = make_case(session)
    session.commit()
    theirs = bearer(agency="css")
    for method, path, body in (
        ("GET", "", None),
        ("PATCH", "", {"name": "X"}),
        ("POST", "/withdrawal", {}),
        ("POST", "/death", None),
    ):
        assert send(method, f"/{case.id}{path}", body, token=theirs).status_code == 404
    assert send("GET", "", token=theirs).json["total"] == 0
    session.refresh(case)
    assert case.state is CaseState.OPEN


def test_a_token_needs_its_scope_and_must_be_in_force(send: Send, bearer: Callable[..., str], session: Session) -> None:
    reader, writer = bearer(ApiScope.READ), bearer(ApiScope.WRITE)
    assert send("POST", "", NEWS, token=reader).status_code == 403
    assert send("GET", "", token=writer).status_code == 403
    for wrong in ("", "sva_wrong", reader[:-1]):
        refused = send("GET", "", token=wrong)
        assert refused.status_code == 401 and refused.headers["WWW-Authenticate"].startswith("Bearer")
    kept = session.scalars(select(ApiToken).where(ApiToken.token_hash == tokens.hash_of(reader))).one()
    with clock.set_to(clock.now() + timedelta(days=366)):
        assert send("GET", "", token=reader).status_code == 401
    tokens.revoke_token(session, kept, TESTER)
    session.commit()
    assert send("GET", "", token=reader).status_code == 401


def test_rotation_leaves_the_old_token_a_week_and_both_uses_are_noted(
    send: Send, bearer: Callable[..., str], session: Session
) -> None:
    old = bearer()
    kept = session.scalars(select(ApiToken).where(ApiToken.token_hash == tokens.hash_of(old))).one()
    made, new = tokens.rotate_token(session, kept, TESTER)
    session.commit()
    assert send("GET", "", token=old).status_code == send("GET", "", token=new).status_code == 200
    session.refresh(made)
    assert made.last_used_at is not None and made.scopes == kept.scopes
    with clock.set_to(clock.now() + timedelta(days=tokens.OVERLAP_DAYS + 1)):
        assert send("GET", "", token=old).status_code == 401
        assert send("GET", "", token=new).status_code == 200


def test_no_token_is_stored_and_every_use_names_it_in_the_audit_trail(
    send: Send, bearer: Callable[..., str], session: Session
) -> None:
    text = bearer()
    made = send("POST", "", NEWS, token=text).json["id"]
    send("GET", f"/{made}", token=text)
    kept = session.scalars(select(ApiToken).where(ApiToken.token_hash == tokens.hash_of(text))).one()
    about = select(AuditEvent.event).where(AuditEvent.actor_id == str(kept.id), AuditEvent.subject_id == made)
    assert list(session.scalars(about.order_by(AuditEvent.number))) == ["case.created", "case.read_by_api"]
    assert text not in json.dumps([event.codes for event in session.scalars(select(AuditEvent))])


@pytest.mark.one_backend
def test_a_wrong_method_and_a_wrong_address_are_told_to_a_program_not_to_a_reader_of_pages(client: FlaskClient) -> None:
    wrong = client.delete("/api/v1/leavers")
    assert (wrong.status_code, wrong.mimetype) == (405, "application/problem+json")
    assert wrong.json == {
        "type": "about:blank",
        "title": "Method Not Allowed",
        "status": 405,
        "detail": "This address does not take this method. The Allow header names those it takes.",
    }
    assert {"GET", "POST"} <= set(wrong.headers["Allow"].split(", "))
    nothing = client.get("/api/v1/nothing")
    assert nothing.status_code == 404 and "page" not in nothing.json["detail"] and "link" not in nothing.json["detail"]


@pytest.mark.one_backend
def test_the_document_and_its_page_are_open_to_all_and_agree(client: FlaskClient) -> None:
    told = client.get("/api/openapi.json")
    assert told.status_code == 200 and told.json == document() and told.json["openapi"] == "3.1.0"
    page = client.get("/api/docs")
    assert page.status_code == 200 and "/api/v1/leavers/{leaver_id}/withdrawal" in page.text
    assert "<script>" not in page.text


@pytest.mark.one_backend
def test_the_commands_make_list_rotate_and_revoke(app: Flask, session: Session, organisation: str) -> None:
    session.commit()
    run = app.test_cli_runner()
    scopes = ["--scope", "leavers:read"]
    made = run.invoke(args=["api-tokens", "make", "Payroll", "--agency", "ncs", *scopes])
    assert made.exit_code == 0 and "sva_" in made.output
    token_id = made.output.split()[0]
    assert "Payroll" in run.invoke(args=["api-tokens", "list"]).output
    assert "sva_" in run.invoke(args=["api-tokens", "rotate", token_id]).output
    assert run.invoke(args=["api-tokens", "revoke", token_id]).exit_code == 0
    assert run.invoke(args=["api-tokens", "rotate", token_id]).exit_code == 1
    assert run.invoke(args=["api-tokens", "make", "X", "--agency", "nowhere", *scopes]).exit_code == 1


OPERATIONS = [
    (method, path) for path, methods in document()["paths"].items() for method in methods if method != "parameters"
]


@pytest.mark.one_backend
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_whatever_is_sent_gives_a_documented_answer(
    app: Flask, bearer: Callable[..., str], session: Session, method: str, path: str
) -> None:
    text = bearer()
    known_case = make_case(session, staff_number="N1").id
    session.commit()
    schema = schemathesis.openapi.from_dict(document())
    schema.app = app
    operation = schema[path][method.upper()]

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True)
    @given(case=operation.as_strategy(), makes_sense=st.booleans())
    def fuzz(case: Any, makes_sense: bool) -> None:
        if makes_sense and isinstance(case.body, dict) and path.endswith(("leavers", "{leaver_id}")):
            known = {name: NEWS[name] for name in ("area", "job_role", "leaving_type", "last_working_day")}
            case.body = case.body | known
        if makes_sense and "leaver_id" in (case.path_parameters or {}):
            case.path_parameters["leaver_id"] = str(known_case)
        answer = case.call(headers={"Authorization": f"Bearer {text}", "Accept-Encoding": "identity"})
        session.rollback()
        assert answer.status_code < 500
        # Every case carries a good token, and which codes have a meaning stands in the database, not in the schema.
        case.validate_response(answer, excluded_checks=[ignored_auth, positive_data_acceptance])

    fuzz()
