"""What waits for officials in one draft, and how far the machine is behind: plain figures for one page."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.models import Assignment, Clause, Comment, Concern, Draft, Job, Reviewer, Submission, ThemeRun
from portal.services import appeals, concerns, consultations, jobs
from portal.services.identifiers import comment_id, official_name
from portal.services.rows import Text
from portal.words import PAKISTAN

ON_PAPER = ("letter", "email", "meeting", "bulk")
KINDS = (jobs.INDEX, jobs.MAIL, jobs.THEMES, jobs.REPORT, jobs.REBUILD)
SOON = timedelta(days=3)
GIVEN_UP_FOR = timedelta(days=30)
MOST_CLAUSES = 10
MOST_TASKS = 50


@dataclass(frozen=True)
class Waiting:
    """Comments that wait for one kind of decision; `oldest`: since when the first of them does."""

    kind: str
    """pending, on_paper (those of them that came by letter or in bulk), appeals or reported."""
    count: int
    oldest: datetime | None


@dataclass(frozen=True)
class ClauseWaiting:
    """How many comments on a clause wait to be read; without an eId: on the draft as a whole."""

    eid: str | None
    number: str | None
    heading: Text
    count: int


@dataclass(frozen=True)
class Task:
    """A comment that somebody was given. `when`: overdue, soon, later or none (no day was set)."""

    comment: str
    who: str
    due_on: date | None
    when: str


@dataclass(frozen=True)
class Promised:
    """Open promises of one kind: how many, since when, how many failed so far, and why the last did."""

    kind: str
    open: int
    oldest: datetime | None
    failing: int
    fault: str | None


@dataclass(frozen=True)
class LastRun:
    """The newest run over the draft's comments, and how many were received after it."""

    at: datetime
    comments: int
    since: int


@dataclass(frozen=True)
class Disk:
    """Bytes of the disk that holds the data dir."""

    free: int
    total: int


@dataclass(frozen=True)
class Overview:
    """Everything on the page. `behind`: index promises not in the index; None: it is being rebuilt.

    `mails_given_up`: messages of the last thirty days that no mail server took and nobody tries any more.
    """

    waiting: tuple[Waiting, ...]
    clauses: tuple[ClauseWaiting, ...]
    mine: tuple[Task, ...]
    due: tuple[Task, ...]
    promised: tuple[Promised, ...]
    mails_given_up: int
    behind: int | None
    last_run: LastRun | None
    disk: Disk


def gather(
    session: Session,
    draft: Draft,
    *,
    reviewer_id: int,
    applied: int | None,
    disk: Disk,
    now: datetime,
) -> Overview:
    """The figures as they are now. `applied`: the newest promise in the index; None: it cannot be read."""
    today = now.astimezone(PAKISTAN).date()
    tasks = _tasks(session, draft.id, today)
    return Overview(
        waiting=_waiting(session, draft.id),
        clauses=_clauses(session, draft.id),
        mine=tuple(task for number, task in tasks if number == reviewer_id)[:MOST_TASKS],
        due=tuple(task for _, task in tasks if task.when in ("overdue", "soon"))[:MOST_TASKS],
        promised=tuple(_promised(session, kind) for kind in KINDS),
        mails_given_up=jobs.given_up(session, jobs.MAIL, since=now - GIVEN_UP_FOR),
        behind=None if applied is None else _behind(session, applied),
        last_run=_last_run(session, draft.id),
        disk=disk,
    )


def disk_of(folder: Path) -> Disk:
    """The disk that holds a folder."""
    usage = shutil.disk_usage(folder)
    return Disk(usage.free, usage.total)


def _waiting(session: Session, draft_id: int) -> tuple[Waiting, ...]:
    pending = select(func.count(Comment.id), func.min(Comment.received_at)).where(
        Comment.draft_id == draft_id, Comment.status == "pending"
    )
    on_paper = pending.join(Submission, Submission.id == Comment.submission_id).where(
        Submission.channel.in_(ON_PAPER)
    )
    objections, _ = appeals.waiting(session, draft_id, limit=1)
    reported = session.scalar(
        select(func.min(Concern.at))
        .join(Comment, Comment.id == Concern.comment_id)
        .where(Comment.draft_id == draft_id, Comment.status == "published", Concern.closed_at.is_(None))
    )
    return (
        Waiting("pending", *session.execute(pending).one()),
        Waiting("on_paper", *session.execute(on_paper).one()),
        Waiting("appeals", appeals.count(session, draft_id), objections[0].appeal.at if objections else None),
        Waiting("reported", concerns.count(session, draft_id), reported),
    )


def _clauses(session: Session, draft_id: int) -> tuple[ClauseWaiting, ...]:
    """The clauses with most comments to read."""
    headings: Mapping[str, Text] = consultations.headings_of(session, draft_id)
    rows = session.execute(
        select(Clause.eid, Clause.number, func.count(Comment.id).label("waiting"))
        .select_from(Comment)
        .outerjoin(Clause, Clause.id == Comment.clause_id)
        .where(Comment.draft_id == draft_id, Comment.status == "pending")
        .group_by(Clause.id)
        .order_by(func.count(Comment.id).desc(), Clause.ordinal)
        .limit(MOST_CLAUSES)
    )
    return tuple(
        ClauseWaiting(row.eid, row.number, headings.get(row.eid, {}) if row.eid else {}, row.waiting)
        for row in rows
    )


def _tasks(session: Session, draft_id: int, today: date) -> list[tuple[int, Task]]:
    """(official, what they were given), the nearest day first."""
    rows = session.execute(
        select(Assignment.comment_id, Assignment.due_on, Assignment.reviewer_id, Reviewer.email)
        .join(Comment, Comment.id == Assignment.comment_id)
        .join(Reviewer, Reviewer.id == Assignment.reviewer_id)
        .where(Comment.draft_id == draft_id)
        .order_by(Assignment.due_on.is_(None), Assignment.due_on, Assignment.comment_id)
    )
    return [
        (
            row.reviewer_id,
            Task(
                comment_id(row.comment_id),
                official_name(row.email),
                row.due_on,
                _when(row.due_on, today),
            ),
        )
        for row in rows
    ]


def _when(due_on: date | None, today: date) -> str:
    if due_on is None:
        return "none"
    if due_on < today:
        return "overdue"
    return "soon" if due_on <= today + SOON else "later"


def _promised(session: Session, kind: str) -> Promised:
    is_open = (Job.kept_at.is_(None), Job.kind == kind)
    count, oldest = session.execute(
        select(func.count(Job.id), func.min(Job.promised_at)).where(*is_open)
    ).one()
    failed = (*is_open, Job.last_error.is_not(None))
    failing = session.scalar(select(func.count(Job.id)).where(*failed)) or 0
    fault = session.scalar(select(Job.last_error).where(*failed).order_by(Job.id.desc()).limit(1))
    return Promised(kind, count, oldest, failing, fault)


def _behind(session: Session, applied: int) -> int:
    query = select(func.count(Job.id)).where(Job.kept_at.is_(None), Job.kind == jobs.INDEX, Job.id > applied)
    return session.execute(query).scalar_one()


def _last_run(session: Session, draft_id: int) -> LastRun | None:
    run = session.execute(
        select(ThemeRun.made_at, ThemeRun.comments)
        .where(ThemeRun.draft_id == draft_id)
        .order_by(ThemeRun.id.desc())
        .limit(1)
    ).one_or_none()
    if run is None:
        return None
    later = select(func.count(Comment.id)).where(
        Comment.draft_id == draft_id, Comment.status == "published", Comment.posted_at > run.made_at
    )
    return LastRun(run.made_at, run.comments, session.execute(later).scalar_one())
