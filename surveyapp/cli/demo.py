"""`surveyapp demo-data`: the invented organisation, and what to show of it."""

import click
from flask import current_app
from flask.cli import with_appcontext

from surveyapp.cli.session import command_actor
from surveyapp.config import SETTINGS_KEY, Settings
from surveyapp.db import db
from surveyapp.demo import accounts, build, showing


@click.command(name="demo-data")
@click.option("--agencies", type=click.IntRange(1, 2), default=2, show_default=True, help="How many agencies.")
@click.option("--leavers", type=click.IntRange(50, 20_000), default=760, show_default=True, help="Leavers a year.")
@click.option("--years", type=click.IntRange(1, 8), default=3, show_default=True, help="Complete financial years.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed invents the same people.")
@click.option("--if-absent", is_flag=True, help="Do nothing when the database holds an organisation already.")
@click.option("--show", is_flag=True, help="Only print the address, the sign-ins and a leaver's link.")
@with_appcontext
def demo_data(agencies: int, leavers: int, years: int, seed: int, if_absent: bool, show: bool) -> None:
    """Invent an organisation with years of leavers, interviews and releases, into an empty database."""
    settings: Settings = current_app.config[SETTINGS_KEY]
    if show:
        _show(settings)
        return
    if build.is_built(db.session):
        if if_absent:
            return
        raise click.ClickException("The database is not empty. Use a fresh SURVEYAPP_INSTANCE_DIR for the demo.")
    db.session.rollback()
    size = build.Size(agencies=agencies, leavers=leavers, years=years, seed=seed)
    build.build(db.session, settings, size, command_actor(), lambda step: click.echo(f"   {step}", err=True))
    click.echo("The invented organisation is ready.")


def _show(settings: Settings) -> None:
    english = showing.leaver_link(db.session, settings.base_url)
    welsh = showing.leaver_link(db.session, settings.base_url, "cy")
    db.session.commit()
    click.echo(f"\nOpen {settings.base_url}\n\nSign in with the password: {accounts.PASSWORD}")
    for line in showing.sign_ins():
        click.echo(f"  {line}")
    click.echo(f"\nA leaver who has not answered yet: {english or 'everybody has answered'}")
    if welsh:
        click.echo(f"One who prefers Welsh:              {welsh}")
    click.echo(f"Messages are written to            {settings.instance_dir / 'outbox'}\n")
