"""Let units lie in regions of their own; what stood as a region was the group of reminders"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_PLAYED = sa.table("attempt", sa.column("campaign", sa.String), sa.column("region", sa.String))
_PLAYERS = sa.table(
    "player",
    sa.column("region", sa.String),
    sa.column("unit_id", sa.Integer),
    sa.column("joined_at", sa.DateTime),
)
_MARKS = sa.table("board_mark", sa.column("campaign", sa.String), sa.column("item", sa.String))


def upgrade() -> None:
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.add_column(sa.Column("region", sa.String(length=60), nullable=False, server_default=""))
    _forget_groups()


def _forget_groups() -> None:
    """Let nobody play for a group: the boards count it anew, and who had chosen one may choose at once."""
    connection = op.get_bind()
    was = sa.select(_PLAYED.c.campaign, _PLAYED.c.region).where(_PLAYED.c.region != "").distinct()
    for campaign, name in connection.execute(was).all():
        connection.execute(sa.insert(_MARKS).values(campaign=campaign, item=f"region:{name}"))
    connection.execute(sa.update(_PLAYED).where(_PLAYED.c.region != "").values(region=""))
    chosen = (_PLAYERS.c.region != "", _PLAYERS.c.unit_id.is_(None))
    connection.execute(sa.update(_PLAYERS).where(*chosen).values(joined_at=None))
    connection.execute(sa.update(_PLAYERS).where(_PLAYERS.c.region != "").values(region=""))


def downgrade() -> None:
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.drop_column("region")
