"""The audit chain: every act that changes something adds a record that names the hash of the one before."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from portal.models import AuditRecord, table_of
from portal.models.database import connection_of
from portal.models.prepared import add_rows, first_row
from portal.services.canonical import sha256_of, timestamp

FIRST = "0" * 64
_RECORDS = table_of(AuditRecord)
_LAST = select(_RECORDS.c.sha256).where(_RECORDS.c.id == select(func.max(_RECORDS.c.id)).scalar_subquery())


def record(
    session: Session,
    act: str,
    subject: str,
    *,
    actor: str,
    now: datetime,
    details: dict[str, Any] | None = None,
) -> None:
    """Append one record in the caller's transaction. No comment text and no address goes into `details`."""
    connection = connection_of(session)
    last = first_row(connection, _LAST, {})
    values = {
        "at": now,
        "actor": actor,
        "act": act,
        "subject": subject,
        "details": details or {},
        "previous_sha256": last["sha256"] if last else FIRST,
    }
    add_rows(connection, _RECORDS, [{**values, "sha256": _hash(values)}])


def check(session: Session) -> list[str]:
    """Walk the whole chain; one plain sentence for each record that does not fit."""
    problems = []
    previous = FIRST
    rows = session.execute(
        select(
            AuditRecord.id,
            AuditRecord.at,
            AuditRecord.actor,
            AuditRecord.act,
            AuditRecord.subject,
            AuditRecord.details,
            AuditRecord.previous_sha256,
            AuditRecord.sha256,
        ).order_by(AuditRecord.id)
    ).yield_per(1000)
    last = 0
    try:
        for row in rows:
            values = {k: v for k, v in row._mapping.items() if k not in ("id", "sha256")}
            if row.previous_sha256 != previous:
                problems.append(f"Audit record {row.id} does not follow the record before it.")
            if row.sha256 != _hash(values):
                problems.append(f"Audit record {row.id} was changed after it was written.")
            previous, last = row.sha256, row.id
    except (ValueError, TypeError):
        return [*problems, "Some audit records cannot be read: they were changed."]
    return problems + _missing_end(session, last)


def _missing_end(session: Session, last: int) -> list[str]:
    """Numbers are never given twice: SQLite remembers the highest one, also when its record is gone."""
    given = session.execute(
        text("SELECT seq FROM sqlite_sequence WHERE name = 'audit_record'")
    ).scalar_one_or_none()
    return [f"Audit records after number {last} are missing."] if (given or 0) > last else []


def _hash(values: dict[str, Any]) -> str:
    return sha256_of({**values, "at": timestamp(values["at"])})
