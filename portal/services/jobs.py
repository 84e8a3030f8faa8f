"""Promises of later work, made in the transaction that needs them and kept by the worker at least once."""

from __future__ import annotations

from dataclasses import dataclass
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
_JOBS = table_of(Job)
_LARGEST_POWER = 30


@dataclass(frozen=True)
class Patience:
    """How a job that fails is tried again: after two seconds, then twice as long each time."""

    longest: timedelta
    """The longest pause."""
    limit: timedelta | None = None
    """All pauses together, after which it is given up; None: it never is."""

    def pause(self, attempts: int) -> timedelta:
        """How long to wait after so many failed attempts."""
        return min(timedelta(seconds=2 ** min(attempts, _LARGEST_POWER)), self.longest)

    def is_over(self, attempts: int) -> bool:
        """Whether the pauses between so many attempts have reached the limit."""
        if self.limit is None:
            return False
        return sum((self.pause(n) for n in range(1, attempts)), timedelta()) >= self.limit


AS_LONG_AS_IT_TAKES = Patience(timedelta(minutes=10))


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


def put_off(
    session: Session,
    job_id: int,
    error: str,
    *,
    patience: Patience = AS_LONG_AS_IT_TAKES,
    now: datetime,
) -> bool:
    """Note a failed attempt; whether there will be another. Where patience is over, the job is given up."""
    attempts = session.execute(select(Job.attempts).where(Job.id == job_id)).scalar_one() + 1
    if patience.is_over(attempts):
        give_up(session, job_id, error, now=now)
        return False
    session.execute(
        update(Job)
        .where(Job.id == job_id)
        .values(attempts=attempts, last_error=error[:500], not_before=now + patience.pause(attempts))
    )
    return True


def postpone(session: Session, job_id: int, error: str, *, pause: timedelta, now: datetime) -> None:
    """Note that a job cannot be tried for now, for a reason that is not its own: no attempt is counted."""
    session.execute(
        update(Job).where(Job.id == job_id).values(last_error=error[:500], not_before=now + pause)
    )


def give_up(session: Session, job_id: int, error: str, *, now: datetime) -> None:
    """Note a last failed attempt: the job is over, and was not done."""
    session.execute(
        update(Job)
        .where(Job.id == job_id, Job.kept_at.is_(None))
        .values(attempts=Job.attempts + 1, last_error=error[:500], kept_at=now, given_up_at=now)
    )


def given_up(session: Session, kind: str, *, since: datetime) -> int:
    """How many jobs of a kind were given up since then."""
    query = select(func.count(Job.id)).where(Job.given_up_at >= since, Job.kind == kind)
    return session.execute(query).scalar_one()


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
