"""A blind second look: decided comments, drawn by chance, judged again; how far the two agree.

Agreement is Cohen's kappa (J. Cohen, 1960): the share on which both agree, less what chance alone would give,
over what is left to gain.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from portal.errors import Conflict, InvalidInput, NotFound
from portal.models import Comment, SecondLook, StatusChange
from portal.services import audit, comments
from portal.services.identifiers import comment_id
from portal.services.rows import CommentRow

VERDICTS = ("published", "withheld", "spam")
MOST_DRAWN = 200
LEAST_FOR_VERDICT = 30
"""Below so many pairs a figure is shown as not yet telling anything."""


@dataclass(frozen=True)
class Agreement:
    """Of `pairs` judged twice, `same` were judged alike; kappa None: nothing to compute it from."""

    drawn: int
    pairs: int
    same: int
    kappa: float | None
    table: tuple[tuple[str, str, int], ...]
    """(first, second, comments) for every combination that occurs."""


def draw(
    session: Session, draft_id: int, *, size: int, chance: Random, reviewer_id: int, now: datetime
) -> int:
    """Draw comments that officials decided on and nobody has judged again; how many. Raises InvalidInput."""
    if not 1 <= size <= MOST_DRAWN:
        raise InvalidInput({"size": ["error.second_look.size"]})
    decided = _decided(session, draft_id)
    chosen = chance.sample(decided, min(size, len(decided)))
    session.add_all(
        SecondLook(draft_id=draft_id, comment_id=number, drawn_at=now, first=verdict, first_reviewer_id=by)
        for number, verdict, by in sorted(chosen)
    )
    drawn = sorted(number for number, _, _ in chosen)
    details = {"asked": size, "drawn": len(chosen), **audit.change([], drawn)}
    actor = f"reviewer:{reviewer_id}"
    audit.record(session, "second_look.draw", f"draft/{draft_id}", actor=actor, now=now, details=details)
    return len(chosen)


def next_for(session: Session, draft_id: int, reviewer_id: int) -> CommentRow | None:
    """A drawn comment that this official did not decide on first; None where none waits for them."""
    number = session.scalar(
        select(SecondLook.comment_id)
        .join(Comment, Comment.id == SecondLook.comment_id)
        .where(*_waiting(draft_id), SecondLook.first_reviewer_id != reviewer_id)
        .order_by(SecondLook.id)
        .limit(1)
    )
    return comments.by_ids(session, [comment_id(number)], statuses=None)[0] if number else None


def waiting(session: Session, draft_id: int) -> int:
    """How many drawn comments nobody has judged again."""
    return session.execute(
        select(func.count(SecondLook.id))
        .join(Comment, Comment.id == SecondLook.comment_id)
        .where(*_waiting(draft_id))
    ).scalar_one()


def judge(session: Session, number: int, verdict: str, *, reviewer_id: int, now: datetime) -> None:
    """Note what a second official would have decided; the comment stays as it is.

    Raises InvalidInput, NotFound (not drawn), Conflict (judged by now, or first decided by the same person).
    """
    if verdict not in VERDICTS:
        raise InvalidInput({"verdict": ["error.second_look.verdict"]})
    look = session.scalar(
        select(SecondLook)
        .where(SecondLook.comment_id == number)
        .order_by(SecondLook.second.is_not(None), SecondLook.id)
        .limit(1)
    )
    if look is None:
        raise NotFound("error.not_found.comment")
    if look.second is not None or look.first_reviewer_id == reviewer_id:
        raise Conflict("error.conflict.second_look")
    session.execute(
        update(SecondLook)
        .where(SecondLook.id == look.id, SecondLook.second.is_(None))
        .values(second=verdict, second_reviewer_id=reviewer_id, looked_at=now)
    )
    actor = f"reviewer:{reviewer_id}"
    details = {"verdict": verdict, **audit.change([look.id, None], [look.id, verdict])}
    audit.record(session, "second_look.judge", f"comment/{number}", actor=actor, now=now, details=details)


def agreement(session: Session, draft_id: int) -> Agreement:
    """How the second judgements of a draft's comments compare with the first decisions."""
    rows = session.execute(
        select(SecondLook.first, SecondLook.second).where(SecondLook.draft_id == draft_id)
    ).all()
    pairs = [(row.first, row.second) for row in rows if row.second is not None]
    counted = Counter(pairs)
    return Agreement(
        drawn=len(rows),
        pairs=len(pairs),
        same=sum(first == second for first, second in pairs),
        kappa=kappa(pairs),
        table=tuple((*pair, n) for pair, n in sorted(counted.items())),
    )


def kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Cohen's kappa of two judgements each: 1 full agreement, 0 as chance would have it.

    None without pairs, and where both always said one and the same thing (chance alone would agree).
    """
    if not pairs:
        return None
    total = len(pairs)
    observed = sum(first == second for first, second in pairs) / total
    firsts = Counter(first for first, _ in pairs)
    seconds = Counter(second for _, second in pairs)
    expected = sum(firsts[verdict] * seconds[verdict] for verdict in firsts) / total**2
    return None if expected == 1 else (observed - expected) / (1 - expected)


def _waiting(draft_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        SecondLook.draft_id == draft_id,
        SecondLook.second.is_(None),
        Comment.status.in_(VERDICTS),
    )


def _decided(session: Session, draft_id: int) -> list[tuple[int, str, int]]:
    """(comment, state, official) of comments whose present state is an official's decision."""
    newest = (
        select(func.max(StatusChange.id).label("id"))
        .join(Comment, Comment.id == StatusChange.comment_id)
        .where(Comment.draft_id == draft_id)
        .group_by(StatusChange.comment_id)
        .subquery()
    )
    drawn = select(SecondLook.comment_id).where(SecondLook.draft_id == draft_id)
    rows = session.execute(
        select(StatusChange.comment_id, Comment.status, StatusChange.reviewer_id)
        .join(newest, newest.c.id == StatusChange.id)
        .join(Comment, Comment.id == StatusChange.comment_id)
        .where(
            StatusChange.reviewer_id.is_not(None),
            Comment.status.in_(VERDICTS),
            Comment.id.not_in(drawn),
        )
        .order_by(StatusChange.comment_id)
    )
    return [(row.comment_id, row.status, row.reviewer_id) for row in rows]
