"""Tables of disposal: none yet."""

revision = "0015_disposal"
down_revision = "0014_actions"


def upgrade() -> None:
    """Nothing to make yet."""


def downgrade() -> None:
    """Nothing to drop yet."""
