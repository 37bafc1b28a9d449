"""Tables of outside: none yet."""

revision = "0012_outside"
down_revision = "0011_coding"


def upgrade() -> None:
    """Nothing to make yet."""


def downgrade() -> None:
    """Nothing to drop yet."""
