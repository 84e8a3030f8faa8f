"""The audit chain: every act that changes something adds a record that names the hash of the one before."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Select, String, func, select, text, type_coerce
from sqlalchemy.orm import Session

from portal.errors import InvalidInput
from portal.models import AuditRecord, table_of
from portal.models.database import connection_of
from portal.models.prepared import add_rows, first_row
from portal.services.canonical import sha256_of, timestamp

FIRST = "0" * 64
_RECORDS = table_of(AuditRecord)
_LAST = select(_RECORDS.c.sha256).where(_RECORDS.c.id == select(func.max(_RECORDS.c.id)).scalar_subquery())
_STORED = tuple(type_coerce(column, String).label(column.name) for column in _RECORDS.c)
"""The columns as the database holds them, so that one record that cannot be read does not hide the others."""
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}")
_EXPECTED = re.compile(r"(\d{1,18}):([0-9a-f]{64})")


@dataclass(frozen=True)
class Newest:
    """The end of the chain: the number of the newest record, its hash."""

    number: int
    sha256: str


@dataclass(frozen=True)
class Break:
    """The first place where the chain does not hold.

    `kind`: changed (its content is not what was hashed), missing (records are gone), inserted (it was put
    between two that fit), replaced (it and the one before do not belong together), cut (records are gone at
    the end). `at` is empty where nobody can say any more when the record was made.
    """

    kind: str
    number: int
    at: str = ""
    last: int = 0
    """For missing and cut: the last number that is gone."""

    def __str__(self) -> str:
        when = f" of {self.at}" if self.at else ""
        gone = f"{self.number}" if self.last <= self.number else f"{self.number} to {self.last}"
        return {
            "changed": f"Audit record {self.number}{when} was changed after it was written.",
            "missing": f"Audit records are missing: {gone}.",
            "inserted": f"Audit record {self.number}{when} was inserted later.",
            "replaced": f"Audit record {self.number}{when} does not follow the one before: one was replaced.",
            "cut": f"Audit records are missing at the end: {gone}.",
        }[self.kind]


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


def change(before: Any, after: Any) -> dict[str, str]:
    """Details that prove what an act changed without telling it: hashes of the state before and after.

    States are what canonical JSON takes: texts, whole numbers, truth, lists and objects of them.
    """
    return {"before_sha256": sha256_of(before), "after_sha256": sha256_of(after)}


def newest(session: Session) -> Newest | None:
    """The newest record, None where there is none."""
    row = session.execute(
        select(AuditRecord.id, AuditRecord.sha256).order_by(AuditRecord.id.desc()).limit(1)
    ).one_or_none()
    return None if row is None else Newest(row.id, row.sha256)


def count(session: Session) -> int:
    """How many records the chain has."""
    return session.execute(select(func.count(AuditRecord.id))).scalar_one()


def check(session: Session, expected: Sequence[tuple[int, str]] = ()) -> list[str]:
    """What is wrong with the chain, in plain sentences: its first break, then expected hashes not found."""
    found = first_break(session)
    return ([str(found)] if found else []) + [
        sentence for number, digest in expected if (sentence := _unexpected(session, number, digest))
    ]


def expectation(written: str) -> tuple[int, str]:
    """NUMBER:HASH as it stands in the daily message. Raises InvalidInput."""
    found = _EXPECTED.fullmatch("".join(written.split()).lower())
    if found is None:
        raise InvalidInput({"expect": ["error.audit.expect"]})
    return int(found[1]), found[2]


def first_break(session: Session) -> Break | None:
    """Walk the chain up to the first record that does not fit; None where it holds from end to end."""
    before, previous, last = "", FIRST, 0
    for row in _stored(session):
        number = int(row.id)
        if row.sha256 != _hash_as_stored(row):
            return Break("changed", number, _told(row))
        if number != last + 1:
            return Break("missing", last + 1, last=number - 1)
        if row.previous_sha256 != previous:
            return _misfit(session, row, before, last)
        before, previous, last = previous, row.sha256, number
    return _cut(session, last)


def _stored(session: Session, number: int | None = None) -> Iterator[Any]:
    """Rows with the columns as text, in order; of one number where it is named."""
    query = cast("Select[Any]", select(*_STORED).order_by(_RECORDS.c.id))
    if number is not None:
        query = query.where(_RECORDS.c.id == number)
    yield from session.execute(query).yield_per(1000)


def _misfit(session: Session, row: Any, before: str, last: int) -> Break:
    """Which of two neighbours is the wrong one: a record put in leaves one behind it that fits without it."""
    if row.previous_sha256 == before:
        return Break("inserted", last, _told(next(_stored(session, last))))
    following = next(_stored(session, int(row.id) + 1), None)
    own = next(_stored(session, last), None)
    left_out = own.sha256 if own else FIRST
    inserted = following is not None and following.previous_sha256 == left_out
    return Break("inserted" if inserted else "replaced", int(row.id), _told(row))


def _cut(session: Session, last: int) -> Break | None:
    """Numbers are never given twice: SQLite remembers the highest one, also when its record is gone."""
    query = text("SELECT seq FROM sqlite_sequence WHERE name = 'audit_record'")
    given = int(session.scalar(query) or 0)
    return Break("cut", last + 1, last=given) if given > last else None


def _unexpected(session: Session, number: int, digest: str) -> str | None:
    found = session.scalar(select(AuditRecord.sha256).where(AuditRecord.id == number))
    if found is None:
        return f"Audit record {number}, whose hash was sent out, is missing."
    if found != digest:
        return f"Audit record {number} has another hash than was sent out: the chain was rewritten."
    return None


def _hash(values: dict[str, Any]) -> str:
    return sha256_of({**values, "at": timestamp(values["at"])})


def _hash_as_stored(row: Any) -> str:
    """The hash of a record as the database holds it; empty where that can be no record of ours."""
    try:
        details = json.loads(row.details)
        at = _rfc3339(row.at)
        return sha256_of(
            {
                "at": at,
                "actor": row.actor,
                "act": row.act,
                "subject": row.subject,
                "details": details,
                "previous_sha256": row.previous_sha256,
            }
        )
    except (ValueError, TypeError):
        return ""


def _rfc3339(stored: str) -> str:
    if not _MOMENT.fullmatch(stored):
        raise ValueError(stored)
    return f"{stored[:10]}T{stored[11:]}Z"


def _told(row: Any) -> str:
    """When a record says that it was made, to the second."""
    return f"{row.at[:19]} UTC" if isinstance(row.at, str) and _MOMENT.fullmatch(row.at) else ""
