"""Vectors of what comments say: made once by the worker, kept beside the comment, used by every run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from portal.models import Comment, Embedding
from portal.models.database import Database
from portal.services.canonical import sha256_text
from search_index.summarizer import Embedder, Vectors, said

BATCH = 32


@dataclass(frozen=True)
class Placed:
    """The vectors of one comment (sayings x dimensions)."""

    number: int
    vectors: Vectors


def make_some(database: Database, embedder: Embedder, *, limit: int = BATCH) -> list[Placed]:
    """Make vectors of published comments that have none, or older ones; which. Commits once.

    Nothing where the embedder's vectors mean nothing outside one call.
    """
    if not embedder.stored:
        return []
    with database.read() as session:
        waiting = _waiting(session, embedder.name, limit)
    if not waiting:
        return []
    sayings = [said(body) for _, body in waiting]
    flat = [text for own in sayings for text in own]
    vectors = embedder.vectors(flat) if flat else np.zeros((0, 1), np.float32)
    made, at = [], 0
    for (number, _), own in zip(waiting, sayings, strict=True):
        made.append(Placed(number, vectors[at : at + len(own)]))
        at += len(own)
    with database.write() as session:
        for placed, (_, body) in zip(made, waiting, strict=True):
            _keep(session, embedder.name, placed, body)
    return made


def by_text(session: Session, draft_id: int, model: str) -> dict[str, Vectors]:
    """Kept vectors of a draft's published comments, by the piece of text they belong to."""
    rows = session.execute(
        select(Comment.body, Embedding.text_sha256, Embedding.dimensions, Embedding.vectors)
        .join(Embedding, Embedding.comment_id == Comment.id)
        .where(Comment.draft_id == draft_id, Comment.status == "published", Embedding.model == model)
    )
    found: dict[str, Vectors] = {}
    for row in rows:
        pieces = said(row.body)
        vectors = unpacked(row.vectors, row.dimensions)
        if row.text_sha256 == sha256_text(row.body) and len(pieces) == len(vectors):
            found.update(zip(pieces, vectors, strict=True))
    return found


def forget(session: Session, numbers: Sequence[int]) -> None:
    """A text is gone, and what was made from it goes too."""
    session.execute(delete(Embedding).where(Embedding.comment_id.in_(numbers)))


def packed(vectors: Vectors) -> bytes:
    """float16: half the room, and no neighbour changes."""
    return vectors.astype(np.float16).tobytes()


def unpacked(kept: bytes, dimensions: int) -> Vectors:
    """(n, dimensions) float32."""
    flat = np.frombuffer(kept, dtype=np.float16).astype(np.float32)
    return flat.reshape(-1, dimensions) if dimensions else np.zeros((0, 1), np.float32)


def of_comments(session: Session, numbers: Sequence[int], model: str) -> Mapping[int, Vectors]:
    """Kept vectors of some comments."""
    rows = session.execute(
        select(Embedding.comment_id, Embedding.dimensions, Embedding.vectors).where(
            Embedding.comment_id.in_(numbers), Embedding.model == model
        )
    )
    return {row.comment_id: unpacked(row.vectors, row.dimensions) for row in rows}


def _waiting(session: Session, model: str, limit: int) -> list[tuple[int, str]]:
    """(comment, body) without vectors of this model. An edit drops the old ones, see `forget`."""
    kept = select(Embedding.comment_id).where(Embedding.model == model)
    rows = session.execute(
        select(Comment.id, Comment.body)
        .where(Comment.status == "published", Comment.id.not_in(kept))
        .order_by(Comment.id)
        .limit(limit)
    )
    return [(row.id, row.body) for row in rows]


def _keep(session: Session, model: str, placed: Placed, body: str) -> None:
    """Keep the vectors if the comment still says that."""
    present = session.scalar(select(Comment.body).where(Comment.id == placed.number))
    if present != body:
        return
    session.execute(delete(Embedding).where(Embedding.comment_id == placed.number, Embedding.model == model))
    session.execute(
        insert(Embedding).values(
            comment_id=placed.number,
            model=model,
            text_sha256=sha256_text(body),
            dimensions=placed.vectors.shape[1] if len(placed.vectors) else 0,
            vectors=packed(placed.vectors),
        )
    )
