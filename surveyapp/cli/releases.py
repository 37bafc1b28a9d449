"""`surveyapp releases`: cut, audit, sign and list frozen releases, and keep the release key's recovery copy."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from surveyapp import audit as audit_trail
from surveyapp import clock
from surveyapp.cli.session import command_actor
from surveyapp.config import SETTINGS_KEY, Settings
from surveyapp.db import db
from surveyapp.directory.models import Agency
from surveyapp.encryption.ring import CannotDecrypt
from surveyapp.encryption.sealed_box import ReleasePrivateKey
from surveyapp.operation.models import RecoveryCopy
from surveyapp.reports import cutting, queries, signing
from surveyapp.reports.models import Release


@click.group()
def releases() -> None:
    """Frozen, numbered, audited releases: the only thing reports read."""


def settings() -> Settings:
    """The running application's settings."""
    found: Settings = current_app.config[SETTINGS_KEY]
    return found


def private_key() -> ReleasePrivateKey:
    """The private release key; this command is the only program that opens it."""
    path = settings().release_key_path
    try:
        return ReleasePrivateKey.from_pem(path.read_bytes())
    except FileNotFoundError as error:
        raise click.ClickException(
            f"There is no release key at {path}. Set SURVEYAPP_RELEASE_KEY_FILE, or run where the key is kept."
        ) from error
    except (PermissionError, ValueError) as error:
        raise click.ClickException(f"The release key at {path} cannot be read: {error}") from error


@releases.command()
@click.option("--agency", help="The agency to cut for; all agencies when left out.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Cut every quarter due by this day (default today).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_appcontext
def cut(agency: str | None, as_of: datetime | None, as_json: bool) -> None:
    """Cut every due quarter in order, or the batch of an imported survey."""
    key, day = private_key(), as_of.date() if as_of else clock.today()
    agencies = [agency] if agency else list(db.session.scalars(select(Agency.code).order_by(Agency.code)))
    if agency and db.session.get(Agency, agency) is None:
        raise click.ClickException(f"There is no agency {agency}. Load it with `surveyapp organisation load`.")
    db.session.rollback()
    made: list[int] = []
    try:
        for one in agencies:
            made += cutting.cut_due_releases(
                db.session, key, one, day, command_actor(), lambda step: click.echo(step, err=True)
            )
    except (cutting.AsOfInTheFuture, CannotDecrypt) as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps({"releases": made}))
    else:
        click.echo(f"Cut {len(made)} releases: {', '.join(map(str, made))}." if made else "Nothing is due.")


@releases.command()
@click.argument("number", type=int)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_appcontext
def audit(number: int, as_json: bool) -> None:
    """Show both audits of release NUMBER; exit 1 when it may not be signed."""
    release = found(number)
    may_be_signed = signing.has_passed(release)
    if as_json:
        click.echo(json.dumps(_audited(release, may_be_signed), indent=1))
    else:
        click.echo("\n".join(_audit_lines(release)))
    if not may_be_signed:
        raise click.ClickException(f"Release {number} may not be signed.")


def _audited(release: Release, may_be_signed: bool) -> dict[str, Any]:
    """Both audits as they are stored, with what they are of."""
    return {
        "release": release.number,
        "agency": release.agency,
        "as_of": release.as_of,
        "state": release.state.value,
        "may_be_signed": may_be_signed,
        "audit": release.audit,
        "sign_off": release.sign_off,
    }


FAULTS = {
    "too_small": "groups that are too small",
    "nested": "differences of groups that are too small",
    "derivable": "small groups that follow from what is published",
    "insiders": "small groups that one leaver can work out",
    "bounds_meet": "small groups whose size is pinned down",
}
"""What the second audit looks for, in words."""


def _audit_lines(release: Release) -> Iterator[str]:
    """A line for each source and run: what was published, and what the second audit says of it."""
    yield f"Release {release.number} of {release.agency}, as of {release.as_of}: {release.state.value}."
    for source, first in release.audit.items():
        for run in filter(None, (first["main"], first["sensitive"])):
            yield f"{source}, k = {run['k']}: {run['accepted']} of {run['candidates']} groups published."
        yield from (f"{source}, second audit: {said}" for said in _second_audit(release.sign_off.get(source, [])))
    if not release.sign_off:
        yield "The second audit is not done. Run `surveyapp releases cut` to its end again."


def _second_audit(results: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for one in results:
        faults = [f"{words} ({', '.join(one[name])})" for name, words in FAULTS.items() if one[name]]
        yield (
            f"k = {one['k']}, nothing small can be worked out."
            if not faults
            else f"k = {one['k']}, {'; '.join(faults)}."
        )
        if one["known_before"]:
            yield f"k = {one['k']}, older releases already give away {', '.join(one['known_before'])}."


@releases.command()
@click.argument("number", type=int)
@click.option("--signer", required=True, help="E-mail address of the person who signs.")
@with_appcontext
def sign(number: int, signer: str) -> None:
    """Sign release NUMBER, so that its readers see it."""
    try:
        release = signing.sign_release(
            db.session, number, signer, needs_two=settings().releases_need_two_signers, actor=command_actor()
        )
    except signing.CannotSign as refused:
        raise click.ClickException(str(refused)) from refused
    db.session.commit()
    click.echo(f"Release {number} is {release.state.value}.")


@releases.command(name="list")
@click.option("--agency", help="Only this agency.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_appcontext
def list_releases(agency: str | None, as_json: bool) -> None:
    """List releases, newest first."""
    rows = [
        {
            "release": one.number,
            "agency": one.agency,
            "as_of": one.as_of,
            "state": one.state.value,
            "cut_on": one.cut_on.isoformat(),
            "signed_by": one.signed_by,
        }
        for one in queries.all_releases(db.session, agency)
    ]
    if as_json:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        click.echo("{release:>4}  {agency:<12} {as_of:<8} {state:<8} {cut_on}  {signed_by}".format(**row))
    if not rows:
        click.echo("There are no releases yet. Make one with `surveyapp releases cut --agency CODE`.")


@releases.group()
def key() -> None:
    """The release key."""


@key.command()
@click.argument("file", type=click.Path(dir_okay=False, writable=True))
@click.password_option("--passphrase", help="Protects the copy; keep it apart from the file.")
@with_appcontext
def export(file: str, passphrase: str) -> None:
    """Write a passphrase-protected recovery copy of the release key to FILE; keep it apart from the machine."""
    content = private_key().to_pem(passphrase.encode())
    with open(file, "xb") as stream:
        stream.write(content)
    click.echo(f"Wrote {file}. Without the key, sealed answers are lost: keep this copy and its passphrase apart.")


@key.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--passphrase", prompt=True, hide_input=True, help="The one it was exported with.")
@with_appcontext
def confirm(file: Path, passphrase: str) -> None:
    """Open the recovery copy FILE with its passphrase and note that it works; doctor then stops warning."""
    try:
        public = ReleasePrivateKey.from_pem(file.read_bytes(), passphrase.encode()).public
    except (ValueError, TypeError) as error:
        raise click.ClickException(f"{file} does not open with this passphrase.") from error
    if public.text not in settings().release_public_keys:
        raise click.ClickException(f"{file} is the copy of another release key.")
    db.session.merge(RecoveryCopy(key_id=public.id, confirmed_at=clock.now()))
    audit_trail.record(db.session, "recovery_copy.confirmed", command_actor(), ("release_key", public.id))
    db.session.commit()
    click.echo("The recovery copy works. Keep it apart from the machine, and its passphrase apart from it.")


def found(number: int) -> Release:
    """The release, or a refusal in words."""
    release = db.session.get(Release, number)
    if release is None:
        raise click.ClickException(f"There is no release {number}. List them with `surveyapp releases list`.")
    return release
