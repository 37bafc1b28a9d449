"""A worker killed at every step of delivery loses nothing; what is sent twice has the same Message-ID."""

import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import clock, mail
from surveyapp.db import db
from surveyapp.mail import delivery
from surveyapp.mail.models import OutboxMessage
from tests.mail.kill_worker import STEPS, DyingPostman
from tests.mail.post import queued, states

ROOT = Path(__file__).parents[2]


def killed_worker(address: str, folder: Path, step: str, seed: int) -> int:
    command = [sys.executable, "-m", "tests.mail.kill_worker", address, str(folder), step, str(seed)]
    return subprocess.run(command, cwd=ROOT, check=False, capture_output=True).returncode


def finish(session: Session, folder: Path) -> None:
    """A healthy worker carries on after the leases have ended."""
    for minutes in range(0, 60 * 24 * 3, 240):
        with clock.set_to(clock.now() + delivery.LEASE + timedelta(minutes=minutes)):
            DyingPostman(db.engine, folder, "never", minutes).deliver_due()


@pytest.mark.parametrize("step", STEPS)
def test_a_worker_killed_at_this_step_loses_nothing(
    app: Flask, session: Session, database_url: str, tmp_path: Path, step: str
) -> None:
    queued(session, 4)
    mail.queue(session, "plain", "never@home.example", about="case:2", reason_key="rolled back")
    session.rollback()
    folder = tmp_path / "outbox"
    assert killed_worker(database_url, folder, step, seed=1) == -9, "it was to be killed"
    finish(session, folder)
    check_ledger(session, folder, n=4, may_repeat=step in ("sent", "marking"))


@pytest.mark.drill
def test_a_hundred_kills_at_random_steps_lose_nothing(
    app: Flask, session: Session, database_url: str, tmp_path: Path
) -> None:
    queued(session, 300)
    folder = tmp_path / "outbox"
    for seed in range(100):
        killed_worker(database_url, folder, STEPS[seed % len(STEPS)], seed)
    finish(session, folder)
    check_ledger(session, folder, n=300, may_repeat=True)


def check_ledger(session: Session, folder: Path, n: int, *, may_repeat: bool) -> None:
    """The mail server's own ledger against the outbox."""
    assert states(session) == {"sent": n}
    taken = Counter((folder / "ledger").read_text().split())
    assert set(taken) == set(session.scalars(select(OutboxMessage.message_id))), "lost, or sent after a rollback"
    if not may_repeat:
        assert set(taken.values()) == {1}, "sent twice outside the one window"
    assert len(list(folder.glob("*.eml"))) == n
