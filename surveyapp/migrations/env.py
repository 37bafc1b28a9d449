"""How alembic runs our migrations: on the connection it is handed, each step in one transaction."""

from alembic import context

from surveyapp import tables
from surveyapp.db import Base

assert tables  # the import fills the metadata


def run() -> None:
    """Run the wanted steps."""
    connection = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


run()
