"""What must be read before it is shown, and an official's publish and withhold, each with its log line."""

from __future__ import annotations

import re
from datetime import datetime
from typing import cast

from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from portal.errors import Conflict, InvalidInput, NotFound
from portal.models import Appeal, Comment, StatusChange, Submission
from portal.services import audit, concerns, jobs
from portal.services.rows import REASONS, STATES
from portal.services.texts import note_fault

MOST_LINKS = 2
WITHHOLDABLE = ("pending", "published")
PUBLISHABLE = ("pending", "withheld", "spam")

_NINE_DIGITS = re.compile(r"\d(?:\D*+\d){8}")
"""What every number below has. Most comments have not, and need no closer look."""
_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")
_GAP = r"[\s.\-‐‑–—]{0,2}"
_CNIC = re.compile(rf"(?<!\d)\d{{5}}{_GAP}\d{{7}}{_GAP}\d(?!\d)")
_MOBILE = re.compile(
    rf"(?<!\d)(?:\+?{_GAP}92|0092|0){_GAP}\(?0?\)?{_GAP}3\d{{2}}{_GAP}\d{{3}}{_GAP}\d{{4}}(?!\d)"
)
_LANDLINE = re.compile(r"(?<!\d)(?:\+92|0092|0)[\s\-]?\(?\d{2,3}\)?[\s\-]\d{6,8}(?!\d)")
_EMAIL = re.compile(r"[^\s@<>()]{1,64}@[^\s@<>()]+\.[^\s@<>()]{2,}")
_LINK = re.compile(r"https?://|(?<![\w@.])www\.", re.IGNORECASE)


def flags(body: str, wording: str | None = None) -> tuple[str, ...]:
    """Reason codes for which a comment waits: personal data in its texts, more than two links."""
    plain = f"{body}\n{wording or ''}".translate(_DIGITS)
    found = []
    if _holds_number(plain) or ("@" in plain and _EMAIL.search(plain)):
        found.append("personal_data")
    if len(_LINK.findall(plain)) > MOST_LINKS:
        found.append("links")
    return tuple(found)


def _holds_number(plain: str) -> bool:
    return bool(_NINE_DIGITS.search(plain)) and any(
        pattern.search(plain) for pattern in (_CNIC, _MOBILE, _LANDLINE)
    )


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
    session: Session, comment_id: int, *, note: str = "", reviewer_id: int | None, now: datetime
) -> None:
    """Show a waiting or withheld comment. Raises NotFound, InvalidInput, Conflict (its state forbids it)."""
    if (key := note_fault(note)) is not None:
        raise InvalidInput({"note": [key]})
    _change(
        session,
        comment_id,
        "published",
        PUBLISHABLE,
        reason=None,
        note=note.strip() or None,
        reviewer_id=reviewer_id,
        now=now,
    )


def withhold(
    session: Session, comment_id: int, *, reason: str, note: str, reviewer_id: int | None, now: datetime
) -> None:
    """Hide a comment, with a reason for its sender. Raises NotFound, InvalidInput, Conflict."""
    problems = {}
    if reason not in REASONS:
        problems["reason"] = ["error.reason.choose"]
    if (key := note_fault(note)) is not None:
        problems["note"] = [key]
    elif reason == "other" and not note.strip():
        problems["note"] = ["error.note.needed"]
    if problems:
        raise InvalidInput(problems)
    _change(
        session,
        comment_id,
        "withheld",
        WITHHOLDABLE,
        reason=reason,
        note=note.strip() or None,
        reviewer_id=reviewer_id,
        now=now,
    )


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
    *,
    reason: str | None,
    note: str | None,
    reviewer_id: int | None,
    now: datetime,
) -> None:
    before = session.execute(select(Comment.status).where(Comment.id == comment_id)).scalar_one_or_none()
    if before is None:
        raise NotFound("error.not_found.comment")
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
    log(session, comment_id, before, after, now=now, reason=reason, note=note, reviewer_id=reviewer_id)
    concerns.close(session, comment_id, now=now)
    decide_appeal(session, comment_id, after, note=note, reviewer_id=reviewer_id, now=now)
    promise_letter(session, comment_id, now=now)
    jobs.promise_index(session, [comment_id], now=now)
    audit.record(
        session,
        f"moderation.{'publish' if after == 'published' else 'withhold'}",
        f"comment/{comment_id}",
        actor=f"reviewer:{reviewer_id}" if reviewer_id else "command",
        now=now,
        details={"before": before, "after": after, "reason": reason},
    )


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
