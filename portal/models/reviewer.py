"""Officials: who they are, their one-time links and their sessions. Tokens are stored as SHA-256 only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.base import Base


class Reviewer(Base):
    """An official who reads, moderates, accepts themes and exports."""

    __tablename__ = "reviewer"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    role: Mapped[str] = mapped_column(default="reviewer")
    """reviewer or admin."""
    everywhere: Mapped[bool] = mapped_column(default=True)
    """Whether every consultation is open to this reviewer; else those in `reviewer_access`."""
    password_hash: Mapped[str | None]
    """Argon2id; None until a password is chosen."""
    totp_sealed: Mapped[str | None]
    """The secret of the authenticator, readable with the secret key only; None: none yet."""
    totp_confirmed_at: Mapped[datetime | None]
    """When a first code of the authenticator was right; before that it opens nothing."""
    totp_step: Mapped[int] = mapped_column(default=0)
    """The newest time step whose code was used, so that no code works twice."""
    added_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class SignInLink(Base):
    """A link that signs one reviewer in once."""

    __tablename__ = "sign_in_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("reviewer.id"))
    token_sha256: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class DeskSession(Base):
    """A signed-in browser."""

    __tablename__ = "desk_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("reviewer.id"))
    token_sha256: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class ReviewerAccess(Base):
    """A consultation that a reviewer may work on, where not all are open to them."""

    __tablename__ = "reviewer_access"

    reviewer_id: Mapped[int] = mapped_column(ForeignKey("reviewer.id"), primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), primary_key=True)


class RecoveryCode(Base):
    """A code that stands in for the authenticator once."""

    __tablename__ = "recovery_code"
    __table_args__ = (Index(None, "reviewer_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("reviewer.id"))
    code_sha256: Mapped[str]
    used_at: Mapped[datetime | None]


class KnownDevice(Base):
    """A browser in which a reviewer has signed in before: strangers' failures do not lock it out."""

    __tablename__ = "known_device"
    __table_args__ = (Index(None, "reviewer_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("reviewer.id"))
    token_sha256: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[datetime]


class SignInFailure(Base):
    """A wrong password or code, counted for an account: by known device, or for all unknown ones together."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (Index(None, "account_sha256", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_sha256: Mapped[str]
    """Of the address tried, whether it exists or not."""
    device_id: Mapped[int | None] = mapped_column(ForeignKey("known_device.id"))
    at: Mapped[datetime]
