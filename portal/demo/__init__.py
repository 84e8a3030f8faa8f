"""The demonstration: invented comments on the shipped draft, loaded by the import that letters use."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from portal.errors import Conflict
from portal.models import Submission
from portal.models.database import Database, Session
from portal.services import importing

FILE = Path(__file__).parent / "comments.jsonl"
OPENED_BEFORE = timedelta(days=21)
"""The demonstration's comments came in the three weeks before its first start."""
_AGE = re.compile(r"-P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?")


def is_loaded(session: Session) -> bool:
    """Whether the demonstration is in this database. Raises Conflict where only real submissions are."""
    if session.scalar(select(Submission.id).where(Submission.demonstration).limit(1)) is not None:
        return True
    if session.scalar(select(Submission.id).limit(1)) is not None:
        raise Conflict("error.conflict.demonstration")
    return False


def load(
    database: Database,
    *,
    slug: str,
    version: str,
    secret_key: str,
    now: datetime,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Load the comments, dated relative to `now`; how many. Nothing the second time."""
    rows = importing.read_json_lines(FILE.read_text(encoding="utf-8"))
    dated = [(line, {**row, "received_at": _moment(row["received_at"], now)}) for line, row in rows if row]
    with database.write() as session:
        if is_loaded(session):
            return 0
        importing.import_rows(
            session,
            dated,
            slug=slug,
            version=version,
            channel="web",
            secret_key=secret_key,
            now=now,
            demonstration=True,
            progress=progress,
        )
    return len(dated)


def _moment(age: str, now: datetime) -> str:
    """ "-P13DT4H20M" before now, as RFC 3339."""
    found = _AGE.fullmatch(age)
    if found is None:
        raise ValueError(f"not an age: {age}")
    days, hours, minutes = (int(part or 0) for part in found.groups())
    return (now - timedelta(days=days, hours=hours, minutes=minutes)).isoformat()
