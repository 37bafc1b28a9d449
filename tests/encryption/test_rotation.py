"""Rotation: a new application key, every data key wrapped under it, and a running server that goes on reading."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.cases.models import Case
from surveyapp.config import Settings
from surveyapp.encryption import records
from surveyapp.encryption.records import DataKey
from surveyapp.encryption.ring import KeyRing, UnknownKey
from surveyapp.operation.secrets import keys_in
from tests.factories.cases import make_case

OLD = b"k" * 32


@pytest.fixture
def secrets_file(settings: Settings) -> Path:
    file = settings.instance_dir / "secrets.toml"
    key = base64.b64encode(OLD).decode()
    file.write_text(
        f'secret_key = "{"t" * 48}"\npassword_salt = "{"s" * 32}"\napplication_keys = ["{key}"]\n', encoding="utf-8"
    )
    return file


@pytest.fixture(autouse=True)
def ring_of_before() -> Iterator[None]:
    yield
    records.use_ring(KeyRing((OLD,)))


def test_after_a_rotation_every_data_key_is_under_the_new_key_and_everything_reads(
    app: Flask, session: Session, organisation: str, secrets_file: Path
) -> None:
    case = make_case(session, name="Ann Rees")
    session.commit()
    case_id = case.id
    session.expunge_all()
    before = {key.id: key.wrapped for key in session.scalars(select(DataKey))}
    run = app.test_cli_runner().invoke(args=["keys", "rotate"])
    assert run.exit_code == 0, run.output
    session.expire_all()
    after = {key.id: key.wrapped for key in session.scalars(select(DataKey))}
    assert before.keys() == after.keys() and all(before[key] != after[key] for key in before)
    assert records.n_under_older_keys(session) == 0 and len(keys_in(secrets_file.parent)) == 2
    found = session.get(Case, case_id)
    assert found is not None and found.name == "Ann Rees"


def test_a_server_with_the_old_ring_finds_the_new_key_by_itself(
    app: Flask, session: Session, organisation: str, secrets_file: Path
) -> None:
    case = make_case(session, name="Ann Rees")
    session.commit()
    case_id = case.id
    app.test_cli_runner().invoke(args=["keys", "rotate"])
    session.expunge_all()
    records.use_ring(KeyRing((OLD,)))
    stale = session.get(Case, case_id)
    assert stale is not None
    with pytest.raises(UnknownKey):
        _ = stale.name
    records.use_ring(KeyRing((OLD,)), reload=lambda: keys_in(secrets_file.parent))
    assert stale.name == "Ann Rees"


def test_a_rotation_that_was_stopped_goes_on_without_another_key(
    app: Flask, session: Session, organisation: str, secrets_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        make_case(session)
    session.commit()
    runner = app.test_cli_runner()
    wrap = records.wrap_anew
    monkeypatch.setattr(records, "wrap_anew", lambda session: (_ for _ in ()).throw(KeyboardInterrupt))
    assert runner.invoke(args=["keys", "rotate"]).exit_code != 0
    monkeypatch.setattr(records, "wrap_anew", wrap)
    run = runner.invoke(args=["keys", "rotate"])
    assert run.exit_code == 0 and "Going on" in run.output and len(keys_in(secrets_file.parent)) == 2
    assert records.n_under_older_keys(session) == 0
