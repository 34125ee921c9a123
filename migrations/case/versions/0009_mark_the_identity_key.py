"""Mark the IDENTITY_KEY under which the database is filled"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "key_mark",
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_mark")),
    )
    with op.batch_alter_table("key_mark", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_key_mark_campaign"), ["campaign"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("key_mark", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_key_mark_campaign"))

    op.drop_table("key_mark")
