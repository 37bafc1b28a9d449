"""`surveyapp themes` and `surveyapp standouts`: the released tables that a retention lead reads, as text or files."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import wraps
from typing import Any

import click
from flask.cli import with_appcontext
from rich.console import Console
from rich.table import Table

from analytics.tables import Selection, WindowCode
from surveyapp import audit
from surveyapp.cli.session import command_actor
from surveyapp.db import db
from surveyapp.reports.files import STANDOUT_COLUMNS, as_csv, theme_columns
from surveyapp.reports.for_programs import (
    FAMILIES,
    ReasonNotCounted,
    check_reason,
    releases_asked,
    told_standouts,
    told_themes,
)
from surveyapp.reports.models import Release
from surveyapp.reports.selection import READABLE_SOURCES, Asked, By

WINDOWS = ("1q", "12m", "fy", "2fy", "3fy", "5fy", "all")


@dataclass(frozen=True)
class Filters:
    """What a command of reports is asked to narrow down to."""

    number: int | None
    agency: str | None
    leaving_type: str
    window: str | None
    source: str
    count: str
    reason: str | None

    def release(self) -> Release:
        """The release asked for."""
        return release_for(self.number, self.agency)

    def asked(self, release: Release, by: By = By.AREA) -> Asked:
        """The question to that release; a refusal when it has no such reason."""
        asked = Asked(
            by=by,
            window=WindowCode(self.window) if self.window else None,
            selection=Selection(self.leaving_type),
            source=self.source,
            reason=self.reason,
            count=self.count,
        )
        refuse_unknown_reason(release, asked)
        return asked


def filtered(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that themes, standouts and report share, as its argument `filters`."""
    options = (
        click.option("--release", "number", type=int, help="A release's number (default: the newest signed one)."),
        click.option("--agency", help="The agency (default: that of the newest signed release)."),
        click.option(
            "--leaving-type", type=click.Choice([one.value for one in Selection]), default=Selection.RESIGNATION.value
        ),
        click.option("--window", type=click.Choice(WINDOWS), help="12m by default; role-area: each cell's shortest."),
        click.option("--source", type=click.Choice(READABLE_SOURCES), default="leaver", show_default=True),
        click.option("--count", type=click.Choice(["any", "main"]), default="any", help="Any mention or the main one."),
        click.option("--reason", help="Only this reason."),
    )

    @wraps(command)
    def gathered(**named: Any) -> None:
        own = {one.name: named.pop(one.name) for one in fields(Filters)}
        command(filters=Filters(**own), **named)

    for option in reversed(options):
        gathered = option(gathered)
    return gathered


@click.command()
@filtered
@click.option("--by", type=click.Choice([one.value for one in By]), default="area", show_default=True)
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
@with_appcontext
def themes(filters: Filters, by: str, form: str) -> None:
    """Reasons for leaving from a signed release, by Area, role or both."""
    release = filters.release()
    asked = filters.asked(release, By(by))
    records = told_themes(db.session, release, asked)
    note_reading(release, "themes")
    show(form, theme_columns(asked.by), records, f"Release {release.number}, {release.agency}, as of {release.as_of}")


@click.command()
@filtered
@click.option("--by", type=click.Choice(FAMILIES), help="Only this family; all of them by default.")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
@with_appcontext
def standouts(filters: Filters, by: str | None, form: str) -> None:
    """What stands out in a signed release, firmest first: only what survives control for chance."""
    release = filters.release()
    records = told_standouts(db.session, release, filters.asked(release), by)
    note_reading(release, "standouts")
    show(form, STANDOUT_COLUMNS, records, f"{len(records)} things stand out in release {release.number}")


def release_for(number: int | None, agency: str | None) -> Release:
    """The asked release, or the newest signed one; without one, a refusal that says how to make it."""
    signed = releases_asked(db.session, agency, number)
    if not signed:
        raise click.ClickException(
            "There is no such signed release. Make one with `surveyapp releases cut --agency CODE`, "
            "look at `surveyapp releases audit N`, then `surveyapp releases sign N --signer EMAIL`."
        )
    others = sorted({one.agency for one in signed} - {signed[0].agency})
    if others:
        chosen = f"Release {signed[0].number} of {signed[0].agency} is the newest"
        click.echo(f"{chosen}; --agency reads another: {', '.join(others)}.", err=True)
    return signed[0]


def refuse_unknown_reason(release: Release, asked: Asked) -> None:
    """A refusal that names the codes when the source counts no such reason."""
    try:
        check_reason(release, asked)
    except ReasonNotCounted as error:
        raise click.ClickException(
            f"There is no reason {error.reason}. Use one of: {', '.join(error.codes)}."
        ) from error


def note_reading(release: Release, what: str) -> None:
    """Every released report is in the audit log."""
    actor = command_actor()
    audit.record(db.session, f"{what}.read", actor, ("release", release.number), agency=release.agency)
    db.session.commit()


def show(form: str, columns: Sequence[str], records: Sequence[Mapping[str, Any]], title: str) -> None:
    """Print records in the asked form."""
    if form == "csv":
        click.echo(as_csv(columns, records), nl=False)
    elif form == "json":
        click.echo(json.dumps(list(records), ensure_ascii=False, indent=1))
    else:
        table = Table(*columns, title=title)
        for record in records:
            table.add_row(*["" if record.get(one) is None else str(record[one]) for one in columns])
        Console().print(table)
