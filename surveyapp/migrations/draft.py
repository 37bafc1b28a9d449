"""`python -m surveyapp.migrations.draft SLICE`: write a slice's first migration from its models.

Until the first release each slice has exactly one migration, written by this tool and read by a person; from then on
migrations are added at the end of the chain and never rewritten.
"""

import sys
import tempfile
from pathlib import Path
from typing import Any

from alembic.autogenerate import api, render_python_code
from alembic.migration import MigrationContext
from alembic.operations import ops
from alembic.script import ScriptDirectory
from sqlalchemy import DDL, Table

from surveyapp import migrations, tables
from surveyapp.db import Base, UtcDateTime

GROUND = ("audit", "encryption", "mail")


def slice_of(table: Table) -> str:
    """Which slice's models define this table; shared ground counts as one."""
    for mapper in Base.registry.mappers:
        if mapper.local_table is table:
            name = mapper.class_.__module__.split(".")[1]
            return "ground" if name in GROUND else name
    raise LookupError(table.name)


def render_item(kind: str, item: Any, _context: Any) -> str | bool:
    """Our column types as plain SQLAlchemy ones, so that old migrations need none of today's code."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def hand_written(owned: list[Table]) -> list[str]:
    """The triggers and constraints that models declare as DDL, as lines of an upgrade."""
    found: dict[str, list[str]] = {}
    for table in owned:
        for listener in table.dispatch.after_create:
            ddl = getattr(listener, "__self__", listener)
            if isinstance(ddl, DDL):
                dialect = ddl._ddl_if.dialect if ddl._ddl_if else ""
                text = str(ddl.statement).replace("%%", "%").strip()
                found.setdefault(str(dialect), []).append(f'        op.execute("""{text}""")')
    lines = []
    for dialect, statements in found.items():
        lines += [f'    if op.get_bind().dialect.name == "{dialect}":', *statements]
    return lines


def draft(name: str) -> Path:
    """Write the migration file of one slice and return its path."""
    scripts = ScriptDirectory(str(migrations.HERE))
    script = next(s for s in scripts.walk_revisions() if s.revision.endswith(f"_{name}"))
    owned = [t for t in Base.metadata.sorted_tables if slice_of(t) == name]
    with tempfile.TemporaryDirectory() as folder:
        engine = migrations.migration_engine(f"sqlite:///{folder}/empty.sqlite")
        with engine.connect() as connection:
            context = MigrationContext.configure(
                connection,
                opts={
                    "include_object": lambda item, _name, kind, *_: kind != "table" or item in owned,
                    "render_item": render_item,
                    "target_metadata": Base.metadata,
                },
            )
            produced = api.produce_migrations(context, Base.metadata)
            upgrade, downgrade = produced.upgrade_ops, produced.downgrade_ops
            assert isinstance(upgrade, ops.UpgradeOps) and isinstance(downgrade, ops.DowngradeOps)
            options: dict[str, Any] = {"render_item": render_item, "migration_context": context}
            up, down = render_python_code(upgrade, **options), render_python_code(downgrade, **options)
    path = Path(script.path)
    path.write_text(
        f'"""Tables of {name}."""\n\nimport sqlalchemy as sa\nfrom alembic import op\n\n'
        f'revision = "{script.revision}"\ndown_revision = {script.down_revision!r}\n\n\n'
        f"def upgrade() -> None:\n    {up}\n" + "\n".join(hand_written(owned)) + "\n\n\n"
        f"def downgrade() -> None:\n    {down}\n"
    )
    return path


if __name__ == "__main__":
    assert tables
    for wanted in sys.argv[1:]:
        print(draft(wanted))
