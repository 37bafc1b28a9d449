"""Upgrading a database that holds data changes no row: from every schema of the chain, on both databases."""

from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, inspect
from sqlalchemy.orm import Session

from surveyapp import migrations
from surveyapp.access import StaffRole
from surveyapp.config import Settings
from surveyapp.db import db, reading
from surveyapp.directory.models import User
from surveyapp.disposal import tombstones
from surveyapp.encryption.records import ring
from surveyapp.operation import backups, restoring
from surveyapp.operation.table_contents import Contents, TableShape, contents_of, shapes
from tests.mail.post import queued
from tests.responses.walking import Leaver, prepare

REVISIONS = [one.revision for one in ScriptDirectory(str(migrations.HERE)).walk_revisions()][::-1]
SMALL = ("0006_invitations",)


def filled(session: Session, client: FlaskClient, staff: Callable[..., User]) -> None:
    """A little of everything that a day at work leaves behind."""
    staff(StaffRole.HR_ADVISER)
    _case, token = prepare(session)
    leaver = Leaver(client)
    leaver.enter(token)
    leaver.to_check()
    leaver.send()
    queued(session, 2)


def held(address: str, which: list[TableShape]) -> dict[str, Contents]:
    engine = create_engine(address)
    with reading(), engine.connect() as connection:
        found = contents_of(connection, which)
    engine.dispose()
    return found


def at_revision(address: str, revision: str, rows: list[tuple[TableShape, list[str]]]) -> list[TableShape]:
    """Take the database back to an older schema, and fill what that schema has; the tables it has."""
    migrations.downgrade(address, "base")
    migrations.upgrade(address, revision)
    engine = migrations.migration_engine(address)
    with engine.begin() as connection:
        there = set(inspect(connection).get_table_names())
        kept = [(shape, lines) for shape, lines in rows if shape.name in there]
        for shape, lines in kept:
            restoring._write_rows(connection, shape, iter(lines))
    return [shape for shape, _lines in kept]


@pytest.mark.parametrize(
    "revision", [one if one in SMALL else pytest.param(one, marks=pytest.mark.drill) for one in REVISIONS]
)
def test_an_upgrade_leaves_every_row_as_it_was(
    app: Flask,
    session: Session,
    client: FlaskClient,
    staff: Callable[..., User],
    settings: Settings,
    database_url: str,
    revision: str,
) -> None:
    filled(session, client, staff)
    path = settings.instance_dir / "all.backup"
    backups.make(db.engine, path, ring(), settings.instance_dir / tombstones.FILE_NAME)
    session.close()
    db.engine.dispose()
    rows: dict[TableShape, list[str]] = {shape: [] for shape in shapes()}
    for shape, line in backups.OpenBackup(path, ring()).rows():
        if line:
            rows[shape].append(line)
    which = at_revision(database_url, revision, list(rows.items()))
    before = held(database_url, which)
    report = migrations.upgrade(database_url)
    assert report.revision == migrations.head() and held(database_url, which) == before
    assert sum(one.n_rows for one in before.values()) > 3
    is_sqlite_upgraded = database_url.startswith("sqlite") and revision != migrations.head()
    assert bool(report.backup) is is_sqlite_upgraded
    if report.backup:
        assert held(f"sqlite:///{report.backup}", which) == before, "the copy made first holds the same"
        Path(report.backup).unlink()
