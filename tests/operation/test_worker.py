"""The worker: every job that is due, once among many workers, on time across days, clock changes and stops."""

import base64
import json
import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.config import Settings
from surveyapp.db import db
from surveyapp.invitations.models import InvitationStep
from surveyapp.mail.models import OutboxMessage
from surveyapp.operation import job_runs
from surveyapp.operation.jobs import JOBS, Job
from surveyapp.operation.models import JobOutcome, JobRun
from surveyapp.operation.worker import Worker
from tests.factories.cases import make_case
from tests.mail.post import Remembering, plain, queued, states
from tests.schemas import schema_faults

START = datetime(2027, 3, 1, 9, tzinfo=UTC)


class Counting:
    """A job that counts its runs, and fails when told to."""

    def __init__(self) -> None:
        self.n = 0
        self.fails = False

    def __call__(self, _session: Session, _today: date) -> int:
        if self.fails:
            raise ZeroDivisionError
        self.n += 1
        return 1


def worker(settings: Settings, *jobs: Job) -> Worker:
    return Worker(db.engine, settings, jobs=jobs, composers={"plain": plain}, transport=Remembering())


def play(made: Worker, moments: list[datetime]) -> None:
    for moment in moments:
        with clock.set_to(moment):
            made.run_once()


def test_a_job_runs_when_its_time_has_passed_and_not_before(app: Flask, settings: Settings) -> None:
    job = Counting()
    made = worker(settings, Job("count", job, timedelta(minutes=15)))
    play(made, [START + timedelta(minutes=n) for n in range(0, 61)])
    assert job.n == 5


def test_a_nightly_job_runs_once_a_london_day_across_both_clock_changes(app: Flask, settings: Settings) -> None:
    for first in (datetime(2027, 3, 26, tzinfo=UTC), datetime(2027, 10, 29, tzinfo=UTC)):
        job = Counting()
        made = worker(settings, Job(f"nightly {first}", job, timedelta(minutes=15), daily_from=time(6)))
        play(made, [first + timedelta(minutes=30 * n) for n in range(5 * 48)])
        assert job.n == 5


def test_a_nightly_job_that_failed_is_tried_again_the_same_day(app: Flask, settings: Settings) -> None:
    job = Counting()
    job.fails = True
    made = worker(settings, Job("nightly", job, timedelta(minutes=15), daily_from=time(6)))
    play(made, [START])
    job.fails = False
    play(made, [START + timedelta(minutes=5), START + timedelta(minutes=20), START + timedelta(minutes=40)])
    assert job.n == 1


def test_a_failing_job_is_written_down_and_stops_no_other(app: Flask, settings: Settings, session: Session) -> None:
    bad, good = Counting(), Counting()
    bad.fails = True
    queued(session)
    done = worker(settings, Job("bad", bad), Job("good", good)).run_once()
    assert done.failed == {"bad": "ZeroDivisionError"} and done.done == {"good": 1}
    assert states(session) == {"sent": 1}
    run = session.get_one(JobRun, "bad")
    assert (run.outcome, run.detail, run.n_failures_in_a_row) == (JobOutcome.FAILED, "ZeroDivisionError", 1)


def test_a_killed_workers_job_is_taken_up_when_its_lease_ends(app: Flask, settings: Settings) -> None:
    job = Job("count", Counting(), timedelta(days=1), lease=timedelta(minutes=10))
    with clock.set_to(START):
        first = job_runs.claim(db.engine, job)
        assert first is not None and job_runs.claim(db.engine, job) is None
    with clock.set_to(START + timedelta(minutes=11)):
        second = job_runs.claim(db.engine, job)
        assert second is not None and second > first
        assert not job_runs.finish(db.engine, job, first)
        assert job_runs.finish(db.engine, job, second)


def test_a_clock_set_back_two_hours_stops_no_job(app: Flask, settings: Settings) -> None:
    job = Counting()
    made = worker(settings, Job("count", job, timedelta(minutes=15)))
    play(made, [START, START - timedelta(hours=2), START - timedelta(hours=2) + timedelta(minutes=16)])
    assert job.n == 3


@pytest.mark.usefixtures("organisation")
def test_three_schedulers_send_each_message_once_through_a_stop_of_36_hours(
    app: Flask, settings: Settings, session: Session
) -> None:
    """A week with three workers at once each hour, a stop of 36 hours, and a jump of two hours back."""
    with clock.set_to(START):
        for _ in range(3):
            make_case(session, last_working_day=date(2027, 4, 30))
        session.commit()
    engine, transport, faults = db.engine, Remembering(), []

    def run(moment: datetime) -> None:
        with clock.set_to(moment):
            done = Worker(engine, settings, transport=transport).run_once()
            faults.extend(done.failed.items())

    hours = [h for h in range(0, 24 * 10, 6) if not 60 <= h < 96]
    for hour in [*hours[:15], hours[15] - 2, *hours[15:]]:
        moment = START + timedelta(hours=hour)
        threads = [threading.Thread(target=run, args=(moment,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert faults == []
    messages = session.scalars(select(OutboxMessage)).all()
    kinds = sorted(m.kind for m in messages if m.kind.startswith("invitation."))
    assert kinds == ["invitation.first_reminder"] * 3 + ["invitation.invite"] * 3
    offers = [m for m in messages if m.kind == "interview.offered"]
    assert len(offers) == 3 and len({m.about for m in offers}) == 3
    assert len(transport.sent) == len(messages) and len(session.scalars(select(InvitationStep)).all()) == 6


def test_every_job_has_a_name_of_its_slice_and_no_two_share_one() -> None:
    names = [job.name for job in JOBS]
    assert len(set(names)) == len(names) and all("." in name for name in names)


def test_a_worker_told_to_stop_begins_nothing_more(app: Flask, settings: Settings, session: Session) -> None:
    queued(session)
    job = Counting()
    made = worker(settings, Job("count", job))
    made.stop()
    made.run_forever()
    assert job.n == 0 and states(session) == {"queued": 1}


@pytest.mark.one_backend
def test_the_command_works_once_and_stops_gracefully_when_told_to(app: Flask, settings: Settings) -> None:
    """`surveyapp worker` in a process of its own: --once prints what it did; SIGTERM ends it with status 0."""
    environment = os.environ | {
        "SURVEYAPP_INSTANCE_DIR": str(settings.instance_dir),
        "SURVEYAPP_DATABASE_URL": settings.database_url,
        "SURVEYAPP_SECRET_KEY": "t" * 48,
        "SURVEYAPP_APPLICATION_KEYS": json.dumps([base64.b64encode(b"k" * 32).decode()]),
        "SURVEYAPP_MAIL_URL": "file:outbox",
    }
    command = [sys.executable, "-m", "surveyapp", "worker"]
    root = Path(__file__).parents[2]
    once = subprocess.run([*command, "--once", "--json"], cwd=root, env=environment, capture_output=True, text=True)
    assert once.returncode == 0, once.stderr
    assert schema_faults("worker", once.stdout) == []
    assert set(json.loads(once.stdout)["done"]) <= {job.name for job in JOBS} and json.loads(once.stdout)["done"]
    running = subprocess.Popen(command, cwd=root, env=environment, stdout=subprocess.PIPE, text=True)
    assert running.stdout is not None and "is running" in running.stdout.readline()
    running.send_signal(signal.SIGTERM)
    rest, _errors = running.communicate(timeout=600)
    assert running.returncode == 0 and "has stopped" in rest
