"""`surveyapp bill-of-materials`: what the product is made of, for whoever must know of a weakness in a part of it."""

import json

import click

from surveyapp.config import PROJECT_ROOT
from surveyapp.operation.bill_of_materials import NoLock
from surveyapp.operation.bill_of_materials import bill_of_materials as made_of


@click.command(name="bill-of-materials")
def bill_of_materials() -> None:
    """Print the software bill of materials (CycloneDX, JSON): every package with its version and hashes."""
    try:
        click.echo(json.dumps(made_of(PROJECT_ROOT), indent=1))
    except NoLock as missing:
        raise click.ClickException(str(missing)) from missing
