"""Tables of operation: none yet."""

revision = "0017_operation"
down_revision = "0016_settings"


def upgrade() -> None:
    """Nothing to make yet."""


def downgrade() -> None:
    """Nothing to drop yet."""
