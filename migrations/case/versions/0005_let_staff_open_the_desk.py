"""Let staff open the desk"""

import sqlalchemy as sa
from alembic import op

import store.tables

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "staff",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("password", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("fresh_until", store.tables.Utc(), nullable=True),
        sa.Column("created_at", store.tables.Utc(), nullable=False),
        sa.Column("last_login_at", store.tables.Utc(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("campaign", "name", name=op.f("uq_staff_campaign_name")),
    )
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_campaign"), ["campaign"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_campaign"))

    op.drop_table("staff")
