"""Tables of compliance: none yet."""

revision = "0009_compliance"
down_revision = "0008_interviews"


def upgrade() -> None:
    """Nothing to make yet."""


def downgrade() -> None:
    """Nothing to drop yet."""
