"""The published comments of one clause: newest first, narrowed, near-identical ones folded into the first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from portal.models import Clause, Comment, Draft, Revision, Submission
from portal.services import comments, cursors
from portal.services.identifiers import comment_id, comment_number
from portal.services.rows import COMMENT_LANGUAGES, POSITIONS, SUBMITTERS, CommentRow

PUBLISHED = "published"


@dataclass(frozen=True)
class Narrowed:
    """What of the list is asked for; None: everything. Made by `narrowed`, which knows what there is."""

    position: str | None = None
    language: str | None = None
    submitter: str | None = None
    twins: int | None = None
    """Number of a comment: only those that are near-identical to it, none folded."""

    def __bool__(self) -> bool:
        return self != Narrowed()


ALL = Narrowed()


def narrowed(asked: Mapping[str, str]) -> Narrowed:
    """From the parameters of an address; values that there are not narrow nothing."""

    def one(name: str, known: tuple[str, ...]) -> str | None:
        return asked.get(name) if asked.get(name) in known else None

    return Narrowed(
        position=one("position", (*POSITIONS, "none")),
        language=one("language", COMMENT_LANGUAGES),
        submitter=one("submitter", SUBMITTERS),
        twins=comment_number(asked.get("twins", "")),
    )


@dataclass(frozen=True)
class Listing:
    """One page of comments. `total` and `positions` are of the whole clause, `found` of what was asked."""

    comments: tuple[CommentRow, ...]
    total: int
    found: int
    positions: Mapping[str, int]
    next: str | None


def of_clause(
    session: Session,
    draft: Draft,
    eid: str | None,
    *,
    limit: int,
    cursor: str | None = None,
    asked: Narrowed = ALL,
    folded: bool = False,
) -> Listing:
    """Published comments on one clause (None: on the whole). Raises InvalidInput for a foreign cursor."""
    here = [Comment.draft_id == draft.id, Comment.status == PUBLISHED, _on(draft, eid)]
    positions = _positions(session, here)
    total = sum(positions.values())
    rows, following = _page(session, here, asked, limit=limit, cursor=cursor, folded=folded)
    return Listing(
        comments=rows,
        total=total,
        found=_count(session, here, asked) if asked else total,
        positions=positions,
        next=following,
    )


def newest(session: Session, draft: Draft, *, limit: int) -> tuple[CommentRow, ...]:
    """The newest published comments on any clause of a draft."""
    here = [Comment.draft_id == draft.id, Comment.status == PUBLISHED]
    return _page(session, here, ALL, limit=limit, cursor=None, folded=False)[0]


def last_changes(session: Session, rows: Iterable[CommentRow]) -> dict[str, datetime]:
    """By name: when each comment was shown, or changed by its sender after that."""
    numbers = [comment_number(row.id) for row in rows]
    changed = (
        select(func.max(Revision.replaced_at)).where(Revision.comment_id == Comment.id).scalar_subquery()
    )
    found = session.execute(
        select(Comment.id, Comment.received_at, Comment.posted_at, changed.label("changed")).where(
            Comment.id.in_(numbers)
        )
    )
    return {
        comment_id(row.id): max(
            row.received_at, row.posted_at or row.received_at, row.changed or row.received_at
        )
        for row in found
    }


def twins(session: Session, public_id: str) -> int:
    """How many published comments of its clause are near-identical to this one, itself among them."""
    number = comment_number(public_id) or 0
    head = select(Comment.twin_of).where(Comment.id == number).scalar_subquery()
    counted = select(func.count()).where(Comment.twin_of == head, Comment.status == PUBLISHED)
    return session.execute(counted).scalar_one() or 1


def _on(draft: Draft, eid: str | None) -> Any:
    if eid is None:
        return Comment.clause_id.is_(None)
    clause = select(Clause.id).where(Clause.draft_id == draft.id, Clause.eid == eid)
    return Comment.clause_id == clause.scalar_subquery()


def _narrowing(asked: Narrowed, comment: Any, submission: Any) -> list[Any]:
    """Conditions on a comment and its submission."""
    where = []
    if asked.position is not None:
        none = asked.position == "none"
        where.append(comment.position.is_(None) if none else comment.position == asked.position)
    if asked.language is not None:
        where.append(comment.language == asked.language)
    if asked.submitter is not None:
        where.append(submission.submitter == asked.submitter)
    if asked.twins is not None:
        head = select(Comment.twin_of).where(Comment.id == asked.twins).scalar_subquery()
        where.append(or_(comment.twin_of == head, comment.id == asked.twins))
    return where


def _is_first(here: list[Any], asked: Narrowed) -> Any:
    """Whether no earlier one of those asked for is near-identical to this one.

    Of all, a group's index says so at the first look. Of some, the groups are gone through once: looking for
    each comment past the ones that were left out would take a group's square.
    """
    if asked:
        group = func.coalesce(Comment.twin_of, Comment.id)
        firsts = select(func.min(Comment.id)).join(Submission, Submission.id == Comment.submission_id)
        firsts = firsts.where(*here, *_narrowing(asked, Comment, Submission)).group_by(group)
        return Comment.id.in_(firsts.correlate(None))
    other = aliased(Comment)
    earlier = select(other.id).where(
        other.twin_of == Comment.twin_of, other.status == PUBLISHED, other.id < Comment.id
    )
    return ~earlier.exists()


def _twin_count(asked: Narrowed) -> Any:
    other, sender = aliased(Comment), aliased(Submission)
    query = select(func.count(other.id)).where(other.twin_of == Comment.twin_of, other.status == PUBLISHED)
    if asked.submitter is not None:
        query = query.join(sender, sender.id == other.submission_id)
    return query.where(*_narrowing(asked, other, sender)).scalar_subquery()


def _page(
    session: Session, here: list[Any], asked: Narrowed, *, limit: int, cursor: str | None, folded: bool
) -> tuple[tuple[CommentRow, ...], str | None]:
    folding = folded and asked.twins is None
    query: Select[*tuple[Any, ...]] = comments.columns().where(*here, *_narrowing(asked, Comment, Submission))
    if folding:
        query = query.add_columns(_twin_count(asked).label("twins")).where(_is_first(here, asked))
    if cursor is not None:
        moment, number = cursors.decode(cursor)
        query = query.where(
            or_(Comment.received_at < moment, and_(Comment.received_at == moment, Comment.id < number))
        )
    query = query.order_by(Comment.received_at.desc(), Comment.id.desc()).limit(limit + 1)
    found = session.execute(query).all()
    headings = comments.headings_by_draft(session, found)
    rows = [comments.row_of(row, headings) for row in found[:limit]]
    if folding:
        rows = [replace(row, twins=max(1, raw.twins)) for row, raw in zip(rows, found, strict=False)]
    return tuple(rows), comments.mark_of(found, limit)


def _count(session: Session, here: list[Any], asked: Narrowed) -> int:
    query = select(func.count(Comment.id)).join(Submission, Submission.id == Comment.submission_id)
    query = query.where(*here, *_narrowing(asked, Comment, Submission))
    return session.execute(query).scalar_one()


def _positions(session: Session, here: list[Any]) -> dict[str, int]:
    counted = {
        position or "none": count
        for position, count in session.execute(
            select(Comment.position, func.count(Comment.id)).where(*here).group_by(Comment.position)
        )
    }
    return {key: counted.get(key, 0) for key in (*POSITIONS, "none")}
