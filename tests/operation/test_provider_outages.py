"""The identity provider may be silent, slow or talk nonsense: a plain page, other sign-ins work, nobody hangs."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.access import StaffRole
from surveyapp.config import Settings
from surveyapp.directory import provider_line
from surveyapp.directory.models import User
from surveyapp.directory.provider_routes import EXTENSION
from tests.directory.fake_provider import CLIENT_ID, CLIENT_SECRET, FAULTS, FakeProvider, running_provider
from tests.directory.test_passwords_and_second_step import sign_in, with_password
from tests.directory.test_single_sign_on import ANSWER, is_in, known_person
from tests.operation.test_outages import answers
from tests.responses.walking import prepare

pytestmark = pytest.mark.one_backend
Staff = Callable[..., User]
AT = "/sign-in/work-account"
PATHS = {"description": "/.well-known/openid-configuration", "token": "/token", "keys": "/keys"}
AFTER_A_REST = provider_line.RESTS_FOR + timedelta(seconds=1)


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    with running_provider() as provider:
        yield provider


@contextmanager
def failing(fake: FakeProvider, **faults: str) -> Iterator[None]:
    """These paths of the provider fail meanwhile, and nobody has the patience to wait for them."""
    fake.faults = {PATHS[name]: fault for name, fault in faults.items()}
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(provider_line, "WAIT_SECONDS", (60, 0.5))
        changed.setattr(provider_line, "LONGEST_SECONDS", 0.5)
        yield
    fake.faults = {}


@pytest.fixture
def settings(settings: Settings, fake: FakeProvider) -> Settings:
    secret = type(settings.secret_key)(CLIENT_SECRET)
    ours = {"oidc_issuer": fake.address, "oidc_client_id": CLIENT_ID, "oidc_client_secret": secret}
    return settings.model_copy(update=ours)


@pytest.mark.parametrize("part", PATHS)
def test_whatever_fails_at_the_provider_a_plain_page_says_so_and_later_it_works(
    app: Flask, session: Session, staff: Staff, fake: FakeProvider, part: str
) -> None:
    """A hanging provider hangs until the test is over: that there is an answer shows that nobody waited for it."""
    known_person(session, staff(StaffRole.HR_ADVISER))
    for fault in FAULTS:
        app.extensions.pop(EXTENSION, None)  # a process that has asked nothing yet
        browser = app.test_client()
        brought = fake.sign_in(browser.get(AT).location) if part != "description" else {}
        with failing(fake, **{part: fault}):
            answer = browser.get(ANSWER, query_string=brought) if brought else browser.get(AT)
        assert not fake.released.is_set()
        assert answer.status_code == 503 and "does not answer" in answer.text, fault
        assert "Sign in with a password" in answer.text and not is_in(browser), fault
        with clock.set_to(clock.now() + AFTER_A_REST):
            assert browser.get(ANSWER, query_string=fake.sign_in(browser.get(AT).location)).location == "/", fault


def test_while_the_provider_hangs_people_sign_in_with_passwords_and_leavers_answer(
    app: Flask, client: FlaskClient, session: Session, staff: Staff, fake: FakeProvider, settings: Settings
) -> None:
    user = with_password(session, staff(StaffRole.HR_ADVISER, areas=("NM",)), settings)
    _case, token = prepare(session)
    with failing(fake, **dict.fromkeys(PATHS, "silent")):
        assert app.test_client().get(AT).status_code == 503
        assert sign_in(client, user) == "/" and client.get("/cases").status_code == 200
        assert client.post("/sign-out").status_code == 302
        assert answers(app.test_client(), token)


def test_after_a_failure_nobody_waits_for_the_provider_again_for_a_while(
    client: FlaskClient, fake: FakeProvider
) -> None:
    began = clock.now()
    with failing(fake, description="silent"):
        with clock.set_to(began):
            assert [client.get(AT).status_code for _ in range(5)] == [503] * 5
        assert fake.asked == [PATHS["description"]]
        with clock.set_to(began + AFTER_A_REST):
            client.get(AT)
    assert fake.asked == [PATHS["description"]] * 2


def test_without_the_limits_the_same_provider_holds_the_browser(
    app: Flask, fake: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mutant, kept: with no limit on the whole answer, a byte now and then is waited for to the end."""
    monkeypatch.setattr(provider_line, "LONGEST_SECONDS", 3600)
    fake.faults[PATHS["description"]] = "dripping"
    held = FlaskClient(app, app.response_class)
    with pytest.raises(TimeoutError):
        answer_within(2, lambda: held.get(AT))
    fake.released.set()


def answer_within(seconds: float, ask: Callable[[], object]) -> object:
    """What is answered, or TimeoutError."""
    pool = ThreadPoolExecutor(1)
    try:
        return pool.submit(ask).result(timeout=seconds)
    finally:
        pool.shutdown(wait=False)
