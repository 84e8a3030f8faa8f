"""Search: keeping the index equal to the database, and asking it. It answers ids; rows come from tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from html import unescape
from re import compile as pattern
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from portal.errors import InvalidInput
from portal.models import Clause, ClauseText, Comment, Consultation, Draft, Job, Submission
from portal.models.database import Database
from portal.services import comments, consultations, cursors, jobs
from portal.services.identifiers import comment_id
from portal.services.rows import Excerpt, FoundClause, FoundComment, SearchResults
from portal.words import PAKISTAN
from search_index import highlight
from search_index.documents import Document, Filters
from search_index.engines import BadCursor, IndexUnavailable, SearchEngine
from search_index.query import Query, parse
from search_index.synonyms import Glossary

BATCH = 500
CLAUSES_SHOWN = 5
CLAUSES_ASKED = 30
_TAG = pattern(r"<[^>]+>")


def apply(database: Database, engine: SearchEngine, *, now: datetime) -> int:
    """Bring the index up to the newest promises, one commit; how many jobs were kept.

    Raises IndexUnavailable where there is no usable index: call `rebuild`.
    """
    applied = engine.applied()
    with database.read() as session:
        if applied > jobs.last_index_job(session):
            raise IndexUnavailable("the index knows more than the database")
        promised = session.execute(
            select(Job.id, Job.payload)
            .where(Job.kind == jobs.INDEX, Job.id > applied)
            .order_by(Job.id)
            .limit(BATCH)
        ).all()
        if not promised:
            return 0
        documents = list(_promised_documents(session, [payload for _, payload in promised]))
    engine.apply(documents, (), promised[-1].id)
    _keep_up_to(database, promised[-1].id, now=now)
    return len(promised)


def rebuild(
    database: Database,
    engine: SearchEngine,
    *,
    now: datetime,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Build the index anew from the database and swap it in; the number of documents."""
    counted = 0

    def documents(session: Session, total: int) -> Iterator[Document]:
        nonlocal counted
        for document in _all_documents(session):
            counted += 1
            yield document
            if progress is not None:
                progress(counted, total)

    with database.read() as session:
        sequence = jobs.last_index_job(session)
        engine.rebuild(documents(session, held(session)), sequence)
    _keep_up_to(database, sequence, now=now)
    return counted


def held(session: Session) -> int:
    """How many documents the index should hold: every comment, and every clause in each language."""
    comments_held = session.execute(select(func.count(Comment.id))).scalar_one()
    texts = session.execute(select(func.count()).select_from(ClauseText)).scalar_one()
    return comments_held + texts


def find(
    session: Session,
    engine: SearchEngine,
    q: str,
    filters: Filters,
    *,
    order: str = "relevance",
    limit: int = 20,
    cursor: str | None = None,
    clauses_of: tuple[str, str] | None = None,
    synonyms: Glossary | None = None,
) -> SearchResults:
    """Comments that match, with excerpts from the database's text. Never an error for what a person types.

    `clauses_of` (slug, version): look for clauses of that draft too. `synonyms`: in place of the reviewed
    ones, which `glossary().with_groups(...)` adds to. A broken index gives an empty answer
    that says "rebuilding". Raises InvalidInput for a cursor that is not ours.
    """
    query = parse(q, synonyms)
    try:
        page = engine.find(query, filters, order=order, limit=limit, cursor=cursor)
        clauses = _clauses(session, engine, query, clauses_of) if clauses_of and cursor is None else ()
    except BadCursor:
        raise InvalidInput({"cursor": ["error.cursor"]}) from None
    except IndexUnavailable:
        return SearchResults(q=q, comments=(), total=0, next=None, rebuilding=True)
    rows = comments.by_ids(session, page.ids, statuses=filters.statuses or None)
    return SearchResults(
        q=q,
        comments=tuple(
            FoundComment(row, _excerpt(_said(row.body, row.suggested_wording), query)) for row in rows
        ),
        total=page.total,
        next=page.next,
        clauses=clauses,
        facets=page.facets,
        did_you_mean=page.did_you_mean,
        also_looked_for=page.also,
        by_day=page.by_day,
        notes=query.notes,
    )


def like(
    session: Session,
    engine: SearchEngine,
    public_id: str,
    filters: Filters,
    *,
    limit: int = 20,
    synonyms: Glossary | None = None,
) -> SearchResults:
    """The comments most like one, best first; a comment that is not there, or of another consultation than
    those that are searched, is like none.
    """
    source = comments.by_ids(session, [public_id], statuses=None)
    known = [row for row in source if not filters.consultations or row.consultation in filters.consultations]
    said = _said(known[0].body, known[0].suggested_wording) if known else ""
    try:
        ids = engine.like(said, filters, without=public_id, limit=limit, synonyms=synonyms) if said else ()
    except IndexUnavailable:
        return SearchResults(q="", comments=(), total=0, next=None, rebuilding=True)
    rows = comments.by_ids(session, ids, statuses=filters.statuses or None)
    nothing = parse("")
    return SearchResults(
        q="",
        comments=tuple(
            FoundComment(row, _excerpt(_said(row.body, row.suggested_wording), nothing)) for row in rows
        ),
        total=len(rows),
        next=None,
    )


def day_range(first: date | None, last: date | None) -> tuple[int | None, int | None]:
    """Inclusive days in Pakistan -> half-open microseconds, as Filters wants them."""
    start = cursors.microseconds(_midnight(first)) if first else None
    end = cursors.microseconds(_midnight(last + timedelta(days=1))) if last else None
    return start, end


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), PAKISTAN)


def _said(body: str, wording: str | None) -> str:
    """Everything a person wrote in a comment."""
    return f"{body}\n{wording}" if wording else body


def _excerpt(text: str, query: Query) -> Excerpt:
    found = highlight.excerpt(text, query)
    return Excerpt(runs=found.runs, cut_before=found.cut_before, cut_after=found.cut_after)


def _clauses(
    session: Session, engine: SearchEngine, query: Query, of: tuple[str, str]
) -> tuple[FoundClause, ...]:
    slug, version = of
    filters = Filters(kinds=("clause",), consultations=(slug,), drafts=(version,))
    page = engine.find(query, filters, limit=CLAUSES_ASKED)
    _, draft = consultations.find_draft(session, slug, version)
    entries = {entry.eid: entry for entry in consultations.entries(session, draft.id) if entry.commentable}
    by_eid: dict[str, str] = {}
    for document_id in page.ids:
        _, _, language, eid = document_id.split(":", 3)
        if eid in entries:
            by_eid.setdefault(eid, language)
    texts = _clause_texts(session, draft.id, by_eid)
    return tuple(
        FoundClause(
            eid=eid,
            number=entries[eid].number,
            heading=entries[eid].heading,
            excerpt=_excerpt(texts.get((eid, language), ""), query),
            language=language,
        )
        for eid, language in list(by_eid.items())[:CLAUSES_SHOWN]
    )


def _clause_texts(session: Session, draft_id: int, eids: Iterable[str]) -> dict[tuple[str, str], str]:
    rows = session.execute(
        select(Clause.eid, ClauseText.language, ClauseText.html)
        .join(ClauseText, ClauseText.clause_id == Clause.id)
        .where(Clause.draft_id == draft_id, Clause.eid.in_(list(eids)))
    )
    return {(eid, language): _plain(html) for eid, language, html in rows}


def _plain(html: str) -> str:
    """Text of our own cleaned HTML."""
    return " ".join(unescape(_TAG.sub(" ", html)).split())


def _keep_up_to(database: Database, sequence: int, *, now: datetime) -> None:
    with database.write() as session:
        session.execute(
            update(Job)
            .where(Job.kept_at.is_(None), Job.kind == jobs.INDEX, Job.id <= sequence)
            .values(kept_at=now)
        )


def _promised_documents(session: Session, payloads: Sequence[dict[str, Any]]) -> Iterator[Document]:
    numbers = sorted({p["comment"] for p in payloads if "comment" in p})
    drafts = sorted({p["draft"] for p in payloads if "draft" in p})
    for start in range(0, len(numbers), BATCH):
        yield from _comment_documents(
            session, _comment_columns().where(Comment.id.in_(numbers[start : start + BATCH]))
        )
    for draft_id in drafts:
        yield from _clause_documents(session, draft_id)


def _all_documents(session: Session) -> Iterator[Document]:
    for draft_id in session.scalars(select(Draft.id).order_by(Draft.id)).all():
        yield from _clause_documents(session, draft_id)
    yield from _comment_documents(session, _comment_columns())


def _comment_columns() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Comment.id,
            Comment.body,
            Comment.suggested_wording,
            Comment.language,
            Comment.position,
            Comment.status,
            Comment.received_at,
            Submission.submitter,
            Submission.channel,
            Clause.eid,
            Clause.number,
            Draft.version,
            Consultation.slug,
        )
        .select_from(Comment)
        .join(Submission, Submission.id == Comment.submission_id)
        .join(Draft, Draft.id == Comment.draft_id)
        .join(Consultation, Consultation.id == Draft.consultation_id)
        .outerjoin(Clause, Clause.id == Comment.clause_id)
        .order_by(Comment.id)
    )


def _comment_documents(session: Session, query: Select[*tuple[Any, ...]]) -> Iterator[Document]:
    for row in session.execute(query).yield_per(BATCH):
        yield Document(
            id=comment_id(row.id),
            text=_said(row.body, row.suggested_wording),
            kind="comment",
            consultation=row.slug,
            draft=row.version,
            clause=row.eid or "",
            number=row.number or "",
            language=row.language,
            position=row.position or "none",
            submitter=row.submitter,
            channel=row.channel,
            status=row.status,
            received=cursors.microseconds(row.received_at),
        )


def _clause_documents(session: Session, draft_id: int) -> Iterator[Document]:
    rows = session.execute(
        select(
            Clause.eid,
            Clause.number,
            ClauseText.language,
            ClauseText.heading,
            ClauseText.html,
            Draft.version,
            Draft.published_at,
            Consultation.slug,
        )
        .join(ClauseText, ClauseText.clause_id == Clause.id)
        .join(Draft, Draft.id == Clause.draft_id)
        .join(Consultation, Consultation.id == Draft.consultation_id)
        .where(Clause.draft_id == draft_id)
        .order_by(Clause.ordinal, ClauseText.language)
    )
    for row in rows:
        yield Document(
            id=f"K:{draft_id}:{row.language}:{row.eid}",
            text=f"{row.heading}\n{_plain(row.html)}",
            kind="clause",
            consultation=row.slug,
            draft=row.version,
            clause=row.eid,
            number=row.number or "",
            language=row.language,
            received=cursors.microseconds(row.published_at),
        )
