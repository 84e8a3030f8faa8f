"""Words that are searched for together: the reviewed file, and the groups that admins added. No rebuild."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.errors import InvalidInput, NotFound
from portal.models import Reviewer, SynonymGroup
from portal.services import audit
from portal.services.acting import By
from portal.services.identifiers import official_name
from portal.services.texts import clean
from search_index.synonyms import BadGroup, Glossary, checked_group, glossary


@dataclass(frozen=True)
class GroupRow:
    """A group of words that an admin added."""

    id: int
    words: tuple[str, ...]
    by: str
    added_at: datetime


def in_force(session: Session) -> Glossary:
    """The reviewed groups with those that admins added: what every search uses from its next question on."""
    added = [checked_group(row.words) for row in listing(session)]
    return glossary().with_groups(added)


def listing(session: Session) -> tuple[GroupRow, ...]:
    """The added groups in force, oldest first."""
    rows = session.execute(
        select(SynonymGroup, Reviewer.email)
        .join(Reviewer, Reviewer.id == SynonymGroup.added_by)
        .where(SynonymGroup.removed_at.is_(None))
        .order_by(SynonymGroup.id)
    )
    return tuple(
        GroupRow(group.id, tuple(group.words), official_name(email), group.added_at) for group, email in rows
    )


def reviewed() -> Sequence[tuple[str, ...]]:
    """The groups of the reviewed file, as they stand there."""
    return [tuple(writing.text for writing in group) for group in glossary().groups]


def add(session: Session, typed: str, *, by: By) -> None:
    """Add a group, one word or phrase a line; one that is in force stays as it is. Raises InvalidInput."""
    lines = [line.strip() for line in clean(typed).split("\n") if line.strip()]
    try:
        group = checked_group(lines)
    except BadGroup as fault:
        raise InvalidInput({"words": [f"error.synonyms.{fault.code}"]}, word=fault.writing) from None
    words = [writing.text for writing in group]
    if tuple(words) in {row.words for row in listing(session)}:
        return
    made = SynonymGroup(words=words, added_by=by.reviewer_id, added_at=by.now)
    session.add(made)
    session.flush()
    subject = f"synonyms/{made.id}"
    details = {"words": words, **audit.change(None, words)}
    audit.record(session, "synonyms.add", subject, actor=by.actor, now=by.now, details=details)


def remove(session: Session, group_id: int, *, by: By) -> None:
    """Take a group out of force. Raises NotFound."""
    words = next((list(row.words) for row in listing(session) if row.id == group_id), None)
    if words is None:
        raise NotFound("error.not_found.synonyms")
    session.execute(update(SynonymGroup).where(SynonymGroup.id == group_id).values(removed_at=by.now))
    subject, proof = f"synonyms/{group_id}", audit.change(words, None)
    audit.record(session, "synonyms.remove", subject, actor=by.actor, now=by.now, details=proof)
