"""Headers on every route and every status, nothing kept by the browser, and redirects that stay on the origin."""

import io
import re
import tempfile
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.access import StaffRole
from surveyapp.access.guards import ASSET, declared_permission
from surveyapp.app import create_app
from surveyapp.audit.models import AuditEvent
from surveyapp.config import Settings
from surveyapp.directory import sessions
from surveyapp.directory.models import User
from surveyapp.web.headers import FIXED
from tests.access.test_every_route import filled
from tests.factories.cases import make_case
from tests.page_rules import page_faults

pytestmark = pytest.mark.one_backend


def test_every_route_and_method_answers_with_every_header(
    app: Flask, staff: Callable[..., User], signed_in: Callable[[User], FlaskClient]
) -> None:
    stranger, insider = app.test_client(), signed_in(staff(*StaffRole))
    statuses = set()
    for rule in app.url_map.iter_rules():
        for method in ("GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE"):
            for browser in (stranger, insider):
                answer = browser.open(filled(app, rule), method=method)
                statuses.add(answer.status_code)
                missing = {name for name in FIXED if name not in answer.headers}
                assert not missing, (method, rule.rule, missing)
                assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
                if declared_permission(app, rule.endpoint) != ASSET:
                    assert "public" not in answer.headers["Cache-Control"], rule.rule
    assert {200, 302, 404, 405} <= statuses


def test_errors_files_and_machines_answers_have_the_same_headers(app: Flask, client: FlaskClient) -> None:
    """Kinds that no walk of pages meets; HTML, CSV, XLSX, PDF, ICS and JSON are held to it in test_hostile_text.py."""
    large = {"email": "x" * 30_000_000}
    answers = {
        "a static file": client.get("/static/icon.svg"),
        "no static file": client.get("/static/none.css"),
        "nothing there": client.get("/no/such/page"),
        "what cannot be read": client.get("/cases?search=%00"),
        "too much": client.post("/sign-in", data=large),
        "a machine without a token": client.get("/api/v1/leavers"),
        "nothing there for a machine": client.get("/api/v1/none"),
        "health": client.get("/healthz"),
        "the description": client.get("/api/openapi.json"),
        "security.txt": client.get("/.well-known/security.txt"),
    }
    for what, answer in answers.items():
        missing = {name for name in FIXED if name not in answer.headers}
        assert not missing and "default-src 'none'" in answer.headers["Content-Security-Policy"], (what, missing)
    assert {answer.status_code for answer in answers.values()} >= {200, 400, 401, 404, 413}


def test_an_export_is_made_when_asked_for_and_kept_nowhere(
    session: Session,
    settings: Settings,
    staff: Callable[..., User],
    signed_in: Callable[[User], FlaskClient],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It expires with the answer: nothing waits to be fetched, by its owner or by anybody else, and each is audited."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    case = make_case(session)
    browser = signed_in(staff(*StaffRole, agency=None))
    before = {path for path in settings.instance_dir.rglob("*") if "temporary" not in path.parts}
    exports = ["/work-list.csv", "/compliance/board.csv", "/compliance/board.xlsx", "/settings/context/figures.csv"]
    answers = [browser.get(path) for path in exports] + [browser.post(f"/settings/person/{case.id}/export")]
    assert [answer.status_code for answer in answers] == [200] * 5
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}
    assert {path for path in settings.instance_dir.rglob("*") if "temporary" not in path.parts} == before
    assert list(folder.iterdir()) == []
    events = session.scalars(select(AuditEvent.event).order_by(AuditEvent.number.desc()).limit(5)).all()
    assert len([event for event in events if event.endswith("exported")]) == 5, events


def test_a_form_over_https_is_taken_from_a_page_that_sends_no_referrer(settings: Settings) -> None:
    """Our own pages forbid the referrer, so that a form that asked for one would be refused in every browser."""
    https = {"base_url": "https://leaving.example"}
    browser = create_app(settings.model_copy(update=https)).test_client()
    page = browser.get("/code", **https)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page.text)
    assert token and "We could not read" not in browser.post("/code", data={"csrf_token": token[1]}, **https).text
    assert browser.post("/code", data={}, **https).status_code == 400, "a form without its token is still refused"


def test_a_form_that_was_open_too_long_gives_back_what_was_typed_to_our_own_page_alone(settings: Settings) -> None:
    browser = create_app(settings).test_client()
    typed = {"csrf_token": "of-before", "code": "Ŵ & <b>"}
    again = browser.post("/code", data=typed, headers={"Sec-Fetch-Site": "same-origin"})
    kept = dict(re.findall(r'name="([^"]+)" value="([^"]*)" data-kept', again.text))
    assert again.status_code == 400 and unescape(kept["code"]) == typed["code"]
    assert browser.post("/code", data=kept).status_code != 400, "one more press sends it"
    for site in ("cross-site", "same-site", None):
        forged = browser.post("/code", data=typed, headers={"Sec-Fetch-Site": site} if site else {})
        assert forged.status_code == 400 and "data-kept" not in forged.text, site


def test_a_form_of_somebody_who_is_signed_out_gives_back_what_was_typed_to_our_own_page_alone(
    app: Flask, session: Session, staff: Callable[..., User], signed_in: Callable[[User], FlaskClient]
) -> None:
    case = make_case(session)
    adviser = staff(StaffRole.HR_ADVISER, areas=("NM",))
    session.commit()
    browser, typed = signed_in(adviser), {"text": "She rang: Ŵ & <b>"}
    sessions.end_all(session, adviser.id)
    session.commit()
    address = f"/cases/{case.id}/edit"
    kept = browser.post(address, data=typed, headers={"Sec-Fetch-Site": "same-origin"})
    assert kept.status_code == 401 and 'href="/sign-in"' in kept.text and page_faults(kept.text) == []
    again = dict(re.findall(r'name="([^"]+)" value="([^"]*)" data-kept', kept.text))
    assert unescape(again["text"]) == typed["text"]
    with_file = {"file": (io.BytesIO(b"name"), "leavers.csv")}
    told = browser.post("/cases/import", data=with_file, headers={"Sec-Fetch-Site": "same-origin"})
    assert told.status_code == 401 and "go back and send it once more" in told.text
    for site in ("cross-site", "same-site", None):
        forged = browser.post(address, data=typed, headers={"Sec-Fetch-Site": site} if site else {})
        assert (forged.status_code, forged.location) == (302, "/sign-in"), site
    assert browser.get("/cases").location == "/sign-in?next=/cases"


def test_cookies_over_https_are_bound_to_the_host(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"base_url": "https://leaving.example"}))
    answer = app.test_client().get("/password/any-token", base_url="https://leaving.example")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=") and "Secure" in cookie and "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie and "Domain" not in cookie
    assert "max-age" in answer.headers["Strict-Transport-Security"]


def test_a_page_after_signing_out_shows_nothing(
    staff: Callable[..., User], signed_in: Callable[[User], FlaskClient]
) -> None:
    browser = signed_in(staff(StaffRole.HR_ADVISER))
    assert browser.get("/cases").headers["Cache-Control"] == "no-store"
    assert '"cache"' in browser.post("/sign-out").headers["Clear-Site-Data"]
    assert browser.get("/cases").location.startswith("/sign-in")


def test_a_scanner_that_opens_a_password_link_uses_nothing_up(client: FlaskClient) -> None:
    for method in ("HEAD", "GET"):
        answer = client.open("/password/some-token", method=method)
        assert answer.status_code == 302 and "some-token" not in answer.location
        assert answer.headers["Referrer-Policy"] == "no-referrer"
