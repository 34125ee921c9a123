"""Count for units, look for lookalikes"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.add_column(sa.Column("headcount", sa.Integer(), nullable=False, server_default="0"))

    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.add_column(sa.Column("pattern", sa.String(length=32), nullable=False, server_default=""))
        batch_op.drop_index("ix_attempt_person")
        batch_op.create_index("ix_attempt_person", ["campaign", "person", "day"], unique=False)
        batch_op.create_index("ix_attempt_ended", ["campaign", "ended_at"], unique=False)
        batch_op.create_index("ix_attempt_region", ["campaign", "region"], unique=False)
        batch_op.create_index("ix_attempt_unit", ["campaign", "unit_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.drop_index("ix_attempt_unit")
        batch_op.drop_index("ix_attempt_region")
        batch_op.drop_index("ix_attempt_ended")
        batch_op.drop_index("ix_attempt_person")
        batch_op.create_index("ix_attempt_person", ["campaign", "person"], unique=False)
        batch_op.drop_column("pattern")

    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.drop_column("headcount")
