"""Officials' work on comments: redactions, notes, tags, assignments, second looks, saved searches."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.base import Base


class Original(Base):
    """What a redacted comment said as it was sent. The comment itself holds what may be shown."""

    __tablename__ = "original"

    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), primary_key=True)
    body: Mapped[str]
    suggested_wording: Mapped[str | None]
    sha256: Mapped[str]


class Redaction(Base):
    """A part of a comment that is not shown; `begin` and `end` count code points of the original."""

    __tablename__ = "redaction"
    __table_args__ = (Index(None, "comment_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"))
    field: Mapped[str]
    """body or suggested_wording."""
    begin: Mapped[int]
    end: Mapped[int]
    reason: Mapped[str]
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("reviewer.id"))
    at: Mapped[datetime]


class Note(Base):
    """What officials write for each other, on a comment or on a clause. Never public."""

    __tablename__ = "note"
    __table_args__ = (Index(None, "comment_id"), Index(None, "clause_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id"))
    clause_id: Mapped[int | None] = mapped_column(ForeignKey("clause.id"))
    text: Mapped[str]
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("reviewer.id"))
    at: Mapped[datetime]


class Tag(Base):
    """One line of a consultation's codebook: a name, and when to use it."""

    __tablename__ = "tag"
    __table_args__ = (UniqueConstraint("consultation_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    name: Mapped[str]
    meaning: Mapped[str]
    made_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class Tagging(Base):
    """A tag on a comment."""

    __tablename__ = "tagging"
    __table_args__ = (Index(None, "comment_id"),)

    tag_id: Mapped[int] = mapped_column(ForeignKey("tag.id"), primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), primary_key=True)
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("reviewer.id"))
    at: Mapped[datetime]


class Assignment(Base):
    """Who is to look at a comment, and until when."""

    __tablename__ = "assignment"
    __table_args__ = (Index(None, "reviewer_id"),)

    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), primary_key=True)
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("reviewer.id"))
    due_on: Mapped[date | None]
    """A day in Pakistan."""
    assigned_by: Mapped[int] = mapped_column(ForeignKey("reviewer.id"))
    at: Mapped[datetime]


class Reading(Base):
    """A comment that a reviewer has marked as read."""

    __tablename__ = "reading"
    __table_args__ = (Index(None, "comment_id"),)

    reviewer_id: Mapped[int] = mapped_column(ForeignKey("reviewer.id"), primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), primary_key=True)
    at: Mapped[datetime]


class SavedSearch(Base):
    """A search under a name: what was asked, and up to which comment its owner has looked."""

    __tablename__ = "saved_search"
    __table_args__ = (UniqueConstraint("reviewer_id", "consultation_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("reviewer.id"))
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    name: Mapped[str]
    asked: Mapped[dict[str, str]]
    """The query parameters of its address."""
    made_at: Mapped[datetime]
    looked_at: Mapped[datetime]
    seen_up_to: Mapped[int]
    """The highest comment number there was when its owner last looked: what is above is new."""


class SecondLook(Base):
    """A decided comment in a random sample, judged again without the first decision in sight."""

    __tablename__ = "second_look"
    __table_args__ = (Index(None, "draft_id"), UniqueConstraint("comment_id", "drawn_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"))
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"))
    drawn_at: Mapped[datetime]
    first: Mapped[str]
    """published, withheld or spam: what the first official decided."""
    first_reviewer_id: Mapped[int] = mapped_column(ForeignKey("reviewer.id"))
    second: Mapped[str | None]
    second_reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("reviewer.id"))
    looked_at: Mapped[datetime | None]


class SynonymGroup(Base):
    """Words that an admin wants searched for together, beside those of the reviewed file."""

    __tablename__ = "synonym_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[list[str]]
    added_by: Mapped[int] = mapped_column(ForeignKey("reviewer.id"))
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
