"""Models and migrations agree on both databases, and every step can be taken back."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Table, create_engine, inspect

from surveyapp import migrations, tables
from surveyapp.db import Base


def test_a_migrated_database_is_what_the_models_say(database_url: str) -> None:
    assert tables
    engine = create_engine(database_url)
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    engine.dispose()
    assert not differences, differences


def test_every_migration_can_be_taken_back_and_made_again(database_url: str) -> None:
    migrations.downgrade(database_url, "base")
    engine = create_engine(database_url)
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    engine.dispose()
    assert migrations.upgrade(database_url).revision == migrations.head()


def test_every_table_has_a_named_primary_key() -> None:
    for table in Base.metadata.tables.values():
        assert isinstance(table, Table) and table.primary_key.name == f"pk_{table.name}"
