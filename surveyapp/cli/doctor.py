"""`surveyapp doctor`: what is wrong, in words, and what to do about it."""

import json

import click
from flask import current_app
from flask.cli import with_appcontext

from surveyapp.config import SETTINGS_KEY
from surveyapp.db import db, reading
from surveyapp.operation.doctor import examine, is_well
from surveyapp.operation.findings import Finding, State

SIGNS = {State.WELL: "ok", State.WARNING: "LOOK", State.FAULT: "FAULT"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_appcontext
def doctor(as_json: bool) -> None:
    """Look at everything and say what is wrong and what to do; exit 1 when something does not work."""
    with reading():
        found = examine(db.session, current_app.config[SETTINGS_KEY])
    if as_json:
        click.echo(json.dumps({"well": is_well(found), "findings": [one.as_json() for one in found]}, indent=1))
    else:
        for one in found:
            click.echo(_line(one))
    if not is_well(found):
        n = sum(one.state is State.FAULT for one in found)
        raise click.ClickException(f"{n} things do not work.")


def _line(one: Finding) -> str:
    line = f"{SIGNS[one.state]:5}  {one.check:14}  {one.words()}"
    return f"{line}\n{'':23}{one.what_to_do()}" if one.advice else line
