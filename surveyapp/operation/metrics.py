"""Prometheus metrics: how many requests, how quick, and how mail, worker, jobs, backups and disk stand.

Nobody's data, and no time of answering: a leaver's requests are counted together, without endpoint or method.
"""

import hmac
import logging
import os
import shutil
import time
from collections.abc import Iterator
from functools import cache

import prometheus_client as prometheus
from flask import Blueprint, Flask, abort, current_app, g, request
from flask.typing import ResponseReturnValue
from prometheus_client import CollectorRegistry, Counter, Histogram, multiprocess, values
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from surveyapp import clock
from surveyapp.access.guards import ASSET, LEAVER, MACHINE, PUBLIC, declared_permission, machine
from surveyapp.config import SETTINGS_KEY, Settings
from surveyapp.db import db
from surveyapp.mail.queries import outbox_standing
from surveyapp.operation import job_runs
from surveyapp.operation.models import BackupMade
from surveyapp.operation.worker import DELIVERY

logger = logging.getLogger(__name__)
blueprint = Blueprint("metrics", __name__)
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
PARTS = {LEAVER: "leaver", MACHINE: "machine", PUBLIC: "public", ASSET: "asset", None: "none"}


@cache
def instruments() -> tuple[Counter, Histogram, CollectorRegistry]:
    """Made with the first request, in the process that answers it."""
    registry = CollectorRegistry()
    requests = Counter("surveyapp_requests", "Requests by part of the product", ["part", "status"], registry=registry)
    seconds = Histogram("surveyapp_request_seconds", "Time to answer", ["part"], registry=registry, buckets=BUCKETS)
    return requests, seconds, registry


def share_between_processes(folder: str) -> None:
    """Let every process of the server count in one folder, so that any of them can tell the sum."""
    os.environ[FOLDER] = folder
    values.ValueClass = values.MultiProcessValue()  # type: ignore[no-untyped-call]  # the library leaves it untyped


def init_app(app: Flask) -> None:
    """Count every request, by part and class of status only."""

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        try:
            _count(part_of(app), response.status_code)
        except OSError as error:  # no room for the counters: nobody's answer depends on them
            logger.error("not counted: %s", type(error).__name__)
        return response


def _count(part: str, status: int) -> None:
    requests, seconds, _registry = instruments()
    requests.labels(part, f"{status // 100}xx").inc()
    if "began" in g:
        seconds.labels(part).observe(time.perf_counter() - g.began)


def part_of(app: Flask) -> str:
    """Whose page was asked for: a leaver's, staff's, a machine's, a public one, a file of the look, or none at all."""
    declared = declared_permission(app, request.endpoint) if request.endpoint else None
    return PARTS.get(declared, "staff")


@blueprint.get("/metrics")
@machine
def show_metrics() -> ResponseReturnValue:
    """For Prometheus, with `Authorization: Bearer <SURVEYAPP_METRICS_TOKEN>`; closed while no token is set."""
    settings: Settings = current_app.config[SETTINGS_KEY]
    wanted = settings.metrics_token.get_secret_value()
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not wanted or not hmac.compare_digest(wanted.encode(), given.encode()):
        abort(404)
    registry = CollectorRegistry()
    registry.register(Standing(settings))
    text = prometheus.generate_latest(registry) + prometheus.generate_latest(_counted())
    return text, 200, {"Content-Type": prometheus.CONTENT_TYPE_LATEST}


def _counted() -> CollectorRegistry:
    if FOLDER not in os.environ:
        return instruments()[2]
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library leaves it untyped
    return registry


class Standing(Collector):
    """How things stand at the moment of asking; without the database only that it is down."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def collect(self) -> Iterator[Metric]:
        yield gauge("surveyapp_disk_free_bytes", "Room", shutil.disk_usage(self.settings.instance_dir).free)
        try:
            found = list(_of_the_database())
        except SQLAlchemyError:
            db.session.rollback()
            yield gauge("surveyapp_database_up", "Whether the database answers", 0)
            return
        yield gauge("surveyapp_database_up", "Whether the database answers", 1)
        yield from found


def gauge(name: str, help_text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, help_text, value=value)


def _of_the_database() -> Iterator[Metric]:
    outbox, runs, now = outbox_standing(db.session), job_runs.last_runs(db.session), clock.now()
    yield gauge("surveyapp_mail_waiting", "Messages that wait", outbox.n_waiting)
    yield gauge("surveyapp_mail_failed", "Messages that could not be delivered", outbox.n_failed)
    yield gauge("surveyapp_mail_held", "Messages held back since a restore", outbox.n_held)
    yield gauge("surveyapp_mail_oldest_seconds", "Wait of the oldest due message", outbox.minutes_behind * 60)
    beat = runs.get(DELIVERY.name)
    if beat is not None and beat.last_finished_at is not None:
        silent = (now - beat.last_finished_at).total_seconds()
        yield gauge("surveyapp_worker_silent_seconds", "Since the worker last looked after the mail", silent)
    done = GaugeMetricFamily("surveyapp_job_last_done_seconds", "When a job last succeeded", labels=["job"])
    failures = GaugeMetricFamily("surveyapp_job_failures_in_a_row", "Failures since it last did", labels=["job"])
    for name, run in runs.items():
        failures.add_metric([name], run.n_failures_in_a_row)
        if run.last_done_at is not None:
            done.add_metric([name], run.last_done_at.timestamp())
    yield done
    yield failures
    backup = db.session.scalar(select(func.max(BackupMade.made_at)))
    if backup is not None:
        yield gauge("surveyapp_backup_age_seconds", "Age of the newest backup", (now - backup).total_seconds())
