"""The worker: runs every job that is due, delivers mail, and stops between two pieces of work when asked to."""

import logging
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Engine
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.config import Settings
from surveyapp.mail import Composer
from surveyapp.mail.delivery import Delivered, Postman
from surveyapp.mail.transports import Transport, transport_for
from surveyapp.operation import job_runs
from surveyapp.operation.jobs import COMPOSERS, JOBS, OFTEN, Job

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 5.0
PAUSE_WITHOUT_DATABASE_SECONDS = 15.0
DELIVERY = Job("mail.deliver", lambda _session, _today: 0, OFTEN)
"""Delivery is no job of the list (workers deliver side by side), but its last run is kept like one."""


@dataclass
class Round:
    """What one round did: jobs by name with how many things they did, jobs that failed, and mail."""

    done: dict[str, int] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    mail: Delivered = field(default_factory=Delivered)


class Worker:
    """One worker process over one database; start as many as you like."""

    def __init__(
        self,
        engine: Engine,
        settings: Settings,
        *,
        jobs: Sequence[Job] = JOBS,
        composers: Mapping[str, Composer] = COMPOSERS,
        transport: Transport | None = None,
    ) -> None:
        self.engine = engine
        self.jobs = jobs
        self.stopping = threading.Event()
        self.postman = Postman(engine, composers, transport or transport_for(settings), settings.mail_sender)

    def stop(self) -> None:
        """Finish the piece of work in hand, then return from `run_forever`."""
        self.stopping.set()

    def run_once(self) -> Round:
        """Every job that is due, once, then all mail that is due."""
        done = Round()
        for job in self.jobs:
            if self.stopping.is_set():
                return done
            self._run(job, done)
        done.mail = self._deliver()
        return done

    def run_forever(self) -> None:
        """Round after round until stopped; an absent database is waited for."""
        while not self.stopping.is_set():
            try:
                self.run_once()
                self.stopping.wait(PAUSE_SECONDS)
            except (OperationalError, InterfaceError) as error:
                logger.error("the database is not available: %s", type(error).__name__)
                self.stopping.wait(PAUSE_WITHOUT_DATABASE_SECONDS)

    def _run(self, job: Job, done: Round) -> None:
        """One job, if it is due; its failure is written down and stops no other job."""
        fence = job_runs.claim(self.engine, job)
        if fence is None:
            return
        try:
            with Session(self.engine) as session:
                n_done = job.run(session, clock.today())
                session.commit()
        except Exception as error:
            logger.error("job %s failed", job.name, exc_info=error)
            done.failed[job.name] = type(error).__name__
            job_runs.finish(self.engine, job, fence, error=error)
            return
        done.done[job.name] = n_done
        job_runs.finish(self.engine, job, fence, n_done=n_done)

    def _deliver(self) -> Delivered:
        """Send what waits; written down once a minute, so that doctor sees that mail is being looked after."""
        delivered = self.postman.deliver_due(is_stopping=self.stopping.is_set)
        fence = job_runs.claim(self.engine, DELIVERY)
        if fence is not None:
            job_runs.finish(self.engine, DELIVERY, fence, n_done=delivered.n_sent)
        return delivered
