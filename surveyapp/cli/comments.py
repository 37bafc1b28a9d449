"""`surveyapp comments`: what redaction of comments should look for."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from surveyapp.cli.session import command_actor
from surveyapp.coding.staff_names import NotAStaffList, keep_staff_list, read_staff_list
from surveyapp.db import db
from surveyapp.directory.models import Agency


@click.group()
def comments() -> None:
    """Comments: redacted at each cut, coded by people, released with the next cut."""


@comments.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--agency", required=True, help="Whose staff list it is.")
@with_appcontext
def names(file: Path, agency: str) -> None:
    """Keep the agency's staff list (CSV: name, staff_number) for redaction, in place of the one before.

    Names of leavers, their managers and staff accounts are looked for without it.
    """
    if db.session.get(Agency, agency) is None:
        raise click.ClickException(f"There is no agency {agency}. Load it with `surveyapp organisation load`.")
    try:
        people = read_staff_list(file.read_bytes())
    except NotAStaffList as wrong:
        raise click.ClickException(str(wrong)) from wrong
    keep_staff_list(db.session, agency, people, actor=command_actor())
    db.session.commit()
    click.echo(f"Kept {len(people)} names. Redaction looks for them from the next cut on.")
