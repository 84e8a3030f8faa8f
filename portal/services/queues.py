"""The lists an official works through, one comment after the other: what comes before and after a comment."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from portal.models import Appeal, Comment
from portal.services import concerns, work
from portal.services.identifiers import comment_id, comment_number
from portal.services.rows import HIDDEN

NAMES = ("pending", "appeals", "reported", "mine")
Neighbours = tuple[str | None, str | None]


def around(session: Session, draft_id: int, name: str, public_id: str, *, reviewer_id: int) -> Neighbours:
    """The comments before and after one in a list, None at its ends; it may have left the list by now."""
    number = comment_number(public_id) or 0
    if name == "pending":
        return _around_pending(session, draft_id, number)
    if name == "appeals":
        return _around_appeal(session, draft_id, number)
    if name == "reported":
        waiting = [comment for comment, _ in concerns.waiting(session, draft_id)]
    elif name == "mine":
        waiting = [comment_id(task) for task, _ in work.tasks_of(session, draft_id, reviewer_id)]
    else:
        return None, None
    return _beside(waiting, public_id)


def _beside(names: list[str], name: str) -> Neighbours:
    if name not in names:
        return None, next(iter(names), None)
    at = names.index(name)
    return (names[at - 1] if at else None), (names[at + 1] if at + 1 < len(names) else None)


def _around_pending(session: Session, draft_id: int, number: int) -> Neighbours:
    at = session.scalar(select(Comment.received_at).where(Comment.id == number))
    if at is None:
        return None, None
    base = select(Comment.id).where(Comment.draft_id == draft_id, Comment.status == "pending")
    place = (Comment.received_at, Comment.id)
    before = session.scalar(
        base.where(or_(place[0] < at, and_(place[0] == at, place[1] < number)))
        .order_by(place[0].desc(), place[1].desc())
        .limit(1)
    )
    after = session.scalar(
        base.where(or_(place[0] > at, and_(place[0] == at, place[1] > number))).order_by(*place).limit(1)
    )
    return _named(before), _named(after)


def _around_appeal(session: Session, draft_id: int, number: int) -> Neighbours:
    at: datetime | None = session.scalar(select(Appeal.at).where(Appeal.comment_id == number))
    if at is None:
        return None, None
    base = (
        select(Appeal.comment_id)
        .join(Comment, Comment.id == Appeal.comment_id)
        .where(
            Comment.draft_id == draft_id,
            Comment.status.in_(HIDDEN),
            Appeal.decided_at.is_(None),
            Appeal.comment_id != number,
        )
    )
    before = session.scalar(base.where(Appeal.at <= at).order_by(Appeal.at.desc()).limit(1))
    after = session.scalar(base.where(Appeal.at > at).order_by(Appeal.at).limit(1))
    return _named(before), _named(after)


def _named(number: int | None) -> str | None:
    return comment_id(number) if number is not None else None
