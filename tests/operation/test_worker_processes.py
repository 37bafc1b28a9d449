"""Three worker processes at once over much that is due, one of them killed: nothing sent twice, nothing forgotten.

Moments stand still while processes run, so that no lease ends because the machine is slow; what a killed worker held
is taken up an hour later. `SURVEYAPP_DRILL_LEAVERS` (default 700) says how many leavers the drill plays for a month.
"""

import multiprocessing
import os
import random
import signal
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, event, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.access import StaffRole
from surveyapp.config import Settings
from surveyapp.db import begin_writing, db
from surveyapp.directory import accounts
from surveyapp.mail.models import MailState, OutboxMessage
from surveyapp.mail.transports import ReadyMessage
from surveyapp.operation.jobs import JOBS
from surveyapp.operation.models import JobOutcome, JobRun
from surveyapp.operation.worker import Worker
from tests.conftest import TESTER
from tests.factories.cases import make_case

pytestmark = pytest.mark.usefixtures("organisation")
FORK = multiprocessing.get_context("fork")
START = datetime(2027, 3, 1, 9, tzinfo=UTC)
LEAVERS = int(os.environ.get("SURVEYAPP_DRILL_LEAVERS", "700"))
WANTED = ("invitations.", "interviews.", "cases.", "operation.")
WAITED_IN_VAIN = 75
"""SQLite has one writer; a worker that waited for it in vain gives up, and tries again in the next round."""


class Steps:
    """Counts what a worker does (commits, acceptances) and kills its process before the step it is told."""

    def __init__(self, dies_at: int) -> None:
        self.n, self.dies_at = 0, dies_at

    def __call__(self, *_what: object) -> None:
        self.n += 1
        if self.n == self.dies_at:
            os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True)
class MailServer:
    """Writes each acceptance into one ledger that all processes share, in one write."""

    ledger: Path
    step: Steps

    def send(self, message: ReadyMessage) -> None:
        self.step()
        descriptor = os.open(self.ledger, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(descriptor, f"{message.message_id}\n".encode())
        os.close(descriptor)
        self.step()

    def close(self) -> None:
        """Nothing is open."""


def work(settings: Settings, ledger: Path, moment: datetime, dies_at: int) -> None:
    """One process, one round of everything that is due."""
    begin_writing()  # whatever an earlier test of this process left
    step, engine = Steps(dies_at), create_engine(settings.database_address)
    event.listen(engine, "commit", step)
    jobs = [job for job in JOBS if job.name.startswith(WANTED)]
    try:
        with clock.set_to(moment):
            done = Worker(engine, settings, jobs=jobs, transport=MailServer(ledger, step)).run_once()
        ended = 0 if set(done.failed.values()) <= {OperationalError.__name__} else 1
    except OperationalError:
        ended = WAITED_IN_VAIN
    engine.dispose()
    os._exit(ended)  # a fork of the tests: nothing of theirs is to be closed here


def three_at_once(settings: Settings, ledger: Path, moment: datetime, dies_at: int = 0) -> int:
    """Three workers at one moment, the last of which may die; how many did."""
    db.session.close()
    db.engine.dispose()
    running = [FORK.Process(target=work, args=(settings, ledger, moment, n)) for n in (0, 0, dies_at)]
    for one in running:
        one.start()
    for one in running:
        one.join()
    ends = [one.exitcode for one in running]
    assert set(ends) <= {0, WAITED_IN_VAIN, -signal.SIGKILL}, ends
    return ends.count(-signal.SIGKILL)


def leavers_who_wait(session: Session, n: int) -> None:
    """So many leavers of one day, and somebody who gets a digest and what is overdue."""
    with clock.set_to(START):
        for _ in range(n):
            make_case(session, last_working_day=date(2027, 5, 28))
        accounts.grant_staff_role(session, "lead@ncs.example", StaffRole.HR_LEAD, "ncs", ("NM",), actor=TESTER)
    session.commit()


def check(session: Session, ledger: Path, n_leavers: int, n_killed: int) -> str:
    """The mail server's ledger against the outbox, and the outbox against what policy says is due."""
    session.expire_all()
    messages = session.scalars(select(OutboxMessage)).all()
    assert {one.state for one in messages} == {MailState.SENT}, "something was forgotten"
    taken = Counter(ledger.read_text().split())
    assert set(taken) == {one.message_id for one in messages}
    twice = sum(taken.values()) - len(taken)
    assert twice <= n_killed, "sent twice, though nobody was killed between acceptance and mark"
    assert all(run.outcome is JobOutcome.DONE for run in session.scalars(select(JobRun)))
    to_leavers = Counter((one.kind, one.about) for one in messages if one.about.startswith("case:"))
    assert set(to_leavers.values()) == {1}, "one leaver was written to twice for one reason"
    kinds = Counter(kind for kind, _about in to_leavers)
    assert set(kinds.values()) == {n_leavers}, f"somebody was forgotten: {kinds}"
    assert {"invitation.invite", "interview.offered"} <= set(kinds)
    session.rollback()
    return (
        f"{len(messages)} messages of {len(kinds)} kinds to {n_leavers} leavers, {n_killed} workers killed, "
        f"{twice} taken twice under one Message-ID, lost 0, forgotten 0"
    )


def test_three_processes_one_of_them_killed_invite_and_offer_each_leaver_once(
    app: Flask, session: Session, settings: Settings, tmp_path: Path
) -> None:
    leavers_who_wait(session, 6)
    ledger, moment = tmp_path / "ledger", START + timedelta(days=2)
    n_killed = three_at_once(settings, ledger, moment, dies_at=12)
    n_killed += three_at_once(settings, ledger, moment + timedelta(hours=1))
    assert n_killed <= 1
    check(session, ledger, 6, n_killed)


@pytest.mark.drill
def test_a_month_of_three_processes_with_a_kill_a_day_reminds_everybody_once(
    app: Flask, session: Session, settings: Settings, tmp_path: Path
) -> None:
    leavers_who_wait(session, LEAVERS)
    ledger, dice, n_killed = tmp_path / "ledger", random.Random(8), 0
    for day in range(1, 30):
        moment = START + timedelta(days=day)
        most = 4 * LEAVERS if day in (1, 2) else LEAVERS
        n_killed += three_at_once(settings, ledger, moment, dies_at=dice.randrange(1, most) // dice.choice((1, 10)) + 1)
        for hour in (1, 2):
            three_at_once(settings, ledger, moment + timedelta(hours=hour))
    print(f"\n{db.engine.dialect.name}: {check(session, ledger, LEAVERS, n_killed)}")
    assert n_killed >= 5
