"""Opening, extending and closing a consultation, and the line on top of its pages: each one act on record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.errors import Conflict, InvalidInput
from portal.models import Consultation, Extension, Submission
from portal.services import audit, consultations, jobs
from portal.services.canonical import sha256_of, timestamp
from portal.services.rows import LANGUAGES, Text
from portal.services.texts import clean, line_fault
from portal.words import PAKISTAN

LONGEST_BANNER = 300
LONGEST_REASON = 500
LAST_YEAR = 2199
"""A closing day after it is a slip of the pen."""


@dataclass(frozen=True)
class Actor:
    """Who changes a consultation, when, and what it looked like to them (None: as it is now).

    `name`: command or reviewer:<id>. `seen`: the mark that the form carried.
    """

    name: str
    now: datetime
    seen: str | None = None


@dataclass(frozen=True)
class ExtensionRow:
    """One extension, as everybody may read it."""

    at: datetime
    closed_at: datetime
    """When it would have closed."""
    closes_at: datetime
    reason: Text


@dataclass(frozen=True)
class Steered:
    """What officials can change of a consultation. `phase`: early, open or closed."""

    slug: str
    title: Text
    opens_at: datetime
    closes_at: datetime
    banner: Text
    phase: str
    received: bool
    """Whether comments were received: the opening cannot be moved any more."""
    seen: str
    """Mark of what this shows; an act that carries an older one is refused."""
    extensions: tuple[ExtensionRow, ...]


def get(session: Session, slug: str, *, now: datetime) -> Steered:
    """A consultation as it can be changed. Raises NotFound."""
    row = consultations.find(session, slug)
    return Steered(
        slug=row.slug,
        title=row.title,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        banner=row.banner,
        phase=_phase(row, now),
        received=_has_received(session, row.id),
        seen=_mark(row),
        extensions=extensions(session, slug),
    )


def extensions(session: Session, slug: str) -> tuple[ExtensionRow, ...]:
    """Every extension of a consultation, oldest first."""
    rows = session.scalars(
        select(Extension)
        .join(Consultation, Consultation.id == Extension.consultation_id)
        .where(Consultation.slug == slug)
        .order_by(Extension.id)
    )
    return tuple(ExtensionRow(row.at, row.closed_at, row.closes_at, row.reason) for row in rows)


def open(session: Session, slug: str, *, opens_at: datetime | None, by: Actor) -> None:
    """Let it open at a later moment, or (None) now. Raises NotFound, InvalidInput, Conflict.

    A consultation that is open already can be moved as long as nobody has sent anything.
    """
    row, before = _found(session, slug, by)
    if _phase(row, by.now) != "early" and _has_received(session, row.id):
        raise Conflict("error.conflict.opened")
    opening = opens_at or by.now
    if opening < by.now:
        raise InvalidInput({"opens_on": ["error.opens_on.past"]})
    if opening >= row.closes_at:
        raise InvalidInput({"opens_on": ["error.opens_on.after_closing"]})
    row.opens_at = opening
    _record(session, row, "open", by, before=before, opens_at=timestamp(opening))


def extend(session: Session, slug: str, *, closes_at: datetime, reason: Mapping[str, str], by: Actor) -> None:
    """Let it close later, for a reason that everybody reads; one that has closed opens again.

    Raises NotFound, InvalidInput, Conflict.
    """
    row, before = _found(session, slug, by)
    said, problems = _lines(reason, "reason", LONGEST_REASON)
    if not said and not problems:
        problems["reason_en"] = ["error.extension.reason"]
    if closes_at <= max(row.closes_at, by.now):
        problems["closes_on"] = ["error.closes_on.not_later"]
    elif closes_at.astimezone(PAKISTAN).year > LAST_YEAR:
        problems["closes_on"] = ["error.closes_on.far"]
    if problems:
        raise InvalidInput(problems)
    session.add(
        Extension(
            consultation_id=row.id, at=by.now, closed_at=row.closes_at, closes_at=closes_at, reason=said
        )
    )
    row.closes_at = closes_at
    _record(session, row, "extend", by, before=before, closes_at=timestamp(closes_at))


def close(session: Session, slug: str, *, confirm: str, by: Actor) -> None:
    """Close an open consultation now. `confirm`: its name, typed. Raises NotFound, InvalidInput, Conflict."""
    row, before = _found(session, slug, by)
    if _phase(row, by.now) != "open":
        raise Conflict("error.conflict.not_open")
    if confirm.strip().lower() != row.slug:
        raise InvalidInput({"confirm": ["error.confirm.slug"]})
    row.closes_at = by.now
    _record(session, row, "close", by, before=before, closes_at=timestamp(by.now))


def set_banner(session: Session, slug: str, *, banner: Mapping[str, str], by: Actor) -> None:
    """Show a line on top of the public pages, or none where it is empty. Raises as the others do."""
    row, before = _found(session, slug, by)
    said, problems = _lines(banner, "banner", LONGEST_BANNER)
    if problems:
        raise InvalidInput(problems)
    row.banner = said
    _record(session, row, "banner", by, before=before, languages=sorted(said))


def _found(session: Session, slug: str, by: Actor) -> tuple[Consultation, dict[str, Any]]:
    """The consultation and its state. Raises NotFound; Conflict where it is not what was seen."""
    row = consultations.find(session, slug)
    if by.seen is not None and by.seen != _mark(row):
        raise Conflict("error.conflict.steered")
    return row, _state(row)


def _state(row: Consultation) -> dict[str, Any]:
    opens_at, closes_at = timestamp(row.opens_at), timestamp(row.closes_at)
    return {"opens_at": opens_at, "closes_at": closes_at, "banner": dict(row.banner)}


def _mark(row: Consultation) -> str:
    return sha256_of(_state(row))


def _phase(row: Consultation, now: datetime) -> str:
    if consultations.is_open(row, now):
        return "open"
    return "early" if now < row.opens_at else "closed"


def _has_received(session: Session, consultation_id: int) -> bool:
    query = select(Submission.id).where(Submission.consultation_id == consultation_id).limit(1)
    return session.scalar(query) is not None


def _lines(texts: Mapping[str, str], name: str, longest: int) -> tuple[dict[str, str], dict[str, list[str]]]:
    """The lines that are not empty, by language, and what is wrong with them, by field: banner_ur."""
    said = {language: clean(texts.get(language, "")).strip() for language in LANGUAGES}
    problems = {
        f"{name}_{language}": [key]
        for language, line in said.items()
        if (key := line_fault(line, longest, name)) is not None
    }
    return {language: line for language, line in said.items() if line}, problems


def _record(
    session: Session, row: Consultation, act: str, by: Actor, *, before: Mapping[str, Any], **details: Any
) -> None:
    """One audit record; and a promise, for what is promised makes every kept page of it old."""
    session.flush()
    subject = f"consultation/{row.slug}"
    proof = audit.change(before, _state(row))
    audit.record(
        session, f"consultations.{act}", subject, actor=by.name, now=by.now, details={**details, **proof}
    )
    jobs.promise(session, jobs.INDEX, {"consultation": row.slug}, now=by.now)
