"""Tables of reports: none yet."""

revision = "0013_reports"
down_revision = "0012_outside"


def upgrade() -> None:
    """Nothing to make yet."""


def downgrade() -> None:
    """Nothing to drop yet."""
