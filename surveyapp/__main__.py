"""The `surveyapp` command; `flask --app surveyapp.app` offers the same commands."""

import sys

import click
from flask.cli import ScriptInfo
from pydantic import ValidationError

from surveyapp import cli
from surveyapp.app import create_app
from surveyapp.db import WeakDurability
from surveyapp.operation.startup import WeakSettings


@click.group(cls=cli.Commands)
@click.version_option(package_name="surveyapp", message="%(version)s")
@click.pass_context
def surveyapp(context: click.Context) -> None:
    """Leaver questionnaires, exit interviews and retention themes."""
    context.obj = ScriptInfo(create_app=create_app)


def main() -> None:
    """Run the command line: exit 0 done, 1 refused (in words), 2 wrong usage."""
    try:
        surveyapp()
    except (WeakSettings, WeakDurability, ValidationError) as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
