"""`surveyapp report`: the report of a release as a file, with the same figures as the pages."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from analytics.tables import Selection, WindowCode
from surveyapp.cli.themes import checked_reason, filters, note_reading, release_for
from surveyapp.db import db
from surveyapp.reports.document import report_of
from surveyapp.reports.meeting import as_docx
from surveyapp.reports.naming import names_for
from surveyapp.reports.pages.reading import Reading
from surveyapp.reports.paper import PdfFailed, as_html, as_pdf
from surveyapp.reports.report_book import as_workbook
from surveyapp.reports.selection import Asked

KINDS = (".html", ".pdf", ".xlsx", ".docx")


@click.command()
@click.argument("out", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@filters
@click.option("--language", type=click.Choice(["en", "cy"]), default="en", show_default=True)
@with_appcontext
def report(
    out: Path,
    number: int | None,
    agency: str | None,
    leaving_type: str,
    window: str | None,
    source: str,
    count: str,
    reason: str | None,
    language: str,
) -> None:
    """Write the report of a signed release to OUT, a file ending in .html, .pdf, .xlsx or .docx."""
    if out.suffix not in KINDS:
        raise click.ClickException(f"Give the file one of these endings: {', '.join(KINDS)}.")
    release = release_for(number, agency)
    asked = Asked(
        window=WindowCode(window) if window else None,
        selection=Selection(leaving_type),
        source=source,
        reason=checked_reason(release, reason),
        count=count,
    )
    reading = Reading(db.session, release, None, language, names_for(db.session, release, language), asked)
    content = _content(out.suffix, reading)
    note_reading(release, "report")
    out.write_bytes(content)
    click.echo(f"Wrote {out}: release {release.number} of {release.agency}.")


def _content(kind: str, reading: Reading) -> bytes:
    made = report_of(reading)
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
