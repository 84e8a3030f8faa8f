"""New comments join the themes of the last run at once; too many that find none ask for a full run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from portal.models import Clause, Comment, Theme, ThemeExclusion, ThemeMember, ThemeRun
from portal.models.database import Database
from portal.services import jobs, theme_runs, vectors
from portal.services.vectors import Placed
from search_index.summarizer import FULL_RUN, Embedder, Frame, Vectors, assign_new

FULL_RUN_LEAST = 20
"""So many new comments there have to be before that share says anything."""


class Watch:
    """Up to which job nothing was left to join, so that a worker with nothing to do reads no comments."""

    def __init__(self) -> None:
        self.up_to = -1


def join_some(database: Database, embedder: Embedder, watch: Watch, *, now: datetime) -> int:
    """Make vectors of new comments and put each into the themes it belongs to at once; how many comments.

    Where too many find none, a full run is promised.
    """
    with database.read() as session:
        newest = jobs.newest(session)
    if newest == watch.up_to:
        return 0
    made = vectors.make_some(database, embedder)
    if not made:
        watch.up_to = newest
        return 0
    with database.write() as session:
        drafts: dict[int, list[Placed]] = {}
        for placed in made:
            draft_id = session.execute(
                select(Comment.draft_id).where(Comment.id == placed.number)
            ).scalar_one()
            drafts.setdefault(draft_id, []).append(placed)
        for draft_id, new in drafts.items():
            _join(session, draft_id, new, embedder.name, now)
    return len(made)


def _join(session: Session, draft_id: int, new: Sequence[Placed], model: str, now: datetime) -> None:
    run = theme_runs.last(session, draft_id)
    if run is None or run.frame is None or run.model != model:
        return
    frame = Frame.from_bytes(run.frame)
    joined = [_join_one(session, draft_id, frame, placed) for placed in new]
    left = [placed.number for placed, places in zip(new, joined, strict=True) if not places]
    if left:
        run.unassigned = sorted({*run.unassigned, *left})
    session.flush()
    _promise_where_too_many_left(session, run, now)


def _join_one(session: Session, draft_id: int, frame: Frame, placed: Placed) -> list[int]:
    """Put one comment into themes of the whole draft and of its clause; those of the whole draft."""
    row = session.execute(
        select(Comment.language, Comment.clause_id, Clause.eid)
        .outerjoin(Clause, Clause.id == Comment.clause_id)
        .where(Comment.id == placed.number)
    ).one()
    has = set(session.scalars(select(ThemeMember.theme_id).where(ThemeMember.comment_id == placed.number)))
    barred = set(
        session.scalars(select(ThemeExclusion.theme_id).where(ThemeExclusion.comment_id == placed.number))
    )
    whole: list[int] = []
    scopes = [(None, None)] + ([(row.clause_id, row.eid)] if row.clause_id else [])
    for clause_id, eid in scopes:
        keys, centroids = _centroids(session, draft_id, clause_id)
        closed = [place for place, key in enumerate(keys) if key in barred]
        places = assign_new(
            placed.vectors,
            centroids,
            frame,
            scope=eid,
            clause=row.eid,
            language=row.language,
            closed=closed,
        )
        found = [keys[place] for place in places]
        rows = [
            {"theme_id": key, "comment_id": placed.number, "by": "machine"} for key in found if key not in has
        ]
        if rows:
            session.execute(insert(ThemeMember), rows)
        whole = found if clause_id is None else whole
    return whole


def _centroids(session: Session, draft_id: int, clause_id: int | None) -> tuple[list[int], Vectors]:
    """Keys and middles (k, d) of the themes of one scope."""
    rows = session.execute(
        select(Theme.id, Theme.centroid)
        .where(
            Theme.draft_id == draft_id,
            Theme.clause_id == clause_id if clause_id is not None else Theme.clause_id.is_(None),
            Theme.retired_at.is_(None),
            Theme.centroid.is_not(None),
        )
        .order_by(Theme.id)
    ).all()
    if not rows:
        return [], np.zeros((0, 1), np.float32)
    return [row.id for row in rows], np.stack([np.frombuffer(row.centroid, np.float32) for row in rows])


def _promise_where_too_many_left(session: Session, run: ThemeRun, now: datetime) -> None:
    since = session.scalars(
        select(Comment.id).where(
            Comment.draft_id == run.draft_id, Comment.status == "published", Comment.posted_at > run.made_at
        )
    ).all()
    left = set(run.unassigned).intersection(since)
    many = len(since) >= FULL_RUN_LEAST and len(left) > FULL_RUN * len(since)
    if many and not theme_runs.is_promised(session, run.draft_id):
        jobs.promise(session, jobs.THEMES, {"draft": run.draft_id}, now=now)
