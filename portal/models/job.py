"""Promised work: written in the transaction that makes it necessary, kept by the worker at least once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.base import Base


class Job(Base):
    """One promise. Ids only grow; the search index stores the last one it holds."""

    __tablename__ = "job"
    __table_args__ = (
        Index("ix_job_open", "kept_at", "kind", "id"),
        Index(
            "ix_job_given_up",
            "given_up_at",
            sqlite_where=text("given_up_at IS NOT NULL"),
            postgresql_where=text("given_up_at IS NOT NULL"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]]
    promised_at: Mapped[datetime]
    not_before: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None]
    kept_at: Mapped[datetime | None]
    """When it was over: done, or given up."""
    given_up_at: Mapped[datetime | None]
    """When nobody will try it any more though it is not done; the same moment as `kept_at`."""
