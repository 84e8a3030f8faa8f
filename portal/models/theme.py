"""Themes: what the machine suggested in a run, and what reviewers accepted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
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
    model: Mapped[str] = mapped_column(default="")
    """Which embedder made the vectors."""
    parameters: Mapped[dict[str, Any]] = mapped_column(default=dict)
    input_sha256: Mapped[str] = mapped_column(default="")
    """Over the comments that were read, and what reviewers had decided."""
    code_version: Mapped[str] = mapped_column(default="")
    frame: Mapped[bytes | None]
    """Where new comments are placed beside the themes; None: vectors mean nothing outside this run."""


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
    names: Mapped[dict[str, str]] = mapped_column(default=dict)
    """Titles that a reviewer gave, by language; empty: the machine's."""
    kind: Mapped[str] = mapped_column(default="theme")
    """theme; other (fits no theme); no_reason (a position without a reason)."""
    origin: Mapped[str] = mapped_column(default="machine")
    """machine or human: who thought of it."""
    kept: Mapped[bool] = mapped_column(default=False)
    """Whether a reviewer decided on its members: runs keep them together."""
    centroid: Mapped[bytes | None]
    """float32 of length 1, in the frame of its run."""
    retired_at: Mapped[datetime | None]
    """When a reviewer merged it into another or took it away; its members are kept for undoing."""
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[int | None] = mapped_column(ForeignKey("reviewer.id"))


class ThemeMember(Base):
    """A comment that belongs to a theme."""

    __tablename__ = "theme_member"
    __table_args__ = (Index(None, "comment_id"),)

    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id"), primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), primary_key=True)
    by: Mapped[str] = mapped_column(default="machine")
    """machine or human: who put it there."""
    reviewer_id: Mapped[int | None]
    """Where a human did."""


class ThemeExclusion(Base):
    """A comment that a reviewer took out of a theme: no run puts it back."""

    __tablename__ = "theme_exclusion"
    __table_args__ = (Index(None, "comment_id"),)

    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id"), primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), primary_key=True)
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("reviewer.id"))
    at: Mapped[datetime]


class ThemeAct(Base):
    """One act of a reviewer on themes, with how things were before it, so that it can be undone."""

    __tablename__ = "theme_act"
    __table_args__ = (Index(None, "draft_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"))
    at: Mapped[datetime]
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("reviewer.id"))
    act: Mapped[str]
    theme_ids: Mapped[list[Any]]
    before: Mapped[list[Any]]
    """Each theme touched, as it was: row, members, exclusions; numbers and titles only."""
    undone_at: Mapped[datetime | None]


class Embedding(Base):
    """The vectors of what one comment says, one row of `dimensions` numbers a saying."""

    __tablename__ = "embedding"

    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), primary_key=True)
    model: Mapped[str] = mapped_column(primary_key=True)
    text_sha256: Mapped[str]
    """Of the text they were made from: another text needs others."""
    dimensions: Mapped[int]
    vectors: Mapped[bytes]
    """float16, sayings x dimensions."""


class CodingSample(Base):
    """Comments drawn by chance, for two reviewers to put into themes without seeing the machine's answer."""

    __tablename__ = "coding_sample"
    __table_args__ = (Index(None, "draft_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"))
    drawn_at: Mapped[datetime]
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("reviewer.id"))
    comment_ids: Mapped[list[Any]]
    """In the order of chance, so that the first ones are a sample too."""
    machine: Mapped[dict[str, Any]]
    """As it was at the drawing: {"themes": [all accepted ones], "comments": {comment: [those it was in]}}."""


class Coding(Base):
    """The themes that one reviewer, coding blind, gave one comment of a sample."""

    __tablename__ = "coding"
    __table_args__ = (UniqueConstraint("sample_id", "comment_id", "reviewer_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sample_id: Mapped[int] = mapped_column(ForeignKey("coding_sample.id"))
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"))
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("reviewer.id"))
    theme_ids: Mapped[list[Any]]
    at: Mapped[datetime]


class Outcome(Base):
    """What was decided and answered on a theme or on a clause; the newest one counts."""

    __tablename__ = "outcome"
    __table_args__ = (Index(None, "draft_id"), Index(None, "theme_id"), Index(None, "clause_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"))
    theme_id: Mapped[int | None] = mapped_column(ForeignKey("theme.id"))
    clause_id: Mapped[int | None] = mapped_column(ForeignKey("clause.id"))
    decision: Mapped[str]
    """accepted, partly, not, out_of_scope."""
    reason: Mapped[dict[str, str]]
    """By language."""
    at: Mapped[datetime]
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("reviewer.id"))


class PromptLog(Base):
    """What a language model was asked about a title, what it answered, and whether that was taken."""

    __tablename__ = "prompt_log"

    id: Mapped[int] = mapped_column(primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id"))
    at: Mapped[datetime]
    model: Mapped[str]
    prompt: Mapped[str]
    answer: Mapped[str | None]
    taken: Mapped[bool]
    fault: Mapped[str | None]


class ReportFile(Base):
    """A report that the worker makes: what was asked for, how far it is, where the file lies."""

    __tablename__ = "report_file"
    __table_args__ = (Index(None, "draft_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"))
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("reviewer.id"))
    asked: Mapped[dict[str, Any]]
    """format, language, scope."""
    asked_at: Mapped[datetime]
    begun_at: Mapped[datetime | None]
    progress: Mapped[int]
    """Of 100."""
    made_at: Mapped[datetime | None]
    name: Mapped[str | None]
    fault: Mapped[str | None]
    """A message key where it could not be made."""
