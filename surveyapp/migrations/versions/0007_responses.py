"""Tables of responses: none yet."""

revision = "0007_responses"
down_revision = "0006_invitations"


def upgrade() -> None:
    """Nothing to make yet."""


def downgrade() -> None:
    """Nothing to drop yet."""
