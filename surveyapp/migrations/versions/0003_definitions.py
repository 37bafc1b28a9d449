"""Tables of definitions: none yet."""

revision = "0003_definitions"
down_revision = "0002_directory"


def upgrade() -> None:
    """Nothing to make yet."""


def downgrade() -> None:
    """Nothing to drop yet."""
