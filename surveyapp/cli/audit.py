"""`surveyapp audit`: checking the chain of audit events, and keeping its head somewhere else."""

import json
from pathlib import Path

import click
from flask.cli import with_appcontext

from surveyapp import audit as trail
from surveyapp import clock
from surveyapp.audit import queries
from surveyapp.cli.session import command_actor
from surveyapp.db import db


@click.group()
def audit() -> None:
    """The audit log: append only, each event chained to the one before."""


@audit.command()
@click.option("--anchor", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A file `anchor` wrote.")
@with_appcontext
def verify(anchor: Path | None) -> None:
    """Walk the whole chain and name the first broken link. With --anchor, a cut-off end is found too."""
    head = _read_anchor(anchor) if anchor else None
    broken = trail.verify(db.session, expected_head=head)
    if broken:
        raise click.ClickException(f"The audit log is broken at event {broken.number}: {broken.why}.")
    end = queries.head(db.session)
    click.echo(f"The audit log is whole: {end[0] if end else 0} events.")


@audit.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def anchor(file: Path) -> None:
    """Write the chain's head to FILE; keep it where nobody who runs this server can change it."""
    trail.record(db.session, "audit.anchored", command_actor(), ("audit", "head"))
    db.session.commit()
    end = queries.head(db.session)
    if end is None:
        raise click.ClickException("There are no audit events yet.")
    number, hashed = end
    file.write_text(json.dumps({"number": number, "hash": hashed.hex(), "at": clock.now().isoformat()}) + "\n")
    click.echo(f"The head of the audit log is event {number}. Keep {file} outside this server.")


def _read_anchor(file: Path) -> tuple[int, bytes]:
    try:
        read = json.loads(file.read_text())
        return int(read["number"]), bytes.fromhex(read["hash"])
    except (ValueError, KeyError, TypeError) as error:
        raise click.ClickException(f"{file} is not an anchor; `surveyapp audit anchor FILE` writes one.") from error
