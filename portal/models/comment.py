"""What people sent: submissions, their comments, and the log of each comment's status."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.base import Base


class Submission(Base):
    """The comments one person sent together. The receipt itself is never stored, only its SHA-256."""

    __tablename__ = "submission"
    __table_args__ = (UniqueConstraint("consultation_id", "key_sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"))
    receipt_sha256: Mapped[str] = mapped_column(unique=True)
    key_sha256: Mapped[str | None]
    """Of the idempotency key; None where the caller gave none."""
    content_sha256: Mapped[str]
    """Of the cleaned content, to tell a repeated request from another one under the same key."""
    channel: Mapped[str]
    submitter: Mapped[str]
    name: Mapped[str | None]
    organisation: Mapped[str | None]
    email: Mapped[str | None]
    reference: Mapped[str | None]
    received_at: Mapped[datetime]
    postmarked_at: Mapped[datetime | None]
    demonstration: Mapped[bool]


class Comment(Base):
    """What one person said on one clause, or on the whole (no clause)."""

    __tablename__ = "comment"
    __table_args__ = (
        CheckConstraint(
            "status IN ('pending', 'published', 'withheld', 'withdrawn', 'spam', 'erased')", name="status"
        ),
        Index("ix_comment_listing", "draft_id", "clause_id", "status", "received_at", "id"),
        Index("ix_comment_queue", "status", "received_at", "id"),
        Index(None, "submission_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"))
    clause_id: Mapped[int | None] = mapped_column(ForeignKey("clause.id"))
    body: Mapped[str]
    """Plain text as sent (LF, NFC); never markup."""
    shadow: Mapped[str]
    """The body normalised for comparing; nobody reads it."""
    position: Mapped[str | None]
    language: Mapped[str]
    status: Mapped[str]
    flags: Mapped[list[str]]
    """Reason codes for which it was held when it came."""
    sha256: Mapped[str]
    received_at: Mapped[datetime]
    posted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    revisions: Mapped[int] = mapped_column(default=0)


class StatusChange(Base):
    """One line of a comment's log: from which state to which, why, when and by whom."""

    __tablename__ = "status_change"
    __table_args__ = (Index(None, "comment_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"))
    at: Mapped[datetime]
    before: Mapped[str | None]
    after: Mapped[str]
    reason: Mapped[str | None]
    note: Mapped[str | None]
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("reviewer.id"))
