"""`surveyapp cases import`: a file of cases from the command line."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask.cli import with_appcontext
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from surveyapp.cases.file_reading import FileRefused
from surveyapp.cases.imports import FileHasFaults, ImportReport, import_cases, preview_import
from surveyapp.cli.session import command_actor
from surveyapp.db import db

FAULTS_PRINTED = 50


@click.group()
def cases() -> None:
    """Leavers, new starters and stay conversations."""


@cases.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen and write nothing.")
@click.option("--good-rows", is_flag=True, help="Take the good rows even when others have faults.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@with_appcontext
def import_file(file: Path, dry_run: bool, good_rows: bool, as_json: bool) -> None:
    """Take the cases of FILE (CSV or XLSX): all or nothing, unless --good-rows is given."""
    with file.open("rb") as stream, _progress(quiet=as_json) as told:
        try:
            if dry_run:
                report = preview_import(db.session, stream, file.suffix, progress=told)
            else:
                report = import_cases(
                    db.session, stream, file.suffix, command_actor(), good_rows_only=good_rows, progress=told
                )
                db.session.commit()
        except (FileRefused, FileHasFaults) as refused:
            db.session.rollback()
            report = refused.report if isinstance(refused, FileHasFaults) else _refused(refused)
            _print(report, as_json, "Nothing was changed: the file has faults.")
            raise SystemExit(1) from refused
    _print(report, as_json, "This is what would happen; nothing was changed." if dry_run else "Done.")
    if dry_run and report.n_faults and not good_rows:
        raise SystemExit(1)


def _refused(refused: FileRefused) -> ImportReport:
    report = ImportReport()
    report.add_faults(refused.faults)
    return report


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Callable[[int], None]]:
    """Rows read so far, on a terminal; nothing in a pipe or with --json."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield lambda n: None
        return
    columns = (SpinnerColumn(), TextColumn("{task.completed:,.0f} rows"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("rows", total=None)
        yield lambda n: bar.update(task, completed=n)


def _print(report: ImportReport, as_json: bool, said: str) -> None:
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False, indent=1))
        return
    for warning in report.warnings:
        click.echo(f"Warning: {warning.text % warning.values}")
    for fault in report.faults[:FAULTS_PRINTED]:
        click.echo(str(fault))
    if report.n_faults > FAULTS_PRINTED:
        click.echo(f"... and {report.n_faults - FAULTS_PRINTED} more faults; --json lists up to 1,000.")
    counts = ", ".join(f"{n} {outcome.value}" for outcome, n in report.outcomes.items() if n)
    click.echo(f"{report.n_rows} rows: {counts or 'none taken'}; {report.n_bad_rows} with faults. {said}")
