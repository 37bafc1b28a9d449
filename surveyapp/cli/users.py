"""`surveyapp users`: staff accounts from the command line."""

import click
from flask.cli import with_appcontext

from surveyapp import audit
from surveyapp.access import StaffRole
from surveyapp.cli.session import command_actor
from surveyapp.db import db
from surveyapp.directory import accounts, password_links
from surveyapp.directory.models import User
from surveyapp.mail import site


@click.group()
def users() -> None:
    """Staff accounts and what they may do."""


@users.command()
@click.argument("email")
@click.option("--role", "staff_role", type=click.Choice([role.value for role in StaffRole]), required=True)
@click.option("--area", "areas", multiple=True, help="Limit to this Area (repeat for more).")
@click.option("--region", "regions", multiple=True, help="Limit to the Areas this region has today (repeat for more).")
@click.option("--agency", help="Limit to this agency; needed when several agencies have that Area or region.")
@click.option("--name", default="", help="The person's name.")
@click.option("--print-link", is_flag=True, help="Print the link to set a password instead of mailing it.")
@with_appcontext
def add(
    email: str,
    staff_role: str,
    areas: tuple[str, ...],
    regions: tuple[str, ...],
    agency: str | None,
    name: str,
    print_link: bool,
) -> None:
    """Give EMAIL a staff role, making the account if there is none; mails (or prints) a link to set a password."""
    try:
        agency, areas = accounts.with_regions(db.session, agency, areas, regions)
        user = accounts.grant_staff_role(
            db.session, email, StaffRole(staff_role), agency, areas, actor=command_actor(), name=name
        )
    except accounts.GrantRefused as refused:
        raise click.ClickException(str(refused)) from refused
    click.echo(f"{user.email} is now {staff_role} in {', '.join(areas) or agency or 'every agency'}.")
    if user.password is None:
        _tell_how_to_set_password(user, print_link)
    db.session.commit()


def _tell_how_to_set_password(user: User, print_link: bool) -> None:
    if print_link:
        token = password_links.mint(db.session, user)
        audit.record(db.session, "user.password_link_printed", command_actor(), ("user", user.id))
        click.echo(f"Set a password within 24 hours: {site.address(f'/password/{token}')}")
    else:
        password_links.ask_for_link(db.session, user.email, command_actor())
        click.echo("The worker mails a link to set a password.")


@users.command("break-glass")
@click.argument("email")
@click.option("--reference", required=True, help="The incident's number; it goes into the audit log.")
@with_appcontext
def break_glass(email: str, reference: str) -> None:
    """Make EMAIL an administrator of everything until the end of today, for when no administrator can sign in.

    Every other administrator is told by e-mail. Prints a link to set a password.
    """
    try:
        user = accounts.break_glass(db.session, email, reference, actor=command_actor())
    except accounts.GrantRefused as refused:
        raise click.ClickException(str(refused)) from refused
    click.echo(f"{user.email} is administrator until the end of today. Every administrator is told.")
    _tell_how_to_set_password(user, print_link=True)
    db.session.commit()
