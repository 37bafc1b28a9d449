"""Which language a page speaks: the button, the address, the browser's earlier choice, the person's preference."""

import re

import pytest
from flask.testing import FlaskClient

from surveyapp.web.language import language_address, prefer_language
from tests.web.gallery import make_app


@pytest.fixture
def client() -> FlaskClient:
    return make_app(WTF_CSRF_ENABLED=False).test_client()


def test_english_is_spoken_until_someone_chooses(client: FlaskClient) -> None:
    assert client.get("/staff").headers["Content-Language"] == "en"


def test_a_choice_in_the_address_is_remembered_by_the_browser(client: FlaskClient) -> None:
    client.get("/staff?lang=cy")
    assert client.get("/report").headers["Content-Language"] == "cy"


def test_over_https_the_cookie_is_bound_to_this_host(client: FlaskClient) -> None:
    cookie = client.get("/staff?lang=cy", base_url="https://localhost").headers["Set-Cookie"]
    assert cookie.startswith("__Host-language=cy;")
    assert all(word in cookie for word in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"))


def test_a_form_sent_by_its_language_button_changes_the_language(client: FlaskClient) -> None:
    answer = client.post("/a/token", data={"lang": "cy", "more": "x"})
    assert answer.status_code == 302
    assert "Mwy" not in client.get("/a/token").text
    assert client.get("/a/token").headers["Content-Language"] == "cy"


def test_the_enter_key_sends_a_form_as_its_own_button_does(client: FlaskClient) -> None:
    """Browsers press the first button of the form in the page; the language buttons stand above the form."""
    first = re.search(r'<button[^>]*form="answers"[^>]*>', client.get("/a/token").text)
    assert first and "name=" not in first[0]


def test_a_forms_own_question_about_language_does_not_change_the_page(client: FlaskClient) -> None:
    client.post("/a/token", data={"language": "cy", "more": "x"})
    assert client.get("/a/token?language=cy").headers["Content-Language"] == "en"


@pytest.mark.parametrize("asked", ["fr", "", "cy<script>", "../en"])
def test_an_unknown_language_is_passed_over(client: FlaskClient, asked: str) -> None:
    answer = client.get("/staff", query_string={"lang": asked})
    assert answer.headers["Content-Language"] == "en"
    assert "language" not in answer.headers.get("Set-Cookie", "")


def test_the_language_link_keeps_the_pages_other_choices() -> None:
    with make_app().test_request_context("/staff?area=a%26b&area=c&lang=en"):
        assert language_address("cy") == "/staff?area=a%26b&area=c&lang=cy"


def test_a_persons_preference_counts_only_where_the_browser_has_not_chosen() -> None:
    app = make_app()
    app.before_request(lambda: prefer_language("cy"))
    assert app.test_client().get("/staff").headers["Content-Language"] == "cy"
    browser = app.test_client()
    assert browser.get("/staff?lang=en").headers["Content-Language"] == "en"
    assert browser.get("/staff").headers["Content-Language"] == "en"
