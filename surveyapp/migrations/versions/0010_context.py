"""Tables of context: none yet."""

revision = "0010_context"
down_revision = "0009_compliance"


def upgrade() -> None:
    """Nothing to make yet."""


def downgrade() -> None:
    """Nothing to drop yet."""
