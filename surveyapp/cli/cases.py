"""`surveyapp cases import`: a file of cases from the command line."""

from pathlib import Path
from typing import BinaryIO

import click
from flask.cli import with_appcontext

from surveyapp.cases.imports import ImportReport, import_cases, preview_import
from surveyapp.cli.files import Progressed, bring_in, takes_a_file
from surveyapp.cli.session import command_actor
from surveyapp.db import db


@click.group()
def cases() -> None:
    """Leavers, new starters and stay conversations."""


@cases.command("import")
@takes_a_file
@click.option("--good-rows", is_flag=True, help="Take the good rows even when others have faults.")
@with_appcontext
def import_file(file: Path, dry_run: bool, good_rows: bool, as_json: bool) -> None:
    """Take the cases of FILE (CSV or XLSX): all or nothing, unless --good-rows is given."""

    def read(stream: BinaryIO, progressed: Progressed) -> ImportReport:
        if dry_run:
            return preview_import(db.session, stream, file.suffix, progress=progressed)
        actor = command_actor()
        return import_cases(db.session, stream, file.suffix, actor, good_rows_only=good_rows, progress=progressed)

    bring_in(file, read, dry_run=dry_run, as_json=as_json, good_rows=good_rows)
