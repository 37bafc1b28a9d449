"""Claiming a job that is due, and writing down how it ended; two workers never run the same job at once."""

from datetime import datetime, timedelta

from sqlalchemy import Engine, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.db import is_postgresql, writing_session
from surveyapp.operation.jobs import Job
from surveyapp.operation.models import JobOutcome, JobRun


def claim(engine: Engine, job: Job) -> int | None:
    """Take the job if it is due and nobody else has it: the fence to finish it with, or None."""
    now = clock.now()
    with writing_session(engine) as session:
        _ensure_row(session, job.name)
        query = select(JobRun).where(JobRun.name == job.name).with_for_update(skip_locked=True)
        run = session.scalar(query)
        if run is None or (run.lease_until_at is not None and _is_running(run, now)) or not is_due(job, run, now):
            return None
        run.fence += 1
        run.lease_until_at = now + job.lease
        run.last_started_at = now
        run.outcome = JobOutcome.RUNNING
        return run.fence


def is_due(job: Job, run: JobRun, now: datetime) -> bool:
    """Whether the job's time has come; a clock that was set back counts as due, since every job may be repeated."""
    last = run.last_started_at
    if run.outcome is JobOutcome.RUNNING:
        return True  # its worker was killed: begin again
    if job.daily_from is not None:
        local = now.astimezone(clock.LONDON)
        if local.time() < job.daily_from:
            return False
        done = run.last_done_at
        retry_at = last + job.every if last is not None else None
        is_done_today = done is not None and done.astimezone(clock.LONDON).date() >= local.date()
        return not is_done_today and (retry_at is None or now >= retry_at)
    return last is None or last > now or now - last >= job.every


def finish(engine: Engine, job: Job, fence: int, *, n_done: int = 0, error: BaseException | None = None) -> bool:
    """Write down how the run ended; False when the lease was lost to another worker meanwhile."""
    now = clock.now()
    values: dict[str, object] = {"lease_until_at": None, "last_finished_at": now}
    if error is None:
        values |= {"outcome": JobOutcome.DONE, "n_done": n_done, "detail": "", "n_failures_in_a_row": 0}
        values["last_done_at"] = now
    else:
        values |= {"outcome": JobOutcome.FAILED, "detail": f"{type(error).__name__}"[:200]}
        values["n_failures_in_a_row"] = JobRun.n_failures_in_a_row + 1
    with writing_session(engine) as session:
        mine = update(JobRun).where(JobRun.name == job.name, JobRun.fence == fence)
        return bool(session.execute(mine.values(values)).rowcount)  # type: ignore[attr-defined]  # counts its rows


def last_runs(session: Session) -> dict[str, JobRun]:
    """Every job's last run by name, for doctor and the operation page."""
    return {run.name: run for run in session.scalars(select(JobRun).order_by(JobRun.name))}


def _is_running(run: JobRun, now: datetime) -> bool:
    """Whether the lease still holds; one that ends absurdly late was taken before the clock was set back."""
    return run.lease_until_at is not None and now < run.lease_until_at < now + timedelta(days=1)


def _ensure_row(session: Session, name: str) -> None:
    insert = postgresql.insert if is_postgresql(session) else sqlite.insert
    row = {"name": name, "outcome": JobOutcome.NEVER_RUN, "detail": "", "n_done": 0}
    row |= {"n_failures_in_a_row": 0, "fence": 0}
    session.execute(insert(JobRun).values(row).on_conflict_do_nothing())
