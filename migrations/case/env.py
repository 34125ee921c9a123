"""Runs the migrations of the case database on the connection that ``store.database`` hands over."""

from alembic import context

import store.quiz_tables  # noqa: F401 - its tables belong to Base
from store.tables import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
