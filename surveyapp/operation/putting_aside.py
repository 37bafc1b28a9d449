"""Moving what a restore replaces out of the way, so that a restore can be taken back by hand."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, make_url, text

from surveyapp import clock

JOURNALS = ("-wal", "-shm")


class StillInUse(RuntimeError):
    """Another process has the database open; stop the server and the worker first."""


@contextmanager
def new_file(address: str) -> Iterator[tuple[str, str]]:
    """The address of a new SQLite file, and where the old one goes; they change places when the block ends well.

    A write-ahead log that stays behind beside another file would be played into it: the old file is closed properly
    (its log written into it) before it is moved, and nothing named like it is left.
    """
    file = Path(make_url(address).database or "")
    building = file.with_name(f"{file.name}.restoring")
    aside = file.with_name(f"{file.name}.before-restore-{clock.now():%Y%m%dT%H%M%S}") if file.exists() else None
    _remove(building)
    try:
        yield f"sqlite:///{building}", aside.name if aside else ""
        _close(building)
        if aside is not None:
            _close(file)
            file.rename(aside)
        building.rename(file)
        file.chmod(0o600)
    finally:
        _remove(building)


def _close(file: Path) -> None:
    """Write the log into the file and drop it; refused while anybody else has the file open."""
    try:
        with closing(sqlite3.connect(file, timeout=5)) as connection:
            (mode,) = connection.execute("PRAGMA journal_mode = DELETE").fetchone()
    except sqlite3.OperationalError as error:
        raise StillInUse(f"{file.name} is in use. Stop the server and the worker, then restore again.") from error
    if mode != "delete":
        raise StillInUse(f"{file.name} is in use. Stop the server and the worker, then restore again.")


def _remove(file: Path) -> None:
    for name in (file.name, *(file.name + journal for journal in JOURNALS)):
        file.with_name(name).unlink(missing_ok=True)
    for left in file.parent.glob(f"{file.name}.*.backup"):
        left.unlink()


def move_tables(connection: Connection) -> str:
    """Move every table and function of ours into a schema of their own, in the caller's transaction; its name."""
    tables = connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")).all()
    if not tables:
        return ""
    _refuse_company(connection)
    functions = connection.scalars(text(OWN_FUNCTIONS)).all()
    schema = f"before_restore_{clock.now():%Y%m%d_%H%M%S}"
    quote = connection.dialect.identifier_preparer.quote
    connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
    for table in tables:
        connection.exec_driver_sql(f"ALTER TABLE {quote(table)} SET SCHEMA {schema}")
    for function in functions:
        connection.exec_driver_sql(f"ALTER FUNCTION {function} SET SCHEMA {schema}")
    return schema


def _refuse_company(connection: Connection) -> None:
    n_others = connection.scalar(text(OTHERS))
    if n_others:
        raise StillInUse(f"{n_others} others use the database. Stop the server and the worker, then restore again.")


OTHERS = """SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
            AND usename = current_user AND backend_type = 'client backend'"""
OWN_FUNCTIONS = """SELECT p.oid::regprocedure::text FROM pg_proc p
                   WHERE p.pronamespace = current_schema()::regnamespace
                   AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"""
