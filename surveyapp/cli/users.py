"""`surveyapp users`: staff accounts from the command line."""

import click
from flask.cli import with_appcontext

from surveyapp.access import StaffRole
from surveyapp.cli.session import command_actor
from surveyapp.db import db
from surveyapp.directory import accounts


@click.group()
def users() -> None:
    """Staff accounts and what they may do."""


@users.command()
@click.argument("email")
@click.option("--role", "staff_role", type=click.Choice([role.value for role in StaffRole]), required=True)
@click.option("--area", "areas", multiple=True, help="Limit to this Area (repeat for more).")
@click.option("--agency", help="Limit to this agency; needed with --area when there is more than one.")
@click.option("--name", default="", help="The person's name.")
@with_appcontext
def add(email: str, staff_role: str, areas: tuple[str, ...], agency: str | None, name: str) -> None:
    """Give EMAIL a staff role, making the account if there is none; prints how to set a password."""
    try:
        user = accounts.grant_staff_role(
            db.session, email, StaffRole(staff_role), agency, areas, actor=command_actor(), name=name
        )
    except accounts.GrantRefused as refused:
        raise click.ClickException(str(refused)) from refused
    db.session.commit()
    click.echo(f"{user.email} is now {staff_role} in {', '.join(areas) or agency or 'every agency'}.")
