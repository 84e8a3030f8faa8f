"""What `portal check` looks at: does the database agree with itself, and the index with the database."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from portal.models import (
    AuditRecord,
    Clause,
    ClauseText,
    Comment,
    Consultation,
    Draft,
    Job,
    StatusChange,
    Submission,
)
from portal.services import jobs as promises
from portal.services import moderation, search
from portal.services.canonical import sha256_text
from portal.services.identifiers import comment_id
from portal.services.submissions import fingerprint
from search_index.documents import Filters
from search_index.engines import IndexUnavailable, SearchEngine
from search_index.query import parse

LATE = timedelta(minutes=10)
EVERY_KIND = ("comment", "clause")


def file(session: Session) -> list[str]:
    """SQLite's own check of its file: where it finds damage, nothing else can be asked."""
    try:
        found = session.scalars(text("PRAGMA quick_check")).all()
    except DatabaseError as error:
        found = [str(error.orig)]
    return [f"The database file is damaged: {' '.join(line.split())}." for line in found if line != "ok"]


def database(session: Session) -> list[str]:
    """That every row points to one that is there, every fingerprint, and that every log ends in its state."""
    problems = [
        f"A row of {row[0]} points to nothing." for row in session.execute(text("PRAGMA foreign_key_check"))
    ]
    problems += _fingerprints(session)
    problems += _texts(session)
    problems += _receipts(session)
    problems += _logs(session)
    received = session.execute(select(func.count(Comment.id))).scalar_one()
    if sum(moderation.states(session).values()) != received:
        problems.append("The six states do not add up to the comments received.")
    return problems


def jobs(session: Session, *, now: datetime) -> list[str]:
    """Promises that are late or keep failing."""
    rows = session.execute(
        select(Job.id, Job.kind, Job.attempts).where(Job.kept_at.is_(None), Job.promised_at < now - LATE)
    )
    return [
        f"Job {row.id} ({row.kind}) has waited for more than ten minutes, {row.attempts} attempts."
        for row in rows
    ]


def index(session: Session, engine: SearchEngine) -> list[str]:
    """Whether the index holds what it should, once every promise is kept."""
    try:
        applied = engine.applied()
        last = promises.last_index_job(session)
        if applied < last:
            return [f"The index holds job {applied} of {last}. Start a worker, or run: portal reindex"]
        if applied > last:
            return ["The index knows more than the database. Run: portal reindex"]
        page = engine.find(parse(""), Filters(kinds=EVERY_KIND), order="newest", limit=1)
        states = {k: n for k, n in moderation.states(session).items() if n}
        found = engine.find(parse(""), Filters(), order="newest", limit=1)
    except IndexUnavailable as reason:
        return [f"The index is not usable ({reason}). Start a worker, or run: portal reindex"]
    wanted = search.held(session)
    problems = []
    if page.total != wanted:
        problems.append(f"The index holds {page.total} documents, the database {wanted}. Run: portal reindex")
    elif dict(found.facets["status"]) != states:
        problems.append("The index has other states of comments than the database. Run: portal reindex")
    return problems


def _fingerprints(session: Session) -> list[str]:
    rows = session.execute(
        select(
            Comment.id,
            Comment.body,
            Comment.position,
            Comment.received_at,
            Comment.sha256,
            Clause.eid,
            Draft.version,
            Consultation.slug,
        )
        .join(Draft, Draft.id == Comment.draft_id)
        .join(Consultation, Consultation.id == Draft.consultation_id)
        .outerjoin(Clause, Clause.id == Comment.clause_id)
        .where(Comment.status != "erased")
        .order_by(Comment.id)
    ).yield_per(500)
    return [
        f"The text of {comment_id(row.id)} does not match its fingerprint."
        for row in rows
        if row.sha256
        != fingerprint(
            id=comment_id(row.id),
            consultation=row.slug,
            draft=row.version,
            clause=row.eid,
            position=row.position,
            body=row.body,
            received_at=row.received_at,
        )
    ]


def _texts(session: Session) -> list[str]:
    """A published clause is the file it was."""
    rows = session.execute(
        select(Clause.eid, ClauseText.language, ClauseText.markdown, ClauseText.sha256)
        .join(Clause, Clause.id == ClauseText.clause_id)
        .order_by(Clause.id, ClauseText.language)
    )
    return [
        f"The text of {row.eid} ({row.language}) does not match its fingerprint."
        for row in rows
        if sha256_text(row.markdown) != row.sha256
    ]


def _receipts(session: Session) -> list[str]:
    """Every submission opens with the receipt that was given for it; the audit record knows its hash."""
    query = select(AuditRecord.subject, AuditRecord.details).where(AuditRecord.act == "comments.submit")
    try:
        given = {subject: details.get("receipt_sha256") for subject, details in session.execute(query)}
    except ValueError:
        return []  # the check of the audit chain says so
    return [
        f"The receipt of submission {number} is not the one that was given."
        for number, digest in session.execute(select(Submission.id, Submission.receipt_sha256))
        if given.get(f"submission/{number}") not in (None, digest)
    ]


def _logs(session: Session) -> list[str]:
    last = (
        select(StatusChange.comment_id, func.max(StatusChange.id).label("id"))
        .group_by(StatusChange.comment_id)
        .subquery()
    )
    rows = session.execute(
        select(Comment.id, Comment.status, StatusChange.after)
        .outerjoin(last, last.c.comment_id == Comment.id)
        .outerjoin(StatusChange, StatusChange.id == last.c.id)
        .where((StatusChange.after.is_(None)) | (StatusChange.after != Comment.status))
    )
    return [f"The log of {comment_id(row.id)} does not end in its state, {row.status}." for row in rows]
