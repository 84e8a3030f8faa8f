"""Themes: what the machine suggested in a run, and what reviewers accepted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.base import Base


class ThemeRun(Base):
    """One run of the summarizer over a draft's published comments."""

    __tablename__ = "theme_run"
    __table_args__ = (Index(None, "draft_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"))
    made_at: Mapped[datetime]
    summarizer: Mapped[str]
    comments: Mapped[int]
    distinct_texts: Mapped[int]
    campaigns: Mapped[list[Any]]
    """[{"comment_ids": […], "distinct": n}, …] with ids of comments as numbers."""
    unassigned: Mapped[list[Any]]


class Theme(Base):
    """A candidate theme, or an accepted one. Accepted themes outlive the run that found them."""

    __tablename__ = "theme"
    __table_args__ = (
        CheckConstraint("status IN ('candidate', 'accepted')", name="status"),
        Index(None, "draft_id"),
        Index(None, "run_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("theme_run.id"))
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"))
    clause_id: Mapped[int | None] = mapped_column(ForeignKey("clause.id"))
    ordinal: Mapped[int]
    status: Mapped[str]
    title: Mapped[str]
    machine_title: Mapped[str]
    title_comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"))
    """The comment in which the machine's title stands literally."""
    language: Mapped[str]
    keyphrases: Mapped[list[str]]
    quotes: Mapped[list[Any]]
    """[{"comment": number, "text": literal part of its body}, …]"""
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[int | None] = mapped_column(ForeignKey("reviewer.id"))


class ThemeMember(Base):
    """A comment that belongs to a theme."""

    __tablename__ = "theme_member"
    __table_args__ = (Index(None, "comment_id"),)

    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id"), primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), primary_key=True)
