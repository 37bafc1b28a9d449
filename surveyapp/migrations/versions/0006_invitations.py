"""Tables of invitations: none yet."""

revision = "0006_invitations"
down_revision = "0005_concerns"


def upgrade() -> None:
    """Nothing to make yet."""


def downgrade() -> None:
    """Nothing to drop yet."""
