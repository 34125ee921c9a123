"""Mark corrections of the boards beside what they correct; no nickname in the audit"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_AUDIT = sa.table(
    "audit", sa.column("id", sa.Integer), sa.column("what", sa.String), sa.column("detail", sa.JSON)
)


def upgrade() -> None:
    op.create_table(
        "board_mark",
        sa.Column("item", sa.String(length=80), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_mark")),
    )
    with op.batch_alter_table("board_mark", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_board_mark_campaign"), ["campaign"], unique=False)
    _forget_names()


def _forget_names() -> None:
    """Let what was noted of hidden names say which player it was, and the name no more."""
    connection = op.get_bind()
    hidden = sa.select(_AUDIT.c.id, _AUDIT.c.detail).where(_AUDIT.c.what.in_(("name.hide", "name.show")))
    for number, detail in connection.execute(hidden).all():
        kept = {name: value for name, value in detail.items() if name != "name"}
        connection.execute(sa.update(_AUDIT).where(_AUDIT.c.id == number).values(detail=kept))


def downgrade() -> None:
    with op.batch_alter_table("board_mark", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_board_mark_campaign"))

    op.drop_table("board_mark")
