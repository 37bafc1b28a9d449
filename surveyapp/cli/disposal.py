"""`surveyapp disposal` and `surveyapp subject`: what is due to go, and a person's own data."""

import json
import uuid
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from surveyapp import clock
from surveyapp.cases.models import Case
from surveyapp.cli.session import command_actor
from surveyapp.db import SomeFailed, db
from surveyapp.disposal import service
from surveyapp.disposal import subject as people


@click.group()
def disposal() -> None:
    """Disposal of records whose time is up."""


@disposal.command()
@click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON.")
@with_appcontext
def plan(as_json: bool) -> None:
    """Show what a run would dispose of today; nothing is changed."""
    found = service.plan(db.session, clock.today())
    if as_json:
        rows = [{"agency": d.agency, "type": d.record_type, "months": d.months, "n": d.n} for d in found]
        click.echo(json.dumps(rows))
        return
    for due in found:
        click.echo(f"{due.agency}: {due.n} of {due.record_type} are older than {due.months} months")


@disposal.command()
@with_appcontext
def run() -> None:
    """Dispose of everything that is due; repeat it safely."""
    try:
        n = service.run(db.session, clock.today(), command_actor())
    except SomeFailed as failed:
        raise click.ClickException(f"{failed}. The rest is disposed of; what failed is named above.") from failed
    click.echo(f"{n} records were disposed of.")


@click.group()
def subject() -> None:
    """One person's own data."""


@subject.command()
@click.argument("case", type=click.UUID)
@click.argument("out", required=False, type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def export(case: uuid.UUID, out: Path | None) -> None:
    """Write everything about the person of CASE to the ZIP file OUT (subject-CASE.zip), as readable HTML and JSON."""
    out = out or Path(f"subject-{case}.zip")
    out.write_bytes(people.export(db.session, _case(db.session, case), command_actor()))
    db.session.commit()
    click.echo(f"Wrote {out}. {people.CANNOT_BE_FOUND[0]}")


@subject.command()
@click.argument("case", type=click.UUID)
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_appcontext
def erase(case: uuid.UUID, yes: bool) -> None:
    """Erase everything about the person of CASE at once. It cannot be undone."""
    found = _case(db.session, case)
    if not yes:
        click.confirm("Everything about this person goes, for good. Go on?", abort=True)
    try:
        service.erase(db.session, found, command_actor())
    except service.HeldLegally as held:
        raise click.ClickException("A legal hold lasts. Lift it first, if that is right.") from held
    db.session.commit()
    click.echo(f"Erased. {people.CANNOT_BE_FOUND[0]}")


def _case(session: Session, case_id: uuid.UUID) -> Case:
    found = session.get(Case, case_id)
    if found is None:
        raise click.ClickException("There is no such case. Its id stands in the address of its page.")
    return found
