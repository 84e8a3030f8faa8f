"""Consultations, their drafts and the clauses people comment on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.base import Base


class Consultation(Base):
    """Invitation to comment on one policy. Texts are by language."""

    __tablename__ = "consultation"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[dict[str, str]]
    summary: Mapped[dict[str, str]]
    ministry: Mapped[dict[str, str]]
    source: Mapped[dict[str, str]]
    notice: Mapped[dict[str, str]]
    contact: Mapped[str]
    restatement: Mapped[bool]
    moderation: Mapped[str]
    banner: Mapped[dict[str, str]]
    """A notice on top of the consultation's pages, by language; empty: none."""
    questions: Mapped[list[Any]]
    """What senders may say about themselves: {"key", "label": {…}, "choices": [{"value", "label": {…}}]}."""
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    created_at: Mapped[datetime]
    answer_from: Mapped[int] = mapped_column(default=5)
    """Themes with so many comments or more need an outcome before the consultation counts as answered."""
    answered_at: Mapped[datetime | None]


class Extension(Base):
    """A closing day that was moved on, and the reason that everybody may read."""

    __tablename__ = "extension"
    __table_args__ = (Index(None, "consultation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    at: Mapped[datetime]
    closed_at: Mapped[datetime]
    """When it would have closed."""
    closes_at: Mapped[datetime]
    reason: Mapped[dict[str, str]]
    """By language."""


class Draft(Base):
    """One published version of the text, immutable."""

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("consultation_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    version: Mapped[str]
    languages: Mapped[list[str]]
    sha256: Mapped[str]
    """Over the names and bytes of all files of the folder."""
    published_at: Mapped[datetime]


class Clause(Base):
    """One entry of a draft in reading order: preface, part, section or clause."""

    __tablename__ = "clause"
    __table_args__ = (UniqueConstraint("draft_id", "eid"), UniqueConstraint("draft_id", "ordinal"))

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"))
    eid: Mapped[str]
    number: Mapped[str | None]
    kind: Mapped[str]
    parent_eid: Mapped[str | None]
    commentable: Mapped[bool]
    ordinal: Mapped[int]


class ClauseText(Base):
    """The text of one entry in one language: the file as it is, and its cleaned HTML."""

    __tablename__ = "clause_text"

    clause_id: Mapped[int] = mapped_column(ForeignKey("clause.id"), primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    heading: Mapped[str]
    markdown: Mapped[str]
    html: Mapped[str]
    sha256: Mapped[str]
    """Over the file's bytes."""
