"""Keep the words of the questions that rounds have picked"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "question_words",
        sa.Column("digest", sa.String(length=16), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_words")),
        sa.UniqueConstraint("campaign", "digest", name=op.f("uq_question_words_campaign_digest")),
    )
    with op.batch_alter_table("question_words", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_question_words_campaign"), ["campaign"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("question_words", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_question_words_campaign"))

    op.drop_table("question_words")
