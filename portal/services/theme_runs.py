"""Runs of the summarizer: what it read, what reviewers had decided before, what it found; one record each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib.metadata import version

import numpy as np
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from portal.models import (
    Clause,
    Comment,
    Draft,
    Job,
    PromptLog,
    Theme,
    ThemeExclusion,
    ThemeMember,
    ThemeRun,
)
from portal.models.database import Database
from portal.services import audit, jobs, themes, vectors
from portal.services.canonical import sha256_of
from portal.services.identifiers import comment_id, comment_number
from portal.services.themes import theme_id, theme_number
from portal.words import PAKISTAN
from search_index.summarizer import (
    FULL_RUN,
    CandidateTheme,
    CommentText,
    Embedder,
    KnownTheme,
    Suggestion,
    Summarizer,
)

AT_ONCE = 256
NIGHT = 2
"""The hour in Pakistan from which a night's full runs are promised."""


@dataclass(frozen=True)
class Basis:
    """What a run reads."""

    comments: tuple[CommentText, ...]
    known: tuple[KnownTheme, ...]
    input_sha256: str


class Nights:
    """Which night's runs were promised, as far as this process knows."""

    def __init__(self) -> None:
        self._last: date | None = None

    def begins(self, now: datetime) -> bool:
        """Whether it is past two in the morning of a day whose runs were not promised yet."""
        local = now.astimezone(PAKISTAN)
        if local.hour < NIGHT or self._last == local.date():
            return False
        self._last = local.date()
        return True


def promise(session: Session, slug: str, *, actor: str, now: datetime) -> None:
    """Ask the worker for a new run; a second request while one waits changes nothing."""
    draft = themes.find_draft(session, slug, None)
    if is_promised(session, draft.id):
        return
    jobs.promise(session, jobs.THEMES, {"draft": draft.id}, now=now)
    audit.record(session, "themes.ask", f"draft/{draft.id}", actor=actor, now=now)


def is_promised(session: Session, draft_id: int) -> bool:
    """Whether a run over this draft is waiting or under way."""
    payloads = session.scalars(select(Job.payload).where(Job.kind == jobs.THEMES, Job.kept_at.is_(None)))
    return any(payload.get("draft") == draft_id for payload in payloads)


def suggest(
    database: Database,
    summarizer: Summarizer,
    draft_id: int,
    *,
    embedder: Embedder | None = None,
    now: datetime,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Run the summarizer over a draft's published comments; its candidates take the place of the last ones.

    Reads on one snapshot, thinks without a transaction, then writes. A theme that goes on keeps its name, and
    what reviewers decided is kept. `embedder`: vectors that are missing are made and kept first.
    """
    model = embedder.name if embedder is not None else ""
    while embedder is not None and vectors.make_some(database, embedder, limit=AT_ONCE):
        pass  # each round is kept: a run that is cut short goes on where it was
    with database.read() as session:
        basis = gather(session, draft_id)
        kept = vectors.by_text(session, draft_id, model) if embedder and embedder.stored else None
    found = summarizer.suggest(basis.comments, vectors=kept, known=basis.known, progress=progress)
    with database.write() as session:
        run = _note_run(session, draft_id, found, basis, names=(summarizer.name, model), now=now)
        _store(session, run, found)
        details = {"run": run.id, "summarizer": summarizer.name, "comments": found.comments}
        subject = f"draft/{draft_id}"
        audit.record(session, "themes.suggest", subject, actor="system", now=now, details=details)


def gather(session: Session, draft_id: int) -> Basis:
    """Published comments without those that a reviewer put into a class, and the themes known so far."""
    classed = (
        select(ThemeMember.comment_id)
        .join(Theme, Theme.id == ThemeMember.theme_id)
        .where(Theme.draft_id == draft_id, Theme.kind.in_(themes.CLASSES), Theme.retired_at.is_(None))
    )
    rows = session.execute(
        select(
            Comment.id, Comment.body, Comment.language, Comment.position, Comment.submission_id, Clause.eid
        )
        .outerjoin(Clause, Clause.id == Comment.clause_id)
        .where(Comment.draft_id == draft_id, Comment.status == "published", Comment.id.not_in(classed))
        .order_by(Clause.ordinal, Comment.id)
    )
    comments = tuple(
        CommentText(
            comment_id(row.id), row.body, row.eid, row.language, row.position, f"S{row.submission_id}"
        )
        for row in rows
    )
    known = tuple(_known(session, draft_id))
    return Basis(comments, known, _fingerprint(comments, known))


def promise_nightly(session: Session, *, now: datetime) -> int:
    """Promise a full run for every draft that got comments since its last run, once a day; how many."""
    today = now.astimezone(PAKISTAN).date()
    promised = 0
    for draft_id in session.scalars(select(Draft.id)).all():
        run = last(session, draft_id)
        if run is None or run.made_at.astimezone(PAKISTAN).date() >= today or is_promised(session, draft_id):
            continue
        newest = session.scalar(
            select(func.max(Comment.posted_at)).where(
                Comment.draft_id == draft_id, Comment.status == "published"
            )
        )
        if newest is not None and newest > run.made_at:
            jobs.promise(session, jobs.THEMES, {"draft": draft_id}, now=now)
            promised += 1
    return promised


def _known(session: Session, draft_id: int) -> list[KnownTheme]:
    """Themes so far, those that were taken away too: what continues one of them is taken away again."""
    rows = session.execute(
        select(Theme, Clause.eid)
        .outerjoin(Clause, Clause.id == Theme.clause_id)
        .where(Theme.draft_id == draft_id, Theme.kind == "theme")
        .order_by(Theme.id)
    ).all()
    members: dict[int, list[tuple[str, str]]] = {}
    for row in session.execute(
        select(ThemeMember.theme_id, ThemeMember.comment_id, ThemeMember.by)
        .join(Theme, Theme.id == ThemeMember.theme_id)
        .where(Theme.draft_id == draft_id)
        .order_by(ThemeMember.theme_id, ThemeMember.comment_id)
    ):
        members.setdefault(row.theme_id, []).append((comment_id(row.comment_id), row.by))
    out: dict[int, list[str]] = {}
    for key, number in session.execute(
        select(ThemeExclusion.theme_id, ThemeExclusion.comment_id)
        .join(Theme, Theme.id == ThemeExclusion.theme_id)
        .where(Theme.draft_id == draft_id)
        .order_by(ThemeExclusion.theme_id, ThemeExclusion.comment_id)
    ):
        out.setdefault(key, []).append(comment_id(number))
    found = []
    for theme, eid in rows:
        gone = theme.retired_at is not None
        found.append(
            KnownTheme(
                id=theme_id(theme.id),
                comment_ids=tuple(one for one, _ in members.get(theme.id, ())),
                clause=eid,
                kept=theme.kept and not gone,
                pinned=() if gone else tuple(one for one, by in members.get(theme.id, ()) if by == "human"),
                moved_out=() if gone else tuple(out.get(theme.id, ())),
                title=theme.title,
            )
        )
    return found


def _fingerprint(comments: Sequence[CommentText], known: Sequence[KnownTheme]) -> str:
    read = [[c.id, sha256_of(c.text), c.clause, c.language, c.position, c.person] for c in comments]
    decided = [
        [k.id, list(k.comment_ids), k.clause, k.kept, list(k.pinned), list(k.moved_out)] for k in known
    ]
    return sha256_of({"comments": read, "known": decided})


def _note_run(
    session: Session,
    draft_id: int,
    found: Suggestion,
    basis: Basis,
    *,
    names: tuple[str, str],
    now: datetime,
) -> ThemeRun:
    run = ThemeRun(
        draft_id=draft_id,
        made_at=now,
        summarizer=names[0],
        model=names[1],
        parameters={"full_run_share": FULL_RUN},
        code_version=version("mashwara"),
        input_sha256=basis.input_sha256,
        comments=found.comments,
        distinct_texts=found.distinct,
        frame=found.frame.to_bytes() if found.frame is not None else None,
        campaigns=[
            {
                "comment_ids": _numbers(group.comment_ids),
                "distinct": group.distinct,
                "letter": _numbers([group.letter_id])[0],
                "people": group.people,
                "own_additions": _numbers(group.own_additions),
            }
            for group in found.campaigns
        ],
        unassigned=_numbers(found.unassigned),
    )
    session.add(run)
    session.flush()
    return run


def _store(session: Session, run: ThemeRun, found: Suggestion) -> None:
    """Continue, add and drop themes; a dropped one that was written about is only taken away."""
    clause_ids = dict(
        session.execute(select(Clause.eid, Clause.id).where(Clause.draft_id == run.draft_id)).all()
    )
    scopes: list[tuple[int | None, Sequence[CandidateTheme]]] = [(None, found.themes)]
    scopes += [(clause_ids[eid], own) for eid, own in found.clauses]
    stays: set[int] = set()
    session.execute(update(Theme).where(Theme.draft_id == run.draft_id).values(centroid=None))
    for clause_id, own in scopes:
        for ordinal, theme in enumerate(own):
            stays.add(_store_theme(session, run, clause_id, ordinal, theme))
    dropped = session.scalars(
        select(Theme.id).where(
            Theme.draft_id == run.draft_id,
            Theme.status == "candidate",
            Theme.kept.is_(False),
            Theme.retired_at.is_(None),
            Theme.kind == "theme",
            Theme.id.not_in(stays),
        )
    ).all()
    _drop(session, dropped, run.made_at)


def _drop(session: Session, dropped: Sequence[int], now: datetime) -> None:
    asked = set(session.scalars(select(PromptLog.theme_id).where(PromptLog.theme_id.in_(dropped))))
    decided = set(
        session.scalars(select(ThemeExclusion.theme_id).where(ThemeExclusion.theme_id.in_(dropped)))
    )
    session.execute(update(Theme).where(Theme.id.in_(asked | decided)).values(retired_at=now))
    gone = [one for one in dropped if one not in asked | decided]
    session.execute(delete(ThemeMember).where(ThemeMember.theme_id.in_(gone)))
    session.execute(delete(Theme).where(Theme.id.in_(gone)))


def _store_theme(
    session: Session, run: ThemeRun, clause_id: int | None, ordinal: int, found: CandidateTheme
) -> int:
    """One theme of the run: the one it continues with its new members, or a new one; its key."""
    earlier = session.get(Theme, theme_number(found.continues)) if found.continues else None
    centroid = found.centroid.astype(np.float32).tobytes() if found.centroid.size else None
    if earlier is None:
        earlier = Theme(
            draft_id=run.draft_id, clause_id=clause_id, status="candidate", kind="theme", origin="machine"
        )
        _say(session, earlier, found)
        session.add(earlier)
    elif not earlier.kept and not earlier.names:
        _say(session, earlier, found)
    else:
        _quote(earlier, found)
    earlier.run_id, earlier.ordinal, earlier.centroid = run.id, ordinal, centroid
    session.flush()
    _set_members(session, earlier.id, _numbers(found.comment_ids))
    return earlier.id


def _say(session: Session, theme: Theme, found: CandidateTheme) -> None:
    """The machine's title and words."""
    titled = _numbers([found.title_comment_id])[0]
    theme.title = theme.machine_title = found.title
    theme.title_comment_id = titled
    theme.language = session.execute(select(Comment.language).where(Comment.id == titled)).scalar_one()
    _quote(theme, found)


def _quote(theme: Theme, found: CandidateTheme) -> None:
    theme.keyphrases = list(found.keyphrases)
    theme.quotes = [{"comment": _numbers([q.comment_id])[0], "text": q.text} for q in found.quotes]


def _set_members(session: Session, key: int, numbers: Sequence[int]) -> None:
    """The members that the run found; those that a reviewer put there stay, also unpublished ones."""
    by_hand = set(
        session.scalars(
            select(ThemeMember.comment_id).where(ThemeMember.theme_id == key, ThemeMember.by == "human")
        )
    )
    session.execute(delete(ThemeMember).where(ThemeMember.theme_id == key, ThemeMember.by == "machine"))
    new = [{"theme_id": key, "comment_id": n, "by": "machine"} for n in numbers if n not in by_hand]
    if new:
        session.execute(insert(ThemeMember), new)


def last(session: Session, draft_id: int) -> ThemeRun | None:
    """The newest run over a draft."""
    return session.scalar(
        select(ThemeRun).where(ThemeRun.draft_id == draft_id).order_by(ThemeRun.id.desc()).limit(1)
    )


def _numbers(ids: Sequence[str]) -> list[int]:
    return [number for i in ids if (number := comment_number(i)) is not None]
