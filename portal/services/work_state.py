"""How officials' work on comments stands, for the audit record to hash before and after an act."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import Assignment, Tag, Tagging
from portal.services.canonical import timestamp


def tasks(session: Session, numbers: Sequence[int]) -> dict[int, list[object]]:
    """Whose each of these comments is, until which day, and who gave it; those of nobody are left out."""
    rows = session.execute(
        select(
            Assignment.comment_id, Assignment.reviewer_id, Assignment.due_on, Assignment.assigned_by
        ).where(Assignment.comment_id.in_(numbers))
    )
    return {row[0]: [row[1], str(row[2]) if row[2] else None, row[3]] for row in rows}


def tags(session: Session, numbers: Sequence[int]) -> dict[int, list[int]]:
    """The keys of the tags on each of these comments."""
    found: dict[int, list[int]] = {number: [] for number in numbers}
    rows = session.execute(
        select(Tagging.comment_id, Tagging.tag_id)
        .where(Tagging.comment_id.in_(numbers))
        .order_by(Tagging.comment_id, Tagging.tag_id)
    )
    for number, key in rows:
        found[number].append(key)
    return found


def line(tag: Tag) -> dict[str, str | None]:
    """A line of the codebook as the record hashes it."""
    retired = timestamp(tag.retired_at) if tag.retired_at else None
    return {"name": tag.name, "meaning": tag.meaning, "retired_at": retired}
