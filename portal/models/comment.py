"""What people sent: submissions, their comments, and the log of each comment's status."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.base import Base


class Submission(Base):
    """The comments one person sent together. The receipt itself is never stored, only its SHA-256."""

    __tablename__ = "submission"
    __table_args__ = (
        UniqueConstraint("consultation_id", "key_sha256"),
        Index(None, "email"),
        Index(None, "batch"),
        Index(
            "ix_submission_demonstration",
            "consultation_id",
            sqlite_where=text("demonstration = 1"),
            postgresql_where=text("demonstration"),
        ),
    )

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
    organisation_kind: Mapped[str | None]
    name_public: Mapped[bool]
    """Whether name and organisation are shown with the comments; officials see them in any case."""
    email: Mapped[str | None]
    tell_me: Mapped[bool]
    """Asked to be told of the ministry's answer."""
    ui_language: Mapped[str]
    """en or ur: the language to write to this sender in."""
    about: Mapped[dict[str, str]]
    """Answers to the consultation's questions, key -> choice; never shown one by one."""
    reference: Mapped[str | None]
    batch: Mapped[str | None]
    """Of an import: the hand-in it came with."""
    receipt_sealed: Mapped[str | None]
    """The receipt, readable with the secret key only; kept where an e-mail was given, to send it again."""
    erased_at: Mapped[datetime | None]
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
        Index("ix_comment_twins", "twin_of", "status", "id"),
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
    suggested_wording: Mapped[str | None]
    """The clause as this person would write it, plain text."""
    wording_language: Mapped[str | None]
    """Which of the draft's languages that wording is to replace: en or ur."""
    twin_of: Mapped[int | None]
    """The first of the near-identical comments on the same clause, itself where it is the first.

    None: not compared yet.
    """
    position: Mapped[str | None]
    language: Mapped[str]
    status: Mapped[str]
    flags: Mapped[list[str]]
    """Reason codes for which it was held when it came: personal_data, links."""
    redacted_for: Mapped[list[str]] = mapped_column(default=list)
    """Reason codes of the parts that are taken out of the shown text; empty: it is shown as sent."""
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


class Revision(Base):
    """An earlier version of a comment, kept on record when its sender changed it."""

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("comment_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"))
    number: Mapped[int]
    """1 is what was sent first."""
    body: Mapped[str]
    position: Mapped[str | None]
    suggested_wording: Mapped[str | None]
    wording_language: Mapped[str | None]
    sha256: Mapped[str]
    replaced_at: Mapped[datetime]


class Sketch(Base):
    """One of a first comment's least hashes: comments that share one may be near-identical to it."""

    __tablename__ = "sketch"

    value: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), primary_key=True, index=True)


class Concern(Base):
    """A reader's note that a published comment should be looked at again."""

    __tablename__ = "concern"
    __table_args__ = (Index(None, "comment_id"), Index(None, "closed_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"))
    reason: Mapped[str]
    note: Mapped[str | None]
    at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    """When an official decided on the comment."""


class Appeal(Base):
    """A sender's one objection to the withholding of a comment."""

    __tablename__ = "appeal"

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), unique=True)
    text: Mapped[str]
    at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    """published or withheld."""
    note: Mapped[str | None]
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("reviewer.id"))
