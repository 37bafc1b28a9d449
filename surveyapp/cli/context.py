"""`surveyapp context import`: head-counts, vacancies, caseload and sickness from the command line."""

from pathlib import Path
from typing import BinaryIO

import click
from flask.cli import with_appcontext

from surveyapp.cli.files import Progressed, bring_in, takes_a_file
from surveyapp.cli.session import command_actor
from surveyapp.context.imports import ContextReport, import_context, preview_context
from surveyapp.db import db


@click.group()
def context() -> None:
    """Head-counts, new starters, vacancies, caseload and sickness."""


@context.command("import")
@takes_a_file
@with_appcontext
def import_file(file: Path, dry_run: bool, as_json: bool) -> None:
    """Take the figures of FILE (CSV or XLSX: measure, period, agency, area, role, tenure_band, value), all or none."""

    def read(stream: BinaryIO, _progressed: Progressed) -> ContextReport:
        if dry_run:
            return preview_context(db.session, stream, file.suffix)
        return import_context(db.session, stream, file.suffix, command_actor())

    bring_in(file, read, dry_run=dry_run, as_json=as_json)
