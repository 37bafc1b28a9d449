"""`surveyapp keys rotate`: a new application key, and every data key wrapped under it."""

import os

import click
from flask import current_app
from flask.cli import with_appcontext

from surveyapp import audit
from surveyapp.cli.session import command_actor
from surveyapp.config import SETTINGS_KEY, Settings
from surveyapp.db import db
from surveyapp.encryption import records
from surveyapp.operation.secrets import add_application_key


@click.group()
def keys() -> None:
    """The keys that encrypt identified records."""


@keys.command()
@with_appcontext
def rotate() -> None:
    """Make a new application key and wrap every data key under it, while the service runs.

    Stopped half way, it goes on where it was; the old key stays in the ring, since keyed-in drafts may need it.
    """
    if os.environ.get("SURVEYAPP_APPLICATION_KEYS"):
        raise click.ClickException("The keys come from SURVEYAPP_APPLICATION_KEYS; put the new one first there.")
    folder = current_app.config[SETTINGS_KEY].instance_dir
    waiting = records.n_under_older_keys(db.session)
    if waiting:
        click.echo(f"Going on with a rotation that was stopped: {waiting} data keys wait.")
    else:
        add_application_key(folder)
        records.use_ring(records.ring_of(Settings(instance_dir=folder).application_keys))
        audit.record(db.session, "application_key.made", command_actor(), ("application_key", "newest"))
        db.session.commit()
    n = records.wrap_anew(db.session)
    audit.record(db.session, "data_keys.wrapped_anew", command_actor(), ("application_key", "newest"), n=n)
    db.session.commit()
    click.echo(f"{n} data keys are under the new key. Back up secrets.toml apart from the database.")
