"""`surveyapp backup` and `surveyapp restore`: the database in one encrypted file, made while the service runs."""

import json
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from surveyapp import audit, clock
from surveyapp.cli.session import command_actor
from surveyapp.config import SETTINGS_KEY, Settings
from surveyapp.db import db, writing_session
from surveyapp.disposal import tombstones
from surveyapp.encryption.records import ring, ring_of, use_ring
from surveyapp.operation import backups, restoring
from surveyapp.operation.backups import SchemaNotCurrent
from surveyapp.operation.models import BackupMade
from surveyapp.operation.putting_aside import StillInUse
from surveyapp.operation.sealed_file import NotABackup
from surveyapp.operation.startup import refuse_missing_secrets

REFUSALS = (NotABackup, StillInUse, restoring.WouldOverwrite, restoring.TombstonesMissing, restoring.NotWhole)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print counts and hashes of every table as JSON.")
@with_appcontext
def backup(file: Path, as_json: bool) -> None:
    """Write the database to FILE, encrypted under the application key, while the service runs.

    The file holds no secrets, no release key and no tombstones: keep secrets.toml, tombstones.log and the release
    key's recovery copy apart from it.
    """
    if file.exists():
        raise click.ClickException(f"{file} exists already. Choose another name, or move it away.")
    settings: Settings = current_app.config[SETTINGS_KEY]
    try:
        made = backups.make(db.engine, file, ring(), settings.instance_dir / tombstones.FILE_NAME)
    except SchemaNotCurrent as refused:
        raise click.ClickException(str(refused)) from refused
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written: {error.strerror}.") from error
    size = file.stat().st_size
    with writing_session(db.engine) as session:
        session.add(BackupMade(made_at=made.made_at, file_name=file.name[:200], n_rows=made.n_rows, n_bytes=size))
        audit.record(session, "backup.made", command_actor(), ("backup", clock.today()), rows=made.n_rows, bytes=size)
    if as_json:
        click.echo(json.dumps(made.as_json()))
        return
    click.echo(f"Backed up {made.n_rows} rows of {len(made.tables)} tables to {file} ({size / 1e6:.1f} MB).")
    click.echo("Keep secrets.toml, tombstones.log and the release key's recovery copy apart from it.")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Only read the file whole and compare it with its own counts and hashes.")
@click.option("--yes", is_flag=True, help="Move the database that is there aside.")
@click.option("--without-tombstones", is_flag=True, help="Restore although records disposed of since would come back.")
@click.option("--json", "as_json", is_flag=True, help="Print counts and hashes of every table as JSON.")
def restore(file: Path, check: bool, yes: bool, without_tombstones: bool, as_json: bool) -> None:
    """Put the database back from FILE, which is read whole first. Stop the server and the worker before."""
    settings = Settings()
    refuse_missing_secrets(settings)
    use_ring(ring_of(settings.application_keys))
    try:
        if check:
            manifest, words = restoring.check(file, ring()), [f"{file} is whole."]
        else:
            done = restoring.restore(
                file,
                settings.database_address,
                ring(),
                settings.instance_dir / tombstones.FILE_NAME,
                command_actor(),
                may_overwrite=yes,
                may_lack_tombstones=without_tombstones,
            )
            manifest, words = done.manifest, words_of(done)
    except REFUSALS as refused:
        raise click.ClickException(str(refused)) from refused
    if as_json:
        click.echo(json.dumps(manifest.as_json()))
        return
    click.echo(f"Made {manifest.made_at:%d %B %Y %H:%M} UTC; {manifest.n_rows} rows of {len(manifest.tables)} tables.")
    for line in words:
        click.echo(line)


def words_of(done: restoring.Restored) -> list[str]:
    """What the operator must know after a restore."""
    words = ["Every row was written and compared. Everybody must sign in again."]
    if done.moved_to:
        words.append(f"The database that was there is now {done.moved_to}; remove it when you are sure.")
    if done.n_keys_destroyed:
        words.append(f"{done.n_keys_destroyed} records that had been disposed of since were destroyed again.")
    if done.n_mail_held:
        words.append(
            f"{done.n_mail_held} messages are held back, since they may have been sent after the backup was made. "
            "Look with `surveyapp mail held`, then `surveyapp mail release` or `surveyapp mail discard`."
        )
    words.append("Links, accounts and tokens revoked after the backup are valid again: revoke them once more.")
    return words
