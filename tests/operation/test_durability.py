"""A database that could lose an acknowledged answer in a power cut is refused with every new connection."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from surveyapp import db
from surveyapp.config import Settings
from surveyapp.db import WeakDurability


def test_every_connection_asks_for_durability_and_refuses_less(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            assert connection.scalar(text("PRAGMA synchronous")) == 2
            assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
            return
        name = connection.scalar(text("SELECT current_database()"))
        connection.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = off"))
        connection.commit()
    engine.dispose()
    with pytest.raises(WeakDurability, match="synchronous_commit = off"), engine.connect():
        raise AssertionError("a connection that loses answers was handed out")
    engine.dispose()


@pytest.mark.one_backend
def test_a_file_that_cannot_keep_a_write_ahead_log_is_refused(tmp_path: Path) -> None:
    with closing(sqlite3.connect(f"file:{tmp_path / 'x.sqlite'}?nolock=1", uri=True)) as connection:
        connection.execute("CREATE TABLE t (x)")
        with pytest.raises(WeakDurability, match="WAL and FULL needed"):
            db._set_sqlite_rules(connection)


@pytest.mark.one_backend
def test_the_settings_that_weaken_it_are_no_settings_of_ours() -> None:
    assert not [name for name in Settings.model_fields if "sync" in name or "journal" in name]
