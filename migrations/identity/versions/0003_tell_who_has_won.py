"""Tell who has won"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("word", schema=None) as batch_op:
        batch_op.add_column(sa.Column("entrant_id", sa.Integer(), nullable=True))
        batch_op.alter_column("link_id", existing_type=sa.Integer(), nullable=True)

    with op.batch_alter_table("entrant", schema=None) as batch_op:
        batch_op.add_column(sa.Column("consent", sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    with op.batch_alter_table("entrant", schema=None) as batch_op:
        batch_op.drop_column("consent")

    op.execute("DELETE FROM word WHERE link_id IS NULL")
    with op.batch_alter_table("word", schema=None) as batch_op:
        batch_op.alter_column("link_id", existing_type=sa.Integer(), nullable=False)
        batch_op.drop_column("entrant_id")
