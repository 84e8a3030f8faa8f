"""Alembic's entrance: runs the steps on the connection it is handed, or on the database of the settings."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection

from portal import settings
from portal.models import Base
from portal.models.base import Instant
from portal.models.database import open_database


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our own type as the plain one it is: a migration imports nothing of the models."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Instant) else False


def run(connection: Connection) -> None:
    """Run the steps in the caller's transaction."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        render_item=render_item,
        compare_type=False,
    )
    with context.begin_transaction():
        context.run_migrations()


handed = context.config.attributes.get("connection")
if handed is not None:
    run(handed)
else:
    database = open_database(settings.read().database_url)
    with database.engine.begin() as opened:
        opened.exec_driver_sql("BEGIN IMMEDIATE")
        run(opened)
