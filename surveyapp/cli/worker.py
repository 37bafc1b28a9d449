"""`surveyapp worker`: mail, invitations, reminders, escalation and everything else that runs by itself."""

import json
import signal
from dataclasses import asdict
from types import FrameType

import click
from flask import current_app
from flask.cli import with_appcontext

from surveyapp.config import SETTINGS_KEY
from surveyapp.db import db
from surveyapp.operation import logs
from surveyapp.operation.worker import Worker


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, then stop.")
@click.option("--json", "as_json", is_flag=True, help="With --once: print what was done as JSON.")
@with_appcontext
def worker(once: bool, as_json: bool) -> None:
    """Send mail, invitations and reminders and run every job that is due; stop it with Ctrl-C or SIGTERM."""
    logs.configure(current_app.config[SETTINGS_KEY])
    made = Worker(db.engine, current_app.config[SETTINGS_KEY])

    def stop(_signal: int, _frame: FrameType | None) -> None:
        made.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    if not once:
        click.echo("The worker is running; stop it with Ctrl-C.")
        made.run_forever()
        click.echo("The worker has stopped.")
        return
    done = made.run_once()
    if as_json:
        click.echo(json.dumps(asdict(done)))
    else:
        click.echo("\n".join(f"{name}: {n}" for name, n in done.done.items()))
        click.echo(f"mail: {done.mail.n_sent} sent, {done.mail.n_postponed} postponed, {done.mail.n_failed} failed")
    if done.failed:
        names = ", ".join(f"{name} ({error})" for name, error in done.failed.items())
        raise click.ClickException(f"These jobs failed: {names}. The log says more; they are tried again.")
