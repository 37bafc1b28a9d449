"""Tables of api: none yet."""

revision = "0018_api"
down_revision = "0017_operation"


def upgrade() -> None:
    """Nothing to make yet."""


def downgrade() -> None:
    """Nothing to drop yet."""
