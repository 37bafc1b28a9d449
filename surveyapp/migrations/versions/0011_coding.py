"""Tables of coding: none yet."""

revision = "0011_coding"
down_revision = "0010_context"


def upgrade() -> None:
    """Nothing to make yet."""


def downgrade() -> None:
    """Nothing to drop yet."""
