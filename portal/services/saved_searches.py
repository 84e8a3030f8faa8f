"""Searches under a name: what was asked, and what is new in it since its owner looked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from portal.errors import Conflict, InvalidInput, NotFound
from portal.models import Comment, Consultation, SavedSearch
from portal.services.acting import By
from portal.services.texts import clean, exceeds, fault

LONGEST_NAME = 80
MOST = 50


@dataclass(frozen=True)
class SavedRow:
    """One saved search; `seen_up_to`: comments with a higher number came after its owner looked."""

    id: int
    name: str
    asked: Mapping[str, str]
    made_at: datetime
    looked_at: datetime
    seen_up_to: int


def save(session: Session, slug: str, *, name: str, asked: Mapping[str, str], by: By) -> None:
    """Keep what was asked under a name. Raises InvalidInput, Conflict (the name is taken, or too many)."""
    called = clean(name).strip()
    key = fault(called) or (None if called else "error.saved.name")
    if key is None and (exceeds(called, LONGEST_NAME) or "\n" in called):
        key = "error.saved.name_long"
    if key is not None:
        raise InvalidInput({"name": [key]})
    held = listing(session, slug, by.reviewer_id)
    if len(held) >= MOST:
        raise Conflict("error.conflict.saved_many")
    if any(row.name.casefold() == called.casefold() for row in held):
        raise Conflict("error.conflict.saved")
    kept = {name: value for name, value in asked.items() if value and name not in ("cursor", "consultation")}
    session.add(
        SavedSearch(
            reviewer_id=by.reviewer_id,
            consultation_id=_consultation(session, slug),
            name=called,
            asked=kept,
            made_at=by.now,
            looked_at=by.now,
            seen_up_to=newest(session),
        )
    )


def listing(session: Session, slug: str, reviewer_id: int) -> tuple[SavedRow, ...]:
    """An official's searches in a consultation, by name."""
    rows = session.scalars(
        select(SavedSearch)
        .join(Consultation, Consultation.id == SavedSearch.consultation_id)
        .where(Consultation.slug == slug, SavedSearch.reviewer_id == reviewer_id)
        .order_by(SavedSearch.name)
    )
    return tuple(_row(row) for row in rows)


def look(session: Session, saved_id: int, *, by: By) -> tuple[str, SavedRow]:
    """Its owner looks: from now on only what comes later is new. (consultation, the search as it was)."""
    row = _own(session, saved_id, by.reviewer_id)
    slug = session.get_one(Consultation, row.consultation_id).slug
    before = _row(row)
    row.looked_at, row.seen_up_to = by.now, newest(session)
    return slug, before


def remove(session: Session, saved_id: int, *, by: By) -> None:
    """Forget a search. Raises NotFound."""
    row = _own(session, saved_id, by.reviewer_id)
    session.execute(delete(SavedSearch).where(SavedSearch.id == row.id))


def newest(session: Session) -> int:
    """The highest comment number there is."""
    return session.execute(select(func.max(Comment.id))).scalar_one() or 0


def _own(session: Session, saved_id: int, reviewer_id: int) -> SavedSearch:
    row = session.get(SavedSearch, saved_id)
    if row is None or row.reviewer_id != reviewer_id:
        raise NotFound("error.not_found.saved")
    return row


def _consultation(session: Session, slug: str) -> int:
    found = session.scalar(select(Consultation.id).where(Consultation.slug == slug))
    if found is None:
        raise NotFound("error.not_found.consultation")
    return found


def _row(row: SavedSearch) -> SavedRow:
    return SavedRow(row.id, row.name, row.asked, row.made_at, row.looked_at, row.seen_up_to)
