"""Appeals at the desk: the ones that wait, and what an official decides on one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from portal.errors import Conflict, InvalidInput, NotAllowed, NotFound
from portal.models import Appeal, Comment, StatusChange
from portal.services import access, audit, comments, cursors, jobs, moderation, reviewers
from portal.services.canonical import timestamp
from portal.services.identifiers import comment_id
from portal.services.moderation import Decision
from portal.services.rows import HIDDEN, AppealRow, CommentRow
from portal.services.texts import clean, note_fault

OUTCOMES = ("published", "withheld")


@dataclass(frozen=True)
class WaitingAppeal:
    """A withheld comment as officials see it, and its sender's objection."""

    comment: CommentRow
    appeal: AppealRow


def waiting(
    session: Session, draft_id: int, *, limit: int = 50, cursor: str | None = None
) -> tuple[tuple[WaitingAppeal, ...], str | None]:
    """Appeals nobody has decided, on comments that are still hidden, oldest first; where more begin."""
    query = select(Appeal).join(Comment, Comment.id == Appeal.comment_id).where(*_open(draft_id))
    if cursor is not None:
        at, number = cursors.decode(cursor)
        query = query.where(or_(Appeal.at > at, and_(Appeal.at == at, Appeal.id > number)))
    found = list(session.scalars(query.order_by(Appeal.at, Appeal.id).limit(limit + 1)))
    page = found[:limit]
    rows = comments.by_ids(session, [comment_id(appeal.comment_id) for appeal in page], statuses=None)
    following = cursors.encode(page[-1].at, page[-1].id) if len(found) > limit else None
    return (
        tuple(
            WaitingAppeal(row, comments.appeal_row(appeal)) for row, appeal in zip(rows, page, strict=True)
        ),
        following,
    )


def count(session: Session, draft_id: int) -> int:
    """How many appeals wait."""
    return session.execute(
        select(func.count(Appeal.id)).join(Comment, Comment.id == Appeal.comment_id).where(*_open(draft_id))
    ).scalar_one()


def withheld_by(session: Session, number: int) -> int | None:
    """The official who hid the comment that an appeal is about; None: nobody, or a command."""
    return session.scalar(
        select(StatusChange.reviewer_id)
        .where(StatusChange.comment_id == number, StatusChange.after.in_(HIDDEN))
        .order_by(StatusChange.id.desc())
        .limit(1)
    )


def may_decide(session: Session, number: int, reviewer_id: int | None) -> bool:
    """An appeal is for a second pair of eyes, as long as there is one."""
    if reviewer_id is None or withheld_by(session, number) != reviewer_id:
        return True
    slug = access.of_comment(session, comment_id(number))
    return not reviewers.others_for(session, slug or "", reviewer_id)


def decide(
    session: Session,
    number: int,
    *,
    outcome: str,
    note: str,
    seen: str | None = None,
    reviewer_id: int | None,
    now: datetime,
) -> None:
    """Publish the comment after all, or keep it withheld and say why; its sender reads the note.

    Raises NotFound, InvalidInput, Conflict (decided before, or the comment is no longer withheld),
    NotAllowed where another official is to judge one's own withholding.
    """
    said = clean(note).strip()
    if problems := _problems(outcome, said):
        raise InvalidInput(problems)
    appeal = session.scalar(select(Appeal).where(Appeal.comment_id == number))
    if appeal is None:
        raise NotFound("error.not_found.appeal")
    if appeal.decided_at is not None:
        raise Conflict("error.conflict.appeal_decided")
    if session.scalar(select(Comment.status).where(Comment.id == number)) not in HIDDEN:
        raise Conflict("error.conflict.state")
    moderation.check_seen(session, number, Decision(reviewer_id, seen=seen))
    if not may_decide(session, number, reviewer_id):
        raise NotAllowed("error.not_allowed.own_decision")
    before = _standing(session, appeal)
    if outcome == "published":
        moderation.publish(session, number, note=said, reviewer_id=reviewer_id, now=now)
    else:
        _keep_withheld(session, number, said, reviewer_id, now)
    session.refresh(appeal)
    audit.record(
        session,
        "appeals.decide",
        f"comment/{number}",
        actor=f"reviewer:{reviewer_id}" if reviewer_id else "command",
        now=now,
        details={"outcome": outcome, **audit.change(before, _standing(session, appeal))},
    )


def _standing(session: Session, appeal: Appeal) -> dict[str, str | None]:
    """An appeal and its comment as the record hashes them."""
    status = session.scalar(select(Comment.status).where(Comment.id == appeal.comment_id))
    decided = timestamp(appeal.decided_at) if appeal.decided_at else None
    return {"status": status, "decided_at": decided, "outcome": appeal.outcome, "note": appeal.note}


def _open(draft_id: int) -> tuple[ColumnElement[bool], ...]:
    return Comment.draft_id == draft_id, Comment.status.in_(HIDDEN), Appeal.decided_at.is_(None)


def _problems(outcome: str, note: str) -> dict[str, list[str]]:
    problems = {}
    if outcome not in OUTCOMES:
        problems["outcome"] = ["error.appeal.outcome"]
    if (key := note_fault(note)) is not None:
        problems["note"] = [key]
    elif outcome == "withheld" and not note:
        problems["note"] = ["error.appeal.note"]
    return problems


def _keep_withheld(session: Session, number: int, note: str, reviewer_id: int | None, now: datetime) -> None:
    """The state stays, the log says that it was looked at again; the first reason stands."""
    reason = session.scalar(
        select(StatusChange.reason)
        .where(StatusChange.comment_id == number, StatusChange.after.in_(HIDDEN))
        .order_by(StatusChange.id.desc())
        .limit(1)
    )
    state = session.execute(select(Comment.status).where(Comment.id == number)).scalar_one()
    moderation.log(session, number, state, state, now=now, reason=reason, note=note, reviewer_id=reviewer_id)
    moderation.decide_appeal(session, number, "withheld", note=note, reviewer_id=reviewer_id, now=now)
    moderation.promise_letter(session, number, now=now)
    jobs.promise_index(session, [number], now=now)  # the public balance counts decided objections
