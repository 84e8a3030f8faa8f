"""Consultations: the list, one with its numbers, its contents, and when it is open."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, case, func, select
from sqlalchemy.orm import Session

from portal.errors import NotFound
from portal.models import Clause, ClauseText, Comment, Consultation, Draft, Job, Submission, table_of
from portal.services import questions
from portal.services.rows import ConsultationRow, Entry

NAME = re.compile(r"[a-z0-9-]{1,60}")
RESERVED = frozenset(
    {
        *("desk", "receipts", "answers", "search", "comments", "results", "whole", "feed", "static", "api"),
        *("help", "privacy", "accessibility", "text"),
    }
)


_C = table_of(Consultation).c
_REVISION = select(
    select(func.max(table_of(Job).c.id)).scalar_subquery().label("revision"), _C.opens_at, _C.closes_at
).where(_C.slug == bindparam("slug"))


def find(session: Session, slug: str) -> Consultation:
    """The consultation of that name. Raises NotFound."""
    row = session.scalar(select(Consultation).where(Consultation.slug == slug)) if _is_name(slug) else None
    if row is None:
        raise NotFound("error.not_found.consultation")
    return row


def find_draft(session: Session, slug: str, version: str) -> tuple[Consultation, Draft]:
    """The consultation and its draft. Raises NotFound."""
    if not _is_name(slug) or not _is_name(version):
        raise NotFound("error.not_found.draft")
    row = session.execute(
        select(Consultation, Draft)
        .join(Draft, Draft.consultation_id == Consultation.id)
        .where(Consultation.slug == slug, Draft.version == version)
    ).one_or_none()
    if row is None:
        raise NotFound("error.not_found.draft")
    return row[0], row[1]


def slug_of(session: Session, draft: Draft) -> str:
    """The name of the consultation a draft belongs to."""
    return session.get_one(Consultation, draft.consultation_id).slug


def current_draft(session: Session, consultation_id: int) -> Draft | None:
    """The newest published version."""
    return session.scalar(
        select(Draft)
        .where(Draft.consultation_id == consultation_id)
        .order_by(Draft.published_at.desc(), Draft.id.desc())
        .limit(1)
    )


def drafts_of(session: Session, slug: str) -> Sequence[tuple[Draft, int]]:
    """Every published version with its number of commentable clauses, oldest first."""
    consultation = find(session, slug)
    rows = session.execute(
        select(Draft, func.count(Clause.id))
        .outerjoin(Clause, (Clause.draft_id == Draft.id) & Clause.commentable)
        .where(Draft.consultation_id == consultation.id)
        .group_by(Draft.id)
        .order_by(Draft.published_at, Draft.id)
    )
    return [(draft, clauses) for draft, clauses in rows]


def is_open(consultation: Consultation, now: datetime) -> bool:
    """Whether comments are taken at this moment."""
    return consultation.opens_at <= now < consultation.closes_at


def listing(session: Session, now: datetime, *, counted: bool = True) -> list[ConsultationRow]:
    """Every consultation with a published draft, newest first.

    Not `counted`: comments and people are 0, for pages that show neither and are asked for often.
    """
    rows = session.scalars(
        select(Consultation).order_by(Consultation.opens_at.desc(), Consultation.id.desc())
    )
    return [row for c in rows if (row := _row(session, c, now, counted=counted)) is not None]


def contacts(session: Session) -> list[str]:
    """Whom people write to, of every consultation, in order."""
    return sorted(session.scalars(select(Consultation.contact).distinct()))


def get(session: Session, slug: str, now: datetime, *, counted: bool = True) -> ConsultationRow:
    """One consultation with its current draft, `counted` as in `listing`. Raises NotFound."""
    row = _row(session, find(session, slug), now, counted=counted)
    if row is None:
        raise NotFound("error.not_found.consultation")
    return row


def contents(session: Session, draft_id: int) -> tuple[Entry, ...]:
    """The draft's entries as a tree with counts of published comments, without the preface."""
    counts = comment_counts(session, draft_id)
    flat = entries(session, draft_id)
    below: dict[str | None, list[Entry]] = {}
    for entry in reversed(flat):
        children = tuple(reversed(below.pop(entry.eid, [])))
        total = counts.get(entry.eid, 0) + sum(child.comments for child in children)
        below.setdefault(entry.parent, []).append(_with(entry, total, children))
    return tuple(entry for entry in reversed(below.get(None, [])) if entry.kind != "preface")


def entries(session: Session, draft_id: int) -> list[Entry]:
    """The draft's entries in reading order, flat and without counts."""
    headings = headings_of(session, draft_id)
    rows = session.execute(
        select(Clause.eid, Clause.number, Clause.kind, Clause.parent_eid, Clause.commentable)
        .where(Clause.draft_id == draft_id)
        .order_by(Clause.ordinal)
    )
    return [
        Entry(
            eid=row.eid,
            number=row.number,
            kind=row.kind,
            parent=row.parent_eid,
            heading=headings.get(row.eid, {}),
            commentable=row.commentable,
        )
        for row in rows
    ]


def headings_of(session: Session, draft_id: int) -> dict[str, dict[str, str]]:
    """Headings by eId and language."""
    found: dict[str, dict[str, str]] = {}
    rows = session.execute(
        select(Clause.eid, ClauseText.language, ClauseText.heading)
        .join(ClauseText, ClauseText.clause_id == Clause.id)
        .where(Clause.draft_id == draft_id)
    )
    for eid, language, heading in rows:
        found.setdefault(eid, {})[language] = heading
    return found


def comment_counts(session: Session, draft_id: int) -> dict[str, int]:
    """Published comments by eId; those on the whole have the key "whole"."""
    rows = session.execute(
        select(Clause.eid, func.count(Comment.id))
        .select_from(Comment)
        .outerjoin(Clause, Clause.id == Comment.clause_id)
        .where(Comment.draft_id == draft_id, Comment.status == "published")
        .group_by(Comment.clause_id, Clause.eid)
    )
    return {eid or "whole": count for eid, count in rows}


def revision(session: Session, slug: str) -> tuple[int, datetime, datetime] | None:
    """(revision, opens_at, closes_at) by name: what a cached page must still agree with.

    Whatever changes a public page promises a job in the same transaction, so the newest job's number will do.
    """
    row = session.connection().execute(_REVISION, {"slug": slug}).one_or_none()
    return None if row is None else (row[0] or 0, row[1], row[2])


def _is_name(text: str) -> bool:
    """Whether it can be a name at all; what cannot may hold what no database takes, a lone surrogate."""
    return NAME.fullmatch(text) is not None


def _with(entry: Entry, comments: int, children: tuple[Entry, ...]) -> Entry:
    return Entry(
        eid=entry.eid,
        number=entry.number,
        kind=entry.kind,
        parent=entry.parent,
        heading=entry.heading,
        commentable=entry.commentable,
        comments=comments,
        children=children,
    )


def _row(
    session: Session, consultation: Consultation, now: datetime, *, counted: bool = True
) -> ConsultationRow | None:
    draft = current_draft(session, consultation.id)
    if draft is None:
        return None
    clauses, parts = session.execute(
        select(
            func.count(case((Clause.commentable, 1))),
            func.count(case((Clause.parent_eid.is_(None) & (Clause.kind != "preface"), 1))),
        ).where(Clause.draft_id == draft.id)
    ).one()
    comments, people = _published(session, draft.id) if counted else (0, 0)
    return ConsultationRow(
        slug=consultation.slug,
        title=consultation.title,
        summary=consultation.summary,
        ministry=consultation.ministry,
        contact=consultation.contact,
        opens_at=consultation.opens_at,
        closes_at=consultation.closes_at,
        open=is_open(consultation, now),
        current=draft.version,
        languages=tuple(draft.languages),
        restatement=consultation.restatement,
        demonstration=holds_demonstration(session, consultation.id),
        moderation=consultation.moderation,
        clauses=clauses,
        parts=parts,
        comments=comments,
        people=people,
        questions=questions.rows(consultation.questions),
        banner=consultation.banner,
    )


def _published(session: Session, draft_id: int) -> tuple[int, int]:
    """(published comments, submissions they came with)."""
    row = session.execute(
        select(func.count(Comment.id), func.count(Comment.submission_id.distinct())).where(
            Comment.draft_id == draft_id, Comment.status == "published"
        )
    ).one()
    return row[0], row[1]


def holds_demonstration(session: Session, consultation_id: int) -> bool:
    """Whether any submission of this consultation is demonstration data."""
    return (
        session.execute(
            select(Submission.id)
            .where(Submission.consultation_id == consultation_id, Submission.demonstration)
            .limit(1)
        ).first()
        is not None
    )
