"""Headers on every route and every status, nothing kept by the browser, and redirects that stay on the origin."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from surveyapp.access import StaffRole
from surveyapp.access.guards import ASSET, declared_permission
from surveyapp.app import create_app
from surveyapp.config import Settings
from surveyapp.directory.models import User
from surveyapp.web.headers import FIXED
from tests.access.test_every_route import filled

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
