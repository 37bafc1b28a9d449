"""Tables of settings: none yet."""

revision = "0016_settings"
down_revision = "0015_disposal"


def upgrade() -> None:
    """Nothing to make yet."""


def downgrade() -> None:
    """Nothing to drop yet."""
