"""What officials see of one clause: how people stand to it, how its comments stand, the newest of them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.models import Comment
from portal.services import comments
from portal.services.identifiers import comment_id
from portal.services.rows import POSITIONS, STATES, CommentRow, Counts


@dataclass(frozen=True)
class ClauseSight:
    """`positions` are of published comments, `states` of all; the newest come in any state."""

    positions: Counts
    states: Counts
    newest: tuple[CommentRow, ...]


def of_clause(session: Session, draft_id: int, clause_id: int, *, limit: int = 50) -> ClauseSight:
    """The figures of one clause and its newest comments."""
    here = (Comment.draft_id == draft_id, Comment.clause_id == clause_id)
    states = dict(
        session.execute(select(Comment.status, func.count()).where(*here).group_by(Comment.status)).all()
    )
    positions = dict(
        session.execute(
            select(func.coalesce(Comment.position, "none"), func.count())
            .where(*here, Comment.status == "published")
            .group_by(Comment.position)
        ).all()
    )
    newest = session.scalars(
        select(Comment.id).where(*here).order_by(Comment.received_at.desc(), Comment.id.desc()).limit(limit)
    )
    return ClauseSight(
        positions={name: positions.get(name, 0) for name in (*POSITIONS, "none")},
        states={state: states.get(state, 0) for state in STATES},
        newest=tuple(comments.by_ids(session, [comment_id(n) for n in newest], statuses=None)),
    )
