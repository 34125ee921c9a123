"""Play for units, draw prizes"""

import sqlalchemy as sa
from alembic import op

import store.tables

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

#: The day on which a round ended in China, where every campaign so far is held; times are kept in UTC.
_DAY = {
    "sqlite": "UPDATE attempt SET day = DATE(ended_at, '+8 hours')",
    "postgresql": "UPDATE attempt SET day = DATE(ended_at + INTERVAL '8 hours')",
}


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("at", store.tables.Utc(), nullable=False),
        sa.Column("who", sa.String(length=60), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_campaign"), ["campaign"], unique=False)
        batch_op.create_index("ix_audit_what", ["campaign", "what"], unique=False)

    op.create_table(
        "draw",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("tickets", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("committed_at", store.tables.Utc(), nullable=False),
        sa.Column("value_due", store.tables.Utc(), nullable=False),
        sa.Column("drawn_at", store.tables.Utc(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw")),
        sa.UniqueConstraint("campaign", "name", name=op.f("uq_draw_campaign_name")),
    )
    with op.batch_alter_table("draw", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draw_campaign"), ["campaign"], unique=False)

    op.create_table(
        "wrong",
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("question", sa.String(length=60), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("rights", sa.Integer(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("updated_at", store.tables.Utc(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wrong")),
        sa.UniqueConstraint("campaign", "person", "question", name=op.f("uq_wrong_campaign_person_question")),
    )
    with op.batch_alter_table("wrong", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_wrong_campaign"), ["campaign"], unique=False)
        batch_op.create_index("ix_wrong_due", ["campaign", "person", "due"], unique=False)

    op.create_table(
        "player",
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("region", sa.String(length=60), nullable=False),
        sa.Column("joined_at", store.tables.Utc(), nullable=True),
        sa.Column("created_at", store.tables.Utc(), nullable=False),
        sa.Column("updated_at", store.tables.Utc(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_player_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_player")),
        sa.UniqueConstraint("campaign", "person", name=op.f("uq_player_campaign_person")),
    )
    with op.batch_alter_table("player", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_player_campaign"), ["campaign"], unique=False)
        batch_op.create_index(batch_op.f("ix_player_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "prize",
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("ticket", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("told_at", store.tables.Utc(), nullable=True),
        sa.Column("claim_until", store.tables.Utc(), nullable=False),
        sa.Column("claimed_at", store.tables.Utc(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_prize_draw_id_draw")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prize")),
        sa.UniqueConstraint("draw_id", "ticket", name=op.f("uq_prize_draw_id_ticket")),
    )
    with op.batch_alter_table("prize", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_prize_campaign"), ["campaign"], unique=False)
        batch_op.create_index(batch_op.f("ix_prize_draw_id"), ["draw_id"], unique=False)
        batch_op.create_index("ix_prize_person", ["campaign", "person"], unique=False)

    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.add_column(sa.Column("stage", sa.String(length=60), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("stars", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("clocked", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("counts", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column("flags", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("unit_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("region", sa.String(length=60), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("day", sa.Date(), nullable=False, server_default="2020-06-01"))
        batch_op.create_index("ix_attempt_day", ["campaign", "day"], unique=False)

    op.execute(_DAY[op.get_bind().dialect.name])


def downgrade() -> None:
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.drop_index("ix_attempt_day")
        batch_op.drop_column("day")
        batch_op.drop_column("region")
        batch_op.drop_column("unit_id")
        batch_op.drop_column("flags")
        batch_op.drop_column("counts")
        batch_op.drop_column("clocked")
        batch_op.drop_column("stars")
        batch_op.drop_column("stage")

    with op.batch_alter_table("prize", schema=None) as batch_op:
        batch_op.drop_index("ix_prize_person")
        batch_op.drop_index(batch_op.f("ix_prize_draw_id"))
        batch_op.drop_index(batch_op.f("ix_prize_campaign"))

    op.drop_table("prize")
    with op.batch_alter_table("player", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_player_unit_id"))
        batch_op.drop_index(batch_op.f("ix_player_campaign"))

    op.drop_table("player")
    with op.batch_alter_table("wrong", schema=None) as batch_op:
        batch_op.drop_index("ix_wrong_due")
        batch_op.drop_index(batch_op.f("ix_wrong_campaign"))

    op.drop_table("wrong")
    with op.batch_alter_table("draw", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_draw_campaign"))

    op.drop_table("draw")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_what")
        batch_op.drop_index(batch_op.f("ix_audit_campaign"))

    op.drop_table("audit")
