"""`surveyapp context import`: head-counts, vacancies, caseload and sickness from the command line."""

import json
from pathlib import Path
from typing import BinaryIO

import click
from flask.cli import with_appcontext

from surveyapp.cases.file_reading import FileRefused
from surveyapp.cli.session import command_actor
from surveyapp.context.imports import ContextReport, FileHasFaults, import_context, preview_context
from surveyapp.db import db

FAULTS_PRINTED = 50


@click.group()
def context() -> None:
    """Head-counts, new starters, vacancies, caseload and sickness."""


@context.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@with_appcontext
def import_file(file: Path, dry_run: bool, as_json: bool) -> None:
    """Take the figures of FILE (CSV or XLSX: measure, period, agency, area, role, tenure_band, value), all or none."""
    with file.open("rb") as stream:
        report = preview_context(db.session, stream, file.suffix) if dry_run else _taken(stream, file.suffix)
    if report.n_faults or dry_run:
        db.session.rollback()
    else:
        db.session.commit()
    said = "This is what would happen; nothing was changed." if dry_run else "Done."
    _print(report, as_json, "Nothing was changed: the file has faults." if report.n_faults else said)
    if report.n_faults:
        raise SystemExit(1)


def _taken(stream: BinaryIO, suffix: str) -> ContextReport:
    try:
        return import_context(db.session, stream, suffix, command_actor())
    except FileHasFaults as refused:
        return refused.report
    except FileRefused as refused:
        report = ContextReport()
        report.add_faults(refused.faults)
        return report


def _print(report: ContextReport, as_json: bool, said: str) -> None:
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False, indent=1))
        return
    for warning in report.warnings:
        click.echo(f"Warning: {warning.text % warning.values}")
    for fault in report.faults[:FAULTS_PRINTED]:
        click.echo(str(fault))
    if report.n_faults > FAULTS_PRINTED:
        click.echo(f"... and {report.n_faults - FAULTS_PRINTED} more faults; --json lists up to 1,000.")
    counts = f"{report.n_added} new, {report.n_changed} corrected, {report.n_unchanged} known already"
    click.echo(f"{report.n_rows} rows: {counts}; {report.n_faults} faults. {said}")
