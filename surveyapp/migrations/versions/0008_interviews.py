"""Tables of interviews: none yet."""

revision = "0008_interviews"
down_revision = "0007_responses"


def upgrade() -> None:
    """Nothing to make yet."""


def downgrade() -> None:
    """Nothing to drop yet."""
