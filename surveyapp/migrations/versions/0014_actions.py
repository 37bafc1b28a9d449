"""Tables of actions: none yet."""

revision = "0014_actions"
down_revision = "0013_reports"


def upgrade() -> None:
    """Nothing to make yet."""


def downgrade() -> None:
    """Nothing to drop yet."""
