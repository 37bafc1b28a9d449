"""`surveyapp init`: secrets, folders, an up-to-date database and the shipped questionnaires; safe to repeat."""

import click
from sqlalchemy import create_engine

from surveyapp import migrations
from surveyapp.cli.session import command_actor
from surveyapp.config import Settings
from surveyapp.db import writing_session
from surveyapp.definitions.service import publish_shipped
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
    with writing_session(create_engine(settings.database_address)) as session:
        for published in publish_shipped(session, actor=command_actor()):
            click.echo(f"Published the questionnaire {published.reference}")
