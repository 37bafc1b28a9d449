"""Pages in the look: structure, errors, headers, escaping."""

import re

import pytest
from flask import Response, request
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from surveyapp.web import navigation
from tests.page_rules import page_faults
from tests.web.gallery import make_app

PAGES = ["/staff", "/report", "/a/token", "/nowhere", "/broken", "/no-database", "/conflict", "/busy"]


@pytest.fixture
def client() -> FlaskClient:
    return make_app().test_client()


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["en", "cy"])
def test_every_page_has_title_language_one_heading_and_no_inline_script(
    client: FlaskClient, path: str, language: str
) -> None:
    page = client.get(path, query_string={"lang": language}).text
    assert f'<html lang="{language}"' in page
    assert page_faults(page) == []


@pytest.mark.parametrize(
    "broken",
    [
        "<h1>Two</h1>",
        "<div>",
        "</p>",
        "<script>alert(1)</script>",
        '<p style="color:red"></p>',
        '<p onclick="x()"></p>',
        '<p id="main-content"></p>',
        '<input aria-describedby="nowhere">',
    ],
)
def test_the_rules_of_a_page_notice_each_fault(client: FlaskClient, broken: str) -> None:
    page = client.get("/report").text
    assert page_faults(page) == []
    assert page_faults(page.replace("</main>", f"{broken}</main>")) != []


@pytest.mark.parametrize(
    ("path", "status"), [("/nowhere", 404), ("/broken", 500), ("/no-database", 503), ("/conflict", 409), ("/busy", 429)]
)
def test_error_pages_say_what_to_do_and_leak_nothing(client: FlaskClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert not re.search(r"hunter2|Traceback|internal words|select secret|Error:", answer.text)


def test_an_unhandled_error_is_logged_without_the_path(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    client.get("/broken?token=s3cret")
    assert "unhandled error in GET broken" in caplog.text
    assert "/broken" not in caplog.text.split("Traceback")[0]
    assert "s3cret" not in caplog.text


def test_the_api_answers_errors_with_problem_details(client: FlaskClient) -> None:
    answer = client.get("/api/v1/nothing")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert answer.json is not None and answer.json["status"] == 404


@pytest.mark.parametrize("path", [*PAGES, "/static/vendor/staff.css", "/api/v1/nothing"])
def test_security_headers_stand_on_every_route_and_status(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy and "base-uri 'none'" in policy
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in headers


def test_pages_are_not_stored_and_https_is_remembered(client: FlaskClient) -> None:
    answer = client.get("/staff", base_url="https://example.org")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=63072000")


def test_forms_may_be_sent_to_the_identity_provider_when_it_is_named() -> None:
    client = make_app(CSP_FORM_TARGETS=["https://login.example.org"]).test_client()
    assert "form-action 'self' https://login.example.org;" in client.get("/staff").headers["Content-Security-Policy"]


def test_names_with_markup_are_shown_as_text(client: FlaskClient) -> None:
    page = client.get("/staff").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_the_navigation_shows_only_what_the_viewer_may_use(client: FlaskClient) -> None:
    page = client.get("/staff").text
    assert re.findall(r'service-navigation__link" href="([^"]+)"', page) == ["/staff", "/report"]
    assert 'href="/staff" aria-current="true"' in page


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/settings/audit/7", "/settings/"),
        ("/settings/policy/ncs", "/settings/policy"),
        ("/settings", "/settings/"),
        ("/settingsandmore", None),
        ("/", None),
    ],
)
def test_the_navigation_marks_the_nearest_page_above(path: str, expected: str | None) -> None:
    assert navigation.address_above(path, ["/", "/settings/", "/settings/policy", "/cases"]) == expected


def test_a_body_that_is_too_large_a_wrong_method_and_a_stale_form_are_explained() -> None:
    client = make_app(MAX_CONTENT_LENGTH=50).test_client()
    too_large = client.post("/a/token", data={"more": "x" * 100})
    assert too_large.status_code == 413 and "shorten the text" in too_large.text
    wrong = client.delete("/staff")
    assert wrong.status_code == 405 and "GET" in wrong.headers["Allow"]
    stale = client.post("/a/token", data={"more": "x"})
    assert stale.status_code == 400 and "load it again" in stale.text
    assert all(page_faults(answer.text) == [] for answer in (too_large, wrong, stale))


def test_a_database_that_fails_at_the_commit_gives_the_same_page_as_one_that_is_away() -> None:
    app = make_app()

    @app.after_request
    def commit(response: Response) -> Response:
        if request.path == "/report" and response.status_code == 200:
            raise OperationalError("commit", {}, Exception("disk full"))
        return response

    answer = app.test_client().get("/report")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "disk full" not in answer.text
