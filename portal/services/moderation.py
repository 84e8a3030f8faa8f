"""An official's decisions on a comment: publish, withhold, spam, each with its log line and its letter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from portal.errors import Conflict, InvalidInput, NotFound
from portal.models import Appeal, Comment, StatusChange, Submission
from portal.services import audit, concerns, detectors, jobs
from portal.services.identifiers import comment_id as public_id
from portal.services.rows import REASONS, STATES
from portal.services.texts import note_fault

WITHHOLDABLE = ("pending", "published", "spam")
PUBLISHABLE = ("pending", "withheld", "spam")
SPAM = ("pending", "published", "withheld")

flags = detectors.flags


@dataclass(frozen=True)
class Decision:
    """Why, and by whom; `seen`: how the comment stood when the official read it (None: not asked)."""

    reviewer_id: int | None
    reason: str | None = None
    note: str | None = None
    seen: str | None = None

    @property
    def actor(self) -> str:
        """As the audit chain names whoever decided."""
        return f"reviewer:{self.reviewer_id}" if self.reviewer_id else "command"


def mark(session: Session, comment_id: int) -> str:
    """How a comment stands now: its newest log line and its text. A form carries it, an act compares it.

    Raises NotFound.
    """
    found = marks(session, [comment_id])
    if not found:
        raise NotFound("error.not_found.comment")
    return next(iter(found.values()))


def marks(session: Session, numbers: Sequence[int]) -> dict[str, str]:
    """How each of these comments stands now, by its public id."""
    rows = session.execute(
        select(Comment.id, Comment.sha256, func.max(StatusChange.id).label("line"))
        .outerjoin(StatusChange, StatusChange.comment_id == Comment.id)
        .where(Comment.id.in_(numbers))
        .group_by(Comment.id)
    )
    return {public_id(row.id): f"{row.line or 0}-{row.sha256[:12]}" for row in rows}


def check_seen(session: Session, comment_id: int, decision: Decision) -> None:
    """Raise Conflict where somebody else has acted on the comment since the official read it."""
    if decision.seen is not None and decision.seen != mark(session, comment_id):
        raise Conflict("error.conflict.seen")


def log(
    session: Session,
    comment_id: int,
    before: str | None,
    after: str,
    *,
    now: datetime,
    reason: str | None = None,
    note: str | None = None,
    reviewer_id: int | None = None,
) -> None:
    """Add one line to a comment's status log."""
    session.execute(
        insert(StatusChange).values(
            comment_id=comment_id,
            at=now,
            before=before,
            after=after,
            reason=reason,
            note=note,
            reviewer_id=reviewer_id,
        )
    )


def publish(
    session: Session,
    comment_id: int,
    *,
    note: str = "",
    seen: str | None = None,
    reviewer_id: int | None,
    now: datetime,
) -> None:
    """Show a waiting or withheld comment. Raises NotFound, InvalidInput, Conflict (its state forbids it)."""
    if (key := note_fault(note)) is not None:
        raise InvalidInput({"note": [key]})
    decision = Decision(reviewer_id, None, note.strip() or None, seen)
    _change(session, comment_id, "published", PUBLISHABLE, decision, now=now)


def withhold(
    session: Session,
    comment_id: int,
    *,
    reason: str,
    note: str,
    seen: str | None = None,
    reviewer_id: int | None,
    now: datetime,
) -> None:
    """Hide a comment, with a reason for its sender. Raises NotFound, InvalidInput, Conflict."""
    check_reason(reason, note)
    decision = Decision(reviewer_id, reason, note.strip() or None, seen)
    _change(session, comment_id, "withheld", WITHHOLDABLE, decision, now=now)


def mark_spam(
    session: Session, comment_id: int, *, seen: str | None = None, reviewer_id: int | None, now: datetime
) -> None:
    """Put advertising or nonsense aside; its sender reads so on the receipt. Raises NotFound, Conflict."""
    _change(session, comment_id, "spam", SPAM, Decision(reviewer_id, seen=seen), now=now)


def check_reason(reason: str, note: str) -> None:
    """Raise InvalidInput where there is no reason, or the reason "other" says no more."""
    problems = {}
    if reason not in REASONS:
        problems["reason"] = ["error.reason.choose"]
    if (key := note_fault(note)) is not None:
        problems["note"] = [key]
    elif reason == "other" and not note.strip():
        problems["note"] = ["error.note.needed"]
    if problems:
        raise InvalidInput(problems)


def states(session: Session, *, draft_id: int | None = None) -> dict[str, int]:
    """Comments by state, of one draft or of all; the six numbers add up to what was received."""
    query = select(Comment.status, func.count(Comment.id)).group_by(Comment.status)
    if draft_id is not None:
        query = query.where(Comment.draft_id == draft_id)
    counted = dict(session.execute(query).all())
    return {state: counted.get(state, 0) for state in STATES}


def _change(
    session: Session,
    comment_id: int,
    after: str,
    allowed: tuple[str, ...],
    decision: Decision,
    *,
    now: datetime,
) -> None:
    row = session.execute(
        select(Comment.status, Comment.sha256).where(Comment.id == comment_id)
    ).one_or_none()
    if row is None:
        raise NotFound("error.not_found.comment")
    check_seen(session, comment_id, decision)
    values: dict[str, object] = {"status": after}
    if after == "published":
        values["posted_at"] = now
    changed = cast(
        "CursorResult[tuple[()]]",
        session.execute(
            update(Comment).where(Comment.id == comment_id, Comment.status.in_(allowed)).values(**values)
        ),
    )
    if changed.rowcount != 1:
        raise Conflict("error.conflict.state")
    settle(session, comment_id, row.status, after, decision, now=now)
    details = {
        **{"before": row.status, "after": after, "reason": decision.reason, "sha256": row.sha256},
        **audit.change([row.status, row.sha256], [after, row.sha256]),
    }
    audit.record(
        session,
        f"moderation.{'publish' if after == 'published' else 'spam' if after == 'spam' else 'withhold'}",
        f"comment/{comment_id}",
        actor=decision.actor,
        now=now,
        details=details,
    )


def settle(
    session: Session, comment_id: int, before: str, after: str, decision: Decision, *, now: datetime
) -> None:
    """What follows from every decision: log, readers' reports, an appeal, the sender's letter, the index."""
    said, by = decision.note, decision.reviewer_id
    log(session, comment_id, before, after, now=now, reason=decision.reason, note=said, reviewer_id=by)
    concerns.close(session, comment_id, now=now)
    decide_appeal(session, comment_id, after, note=said, reviewer_id=by, now=now)
    promise_letter(session, comment_id, now=now)
    jobs.promise_index(session, [comment_id], now=now)


def decide_appeal(
    session: Session,
    comment_id: int,
    outcome: str,
    *,
    note: str | None,
    reviewer_id: int | None,
    now: datetime,
) -> None:
    """A decision on the comment answers an appeal that waits."""
    session.execute(
        update(Appeal)
        .where(Appeal.comment_id == comment_id, Appeal.decided_at.is_(None))
        .values(decided_at=now, outcome=outcome, note=note, reviewer_id=reviewer_id)
    )


def promise_letter(session: Session, comment_id: int, *, now: datetime) -> None:
    """The sender is told by mail where an address was given."""
    submission_id = session.scalar(
        select(Submission.id)
        .join(Comment, Comment.submission_id == Submission.id)
        .where(Comment.id == comment_id, Submission.email.is_not(None), Submission.demonstration.is_(False))
    )
    if submission_id is not None:
        payload = {"mail": "decision", "submission": submission_id, "comment": comment_id}
        jobs.promise(session, jobs.MAIL, payload, now=now)
