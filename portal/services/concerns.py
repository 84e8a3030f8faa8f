"""Readers' concerns about published comments: noted, shown to officials, closed by their decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from portal.errors import Conflict, InvalidInput, NotFound
from portal.models import Comment, Concern, Consultation, Draft
from portal.services import audit, jobs
from portal.services.canonical import timestamp
from portal.services.identifiers import comment_id, comment_number
from portal.services.texts import clean, note_fault

REASONS = ("personal_data", "abuse", "off_topic", "links", "legal", "other")
MOST_OPEN = 20
"""Open concerns about one comment; more say nothing new."""


@dataclass(frozen=True)
class ConcernRow:
    """One reader's concern; `closed_at` None: no official has decided yet."""

    reason: str
    note: str | None
    at: datetime
    closed_at: datetime | None


def raise_one(session: Session, slug: str, public_id: str, *, reason: str, note: str, now: datetime) -> None:
    """Note a concern about a published comment; the comment stays as it is.

    Raises NotFound, InvalidInput. The same concern, said again while it is open, is noted once.
    """
    number = session.scalar(
        select(Comment.id)
        .join(Draft, Draft.id == Comment.draft_id)
        .join(Consultation, Consultation.id == Draft.consultation_id)
        .where(
            Comment.id == (comment_number(public_id) or 0),
            Consultation.slug == slug,
            Comment.status == "published",
        )
    )
    if number is None:
        raise NotFound("error.not_found.comment")
    said = clean(note).strip()
    problems = {}
    if reason not in REASONS:
        problems["reason"] = ["error.concern.reason"]
    if (key := note_fault(said)) is not None:
        problems["note"] = [key]
    if problems:
        raise InvalidInput(problems)
    waiting = of_comment(session, number, open_only=True)
    if len(waiting) >= MOST_OPEN or any((c.reason, c.note or "") == (reason, said) for c in waiting):
        return
    session.execute(insert(Concern).values(comment_id=number, reason=reason, note=said or None, at=now))
    audit.record(
        session, "comments.concern", f"comment/{number}", actor="citizen", now=now, details={"reason": reason}
    )


def raise_by_machine(session: Session, number: int, reason: str, *, now: datetime) -> None:
    """Ask officials to look at a comment for what a detector saw; once while they have not."""
    if all(concern.reason != reason for concern in of_comment(session, number, open_only=True)):
        session.execute(insert(Concern).values(comment_id=number, reason=reason, note=None, at=now))
        audit.record(
            session,
            "comments.concern",
            f"comment/{number}",
            actor="worker",
            now=now,
            details={"reason": reason},
        )


def of_comment(session: Session, number: int, *, open_only: bool = False) -> list[ConcernRow]:
    """The concerns about one comment, oldest first."""
    query = select(Concern).where(Concern.comment_id == number).order_by(Concern.id)
    if open_only:
        query = query.where(Concern.closed_at.is_(None))
    return [ConcernRow(row.reason, row.note, row.at, row.closed_at) for row in session.scalars(query)]


def waiting(session: Session, draft_id: int, *, limit: int = 200) -> Sequence[tuple[str, int]]:
    """(comment, open concerns) of a draft's published comments, the one that waits longest first."""
    rows = session.execute(
        select(Comment.id, func.count(Concern.id))
        .join(Concern, Concern.comment_id == Comment.id)
        .where(Comment.draft_id == draft_id, Comment.status == "published", Concern.closed_at.is_(None))
        .group_by(Comment.id)
        .order_by(func.min(Concern.at), Comment.id)
        .limit(limit)
    )
    return [(comment_id(number), count) for number, count in rows]


def count(session: Session, draft_id: int) -> int:
    """How many published comments of a draft have open concerns."""
    return session.execute(
        select(func.count(Concern.comment_id.distinct()))
        .join(Comment, Comment.id == Concern.comment_id)
        .where(Comment.draft_id == draft_id, Comment.status == "published", Concern.closed_at.is_(None))
    ).scalar_one()


def keep_published(session: Session, number: int, *, reviewer_id: int, now: datetime) -> None:
    """An official looked again and leaves the comment as it is.

    Raises Conflict where no concern is open any more.
    """
    before = _standing(session, number)
    if all(closed for _, closed in before):
        raise Conflict("error.conflict.state")
    close(session, number, now=now)
    jobs.promise_index(session, [number], now=now)
    actor, proof = f"reviewer:{reviewer_id}", audit.change(before, _standing(session, number))
    audit.record(session, "moderation.keep", f"comment/{number}", actor=actor, now=now, details=proof)


def _standing(session: Session, number: int) -> list[tuple[int, str | None]]:
    """(concern, when it was closed) of a comment, as the record hashes them."""
    rows = session.execute(
        select(Concern.id, Concern.closed_at).where(Concern.comment_id == number).order_by(Concern.id)
    )
    return [(row.id, timestamp(row.closed_at) if row.closed_at else None) for row in rows]


def close(session: Session, comment_id: int, *, now: datetime) -> None:
    """An official has decided on the comment: its open concerns are dealt with."""
    session.execute(
        update(Concern)
        .where(Concern.comment_id == comment_id, Concern.closed_at.is_(None))
        .values(closed_at=now)
    )
