"""Erasing what a receipt opens: texts and personal data go, fingerprints, dates and counts stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from portal.errors import Conflict
from portal.models import (
    Appeal,
    Assignment,
    AuditRecord,
    Coding,
    Comment,
    Concern,
    Note,
    Reading,
    Revision,
    Sketch,
    StatusChange,
    Submission,
    Tagging,
    Theme,
    ThemeExclusion,
    ThemeMember,
)
from portal.models.database import Database
from portal.services import (
    amending,
    audit,
    folding,
    jobs,
    moderation,
    redacting,
    report_files,
    rewording,
    vectors,
)
from portal.services.identifiers import comment_id

OF_A_COMMENT = (
    Appeal,
    Assignment,
    Coding,
    Concern,
    Note,
    Reading,
    Revision,
    Sketch,
    Tagging,
    ThemeExclusion,
    ThemeMember,
)
"""What other tables hold of one comment."""


@dataclass(frozen=True)
class Erased:
    """What was erased, and the exports made before that may still hold it."""

    comments: tuple[str, ...]
    exports: tuple[tuple[datetime, str, str], ...]
    """(made at, draft, format)"""
    rebuild_job: int
    """Done when the search index holds no word of it any more."""
    files: tuple[str, ...]
    """Reports in the data dir that may hold it: the caller deletes them after the commit."""


def erase(session: Session, code: str, *, now: datetime) -> Erased:
    """Erase every text and personal detail under a receipt; the caller commits, then calls `scrub`.

    The index is rebuilt by a job, because deleting alone leaves words in its files. Raises NotFound,
    Conflict where it was erased before.
    """
    session.execute(text("PRAGMA secure_delete = ON"))
    held = amending.find(session, code)
    submission = held.submission
    if submission.erased_at is not None:
        raise Conflict("error.conflict.erased")
    query = select(Comment).where(Comment.submission_id == submission.id).order_by(Comment.id)
    comments = session.scalars(query).all()
    numbers = [comment.id for comment in comments]
    before = [[comment.id, comment.status, comment.sha256] for comment in comments]
    _forget_around(session, numbers)
    for comment in comments:
        _erase_comment(session, comment, now)
    _erase_sender(session, submission, now)
    jobs.promise_index(session, numbers, now=now)
    rebuild = jobs.promise(session, jobs.REBUILD, {}, now=now)
    names = tuple(comment_id(number) for number in numbers)
    subject = f"submission/{submission.id}"
    proof = audit.change(before, [[number, "erased", sha256] for number, _, sha256 in before])
    details = {"comments": len(names), **proof}
    audit.record(session, "comments.erase", subject, actor="command", now=now, details=details)
    subject = f"{held.consultation.slug}/{held.draft.version}"
    files = report_files.forget_texts(session, held.draft.id, since=submission.received_at)
    return Erased(names, tuple(_exports(session, subject, submission.received_at)), rebuild, files)


def scrub(database: Database) -> None:
    """Bring what was erased out of the database's side file too: its old pages may hold the text."""
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _erase_comment(session: Session, comment: Comment, now: datetime) -> None:
    before = comment.status
    session.execute(
        update(Comment)
        .where(Comment.id == comment.id)
        .values(
            body="",
            shadow="",
            suggested_wording=None,
            position=None,
            flags=[],
            redacted_for=[],
            twin_of=comment.id,
            status="erased",
        )
    )
    moderation.log(session, comment.id, before, "erased", now=now)


def _forget_around(session: Session, numbers: Sequence[int]) -> None:
    """What other tables hold of the texts: versions, objections, notes, sketches, themes' quotes, prompts."""
    for number in numbers:
        folding.forget(session, number)
    of_these = ThemeMember.comment_id.in_(numbers)
    themes = set(session.scalars(select(ThemeMember.theme_id).where(of_these)))
    redacting.forget(session, numbers)
    vectors.forget(session, numbers)
    rewording.forget(session, numbers)
    for table in (
        Revision,
        Appeal,
        Concern,
        Sketch,
        ThemeMember,
        ThemeExclusion,
        Coding,
        Note,
        Tagging,
        Assignment,
        Reading,
    ):
        session.execute(delete(table).where(table.comment_id.in_(numbers)))
    session.execute(update(StatusChange).where(StatusChange.comment_id.in_(numbers)).values(note=None))
    for theme in session.scalars(select(Theme)).all():
        if theme.id in themes or theme.title_comment_id in numbers:
            _forget_in_theme(session, theme, set(numbers))
    session.flush()


def _forget_in_theme(session: Session, theme: Theme, erased: set[int]) -> None:
    """A theme keeps the quotes and keyphrases that stand in its other comments, and a reviewer's title."""
    theme.quotes = [quote for quote in theme.quotes if quote["comment"] not in erased]
    bodies = session.scalars(
        select(Comment.body)
        .join(ThemeMember, ThemeMember.comment_id == Comment.id)
        .where(ThemeMember.theme_id == theme.id)
    ).all()
    others = "\n".join(bodies).casefold()
    theme.keyphrases = [phrase for phrase in theme.keyphrases if phrase.casefold() in others]
    if theme.title_comment_id in erased:
        theme.title = "" if theme.title == theme.machine_title else theme.title
        theme.machine_title = ""


def _erase_sender(session: Session, submission: Submission, now: datetime) -> None:
    submission.name = submission.organisation = submission.organisation_kind = None
    submission.email = submission.reference = submission.receipt_sealed = None
    submission.tell_me = False
    submission.about = {}
    submission.erased_at = now
    session.flush()


def _exports(session: Session, subject: str, since: datetime) -> Sequence[tuple[datetime, str, str]]:
    rows = session.execute(
        select(AuditRecord.at, AuditRecord.details).where(
            AuditRecord.act == "reports.export", AuditRecord.subject == subject, AuditRecord.at >= since
        )
    )
    return [(row.at, subject, str(row.details.get("format"))) for row in rows]
