"""Count deliveries by an index"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_reminder_channel", "reminder", ["campaign", "state", "channel"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_reminder_channel", "reminder")
