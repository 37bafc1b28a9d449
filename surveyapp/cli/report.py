"""`surveyapp report`: the report of a release as a file, with the same figures as the pages."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from surveyapp.cli.themes import Filters, filtered, note_reading
from surveyapp.db import db
from surveyapp.pdf import PdfFailed, as_pdf
from surveyapp.reports.document import BREAKDOWNS, report_of
from surveyapp.reports.later_chapters import later_chapters
from surveyapp.reports.meeting import as_docx
from surveyapp.reports.naming import names_for
from surveyapp.reports.pages.reading import Reading
from surveyapp.reports.paper import as_html
from surveyapp.reports.report_book import as_workbook
from surveyapp.reports.selection import By

KINDS = (".html", ".pdf", ".xlsx", ".docx")


@click.command()
@click.argument("out", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@filtered
@click.option("--by", type=click.Choice([one.value for one in BREAKDOWNS]), help="Only this breakdown (default: all).")
@click.option("--language", type=click.Choice(["en", "cy"]), default="en", show_default=True)
@with_appcontext
def report(out: Path, filters: Filters, by: str | None, language: str) -> None:
    """Write the report of a signed release to OUT, a file ending in .html, .pdf, .xlsx or .docx."""
    if out.suffix not in KINDS:
        raise click.ClickException(f"Give the file one of these endings: {', '.join(KINDS)}.")
    release = filters.release()
    only = By(by) if by else None
    asked = filters.asked(release, only or By.AREA)
    reading = Reading(db.session, release, None, language, names_for(db.session, release, language), asked)
    content = _content(out.suffix, reading, only)
    note_reading(release, "report")
    out.write_bytes(content)
    click.echo(f"Wrote {out}: release {release.number} of {release.agency}.")


def _content(kind: str, reading: Reading, only: By | None) -> bytes:
    made = report_of(reading, later_chapters(), only)
    if kind == ".xlsx":
        return as_workbook(made, reading)
    if kind == ".docx":
        return as_docx(made)
    html = as_html(made)
    if kind == ".html":
        return html.encode()
    try:
        return as_pdf(html)
    except PdfFailed as failed:
        raise click.ClickException(f"The PDF could not be made: {failed}") from failed
