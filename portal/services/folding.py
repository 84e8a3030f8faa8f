"""Near-identical comments on one clause: found by the worker, so that lists can fold them into one.

Texts are compared as sets of word triples; two whose Jaccard likeness is at least 0.8 are near-identical. A
comment is held against the first comments ("heads") of its clause only, never against one that was itself
found to be like another, so likeness is not chained. Candidates share one of six least hashes (MinHash,
Broder 1997): of two texts at the limit all six differ once in 16,000 times.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import blake2b

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from portal.models import Comment, Sketch
from portal.models.database import Database
from portal.services import concerns, detectors, jobs

LIKE = 0.8
WORDS = 3
HASHES = 6
BATCH = 200
MOST_CANDIDATES = 200
FLOOD = 30
FLOOD_WITHIN = timedelta(minutes=10)

Shingles = frozenset[int]
_WORD = re.compile(r"\w+")


def apply(database: Database, *, now: datetime, limit: int = BATCH) -> int:
    """Compare comments that were not compared yet, oldest first; how many. Commits once."""
    with database.read() as session:
        waiting = session.scalar(select(Comment.id).where(Comment.twin_of.is_(None)).limit(1))
    if waiting is None:
        return 0
    with database.write() as session:
        rows = session.execute(
            select(Comment.id, Comment.draft_id, Comment.clause_id, Comment.shadow)
            .where(Comment.twin_of.is_(None))
            .order_by(Comment.id)
            .limit(limit)
        ).all()
        folded = []
        heads = set()
        for row in rows:
            head = _place(session, row.id, row.shadow, f"{row.draft_id}:{row.clause_id or 0}")
            if detectors.repeats_itself(row.shadow):
                concerns.raise_by_machine(session, row.id, "repeated", now=now)
            if head != row.id:
                folded.append(row.id)
                heads.add(head)
        for head in sorted(heads):
            _note_flood(session, head, now)
        if folded:  # pages that are kept show these as one from now on
            jobs.promise_index(session, folded, now=now)
    return len(rows)


def _note_flood(session: Session, head: int, now: datetime) -> None:
    """Many near-identical comments within minutes: officials are asked to look, nothing is hidden for it."""
    arrived = session.execute(
        select(func.count()).where(Comment.twin_of == head, Comment.received_at > now - FLOOD_WITHIN)
    ).scalar_one()
    if arrived >= FLOOD:
        concerns.raise_by_machine(session, head, "flood", now=now)


def forget(session: Session, comment_id: int) -> None:
    """A comment's text changed: it, and those that were held to be like it, are compared anew."""
    session.execute(delete(Sketch).where(Sketch.comment_id == comment_id))
    session.execute(
        update(Comment)
        .where((Comment.id == comment_id) | (Comment.twin_of == comment_id))
        .values(twin_of=None)
    )


def shingles(shadow: str) -> Shingles:
    """The text's word triples as 64-bit hashes; a shorter text is one piece."""
    words = _WORD.findall(shadow) or shadow.split()
    if len(words) <= WORDS:
        return frozenset({_hash("\x1f".join(words))})
    return frozenset(_hash("\x1f".join(words[at : at + WORDS])) for at in range(len(words) - WORDS + 1))


def likeness(one: Shingles, other: Shingles) -> float:
    """Jaccard: what they share, of what they have together."""
    return len(one & other) / len(one | other)


def _place(session: Session, number: int, shadow: str, scope: str) -> int:
    """Note what the comment is near-identical to, itself where it is the first; that number."""
    mine = shingles(shadow)
    values = _sketch(mine, scope)
    head = _nearest(session, mine, values)
    session.execute(update(Comment).where(Comment.id == number).values(twin_of=head or number))
    if head is None:
        session.execute(insert(Sketch), [{"value": value, "comment_id": number} for value in values])
    return head or number


def _nearest(session: Session, mine: Shingles, values: Iterable[int]) -> int | None:
    """The first comment that is most like this one, the oldest of equals; None where none is near."""
    rows = session.execute(
        select(Comment.id, Comment.shadow)
        .where(Comment.id.in_(select(Sketch.comment_id).where(Sketch.value.in_(list(values)))))
        .order_by(Comment.id)
        .limit(MOST_CANDIDATES)
    )
    likest, head = LIKE, None
    for row in rows:
        near = likeness(mine, shingles(row.shadow))
        if near > likest or (head is None and near >= LIKE):
            likest, head = near, row.id
    return head


def _sketch(pieces: Shingles, scope: str) -> set[int]:
    """One number for each hash: its least value over the pieces, bound to the clause."""
    found = set()
    for which in range(HASHES):
        salt = _hash(f"{which}") | 1
        least = min((piece * salt) & 0xFFFFFFFFFFFFFFFF for piece in pieces)
        found.add(_hash(f"{scope}:{which}:{least}") >> 1)
    return found


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")
