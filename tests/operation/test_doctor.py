"""Doctor says what is wrong and what to do: each fault is made once, and found; without it, not."""

import json
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.access import StaffRole
from surveyapp.config import Settings
from surveyapp.db import db
from surveyapp.directory.models import User
from surveyapp.encryption.sealed_box import ReleasePrivateKey
from surveyapp.mail.models import MailState, OutboxMessage
from surveyapp.operation import doctor, job_runs, machine_checks, work_checks
from surveyapp.operation.findings import State
from surveyapp.operation.jobs import JOBS
from surveyapp.operation.models import BackupMade, JobOutcome, JobRun, RecoveryCopy
from surveyapp.operation.worker import DELIVERY
from surveyapp.reports.uniqueness import alone, shares
from tests.mail.post import queued
from tests.responses.walking import Leaver, prepare
from tests.schemas import schema_faults

Found = dict[str, list[tuple[State, str]]]


def examined(session: Session, settings: Settings) -> Found:
    session.commit()
    found: Found = {}
    for one in doctor.examine(session, settings):
        assert one.state is State.WELL or one.what_to_do(), "a fault without advice"
        assert "%(" not in one.words() + one.what_to_do() + one.words("cy") + one.what_to_do("cy")
        found.setdefault(one.check, []).append((one.state, one.words()))
    return found


def run_all(session: Session) -> None:
    """Write down that every job has just run, whatever the hour of the day is."""
    now = clock.now()
    for job in (*JOBS, DELIVERY):
        run = JobRun(name=job.name, outcome=JobOutcome.DONE, detail="", n_done=1, n_failures_in_a_row=0, fence=1)
        run.last_started_at = run.last_finished_at = run.last_done_at = now
        session.merge(run)


def in_good_order(session: Session, settings: Settings, release_key: ReleasePrivateKey) -> None:
    """The evening of a day on which everything ran."""
    run_all(session)
    session.add(BackupMade(made_at=clock.now(), file_name="nightly", n_rows=1, n_bytes=1))
    session.add(RecoveryCopy(key_id=release_key.public.id, confirmed_at=clock.now()))
    session.commit()
    os.chmod(settings.release_key_path, 0o600)


def test_a_system_in_good_order_has_no_fault(
    app: Flask, session: Session, settings: Settings, release_key: ReleasePrivateKey
) -> None:
    in_good_order(session, settings, release_key)
    found = examined(session, settings)
    assert not [one for each in found.values() for one in each if one[0] is State.FAULT], found
    assert set(found) >= {"settings", "disk", "migrations", "durability", "integrity", "clock", "mail", "worker"}
    assert set(found) >= {"job", "backup", "release key", "unique answers", "audit"}
    assert len(found["job"]) == len(JOBS) and {state for state, _words in found["job"]} == {State.WELL}


def silent_worker(session: Session, _settings: Settings) -> None:
    long_ago = clock.now() - timedelta(hours=2)
    session.execute(update(JobRun).values(last_finished_at=long_ago))


def failing_job(session: Session, _settings: Settings) -> None:
    session.execute(update(JobRun).values(last_started_at=clock.now() - timedelta(days=1)))
    session.commit()
    fence = job_runs.claim(db.engine, JOBS[0])
    assert fence is not None
    job_runs.finish(db.engine, JOBS[0], fence, error=ZeroDivisionError())


def stuck_mail(session: Session, _settings: Settings) -> None:
    queued(session)
    before = clock.now() - timedelta(minutes=90)
    session.execute(update(OutboxMessage).values(created_at=before, next_attempt_at=before))


def old_backup(session: Session, _settings: Settings) -> None:
    session.execute(update(BackupMade).values(made_at=clock.now() - timedelta(days=8)))


def open_key(_session: Session, settings: Settings) -> None:
    os.chmod(settings.release_key_path, 0o644)


def another_key(_session: Session, settings: Settings) -> None:
    settings.release_key_path.write_bytes(ReleasePrivateKey.generate().to_pem())


def old_schema(session: Session, _settings: Settings) -> None:
    session.execute(text("UPDATE alembic_version SET version_num = '0001_ground'"))


@pytest.mark.one_backend
@pytest.mark.parametrize(
    ("breaks", "check", "words"),
    [
        (silent_worker, "worker", "silent"),
        (failing_job, "job", "failed 1 times: ZeroDivisionError"),
        (stuck_mail, "mail", "90 minutes"),
        (old_backup, "backup", "192 hours"),
        (open_key, "secrets", "release.key can be read by other users"),
        (another_key, "release key", "not the key that answers are sealed to"),
        (old_schema, "migrations", "at 0001_ground"),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_what_is_broken_is_named(
    app: Flask,
    session: Session,
    settings: Settings,
    release_key: ReleasePrivateKey,
    breaks: Callable[[Session, Settings], None],
    check: str,
    words: str,
) -> None:
    with clock.set_to(clock.now()):
        in_good_order(session, settings, release_key)
        breaks(session, settings)
        found = examined(session, settings)[check]
    assert any(state is State.FAULT and words in said for state, said in found)


def test_a_damaged_audit_log_is_named(app: Flask, session: Session, organisation: str, settings: Settings) -> None:
    guard = "DISABLE TRIGGER ALL" if db.engine.dialect.name == "postgresql" else None
    session.execute(text(f"ALTER TABLE audit_events {guard}" if guard else "DROP TRIGGER audit_events_no_update"))
    session.execute(text("UPDATE audit_events SET actor_id = 'somebody else' WHERE number = 1"))
    assert (State.FAULT, "The audit log is broken at event 1.") in examined(session, settings)["audit"]


@pytest.mark.one_backend
def test_a_database_that_does_not_answer_is_a_finding_and_stops_nothing(
    app: Flask, session: Session, settings: Settings
) -> None:
    session.execute(text("DROP TABLE outbox_messages"))
    session.execute(text("DROP TABLE alembic_version"))
    found = examined(session, settings)
    assert found["mail"][0][0] is found["migrations"][0][0] is State.FAULT and "OperationalError" in found["mail"][0][1]
    assert found["backup"] and found["audit"]


@pytest.mark.one_backend
def test_little_room_on_the_disk_is_named(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for free, state in ((100, State.FAULT), (1000, State.WARNING), (5000, State.WELL)):
        monkeypatch.setattr(machine_checks.shutil, "disk_usage", lambda _path, n=free: Room(n * 1_000_000))
        assert [one.state for one in machine_checks.check_disk(settings)] == [state]


class Room:
    def __init__(self, free: int) -> None:
        self.free = free


def test_a_clock_that_runs_away_from_the_databases_is_named(app: Flask, session: Session) -> None:
    with clock.set_to(clock.now() + timedelta(minutes=3)):
        states = [one.state for one in machine_checks.check_clock(session)]
    assert states == [State.FAULT if db.engine.dialect.name == "postgresql" else State.WELL]


@pytest.mark.one_backend
def test_mail_held_by_a_restore_is_named(app: Flask, session: Session) -> None:
    queued(session, 2)
    session.execute(update(OutboxMessage).values(state=MailState.HELD))
    assert "2 messages are held back since a restore." in [one.words() for one in work_checks.check_mail(session)]


@pytest.mark.one_backend
def test_how_many_answers_stand_alone_is_counted_with_the_key_only(
    session: Session, organisation: str, client: FlaskClient, settings: Settings, release_key: ReleasePrivateKey
) -> None:
    assert (alone("aabc").n, alone("aabc").n_alone) == (4, 2)
    _case, token = prepare(session)
    leaver = Leaver(client)
    leaver.enter(token)
    leaver.to_check()
    leaver.send()
    before, after = shares(session, release_key)
    assert (before.n, before.n_alone, after.n) == (1, 1, 0)
    assert "1 of 1 answers" in examined(session, settings)["unique answers"][0][1]
    settings.release_key_path.unlink()
    assert "can only be counted where" in examined(session, settings)["unique answers"][0][1]


@pytest.mark.one_backend
def test_the_command_exits_1_when_something_does_not_work(app: Flask, session: Session, settings: Settings) -> None:
    session.commit()
    done = app.test_cli_runner().invoke(args=["doctor"])
    assert done.exit_code == 1 and "FAULT  worker" in done.output and "surveyapp worker" in done.output
    printed = app.test_cli_runner().invoke(args=["doctor", "--json"]).stdout
    assert schema_faults("doctor", printed) == []
    told = json.loads(printed)
    assert told["well"] is False and {one["check"] for one in told["findings"]} >= {"worker", "backup"}


@pytest.mark.one_backend
def test_the_recovery_copy_counts_once_somebody_has_opened_it(
    app: Flask, session: Session, settings: Settings, tmp_path: Path
) -> None:
    copy, commands = tmp_path / "copy.pem", app.test_cli_runner()
    assert "Nobody has confirmed" in str(examined(session, settings)["release key"])
    commands.invoke(args=["releases", "key", "export", str(copy), "--passphrase", "three quiet words"])
    wrong = commands.invoke(args=["releases", "key", "confirm", str(copy), "--passphrase", "other words"])
    assert wrong.exit_code == 1 and "does not open" in wrong.output
    other = tmp_path / "other.pem"
    other.write_bytes(ReleasePrivateKey.generate().to_pem(b"x"))
    another = commands.invoke(args=["releases", "key", "confirm", str(other), "--passphrase", "x"])
    assert another.exit_code == 1 and "another release key" in another.output
    right = commands.invoke(args=["releases", "key", "confirm", str(copy), "--passphrase", "three quiet words"])
    assert right.exit_code == 0, right.output
    assert "was opened on" in str(examined(session, settings)["release key"])


@pytest.mark.one_backend
def test_the_administrators_page_shows_what_the_web_may_know_and_no_key(
    staff: Callable[..., User], signed_in: Callable[[User], FlaskClient], settings: Settings
) -> None:
    settings.release_key_path.unlink()
    page = signed_in(staff(StaffRole.ADMINISTRATOR)).get("/settings/operation/")
    assert page.status_code == 200 and "The worker has never run." in page.text and "Does not work" in page.text
    assert signed_in(staff(StaffRole.HR_LEAD)).get("/settings/operation/").status_code == 404
    welsh = signed_in(staff(StaffRole.ADMINISTRATOR)).get("/settings/operation/?lang=cy")
    assert "The worker has never run." not in welsh.text
