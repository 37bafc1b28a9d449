"""Bringing a database's schema up to date, the same on SQLite and PostgreSQL, with the file backed up first."""

import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.pool import NullPool

from surveyapp import clock

HERE = Path(__file__).parent


class ForeignKeysBroken(RuntimeError):
    """A migration left rows whose parents are missing; the backup stands beside the database."""


@dataclass(frozen=True)
class UpgradeReport:
    """Which revision the database was at, is at now, and where the backup lies when one was made."""

    was: str
    revision: str
    backup: Path | None


def upgrade(address: str, to: str = "head") -> UpgradeReport:
    """Upgrade the database at this address; a SQLite file with data is copied first."""
    engine = migration_engine(address)
    with engine.connect() as connection:
        was = _revision(connection)
    backup = _backup(address, was) if was not in ("nothing", head()) else None
    _run(engine, lambda config: command.upgrade(config, to))
    with engine.connect() as connection:
        return UpgradeReport(was, _revision(connection), backup)


def downgrade(address: str, to: str) -> None:
    """Take the schema back to a revision (`base` for none); for tests of the migrations themselves."""
    _run(migration_engine(address), lambda config: command.downgrade(config, to))


def head() -> str:
    """The newest revision the code knows."""
    return ScriptDirectory(str(HERE)).get_current_head() or "nothing"


def revision_on(connection: Connection) -> str:
    """The revision of the database behind a connection."""
    return _revision(connection)


def upgrade_on(connection: Connection, to: str = "head") -> None:
    """Upgrade inside the caller's transaction (PostgreSQL, whose schema changes can be taken back)."""
    command.upgrade(_config(connection), to)


def migration_engine(address: str) -> Engine:
    """An engine of its own with SQLite's foreign keys off: a table rebuilt with them on loses its children's rows."""
    engine = create_engine(address, poolclass=NullPool)
    if engine.dialect.name == "sqlite":
        if database := make_url(address).database:
            Path(database).parent.mkdir(parents=True, exist_ok=True)
        event.listen(engine, "connect", _foreign_keys_off)
    return engine


def _foreign_keys_off(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA foreign_keys = OFF")


def _run(engine: Engine, step: Any) -> None:
    with engine.connect() as connection:
        step(_config(connection))
        if engine.dialect.name == "sqlite":
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise ForeignKeysBroken(f"{len(broken)} rows have lost their parents, first in {broken[0][0]}")


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _revision(connection: Connection) -> str:
    return MigrationContext.configure(connection).get_current_revision() or "nothing"


def _backup(address: str, was: str) -> Path | None:
    database = make_url(address).database
    if not address.startswith("sqlite") or not database or not Path(database).exists():
        return None
    file = Path(database)
    copy = file.with_name(f"{file.name}.{was}.{clock.now():%Y%m%dT%H%M%S}.backup")
    source, target = sqlite3.connect(file), sqlite3.connect(copy)
    with source, target:
        source.backup(target)
    source.close()
    target.close()
    shutil.copymode(file, copy)
    return copy
