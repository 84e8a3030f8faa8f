"""Half-finished answers: kept for thirty days under a code, deleted when they are sent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.base import Base


class Sheet(Base):
    """One person's answers before they are sent. The code is never stored, only its SHA-256."""

    __tablename__ = "sheet"
    __table_args__ = (Index(None, "expires_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"))
    code_sha256: Mapped[str] = mapped_column(unique=True)
    device_sha256: Mapped[str]
    """Of the browser it was begun in, keyed by the code; another one is asked to confirm before it sends."""
    sender: Mapped[dict[str, str]]
    """What was typed about the sender, by form field."""
    begun_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class Answer(Base):
    """What is written so far on one clause, or on the whole (eid "whole")."""

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("sheet_id", "eid"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("sheet.id"))
    eid: Mapped[str]
    body: Mapped[str]
    position: Mapped[str | None]
    suggested_wording: Mapped[str | None]
    changed_at: Mapped[datetime]
