"""Tables of cases: none yet."""

revision = "0004_cases"
down_revision = "0003_definitions"


def upgrade() -> None:
    """Nothing to make yet."""


def downgrade() -> None:
    """Nothing to drop yet."""
