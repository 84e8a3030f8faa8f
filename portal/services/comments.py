"""Reading comments: a clause's list, one comment, rows by id, and what a receipt opens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from portal.errors import NotFound
from portal.models import (
    Appeal,
    Clause,
    Comment,
    Consultation,
    Draft,
    Reviewer,
    StatusChange,
    Submission,
    Theme,
    ThemeMember,
)
from portal.services import (
    amending,
    consultations,
    cursors,
    drafts,
    moderation,
    receipts,
    redacting,
    wordings,
)
from portal.services.identifiers import comment_id, comment_number, official_name
from portal.services.rows import (
    AppealRow,
    CommentRow,
    DeskComment,
    LogRow,
    ReceiptComment,
    ReceiptRow,
)

PUBLIC = ("published",)
HIDDEN_FROM_SENDER = ("erased",)


def in_state(
    session: Session, status: str, *, limit: int, cursor: str | None = None, draft_id: int
) -> tuple[tuple[tuple[CommentRow, tuple[str, ...]], ...], str | None]:
    """Comments in one state with the reasons they were held for, oldest first, for the desk's queue."""
    query = columns().add_columns(Comment.flags)
    query = query.where(Comment.status == status, Comment.draft_id == draft_id)
    if cursor is not None:
        moment, number = cursors.decode(cursor)
        query = query.where(
            or_(Comment.received_at > moment, and_(Comment.received_at == moment, Comment.id > number))
        )
    found = session.execute(query.order_by(Comment.received_at, Comment.id).limit(limit + 1)).all()
    headings = headings_by_draft(session, found)
    page = tuple((row_of(row, headings, private=True), tuple(row.flags)) for row in found[:limit])
    return page, mark_of(found, limit)


def people(session: Session, draft_id: int) -> int:
    """Submissions with at least one published comment."""
    return session.execute(
        select(func.count(Comment.submission_id.distinct())).where(
            Comment.draft_id == draft_id, Comment.status.in_(PUBLIC)
        )
    ).scalar_one()


def get(session: Session, slug: str, public_id: str) -> CommentRow:
    """One published comment of a consultation. Raises NotFound."""
    number = comment_number(public_id)
    found = session.execute(
        columns().where(Comment.id == (number or 0), Consultation.slug == slug, Comment.status.in_(PUBLIC))
    ).all()
    if not found:
        raise NotFound("error.not_found.comment")
    return row_of(found[0], headings_by_draft(session, found))


def by_ids(
    session: Session, public_ids: Iterable[str], *, statuses: tuple[str, ...] | None = PUBLIC
) -> list[CommentRow]:
    """Rows in the order of the ids; those not in one of the states (None: any) are left out.

    Rows of any state are for officials: they hold names that are not to be shown in public.
    """
    numbers = [n for n in (comment_number(i) for i in public_ids) if n is not None]
    query = columns().where(Comment.id.in_(numbers))
    if statuses is not None:
        query = query.where(Comment.status.in_(statuses))
    found = session.execute(query).all()
    headings = headings_by_draft(session, found)
    private = statuses != PUBLIC
    rows = {row.number: row_of(row, headings, private=private) for row in found}
    return [rows[n] for n in numbers if n in rows]


def desk_view(session: Session, public_id: str) -> DeskComment:
    """One comment in any state with its clause, its log and its themes. Raises NotFound."""
    number = comment_number(public_id)
    found = session.execute(
        columns().add_columns(Comment.flags, Comment.draft_id).where(Comment.id == (number or 0))
    ).all()
    if not found:
        raise NotFound("error.not_found.comment")
    row = found[0]
    draft = session.get_one(Draft, row.draft_id)
    return DeskComment(
        seen=moderation.mark(session, row.number),
        comment=row_of(row, headings_by_draft(session, found), private=True),
        clause=drafts.clause(session, draft, row.eid) if row.eid else None,
        flags=tuple(row.flags),
        log=tuple(_log(session, row.number)),
        themes=tuple(_themes(session, row.number)),
    )


def find_receipt(session: Session, code: str, *, now: datetime) -> ReceiptRow:
    """What a receipt opens. Raises NotFound for a code that is mistyped or unknown."""
    held = amending.find(session, code)
    submission, draft = held.submission, held.draft
    row = consultations.get(session, held.consultation.slug, now)
    return ReceiptRow(
        receipt=receipts.read(code) or "",
        consultation=row,
        draft=draft.version,
        received_at=submission.received_at,
        submitter=submission.submitter,
        demonstration=submission.demonstration,
        comments=tuple(_receipt_comments(session, submission.id, draft.id, row.open)),
        name=submission.name,
        organisation=submission.organisation,
        organisation_kind=submission.organisation_kind,
        name_public=submission.name_public,
        email_given=submission.email is not None,
        tell_me=submission.tell_me,
        erased_at=submission.erased_at,
        channel=submission.channel,
    )


def _receipt_comments(
    session: Session, submission_id: int, draft_id: int, is_open: bool
) -> Iterable[ReceiptComment]:
    headings = consultations.headings_of(session, draft_id)
    rows = session.execute(
        select(Comment, Clause.eid, Clause.number)
        .outerjoin(Clause, Clause.id == Comment.clause_id)
        .where(Comment.submission_id == submission_id)
        .order_by(Comment.id)
    )
    for comment, eid, number in rows:
        reason, note = _last_word(session, comment.id)
        sent = redacting.as_sent(session, comment)
        yield ReceiptComment(
            id=comment_id(comment.id),
            clause=eid,
            number=number,
            heading=headings.get(eid, {}) if eid else {},
            body=None if comment.status in HIDDEN_FROM_SENDER else sent.body,
            position=comment.position,
            status=comment.status,
            reason=reason,
            note=note,
            sha256=sent.sha256,
            revisions=comment.revisions,
            withdrawn_at=comment.withdrawn_at,
            redacted_for=tuple(comment.redacted_for),
            runs=_runs(session, comment.id, sent.body) if comment.redacted_for else (),
            suggested_wording=sent.suggested_wording,
            wording_language=comment.wording_language,
            wording_base=_wording_base(session, comment),
            editable=is_open and comment.status in amending.EDITABLE,
            appeal=appeal_of(session, comment.id),
        )


def _runs(session: Session, number: int, body: str) -> tuple[tuple[str, bool], ...]:
    parts = [part for part in redacting.parts_of(session, number) if part.field == "body"]
    return redacting.runs(body, [(part.begin, part.end) for part in parts])


def _wording_base(session: Session, comment: Comment) -> str | None:
    if comment.suggested_wording is None or comment.wording_language is None:
        return None
    return wordings.base_texts(session, comment.clause_id).get(comment.wording_language)


def appeal_of(session: Session, number: int) -> AppealRow | None:
    """The appeal about a comment, decided or not; None where its sender made none."""
    appeal = session.scalar(select(Appeal).where(Appeal.comment_id == number))
    return appeal_row(appeal) if appeal is not None else None


def appeal_row(appeal: Appeal) -> AppealRow:
    """An appeal as plain data."""
    return AppealRow(appeal.at, appeal.text, appeal.decided_at, appeal.outcome, appeal.note)


def _last_word(session: Session, number: int) -> tuple[str | None, str | None]:
    """Reason and note of the newest line in the comment's log."""
    row = session.execute(
        select(StatusChange.reason, StatusChange.note)
        .where(StatusChange.comment_id == number)
        .order_by(StatusChange.id.desc())
        .limit(1)
    ).one_or_none()
    return (row.reason, row.note) if row else (None, None)


def _log(session: Session, number: int) -> Iterable[LogRow]:
    rows = session.execute(
        select(StatusChange, Reviewer.email)
        .outerjoin(Reviewer, Reviewer.id == StatusChange.reviewer_id)
        .where(StatusChange.comment_id == number)
        .order_by(StatusChange.id)
    )
    for change, email in rows:
        yield LogRow(
            at=change.at,
            before=change.before,
            after=change.after,
            reason=change.reason,
            note=change.note,
            by=official_name(email) if email else None,
        )


def _themes(session: Session, number: int) -> Iterable[tuple[str, str]]:
    rows = session.execute(
        select(Theme.id, Theme.title)
        .join(ThemeMember, ThemeMember.theme_id == Theme.id)
        .where(ThemeMember.comment_id == number)
        .order_by(Theme.id)
    )
    for theme_id, title in rows:
        yield f"T-{theme_id:04d}", title


def columns() -> Select[*tuple[Any, ...]]:
    """What a row is made from, of every comment; the caller narrows and orders."""
    return (
        select(
            Comment.id.label("number"),
            Comment.body,
            Comment.position,
            Comment.language,
            Comment.status,
            Comment.sha256,
            Comment.received_at,
            Comment.suggested_wording,
            Comment.wording_language,
            Comment.revisions,
            Comment.redacted_for,
            Comment.draft_id.label("draft_key"),
            Submission.submitter,
            Submission.name,
            Submission.organisation,
            Submission.organisation_kind,
            Submission.name_public,
            Submission.channel,
            Submission.demonstration,
            Clause.eid,
            Clause.number.label("clause_number"),
            Draft.version,
            Consultation.slug,
        )
        .select_from(Comment)
        .join(Submission, Submission.id == Comment.submission_id)
        .join(Draft, Draft.id == Comment.draft_id)
        .join(Consultation, Consultation.id == Draft.consultation_id)
        .outerjoin(Clause, Clause.id == Comment.clause_id)
    )


def headings_by_draft(session: Session, rows: Iterable[Row[Any]]) -> dict[int, dict[str, dict[str, str]]]:
    """Headings by eId and language of the drafts that the rows belong to."""
    keys = {row.draft_key for row in rows}
    return {key: consultations.headings_of(session, key) for key in keys}


def row_of(
    row: Row[Any], headings: Mapping[int, Mapping[str, Mapping[str, str]]], *, private: bool = False
) -> CommentRow:
    """The row of a comment; `private`: with a name that is not to be shown in public."""
    shown = private or row.name_public
    return CommentRow(
        id=comment_id(row.number),
        consultation=row.slug,
        draft=row.version,
        clause=row.eid,
        number=row.clause_number,
        heading=headings[row.draft_key].get(row.eid, {}) if row.eid else {},
        body=row.body,
        position=row.position,
        language=row.language,
        submitter=row.submitter,
        name=row.name if shown else None,
        organisation=row.organisation if shown else None,
        channel=row.channel,
        received_at=row.received_at,
        status=row.status,
        sha256=row.sha256,
        demonstration=row.demonstration,
        suggested_wording=row.suggested_wording,
        wording_language=row.wording_language,
        organisation_kind=row.organisation_kind,
        name_public=row.name_public,
        revisions=row.revisions,
        redacted_for=tuple(row.redacted_for),
    )


def mark_of(found: Any, limit: int) -> str | None:
    """The cursor of the next page, None where there is none."""
    if len(found) <= limit:
        return None
    last = found[limit - 1]
    return cursors.encode(last.received_at, last.number)
