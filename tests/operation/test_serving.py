"""Production refuses what is weak; logs, metrics and health give nobody away; a restart drops no request."""

import io
import json
import logging
import os
import signal
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from surveyapp.access import StaffRole
from surveyapp.app import create_app
from surveyapp.config import Settings
from surveyapp.db import db
from surveyapp.directory.models import User
from surveyapp.operation import health, logs, serving, startup
from surveyapp.operation.startup import WeakSettings
from tests.mail.post import queued
from tests.responses.real_server import Server, server
from tests.responses.walking import Leaver, prepare

PATIENCE = 300
"""Seconds that something may take before a test gives it up, on a machine that has much else to do."""
FIT = {
    "environment": "production",
    "base_url": "https://leaving.example",
    "mail_url": "smtp://mail.example:25",
    "secret_key": "pq7Vd0sJ3hT9bN2xK8mZ5wRyL1cF6gAe",
    "password_salt": "uE4oQ9iC7vX2kB6nM1zS8tHjD5fG3aWr",
    "application_keys": ["c29tZXRoaW5nIHRoYXQgbG9va3MgcmFuZG9tIDEyMzQ="],
}


def production(settings: Settings, **changes: object) -> Settings:
    values = settings.model_dump(exclude_defaults=False)
    return Settings(**(values | FIT | {"release_key_file": settings.instance_dir / "elsewhere.key"} | changes))  # type: ignore[arg-type]


@pytest.mark.one_backend
def test_production_starts_with_fit_settings(settings: Settings) -> None:
    startup.refuse_weak(production(settings))


@pytest.mark.one_backend
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"base_url": "http://leaving.example"}, "BASE_URL"),
        ({"secret_key": "t" * 48}, "SECRET_KEY"),
        ({"secret_key": "short"}, "surveyapp init"),
        ({"password_salt": ""}, "PASSWORD_SALT"),
        ({"application_keys": ["a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="]}, "application key"),
        ({"application_keys": []}, "surveyapp init"),
        ({"mail_url": "file:outbox"}, "MAIL_URL"),
    ],
)
def test_production_refuses_weak_settings_in_words(settings: Settings, changes: dict[str, object], words: str) -> None:
    with pytest.raises(WeakSettings, match=words):
        startup.refuse_weak(production(settings, **changes))


@pytest.mark.one_backend
def test_production_refuses_secrets_that_others_can_read(settings: Settings) -> None:
    file = settings.instance_dir / "secrets.toml"
    file.write_text("")
    file.chmod(0o644)
    with pytest.raises(WeakSettings, match="chmod 640"):
        startup.refuse_weak(production(settings))
    file.chmod(0o640)
    startup.refuse_weak(production(settings))


@pytest.mark.one_backend
def test_production_does_not_serve_where_it_could_read_the_release_key(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[object] = []
    monkeypatch.setattr(serving, "serve", lambda *given: served.append(given))
    monkeypatch.setattr(logs, "configure", lambda _settings: None)
    for key, may_serve in ((settings.release_key_path, False), (settings.instance_dir / "elsewhere.key", True)):
        app = create_app(production(settings, release_key_file=key))
        done = app.test_cli_runner().invoke(args=["serve"])
        assert bool(served) is may_serve
        assert may_serve or (isinstance(done.exception, WeakSettings) and "another system user" in str(done.exception))


@contextmanager
def logged(settings: Settings) -> Iterator[io.StringIO]:
    """What this process logs as JSON meanwhile."""
    root, stream = logging.getLogger(), io.StringIO()
    before, level = root.handlers, root.level
    logs.configure(settings.model_copy(update={"log_format": "json"}))
    handler = root.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(stream)
    try:
        yield stream
    finally:
        root.handlers = before
        root.setLevel(level)
        logging.captureWarnings(False)


PLANTED = ("Wenna Plantedname", "wenna@home.example", "hunter2")


def test_an_error_is_logged_with_its_request_and_without_what_was_typed(app: Flask, settings: Settings) -> None:
    @app.get("/breaks/<token>")
    def breaks(token: str) -> str:
        db.session.execute(
            text("INSERT INTO users (id, email) VALUES (:id, :email)"), {"id": token, "email": PLANTED[1]}
        )
        raise AssertionError("not reached")

    breaks.declared_permission = "public"  # type: ignore[attr-defined]  # as the guard would
    app.config["PROPAGATE_EXCEPTIONS"] = app.testing = False
    token = "k9XqVd0sJ3hT9bN2xK8mZ5wRyL1cF6gAeUoQ9iC7vX2"
    with logged(settings) as stream:
        answer = app.test_client().get(f"/breaks/{token}?q={PLANTED[0]}")
        logging.getLogger("x").warning("smtp://user:%s@mail.example refused %s at /a/%s", PLANTED[2], PLANTED[1], token)
        try:
            raise ValueError(PLANTED[0])
        except ValueError:
            logging.getLogger("x").exception("could not read it")
    said = stream.getvalue()
    lines = [json.loads(line) for line in said.splitlines()]
    assert answer.status_code in (500, 503)
    mine = [line for line in lines if line.get("request_id") == answer.headers["X-Request-Id"]]
    assert any({"endpoint": "breaks", "status": answer.status_code}.items() <= line.items() for line in mine)
    assert any("sqlalchemy.exc." in line.get("exception", "") for line in mine)
    assert any("ValueError" in line.get("exception", "") for line in lines)
    for planted in (*PLANTED, token):
        assert planted not in said, said


@pytest.mark.one_backend
def test_an_error_of_the_database_never_names_the_values(app: Flask, session: Session) -> None:
    with pytest.raises(IntegrityError) as caught:
        session.execute(text("INSERT INTO users (id, email) VALUES ('1', :email)"), {"email": PLANTED[1]})
    assert PLANTED[1] not in str(caught.value)


@pytest.mark.one_backend
def test_no_log_tells_when_a_leaver_answered(
    session: Session, organisation: str, client: FlaskClient, settings: Settings
) -> None:
    _case, token = prepare(session)
    with logged(settings) as stream:
        leaver = Leaver(client)
        leaver.enter(token)
        leaver.to_check()
        leaver.send()
        client.get("/sign-in")
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [line["endpoint"] for line in lines if line["event"] == "request"] == ["security.login"]


def metrics_of(client: FlaskClient, token: str = "") -> tuple[int, str]:
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {token}"} if token else {})
    return answer.status_code, answer.text


@pytest.mark.one_backend
def test_metrics_are_closed_without_their_token(settings: Settings) -> None:
    closed = create_app(settings).test_client()
    opened = create_app(settings.model_copy(update={"metrics_token": FitSecret})).test_client()
    assert metrics_of(closed)[0] == metrics_of(closed, "x")[0] == metrics_of(opened)[0] == 404
    assert metrics_of(opened, "wrong")[0] == 404 and metrics_of(opened, FIT_TOKEN)[0] == 200


FIT_TOKEN = "a quiet token of some length"
FitSecret = Settings.model_fields["metrics_token"].annotation(FIT_TOKEN)  # type: ignore[misc]  # SecretStr


def test_metrics_say_how_things_stand_and_nothing_of_anybody(
    session: Session, organisation: str, settings: Settings, staff: Callable[..., User]
) -> None:
    queued(session, 2)
    staff(StaffRole.HR_ADVISER, email=PLANTED[1])
    _case, token = prepare(session)
    app = create_app(settings.model_copy(update={"metrics_token": FitSecret}))
    app.config["WTF_CSRF_ENABLED"] = False
    browser = app.test_client()
    leaver = Leaver(browser)
    leaver.enter(token)
    status, said = metrics_of(browser, FIT_TOKEN)
    assert status == 200 and "surveyapp_mail_waiting 2.0" in said and "surveyapp_database_up 1.0" in said
    assert 'surveyapp_requests_total{part="leaver",status="2xx"}' in said
    assert token not in said and PLANTED[1] not in said and "/a/" not in said
    assert "answers." not in said and "begin" not in said, "a leaver's endpoints would tell when somebody answered"
    with app.app_context():
        db.engine.dispose()


def test_ready_says_what_is_down(
    app: Flask, client: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get("/readyz").json == {"status": "ready"}
    monkeypatch.setattr(health, "NO_ROOM_BYTES", 1 << 62)
    assert client.get("/readyz").json == {"status": "not ready", "down": ["disk: no room"]}
    monkeypatch.undo()
    session.execute(text("UPDATE alembic_version SET version_num = '0003_definitions'"))
    answer = client.get("/readyz")
    assert answer.status_code == 503 and "0003_definitions" in answer.text
    session.execute(text("DROP TABLE alembic_version"))
    answer = client.get("/readyz")
    assert answer.status_code == 503 and answer.json["down"] == ["database: it does not answer"]
    assert client.get("/healthz").status_code == 200


@pytest.mark.one_backend
def test_whoever_finds_a_weakness_is_told_whom_to_tell(settings: Settings) -> None:
    assert create_app(settings).test_client().get("/.well-known/security.txt").status_code == 404
    named = settings.model_copy(update={"security_contact": "mailto:security@leaving.example"})
    answer = create_app(named).test_client().get("/.well-known/security.txt")
    assert answer.mimetype == "text/plain"
    assert answer.text.startswith("Contact: mailto:security@leaving.example\nExpires: 20")


@pytest.mark.one_backend
def test_a_graceful_restart_drops_no_request_and_metrics_go_on(database_url: str, tmp_path: Path) -> None:
    """SIGHUP replaces every worker while requests come in; the counts of all processes stay together."""
    with server(tmp_path, database_url) as served:
        served.environment["SURVEYAPP_METRICS_TOKEN"] = FIT_TOKEN
        served.prepare(0)
        served.start()
        outcomes: list[str] = []
        stop = threading.Event()
        asking = [threading.Thread(target=ask_on, args=(served.port, outcomes, stop)) for _ in range(2)]
        for one in asking:
            one.start()
        try:
            for _ in range(2):
                restart(served, outcomes)
        finally:
            stop.set()
            for one in asking:
                one.join()
        asked = urllib.request.Request(f"http://127.0.0.1:{served.port}/metrics")
        asked.add_header("Authorization", f"Bearer {FIT_TOKEN}")
        with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:
            said = answer.read().decode()
    assert set(outcomes) == {"200"}, outcomes
    counted = [
        line for line in said.splitlines() if line.startswith('surveyapp_requests_total{part="machine",status="2xx"}')
    ]
    assert float(counted[0].rsplit(" ", 1)[1]) >= len(outcomes), "a process that ended took its counts with it"


def restart(served: Server, outcomes: list[str]) -> None:
    """Replace every worker; over when the old ones are gone and the new ones have answered, however slow they are."""
    assert served.process is not None
    old = served.workers_now()
    os.kill(served.process.pid, signal.SIGHUP)
    wait_until(lambda: not old & served.workers_now())
    n_before = len(outcomes)
    wait_until(lambda: len(outcomes) >= n_before + 50)


def wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < until, "it does not come about"
        time.sleep(0.05)


def ask_on(port: int, outcomes: list[str], stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=PATIENCE) as answer:
                outcomes.append(str(answer.status))
        except (OSError, urllib.error.URLError) as error:
            outcomes.append(repr(error))
        stop.wait(0.02)
