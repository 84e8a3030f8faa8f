"""Readers' concerns about published comments."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from portal.models import Concern


def close(session: Session, comment_id: int, *, now: datetime) -> None:
    """An official has decided on the comment: its open concerns are dealt with."""
    session.execute(
        update(Concern)
        .where(Concern.comment_id == comment_id, Concern.closed_at.is_(None))
        .values(closed_at=now)
    )
