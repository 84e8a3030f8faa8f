"""Whether the database is the one this program needs."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session


def revision(session: Session) -> str | None:
    """The migration the database is at."""
    return session.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
