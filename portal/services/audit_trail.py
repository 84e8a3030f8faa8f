"""Reading the audit records: narrowed by act, actor, subject and days; newest first, or as a table."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, cast

from sqlalchemy import Select, String, func, select, type_coerce
from sqlalchemy.orm import Session

from portal.models import AuditRecord, Reviewer, table_of
from portal.services import cursors
from portal.services.canonical import canonical_json
from portal.services.identifiers import comment_id, comment_number, official_name
from portal.services.themes import theme_id
from portal.words import PAKISTAN

COLUMNS = ("number", "at", "actor", "act", "subject", "details", "previous_sha256", "sha256")
_STORED = tuple(type_coerce(one, String).label(one.name) for one in table_of(AuditRecord).c)
"""The columns as the database holds them: a record that somebody spoilt is shown like the others."""
_ACTOR = re.compile(r"citizen|system|command|reviewer:\d{1,18}")
_THEME = re.compile(r"T-(\d{1,18})", re.IGNORECASE)


@dataclass(frozen=True)
class Asked:
    """Which records are asked for; empty and None: all. Days are days in Pakistan, both included."""

    act: str = ""
    actor: str = ""
    subject: str = ""
    first: date | None = None
    last: date | None = None

    def __bool__(self) -> bool:
        return self != Asked()


@dataclass(frozen=True)
class RecordRow:
    """One record. `who`: the name of the official who acted; None for citizens, commands and the portal."""

    number: int
    at: datetime | None
    """None where what is stored is no moment."""
    actor: str
    who: str | None
    act: str
    subject: str
    name: str
    """What the subject is called: C-0012, T-0003, an official's name, national-ai-policy/v1."""
    place: str
    """Where it stands, below the language: desk/comments/C-0012; empty: nowhere."""
    details: Mapping[str, Any]
    """As "details" where what is stored is none of ours."""
    previous_sha256: str
    sha256: str


def find(
    session: Session, asked: Asked, *, limit: int, cursor: str | None = None
) -> tuple[tuple[RecordRow, ...], str | None]:
    """A page of records, newest first, and where the next one begins. Raises InvalidInput."""
    query = _narrowed(asked)
    if cursor is not None:
        query = query.where(AuditRecord.id < cursors.decode(cursor)[1])
    rows = session.execute(query.order_by(AuditRecord.id.desc()).limit(limit + 1)).all()
    names = officials(session)
    following = None
    if len(rows) > limit:
        last = rows[limit - 1]
        following = cursors.encode(_moment(last.at) or datetime.fromtimestamp(0, UTC), int(last.id))
    return tuple(_row(record, names) for record in rows[:limit]), following


def count(session: Session, asked: Asked) -> int:
    """How many records are asked for."""
    return session.execute(select(func.count()).select_from(_narrowed(asked).subquery())).scalar_one()


def batch(session: Session, asked: Asked, *, after: int, limit: int) -> list[tuple[str, ...]]:
    """The next records as rows of a table, in the order of the chain; `after`: the number of the last one."""
    query = _narrowed(asked).where(AuditRecord.id > after).order_by(AuditRecord.id).limit(limit)
    return [
        (
            str(row.id),
            at.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if (at := _moment(row.at)) else str(row.at),
            row.actor,
            row.act,
            row.subject,
            str(row.details)
            if (own := _details(row.details)) is None
            else canonical_json(own).decode("utf-8"),
            row.previous_sha256,
            row.sha256,
        )
        for row in session.execute(query)
    ]


def acts(session: Session) -> tuple[str, ...]:
    """Every act that stands in the records, by name."""
    return tuple(session.scalars(select(AuditRecord.act).distinct().order_by(AuditRecord.act)))


def officials(session: Session) -> dict[str, str]:
    """Every official's name, by actor: {"reviewer:1": "amina"}."""
    rows = session.execute(select(Reviewer.id, Reviewer.email).order_by(Reviewer.id))
    return {f"reviewer:{number}": official_name(email) for number, email in rows}


def subject_of(written: str) -> str:
    """A subject as the records name it, from what an official types: C-0012 is comment/12."""
    typed = written.strip()
    if (number := comment_number(typed)) is not None:
        return f"comment/{number}"
    theme = _THEME.fullmatch(typed)
    return f"theme/{int(theme[1])}" if theme else typed


def actor_of(written: str) -> str:
    """An actor as the records name it; empty for what is none."""
    return written if _ACTOR.fullmatch(written) else ""


def _narrowed(asked: Asked) -> Select[Any]:
    query = cast("Select[Any]", select(*_STORED))
    if asked.act:
        query = query.where(AuditRecord.act == asked.act)
    if asked.actor:
        query = query.where(AuditRecord.actor == asked.actor)
    if asked.subject:
        query = query.where(AuditRecord.subject == asked.subject)
    if asked.first:
        query = query.where(AuditRecord.at >= _midnight(asked.first))
    if asked.last:
        query = query.where(AuditRecord.at < _midnight(asked.last + timedelta(days=1)))
    return query


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), PAKISTAN)


def _moment(stored: Any) -> datetime | None:
    try:
        return datetime.strptime(stored, "%Y-%m-%d %H:%M:%S.%f").replace(tzinfo=UTC)
    except (TypeError, ValueError):
        return None


def _details(stored: Any) -> dict[str, Any] | None:
    """What a record says besides, None where what is stored is none of ours."""
    try:
        details = json.loads(stored)
    except (TypeError, ValueError):
        return None
    return details if isinstance(details, dict) else None


def _row(record: Any, names: Mapping[str, str]) -> RecordRow:
    details = _details(record.details)
    name, place = _named(record.subject, names)
    return RecordRow(
        number=int(record.id),
        at=_moment(record.at),
        actor=record.actor,
        who=names.get(record.actor) or _unknown(record.actor),
        act=record.act,
        subject=record.subject,
        name=name,
        place=place,
        details={"details": str(record.details)} if details is None else details,
        previous_sha256=record.previous_sha256,
        sha256=record.sha256,
    )


def _unknown(actor: str) -> str | None:
    """An official whom the database does not know any more keeps the number."""
    return actor if actor.startswith("reviewer:") else None


def _named(subject: str, names: Mapping[str, str]) -> tuple[str, str]:
    kind, _, rest = subject.partition("/")
    number = int(rest) if rest.isascii() and rest.isdigit() and len(rest) < 19 else None
    if kind == "comment" and number is not None:
        return comment_id(number), f"desk/comments/{comment_id(number)}"
    if kind == "theme" and number is not None:
        return theme_id(number), f"desk/themes/{theme_id(number)}"
    if kind == "reviewer" and number is not None:
        return names.get(f"reviewer:{number}", subject), ""
    if kind == "consultation":
        return rest, f"{rest}/"
    return subject, ""
