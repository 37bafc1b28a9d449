"""What doctor asks of the work that runs by itself: mail, the worker, each job, backups, what releases give away."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.languages import N_
from surveyapp.mail.queries import outbox_standing
from surveyapp.operation import job_runs
from surveyapp.operation.findings import Finding, fault, warning, well
from surveyapp.operation.jobs import JOBS, Job
from surveyapp.operation.models import BackupMade, JobOutcome
from surveyapp.operation.worker import DELIVERY
from surveyapp.reports.queries import known_before

MAIL_LATE_MINUTES, MAIL_STUCK_MINUTES = 15, 60
WORKER_SILENT = timedelta(minutes=5)
BACKUP_OLD, BACKUP_TOO_OLD = timedelta(days=2), timedelta(days=7)
LOG = N_("Read the worker's log: it names the fault.")


def check_mail(session: Session) -> Iterator[Finding]:
    """The oldest unsent message, what failed for good, what a restore holds back."""
    outbox = outbox_standing(session)
    behind = outbox.minutes_behind
    if behind >= MAIL_LATE_MINUTES:
        make = fault if behind >= MAIL_STUCK_MINUTES else warning
        yield make(
            "mail",
            N_("The oldest unsent message has waited %(behind)s minutes; %(n)s wait."),
            N_("See that the worker runs and that the mail server answers; nothing is lost meanwhile."),
            behind=behind,
            n=outbox.n_waiting,
        )
    else:
        yield well("mail", N_("%(n)s messages wait, none of them late."), n=outbox.n_waiting)
    if outbox.n_failed:
        yield warning(
            "mail",
            N_("%(n)s messages could not be delivered."),
            N_("HR sees each of them under Invitations, with what to do."),
            n=outbox.n_failed,
        )
    if outbox.n_held:
        yield warning(
            "mail",
            N_("%(n)s messages are held back since a restore."),
            N_("Look with `surveyapp mail held`, then release or discard them."),
            n=outbox.n_held,
        )


def check_worker(session: Session) -> Iterator[Finding]:
    """The worker's heartbeat: it writes down each minute that it looks after the mail."""
    beat = job_runs.last_runs(session).get(DELIVERY.name)
    at = beat.last_finished_at if beat else None
    if at is None:
        yield fault("worker", N_("The worker has never run."), N_("Start it: surveyapp worker"))
    elif clock.now() - at > WORKER_SILENT:
        yield fault(
            "worker",
            N_("The worker has been silent for %(minutes)s minutes."),
            N_("Start it again: surveyapp worker. It catches up without flooding people."),
            minutes=int((clock.now() - at).total_seconds() // 60),
        )
    else:
        yield well("worker", N_("The worker runs."))


def check_jobs(session: Session) -> Iterator[Finding]:
    """Every job with its last run; those that have none yet are named together."""
    runs, waiting = job_runs.last_runs(session), []
    for job in JOBS:
        run = runs.get(job.name)
        if run is not None and run.outcome is JobOutcome.FAILED:
            n = run.n_failures_in_a_row
            yield fault("job", N_("%(job)s failed %(n)s times: %(why)s."), LOG, job=job.name, n=n, why=run.detail)
        elif run is None or run.last_done_at is None:
            waiting.append(job.name)
        else:
            yield _last_run(job, run.last_done_at)
    if waiting:
        yield warning(
            "job",
            N_("These jobs have not run yet: %(jobs)s."),
            N_("They run when their time comes, if the worker runs."),
            jobs=", ".join(waiting),
        )


def _last_run(job: Job, done: datetime) -> Finding:
    longest = timedelta(hours=26) if job.daily_from else max(job.every * 4, timedelta(minutes=30))
    when = f"{done.astimezone(clock.LONDON):%Y-%m-%d %H:%M}"
    if clock.now() - done > longest:
        return warning(
            "job",
            N_("%(job)s last ran at %(when)s."),
            N_("It is late; see that the worker runs."),
            job=job.name,
            when=when,
        )
    return well("job", N_("%(job)s ran at %(when)s."), job=job.name, when=when)


def check_backups(session: Session) -> Iterator[Finding]:
    """The age of the newest backup made by `surveyapp backup`."""
    newest = session.scalar(select(func.max(BackupMade.made_at)))
    advice = N_("Make one each night with `surveyapp backup FILE`, and keep it on another machine.")
    if newest is None:
        yield warning("backup", N_("No backup has been made with `surveyapp backup`."), advice)
        return
    age = clock.now() - newest
    hours = int(age.total_seconds() // 3600)
    if age > BACKUP_OLD:
        make = fault if age > BACKUP_TOO_OLD else warning
        yield make("backup", N_("The newest backup is %(hours)s hours old."), advice, hours=hours)
    else:
        yield well("backup", N_("The newest backup is %(hours)s hours old."), hours=hours)


def check_known_before(session: Session, *, is_naming: bool) -> Iterator[Finding]:
    """What old releases already give away by a later change of rules (CONTRACTS 2.5); on screen without the groups."""
    for number, agency, names in known_before(session):
        text = N_("Release %(number)s of %(agency)s: earlier releases already give away %(n)s groups.")
        named = N_("Release %(number)s of %(agency)s: earlier releases already give away %(names)s.")
        yield warning(
            "releases",
            named if is_naming else text,
            N_("Nothing more is given away. Do not lower the smallest group again."),
            number=number,
            agency=agency,
            n=len(names),
            names="; ".join(names),
        )
