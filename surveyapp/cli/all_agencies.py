"""`surveyapp all-agencies`: what three agencies and more have published, added up; the same figures as the page."""

import click
from flask.cli import with_appcontext

from analytics.tables import Selection, WindowCode
from surveyapp import audit
from surveyapp.cli.session import command_actor
from surveyapp.cli.themes import show
from surveyapp.db import db
from surveyapp.languages import ENGLISH
from surveyapp.reports import queries, together
from surveyapp.reports.pages.all_agencies import Told, all_agencies_page, told_of
from surveyapp.reports.together import AskedOfAll


@click.command("all-agencies")
@click.option("--as-of", help="The period that the releases speak of, such as 2026Q2 (default: the newest for three).")
@click.option("--window", type=click.Choice([one.value for one in together.WINDOWS]), default="12m", show_default=True)
@click.option(
    "--leaving-type", type=click.Choice([one.value for one in Selection]), default=Selection.RESIGNATION.value
)
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
@with_appcontext
def all_agencies(as_of: str | None, window: str, leaving_type: str, form: str) -> None:
    """Reasons for leaving of all agencies together, and of each: only what three and more have published and signed."""
    asked = AskedOfAll(_period(as_of), WindowCode(window), Selection(leaving_type))
    told = told_of(db.session, asked, ENGLISH)
    page = all_agencies_page(told)
    if not told.together.rows:
        raise click.ClickException(page.empty)
    records = [dict(one) for one in page.content.records]
    if form == "json":
        for record in records:
            record["agency_name"] = told.agencies.get(record["agency"], record["agency"])
            record["reason_name"] = told.reasons[record["reason"]]
    _note_reading(told)
    click.echo("\n".join(page.sentences), err=True)
    show(form, page.content.columns, records, f"All agencies together, as of {asked.as_of}")


def _period(as_of: str | None) -> str:
    """The period asked for, or the newest; a refusal that names the signed ones when there is no such."""
    signed = queries.agencies_signed(db.session)
    if as_of is not None and as_of not in signed:
        known = ", ".join(sorted(signed, reverse=True)) or "none yet"
        raise click.ClickException(f"No signed release is as of {as_of}. Signed periods: {known}.")
    return as_of or together.newest_period(db.session)


def _note_reading(told: Told) -> None:
    """The reading is in the audit log, with every release that is in the sum."""
    releases = [one.release.number for one in told.together.members]
    subject = ("period", told.together.asked.as_of)
    audit.record(db.session, "report.read", command_actor(), subject, page="all-agencies", releases=releases)
    db.session.commit()
