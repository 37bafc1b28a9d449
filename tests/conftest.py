"""Fixtures for every test: an application on a fresh copy of a migrated database, on SQLite and on PostgreSQL."""

import base64
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from hypothesis import settings as examples
from playwright.sync_api import Browser
from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from surveyapp.access import StaffRole
from surveyapp.app import create_app
from surveyapp.audit import Actor, ActorKind
from surveyapp.config import Settings
from surveyapp.db import db
from surveyapp.directory import accounts, sessions
from surveyapp.directory.models import User
from surveyapp.directory.organisation import SHIPPED, load_organisation, read_organisation
from surveyapp.directory.sign_in import COOKIE_FIELD
from surveyapp.encryption.sealed_box import ReleasePrivateKey
from tests.audit.watching import Watch
from tests.browser import launched_browser
from tests.databases import BACKENDS, PostgresTemplate, SqliteTemplate, postgres_server
from tests.real_data import real_path

# Whether a property holds is not a matter of how busy the machine is, nor of the day's luck: every run tries the same
# examples. `--hypothesis-profile=explore` looks further.
examples.register_profile("explore", parent=examples(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
examples.register_profile("house", parent=examples.get_profile("explore"), derandomize=True, database=None)
examples.load_profile("house")
SQLITE_PATIENCE = 600_000
"""Milliseconds that a writer of a test waits for SQLite's one lock: twenty on a slow machine take their time."""
TESTER = Actor(ActorKind.COMMAND, "tester")


@event.listens_for(Engine, "connect")
def _wait_patiently(connection: Any, _record: Any) -> None:
    if type(connection).__module__.startswith("sqlite3"):
        connection.execute(f"PRAGMA busy_timeout = {SQLITE_PATIENCE}").close()


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], SqliteTemplate | PostgresTemplate]]:
    """Migrated template databases, each made when a test first asks for it."""
    made: dict[str, SqliteTemplate | PostgresTemplate] = {}
    servers = []

    def template(backend: str) -> SqliteTemplate | PostgresTemplate:
        if backend not in made and backend == "sqlite":
            made[backend] = SqliteTemplate(tmp_path_factory.mktemp("sqlite"))
        elif backend not in made:
            servers.append(postgres_server())
            made[backend] = PostgresTemplate(servers[-1].__enter__())
        return made[backend]

    yield template
    for one in made.values():
        if isinstance(one, PostgresTemplate):
            one.drop()
    for server in servers:
        server.__exit__(None, None, None)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Whatever touches a database runs on both, unless it is marked `one_backend` (SQL is not its point)."""
    if "backend" in metafunc.fixturenames:
        one = metafunc.definition.get_closest_marker("one_backend")
        metafunc.parametrize("backend", BACKENDS[:1] if one else BACKENDS, scope="function")


@pytest.fixture
def database_url(backend: str, templates: Callable[[str], SqliteTemplate | PostgresTemplate]) -> Iterator[str]:
    """The address of a fresh, migrated, empty database; whatever application a test makes on it lets go at the end."""
    used: set[Engine] = set()

    def remember(connection: Connection) -> None:
        used.add(connection.engine)

    event.listen(Engine, "begin", remember)
    with templates(backend).copy() as address:
        yield address
        event.remove(Engine, "begin", remember)
        for engine in used:
            engine.dispose()


@pytest.fixture(scope="session")
def own_browser() -> Iterator[Browser]:
    """The one real browser of a test run."""
    with launched_browser() as browser:
        yield browser


@pytest.fixture(scope="session")
def release_key() -> ReleasePrivateKey:
    """The private release key of the tests' agencies; the application only knows its public half."""
    return ReleasePrivateKey.generate()


@pytest.fixture
def settings(database_url: str, tmp_path: Path, release_key: ReleasePrivateKey) -> Settings:
    """Settings of a test application: everything in a temporary folder."""
    (tmp_path / "release.key").write_bytes(release_key.to_pem())
    return Settings(
        instance_dir=tmp_path,
        environment="test",
        database_url=database_url,
        secret_key="t" * 48,
        password_salt="s" * 32,
        application_keys=[base64.b64encode(b"k" * 32).decode()],
        release_public_keys=[release_key.public.text],
        base_url="http://localhost",
        mail_url=f"file:{tmp_path / 'outbox'}",
    )


class Browser(FlaskClient):
    """A test's client. It first commits what the test did: SQLite has one writer, and a request is another session."""

    def open(self, *args: Any, **more: Any) -> TestResponse:
        db.session.commit()
        answer = super().open(*args, **more)
        db.session.expire_all()
        return answer


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The application on a fresh database, inside an application context; every request's audit events are checked."""
    made = create_app(settings)
    made.config["TESTING"] = True
    made.test_client_class = Browser
    made.config["WTF_CSRF_ENABLED"] = False
    with made.app_context():
        with Watch(made).on() as watch:
            made.extensions["watch"] = watch
            yield made
        db.session.close()
        db.engine.dispose()
    assert watch.faults == [], "audit events that are missing, or too many (tests/audit/acts.py)"


@pytest.fixture
def session(app: Flask) -> Session:
    """The application's database session; a test commits what a request of the client should see."""
    return db.session


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without JavaScript; CSRF tokens are off here and on in the security tests."""
    return app.test_client()


@pytest.fixture
def organisation(session: Session) -> str:
    """The demo organisation, loaded; returns the code of its first agency (`ncs`)."""
    load_organisation(session, read_organisation(SHIPPED["demo"]), TESTER)
    session.commit()
    return "ncs"


@pytest.fixture
def staff(session: Session, organisation: str) -> Callable[..., User]:
    """Make a staff account: `staff(StaffRole.HR_ADVISER, areas=("NM",))`."""

    def make(
        *roles: StaffRole, agency: str | None = "ncs", areas: tuple[str, ...] = (), email: str | None = None
    ) -> User:
        address = email or f"{uuid.uuid4().hex[:8]}@ncs.example"
        for role in roles:
            user = accounts.grant_staff_role(session, address, role, agency, areas, actor=TESTER)
        session.commit()
        return user

    return make


@pytest.fixture
def signed_in(app: Flask) -> Callable[[User], FlaskClient]:
    """A client signed in as that account."""

    def make(user: User) -> FlaskClient:
        browser = app.test_client()
        with browser.session_transaction() as cookie:
            cookie[COOKIE_FIELD] = sessions.begin(db.session, user)
            db.session.commit()
        return browser

    return make


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real leaver data; without it a test is skipped, and says so aloud."""
    return real_path()
