"""A backup made under load, restored elsewhere, compared; a wrong key or cut file is noticed before anything moves."""

import os
import threading
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, func, inspect, select, text, update
from sqlalchemy.orm import Session

from surveyapp import audit, clock, mail, migrations
from surveyapp.access import StaffRole
from surveyapp.app import create_app
from surveyapp.cases import service as case_service
from surveyapp.cases.models import Case
from surveyapp.config import Settings
from surveyapp.db import db, reading
from surveyapp.directory.models import SignInSession, User
from surveyapp.disposal import service as disposal
from surveyapp.disposal import tombstones
from surveyapp.encryption.records import DataKey, ring
from surveyapp.encryption.ring import KeyRing, new_key
from surveyapp.mail.models import MailState, OutboxMessage
from surveyapp.operation import backups, restoring
from surveyapp.operation.models import BackupMade
from surveyapp.operation.putting_aside import StillInUse
from surveyapp.operation.sealed_file import NotABackup, WrongKey
from surveyapp.operation.table_contents import contents_of, shapes
from tests.conftest import TESTER
from tests.directory.test_sign_in import WORDS, with_password
from tests.factories.cases import make_case
from tests.mail.post import queued
from tests.schemas import schema_faults

Staff = Callable[..., User]
SignedIn = Callable[[User], FlaskClient]
NAME = "Wenna Plantedname"


@pytest.fixture
def tombstone_file(settings: Settings) -> Path:
    return settings.instance_dir / tombstones.FILE_NAME


def a_backup(settings: Settings, name: str = "one.backup") -> tuple[Path, backups.Manifest]:
    db.session.commit()
    path = settings.instance_dir / name
    return path, backups.make(db.engine, path, ring(), settings.instance_dir / tombstones.FILE_NAME)


def restored(path: Path, address: str, tombstone_file: Path, **more: bool) -> restoring.Restored:
    if address.startswith("sqlite"):
        Path(address.removeprefix("sqlite:///")).parent.mkdir(exist_ok=True)
    options = {"may_overwrite": True, **more}
    return restoring.restore(path, address, ring(), tombstone_file, TESTER, **options)


def n_cases(address: str) -> int:
    engine = create_engine(address)
    with reading(), engine.connect() as connection:
        n = connection.scalar(select(func.count()).select_from(Case)) or 0
    engine.dispose()
    return n


def wait_for_more(written: list[tuple[datetime, UUID]], writers: list[threading.Thread]) -> None:
    """Until something more has been written, however slow the machine is, or nobody is left to write."""
    n_before = len(written)
    while len(written) == n_before and any(one.is_alive() for one in writers):
        time.sleep(0.01)


def test_a_backup_under_load_is_one_moment_and_comes_back_row_for_row(
    app: Flask, session: Session, organisation: str, settings: Settings, elsewhere: str, tombstone_file: Path
) -> None:
    for _ in range(20):
        make_case(session, name=NAME)
    session.commit()
    engine, stop = db.engine, threading.Event()
    written: list[tuple[datetime, UUID]] = []

    def write_on() -> None:
        while not stop.is_set():
            with Session(engine) as own:
                case_id = make_case(own).id
                own.commit()
                written.append((clock.now(), case_id))

    writers = [threading.Thread(target=write_on) for _ in range(2)]
    for writer in writers:
        writer.start()
    try:
        made = []
        for n in range(2):
            wait_for_more(written, writers)
            made.append(a_backup(settings, f"{n}.backup"))
        wait_for_more(written, writers)
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    path, manifest = made[-1]
    acknowledged = {case_id for moment, case_id in written if moment < manifest.made_at}
    assert len(written) > len(acknowledged) > 0, "nobody wrote before, or nobody after: nothing was tested"
    assert NAME.encode() not in path.read_bytes() and path.stat().st_mode & 0o077 == 0
    done = restored(path, elsewhere, tombstone_file)
    assert done.manifest == manifest and 20 <= manifest.tables["cases"].n_rows < 20 + len(written)
    engine = create_engine(elsewhere)
    with reading(), engine.connect() as connection:
        found = contents_of(connection)
    with Session(engine) as own:
        assert audit.verify(own) is None, "the chain of audit events goes on behind the restore"
        cases = {one.id: one.name for one in own.scalars(select(Case))}
        assert set(cases.values()) == {NAME, "Ann Rees"} and acknowledged <= set(cases)
    engine.dispose()
    same = {name: one for name, one in found.items() if name != "audit_events"}
    assert same == {name: one for name, one in manifest.tables.items() if name != "audit_events"}
    assert found["audit_events"].n_rows == manifest.tables["audit_events"].n_rows + 1


def test_after_a_restore_staff_sign_in_again_and_open_a_case(
    app: Flask,
    session: Session,
    staff: Staff,
    signed_in: SignedIn,
    settings: Settings,
    elsewhere: str,
    tombstone_file: Path,
) -> None:
    user = with_password(session, staff(StaffRole.HR_ADVISER, email="mair@ncs.example"), settings)
    before = signed_in(user)
    case = make_case(session, name=NAME)
    path, _manifest = a_backup(settings)
    restored(path, elsewhere, tombstone_file)
    other = create_app(settings.model_copy(update={"database_url": elsewhere}))
    other.config["WTF_CSRF_ENABLED"] = False
    with other.app_context():
        assert db.session.scalar(select(func.count()).select_from(SignInSession)) == 0
        db.session.rollback()
        browser = other.test_client()
        form = {"email": "mair@ncs.example", "password": WORDS}
        assert browser.post("/sign-in", data=form).status_code == 302
        page = browser.get(f"/cases/{case.id}")
        assert page.status_code == 200 and NAME in page.text
        assert browser.get("/readyz").status_code == 200
        db.session.close()
        db.engine.dispose()
    assert before.get(f"/cases/{case.id}").status_code == 200, "where the backup was made, work goes on"


def test_a_restored_system_sends_no_old_mail_until_somebody_says_so(
    app: Flask, session: Session, settings: Settings, elsewhere: str, tombstone_file: Path
) -> None:
    queued(session, 3)
    path, _manifest = a_backup(settings)
    assert restored(path, elsewhere, tombstone_file).n_mail_held == 3
    engine = create_engine(elsewhere)
    with Session(engine) as own:
        due = OutboxMessage.state.in_([MailState.QUEUED, MailState.SENDING])
        assert own.scalars(select(OutboxMessage).where(due)).all() == []
        own.rollback()
        first = own.scalars(select(OutboxMessage)).first()
        assert first is not None and mail.cancel_about(own, first.about) == 3, "what is over cancels held mail too"
        own.rollback()
        assert mail.release_held(own) == 3 and mail.hold_waiting(own) == 3 and mail.discard_held(own) == 3
    engine.dispose()


def test_what_was_disposed_of_since_stays_unreadable_after_a_restore(
    app: Flask, session: Session, organisation: str, settings: Settings, elsewhere: str, tombstone_file: Path
) -> None:
    case = make_case(session, name=NAME)
    case_service.close_case(session, case, TESTER)
    key = case.data_key_id
    path, _manifest = a_backup(settings)
    with clock.set_to(date(2028, 1, 10)):
        assert disposal.run(session, date(2028, 1, 10), TESTER) == 1
    assert restored(path, elsewhere, tombstone_file).n_keys_destroyed == 1
    engine = create_engine(elsewhere)
    with Session(engine) as own:
        assert own.get_one(DataKey, key).wrapped is None
    engine.dispose()


def test_without_the_tombstones_of_its_time_a_backup_is_not_restored(
    app: Flask, session: Session, organisation: str, settings: Settings, elsewhere: str, tmp_path: Path
) -> None:
    case = make_case(session)
    case_service.close_case(session, case, TESTER)
    with clock.set_to(date(2028, 1, 10)):
        disposal.run(session, date(2028, 1, 10), TESTER)
    path, _manifest = a_backup(settings)
    with pytest.raises(restoring.TombstonesMissing):
        restored(path, elsewhere, tmp_path / "none.log")
    assert restored(path, elsewhere, tmp_path / "none.log", may_lack_tombstones=True).manifest.n_tombstones == 1


def damaged(path: Path, how: str) -> Path:
    content = path.read_bytes()
    half = len(content) // 2
    changed = {
        "cut": content[:half],
        "cut by a byte": content[:-1],
        "a bit turned": content[:half] + bytes([content[half] ^ 1]) + content[half + 1 :],
        "its heading changed": content[:30] + bytes([content[30] ^ 1]) + content[31:],
        "something added": content + b"x",
        "no backup": b"PK" + content[2:],
    }[how]
    path.write_bytes(changed)
    return path


@pytest.mark.one_backend
@pytest.mark.parametrize(
    "how", ("cut", "cut by a byte", "a bit turned", "its heading changed", "something added", "no backup")
)
def test_a_damaged_backup_is_refused_before_anything_is_touched(
    app: Flask, session: Session, organisation: str, settings: Settings, database_url: str, how: str
) -> None:
    make_case(session)
    path = damaged(a_backup(settings)[0], how)
    with pytest.raises(NotABackup):
        restored(path, database_url, settings.instance_dir / tombstones.FILE_NAME)
    assert n_cases(database_url) == 1


@pytest.mark.one_backend
def test_a_backup_under_another_key_is_refused_in_words(app: Flask, session: Session, settings: Settings) -> None:
    path, _manifest = a_backup(settings)
    with pytest.raises(WrongKey, match=r"secrets\.toml"):
        restoring.check(path, KeyRing((new_key(),)))
    older = KeyRing((new_key(), *ring().keys))
    assert restoring.check(path, older).revision == migrations.head(), "a rotated ring still opens it"


def test_a_database_with_cases_is_moved_aside_only_when_told(
    app: Flask, session: Session, organisation: str, settings: Settings, database_url: str, tombstone_file: Path
) -> None:
    make_case(session)
    path, _manifest = a_backup(settings)
    make_case(session)
    session.commit()
    with pytest.raises(restoring.WouldOverwrite, match="2 cases"):
        restored(path, database_url, tombstone_file, may_overwrite=False)
    session.close()
    db.engine.dispose()
    done = restored(path, database_url, tombstone_file)
    assert n_cases(database_url) == 1 and done.moved_to
    if database_url.startswith("sqlite"):
        file = Path(database_url.removeprefix("sqlite:///"))
        assert n_cases(f"sqlite:///{file.with_name(done.moved_to)}") == 2
        left = {one.name for one in file.parent.glob(f"{file.name}*")} - {f"{file.name}-wal", f"{file.name}-shm"}
        assert left == {file.name, done.moved_to}
    else:
        engine = create_engine(database_url)
        with engine.connect() as connection:
            assert connection.scalar(text(f"SELECT count(*) FROM {done.moved_to}.cases")) == 2
            assert "cases" in inspect(connection).get_table_names()
        engine.dispose()


@pytest.mark.one_backend
def test_an_old_write_ahead_log_never_reaches_the_restored_file(
    app: Flask, session: Session, organisation: str, settings: Settings, database_url: str, tombstone_file: Path
) -> None:
    """SQLite plays a log that lies beside a file into it, whosever it was."""
    path, _manifest = a_backup(settings)
    file = Path(database_url.removeprefix("sqlite:///"))
    make_case(session)
    session.commit()
    log = file.with_name(f"{file.name}-wal").read_bytes()
    session.close()
    db.engine.dispose()
    file.with_name(f"{file.name}-wal").write_bytes(log)  # as a killed server leaves it
    done = restored(path, database_url, tombstone_file)
    assert n_cases(database_url) == 0 and n_cases(f"sqlite:///{file.with_name(done.moved_to)}") == 1


def test_a_database_in_use_is_not_replaced(
    app: Flask, session: Session, settings: Settings, database_url: str, tombstone_file: Path
) -> None:
    path, _manifest = a_backup(settings)
    engine = create_engine(database_url)
    with reading(), engine.connect() as connection:
        connection.execute(text("SELECT count(*) FROM cases"))
        with pytest.raises(StillInUse, match="Stop the server"):
            restored(path, database_url, tombstone_file)
    engine.dispose()
    assert n_cases(database_url) == 0


def test_rows_that_do_not_arrive_stop_the_restore(
    app: Flask,
    session: Session,
    organisation: str,
    settings: Settings,
    database_url: str,
    tombstone_file: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_case(session)
    path, _manifest = a_backup(settings)
    session.close()
    db.engine.dispose()
    write = restoring._write_rows
    monkeypatch.setattr(
        restoring, "_write_rows", lambda c, shape, rows: shape.name == "case_events" or write(c, shape, rows)
    )
    with pytest.raises(restoring.NotWhole, match="case_events"):
        restored(path, database_url, tombstone_file)
    assert n_cases(database_url) == 1


def test_the_commands_back_up_check_and_restore(
    app: Flask, session: Session, organisation: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_case(session)
    session.commit()
    monkeypatch.setenv("SURVEYAPP_INSTANCE_DIR", str(settings.instance_dir))
    monkeypatch.setenv("SURVEYAPP_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("SURVEYAPP_SECRET_KEY", "t" * 48)
    keys = ",".join(f'"{key.get_secret_value()}"' for key in settings.application_keys)
    monkeypatch.setenv("SURVEYAPP_APPLICATION_KEYS", f"[{keys}]")
    file = str(settings.instance_dir / "command.backup")
    commands = app.test_cli_runner()

    def run(*arguments: str) -> Result:
        return commands.invoke(args=list(arguments))

    assert run("backup", file).exit_code == 0
    assert "exists already" in run("backup", file).output
    assert "is whole" in run("restore", file, "--check").output
    assert schema_faults("restore", run("restore", file, "--check", "--json").output) == []
    assert schema_faults("backup", run("backup", f"{file}.2", "--json").output) == []
    refused = run("restore", file)
    assert refused.exit_code == 1 and "--yes" in refused.output
    made = session.scalars(select(BackupMade).order_by(BackupMade.made_at)).first()
    assert made is not None and made.n_bytes == os.path.getsize(file)
    session.close()
    db.engine.dispose()
    done = run("restore", file, "--yes")
    assert done.exit_code == 0, done.output
    assert "must sign in again" in done.output and run("mail", "held").exit_code == 0


def test_every_table_has_a_shape_that_can_be_written_down() -> None:
    assert len(shapes()) >= 75 and all(shape.key for shape in shapes())


def test_a_changed_row_changes_the_hash(app: Flask, session: Session, organisation: str) -> None:
    make_case(session)
    session.commit()
    with reading(), db.engine.connect() as connection:
        before = contents_of(connection)
    session.execute(update(Case).values(area="EV"))
    session.commit()
    with reading(), db.engine.connect() as connection:
        after = contents_of(connection)
    assert {name for name in before if before[name] != after[name]} == {"cases"}
