"""Tables of concerns: none yet."""

revision = "0005_concerns"
down_revision = "0004_cases"


def upgrade() -> None:
    """Nothing to make yet."""


def downgrade() -> None:
    """Nothing to drop yet."""
