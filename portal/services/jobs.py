"""Promises of later work, made in the transaction that needs them and kept by the worker at least once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from portal.models import Job, table_of
from portal.models.database import connection_of
from portal.models.prepared import add_rows

INDEX = "index"
REBUILD = "rebuild"
THEMES = "themes"
REPORT = "report"
MAIL = "mail"
WITNESS = "witness"
LONGEST_PAUSE = timedelta(minutes=10)
_JOBS = table_of(Job)


def promise(session: Session, kind: str, payload: dict[str, Any], *, now: datetime) -> int:
    """Add one job to the caller's transaction; its number."""
    result: Any = connection_of(session).execute(insert(_JOBS), _row(kind, payload, now))
    return int(result.inserted_primary_key[0])


def promise_index(session: Session, comment_ids: list[int], *, now: datetime) -> None:
    """Promise that the index will hold these comments as they are after this transaction."""
    rows = [_row(INDEX, {"comment": comment_id}, now) for comment_id in comment_ids]
    add_rows(connection_of(session), _JOBS, rows)


def _row(kind: str, payload: dict[str, Any], now: datetime) -> dict[str, Any]:
    return {"kind": kind, "payload": payload, "promised_at": now, "not_before": now, "attempts": 0}


def due(session: Session, *, now: datetime, kinds: tuple[str, ...], limit: int = 1) -> list[Job]:
    """Open jobs of these kinds whose time has come, oldest first."""
    return list(
        session.scalars(
            select(Job)
            .where(Job.kept_at.is_(None), Job.kind.in_(kinds), Job.not_before <= now)
            .order_by(Job.id)
            .limit(limit)
        )
    )


def keep(session: Session, job_id: int, *, now: datetime) -> None:
    """Note that a job is done."""
    session.execute(update(Job).where(Job.id == job_id, Job.kept_at.is_(None)).values(kept_at=now))


def put_off(session: Session, job_id: int, error: str, *, now: datetime) -> None:
    """Note a failed attempt; the next one waits twice as long, at most ten minutes."""
    attempts = session.execute(select(Job.attempts).where(Job.id == job_id)).scalar_one() + 1
    pause = min(timedelta(seconds=2**attempts), LONGEST_PAUSE)
    session.execute(
        update(Job)
        .where(Job.id == job_id)
        .values(attempts=attempts, last_error=error[:500], not_before=now + pause)
    )


def newest(session: Session) -> int:
    """Number of the newest job of all, 0 where there is none: whatever changes a comment promises one."""
    return session.scalar(select(Job.id).order_by(Job.id.desc()).limit(1)) or 0


def last_index_job(session: Session) -> int:
    """Number of the newest index job, 0 where there is none."""
    return session.execute(select(func.max(Job.id)).where(Job.kind == INDEX)).scalar_one() or 0


def waiting(session: Session) -> int:
    """How many jobs are open."""
    return session.execute(select(func.count()).where(Job.kept_at.is_(None))).scalar_one()


def oldest_waiting(session: Session, *, now: datetime) -> int:
    """Age in whole seconds of the oldest open job, 0 where none is open."""
    oldest = session.execute(select(func.min(Job.promised_at)).where(Job.kept_at.is_(None))).scalar_one()
    return 0 if oldest is None else max(0, int((now - oldest).total_seconds()))
