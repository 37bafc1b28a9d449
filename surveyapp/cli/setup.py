"""`surveyapp init`: secrets, folders and an up-to-date database; safe to repeat."""

import click

from surveyapp import migrations
from surveyapp.config import Settings
from surveyapp.operation.secrets import make_missing_secrets


@click.command()
def init() -> None:
    """Create or upgrade the database and make missing secrets; repeat it safely."""
    settings = Settings()
    for made in make_missing_secrets(settings.instance_dir, settings.release_key_path):
        click.echo(f"Made {made}")
    settings = Settings()
    report = migrations.upgrade(settings.database_address)
    if report.backup:
        click.echo(f"Backed up the database to {report.backup}")
    click.echo(f"Database is at {report.revision}" + ("" if report.was == report.revision else f" (was {report.was})"))
