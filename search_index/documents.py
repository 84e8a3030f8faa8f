"""What is put into an index and what comes out of it: Document, Filters, Page. Frozen plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

NONE = "none"
"""How facets write an empty value: no clause (the document as a whole), no position."""

FACETS = ("clause", "position", "language", "submitter", "channel", "status")


@dataclass(frozen=True)
class Document:
    """One comment, or one clause's text, as the index sees it."""

    id: str
    text: str
    """Plain text as stored; the index normalises for itself and keeps only words and their places."""
    kind: str = "comment"
    """comment or clause."""
    consultation: str = ""
    draft: str = ""
    clause: str = ""
    """eId; empty: the document as a whole."""
    number: str = ""
    """The clause's printed number: "5.4.2"."""
    language: str = "en"
    position: str = NONE
    submitter: str = "anonymous"
    channel: str = "web"
    status: str = "published"
    received: int = 0
    """Microseconds since 1970-01-01T00:00Z."""


@dataclass(frozen=True)
class Filters:
    """Limits on what is found. Empty or None is no limit; fields join by AND, values in one by OR."""

    kinds: tuple[str, ...] = ("comment",)
    consultations: tuple[str, ...] = ()
    drafts: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    """eIds or numbers; each includes what lies below it. "none": without a clause, as facets write it."""
    languages: tuple[str, ...] = ()
    positions: tuple[str, ...] = ()
    submitters: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    received_from: int | None = None
    received_before: int | None = None


NO_FILTERS = Filters(kinds=())


@dataclass(frozen=True)
class Page:
    """One page of what was found, and counts over everything that was found."""

    ids: tuple[str, ...] = ()
    total: int = 0
    next: str | None = None
    """Cursor of the next page."""
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=lambda: {name: {} for name in FACETS})
    did_you_mean: str | None = None
    """The query with misspelt words replaced; only where nothing was found."""
    also: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Words as typed, each with the other writings that were looked for too."""
    by_day: tuple[tuple[str, int], ...] = ()
    """Days in Pakistan, in order: ("2026-11-23", 14)."""


def clause_lies_in(eid: str, number: str, wanted: str) -> bool:
    """Whether a clause is, or lies below, the eId or number `wanted`, without regard to case."""
    if wanted == NONE:
        return not eid
    if not eid or not wanted:
        return False
    eid, number, wanted = eid.casefold(), number.casefold(), wanted.casefold()
    return (
        eid == wanted or eid.startswith(wanted + "__") or number == wanted or number.startswith(wanted + ".")
    )
