"""Near-identical comments on one clause: found by the worker, so that lists can fold them into one."""

from __future__ import annotations

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from portal.models import Comment, Sketch


def forget(session: Session, comment_id: int) -> None:
    """A comment's text changed: it, and those that were held to be like it, are compared anew."""
    session.execute(delete(Sketch).where(Sketch.comment_id == comment_id))
    session.execute(
        update(Comment)
        .where((Comment.id == comment_id) | (Comment.twin_of == comment_id))
        .values(twin_of=None)
    )
