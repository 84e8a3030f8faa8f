"""Everything that a search finds, row after row, for a file; a few hundred comments at a time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import Tag, Tagging
from portal.services import audit, comments, themes
from portal.services.acting import By
from portal.services.canonical import timestamp
from portal.services.identifiers import comment_id, comment_number
from portal.services.rows import CommentRow
from search_index.documents import Filters
from search_index.engines import IndexUnavailable, SearchEngine
from search_index.query import parse
from search_index.synonyms import Glossary

BATCH = 500
COLUMNS = (
    "id",
    "status",
    "clause",
    "number",
    "heading",
    "position",
    "language",
    "submitter",
    "organisation_kind",
    "name",
    "organisation",
    "name_public",
    "channel",
    "received_at",
    "demonstration",
    "redacted",
    "themes",
    "tags",
    "suggested_wording",
    "body",
)


def ids(
    engine: SearchEngine,
    *,
    q: str,
    filters: Filters,
    synonyms: Glossary,
) -> Iterator[str]:
    """Ids of all comments that a search finds, the newest first. Raises Unavailable's cause as it comes."""
    query, cursor = parse(q, synonyms), None
    while True:
        page = engine.find(query, filters, order="newest", limit=BATCH, cursor=cursor)
        yield from page.ids
        cursor = page.next
        if cursor is None:
            return


def rows(
    session: Session, engine: SearchEngine, *, q: str, filters: Filters, synonyms: Glossary
) -> Iterator[tuple[str, ...]]:
    """The cells of each comment found, in the order of COLUMNS; what is not given is empty."""
    found = ids(engine, q=q, filters=filters, synonyms=synonyms)
    try:
        while batch := list(islice(found, BATCH)):
            titles = themes.of_comments(session, batch)
            tags = _tags(session, batch)
            for row in comments.by_ids(session, batch, statuses=None):
                named = "; ".join(title for _, title, _ in titles.get(row.id, ()))
                yield _cells(row, named, "; ".join(tags.get(row.id, ())))
    except IndexUnavailable:
        return


def note(session: Session, slug: str, *, kind: str, comments: int, by: By) -> None:
    """That an official took a file along, and how much is in it; not what was looked for."""
    details = {"format": kind, "comments": comments}
    audit.record(session, "search.export", slug, actor=by.actor, now=by.now, details=details)


def _tags(session: Session, batch: list[str]) -> dict[str, list[str]]:
    numbers = [comment_number(one) or 0 for one in batch]
    found: dict[str, list[str]] = {}
    for number, name in session.execute(
        select(Tagging.comment_id, Tag.name)
        .join(Tag, Tag.id == Tagging.tag_id)
        .where(Tagging.comment_id.in_(numbers))
        .order_by(Tag.name)
    ):
        found.setdefault(comment_id(number), []).append(name)
    return found


def _cells(row: CommentRow, themes_named: str, tags: str) -> tuple[str, ...]:
    return (
        row.id,
        row.status,
        row.clause or "",
        row.number or "",
        row.heading.get("en") or next(iter(row.heading.values()), ""),
        row.position or "",
        row.language,
        row.submitter,
        row.organisation_kind or "",
        row.name or "",
        row.organisation or "",
        "yes" if row.name_public else "no",
        row.channel,
        timestamp(row.received_at),
        "yes" if row.demonstration else "no",
        "; ".join(row.redacted_for),
        themes_named,
        tags,
        row.suggested_wording or "",
        row.body,
    )
