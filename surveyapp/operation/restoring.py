"""Restoring a backup: checked whole before anything is touched, what was there is moved aside, all or nothing.

What comes back sends no old mail, knows no old sign-in, and opens no record that was disposed of since.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, delete, func, insert, inspect, make_url, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from surveyapp import audit, clock, mail, migrations
from surveyapp.audit import Actor
from surveyapp.cases.models import Case
from surveyapp.directory.models import SignInSession
from surveyapp.disposal import tombstones
from surveyapp.encryption.ring import KeyRing
from surveyapp.operation import putting_aside
from surveyapp.operation.backups import Manifest, OpenBackup
from surveyapp.operation.table_contents import AT_ONCE, TableShape, contents_of, values_of


class WouldOverwrite(RuntimeError):
    """There is a database already, and nobody said that it may be moved aside."""


class TombstonesMissing(RuntimeError):
    """Fewer tombstones are at hand than were known when the backup was made."""


class NotWhole(RuntimeError):
    """What was written is not what the backup holds; nothing has been changed."""


@dataclass(frozen=True)
class Restored:
    """What a restore did: rows written, destroyed keys destroyed again, messages held, where the old data lies."""

    manifest: Manifest
    n_keys_destroyed: int
    n_mail_held: int
    moved_to: str


def check(path: Path, ring: KeyRing) -> Manifest:
    """Read a backup whole and compare it with its own counts and hashes; touches nothing."""
    return OpenBackup(path, ring).check()


def restore(
    path: Path,
    address: str,
    ring: KeyRing,
    tombstone_file: Path,
    actor: Actor,
    *,
    may_overwrite: bool,
    may_lack_tombstones: bool = False,
) -> Restored:
    """Put the backup's content where the address says; raises before it touches anything when something is wrong."""
    backup = OpenBackup(path, ring)
    manifest = backup.check()
    known = tombstones.count(tombstone_file)
    if known < manifest.n_tombstones and not may_lack_tombstones:
        raise TombstonesMissing(
            f"{tombstone_file} holds {known} tombstones; {manifest.n_tombstones} were known when the backup was made. "
            "Bring the file of the system that made it, or say --without-tombstones."
        )
    if not may_overwrite and (n_cases := _cases_in(address)) is not None:
        raise WouldOverwrite(f"There is a database with {n_cases} cases. Add --yes to move it aside and restore.")
    into = _into_sqlite if address.startswith("sqlite") else _into_postgresql
    moved_to, held, destroyed = into(address, backup, manifest, tombstone_file, actor)
    return Restored(manifest, destroyed, held, moved_to)


def _into_sqlite(
    address: str, backup: OpenBackup, manifest: Manifest, tombstone_file: Path, actor: Actor
) -> tuple[str, int, int]:
    """Build a new file beside the old one; it takes the old one's place when it is whole."""
    with putting_aside.new_file(address) as (made, moved_to):
        migrations.upgrade(made, manifest.revision)
        engine = migrations.migration_engine(made)
        with engine.begin() as connection:
            _fill(connection, backup, manifest)
        migrations.upgrade(made)
        with engine.begin() as connection:
            held, destroyed = _make_safe(connection, tombstone_file, manifest, actor)
    return moved_to, held, destroyed


def _into_postgresql(
    address: str, backup: OpenBackup, manifest: Manifest, tombstone_file: Path, actor: Actor
) -> tuple[str, int, int]:
    """One transaction: move the old tables aside, make new ones, fill them."""
    engine = create_engine(address, poolclass=NullPool)
    with engine.begin() as connection:
        moved_to = putting_aside.move_tables(connection)
        migrations.upgrade_on(connection, manifest.revision)
        _fill(connection, backup, manifest)
        migrations.upgrade_on(connection)
        held, destroyed = _make_safe(connection, tombstone_file, manifest, actor)
    return moved_to, held, destroyed


def _cases_in(address: str) -> int | None:
    """How many cases the database at this address holds; None when there is no database of ours."""
    file = make_url(address).database if address.startswith("sqlite") else None
    if file is not None and not Path(file).exists():
        return None
    engine = create_engine(address, poolclass=NullPool)
    with engine.connect() as connection:
        tables = inspect(connection).get_table_names()
        if Case.__tablename__ in tables:
            return connection.scalar(select(func.count()).select_from(Case)) or 0
        return 0 if tables else None


def _fill(connection: Connection, backup: OpenBackup, manifest: Manifest) -> None:
    """Write every row, then read everything back and compare counts and hashes."""
    seen = []
    for shape, lines in groupby(backup.rows(), key=lambda row: row[0]):
        seen.append(shape)
        _write_rows(connection, shape, (line for _shape, line in lines if line))
    found = contents_of(connection, seen)
    different = [name for name, expected in manifest.tables.items() if found.get(name) != expected]
    if different:
        raise NotWhole(f"After writing, {', '.join(different)} differ from the backup. Nothing was changed.")
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise NotWhole(f"{len(broken)} rows have no parents, first in {broken[0][0]}. Nothing was changed.")


def _write_rows(connection: Connection, shape: TableShape, lines: Iterator[str]) -> None:
    if connection.dialect.name == "postgresql":
        _copy_rows(connection, shape, lines)
        return
    table, names = shape.table(), [name for name, _kind in shape.columns]
    while some := list(islice(lines, AT_ONCE)):
        rows = [dict(zip(names, values_of(shape, line), strict=True)) for line in some]
        connection.execute(insert(table), rows)


def _copy_rows(connection: Connection, shape: TableShape, lines: Iterator[str]) -> None:
    """One COPY a table: quick, and a row may point at a later row of its own table."""
    quote = connection.dialect.identifier_preparer.quote
    columns = ", ".join(quote(name) for name, _kind in shape.columns)
    driver = connection.connection.driver_connection
    assert driver is not None
    with driver.cursor() as cursor, cursor.copy(f"COPY {quote(shape.name)} ({columns}) FROM STDIN") as copy:
        for line in lines:
            copy.write_row(
                json.dumps(value) if kind == "json" and value is not None else value
                for (_name, kind), value in zip(shape.columns, values_of(shape, line), strict=True)
            )


def _make_safe(connection: Connection, tombstone_file: Path, manifest: Manifest, actor: Actor) -> tuple[int, int]:
    """Hold old mail, end every sign-in, destroy again what was disposed of, write it down."""
    with Session(connection) as session:  # its close leaves the caller's transaction as it is
        held = mail.hold_waiting(session)
        session.execute(delete(SignInSession))
        destroyed = tombstones.replay(session, tombstone_file)
        codes: dict[str, Any] = {"made_at": manifest.made_at.isoformat(), "held": held, "keys": destroyed}
        audit.record(session, "backup.restored", actor, ("backup", clock.today()), **codes)
        session.flush()
    return held, destroyed
