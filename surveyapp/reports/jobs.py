"""The worker's part in releases: start the cut as a child process, the only program that opens the private key."""

import subprocess
import sys
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.config import PROJECT_ROOT
from surveyapp.db import each_apart, reading
from surveyapp.directory.models import Agency
from surveyapp.reports.due import quarters_to_freeze, surveys_asked

LONGEST_SECONDS = 2 * 3600


class CutFailed(RuntimeError):
    """The child process did not cut what is due; its last words say why (often: the release key is kept elsewhere)."""


def cut_due_releases(session: Session, today: date) -> int:
    """Start `surveyapp releases cut` when a quarter is due in some agency; how many agencies had one."""
    agencies = list(session.scalars(select(Agency.code).order_by(Agency.code)))
    due = [code for code in agencies if quarters_to_freeze(session, code, today)]
    return _cut(session, due, [])


def cut_asked_surveys(session: Session, today: date) -> int:
    """Start the cut for each agency whose imported surveys somebody asked to see released; how many."""
    with reading():
        due = surveys_asked(session)
    return each_apart(session, due, lambda agency: _cut(session, [agency], ["--agency", agency]))


def _cut(session: Session, due: list[str], options: list[str]) -> int:
    session.rollback()  # the child writes; on SQLite nothing of ours may be open
    if not due:
        return 0
    command = [sys.executable, "-m", "surveyapp", "releases", "cut", *options]
    done = subprocess.run(
        command, cwd=PROJECT_ROOT, capture_output=True, text=True, timeout=LONGEST_SECONDS, check=False
    )
    if done.returncode:
        raise CutFailed(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"exit {done.returncode}")
    return len(due)
