"""Let new names wait until staff has seen them; those that stand on the boards stay"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_PLAYERS = sa.table("player", sa.column("name", sa.String), sa.column("seen", sa.Boolean))


def upgrade() -> None:
    with op.batch_alter_table("player", schema=None) as batch_op:
        batch_op.add_column(sa.Column("seen", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.get_bind().execute(sa.update(_PLAYERS).where(_PLAYERS.c.name != "").values(seen=True))


def downgrade() -> None:
    with op.batch_alter_table("player", schema=None) as batch_op:
        batch_op.drop_column("seen")
