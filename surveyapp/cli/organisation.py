"""`surveyapp organisation load`: agencies, Areas, roles, families, grades and closure days from one file."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from surveyapp.cli.session import command_actor
from surveyapp.db import db
from surveyapp.directory.organisation import SHIPPED, OrganisationFileRefused, load_organisation, read_organisation


@click.group()
def organisation() -> None:
    """The organisation: agencies, Areas, job roles and what belongs to them."""


@organisation.command()
@click.argument("source")
@with_appcontext
def load(source: str) -> None:
    """Load SOURCE: a file with columns kind,code,name,parent,nation,group, or a shipped name (demo, cps)."""
    path = SHIPPED.get(source, Path(source))
    if not path.is_file():
        raise click.ClickException(f"There is no file {source}; shipped organisations are {', '.join(SHIPPED)}.")
    try:
        counts = load_organisation(db.session, read_organisation(path), command_actor())
    except OrganisationFileRefused as refused:
        raise click.ClickException(f"Nothing was loaded.\n{refused}") from refused
    db.session.commit()
    click.echo("Loaded " + ", ".join(f"{n} {kind}" for kind, n in counts.items()))
