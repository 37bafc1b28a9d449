"""What the commands that bring in a file share: arguments, a count of rows on a terminal, the report at the end."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Protocol, TypeVar

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from surveyapp.cases.file_reports import FileHasFaults, FileReport
from surveyapp.db import db

Command = TypeVar("Command", bound=Callable[..., Any])
Progressed = Callable[[int], None]


class Report(Protocol):
    """What an import tells, whichever kind of file it reads."""

    def as_json(self) -> dict[str, Any]: ...
    def lines(self) -> Iterable[str]: ...


def takes_a_file(command: Command) -> Command:
    """FILE, --dry-run and --json."""
    options = (
        click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path)),
        click.option("--dry-run", is_flag=True, help="Say what would happen and write nothing."),
        click.option("--json", "as_json", is_flag=True, help="Print the report as JSON."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def bring_in(
    file: Path,
    read: Callable[[BinaryIO, Progressed], FileReport],
    *,
    dry_run: bool,
    as_json: bool,
    good_rows: bool = False,
) -> None:
    """Read a file, commit unless it is a dry run, and print the report; exit status 1 when faults stop the file."""
    try:
        with file.open("rb") as stream, rows_counted(quiet=as_json) as progressed:
            report = read(stream, progressed)
    except FileHasFaults as refused:
        db.session.rollback()
        print_report(refused.report, as_json, "Nothing was changed: the file has faults.")
        raise SystemExit(1) from refused
    if dry_run:
        db.session.rollback()
    else:
        db.session.commit()
    print_report(report, as_json, "This is what would happen; nothing was changed." if dry_run else "Done.")
    if dry_run and (report.is_refused or (report.n_faults and not good_rows)):
        raise SystemExit(1)


@contextmanager
def rows_counted(*, quiet: bool) -> Iterator[Progressed]:
    """Rows read so far, on a terminal; nothing in a pipe or with --json."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield lambda n: None
        return
    columns = (SpinnerColumn(), TextColumn("{task.completed:,.0f} rows"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("rows", total=None)
        yield lambda n: bar.update(task, completed=n)


def print_report(report: Report, as_json: bool, said: str = "") -> None:
    """The report as JSON, or in lines with what was done at the end of the last one."""
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False, indent=1))
    else:
        click.echo(" ".join(["\n".join(report.lines()), said]).strip())
