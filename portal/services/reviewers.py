"""Reviewers: adding them, one-time links, sessions. Tokens leave once and are stored as SHA-256 only."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import or_, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from portal.errors import Conflict, InvalidInput, NotFound
from portal.models import Consultation, DeskSession, Reviewer, ReviewerAccess, SignInLink
from portal.services import audit
from portal.services.canonical import sha256_text
from portal.services.texts import clean, email_fault

LINK_LASTS = timedelta(hours=24)
SESSION_LASTS = timedelta(hours=12)
SESSION_IDLES = timedelta(hours=2)
SEEN_EVERY = timedelta(minutes=5)
ROLES = ("reviewer", "admin")


@dataclass(frozen=True)
class SignedIn:
    """Who sits at the desk."""

    reviewer_id: int
    session_id: int
    name: str
    """The address up to its @: enough to tell colleagues apart."""
    role: str
    """reviewer or admin."""
    slugs: frozenset[str] | None
    """The consultations this official may work on; None: all."""

    @property
    def is_admin(self) -> bool:
        """Whether accounts and settings are theirs to change."""
        return self.role == "admin"

    def may_see(self, slug: str) -> bool:
        """Whether a consultation is open to this official."""
        return self.slugs is None or slug in self.slugs


def add(session: Session, email: str, *, role: str | None = None, now: datetime) -> str:
    """Add a reviewer; the token of a sign-in link. Raises InvalidInput, Conflict.

    Without a role the first one of all is an admin, and every other a reviewer.
    """
    address = _address(email)
    if session.scalar(select(Reviewer.id).where(Reviewer.email == address)) is not None:
        raise Conflict("error.conflict.reviewer")
    if role is None:
        first = session.scalar(select(Reviewer.id).limit(1)) is None
        role = "admin" if first else "reviewer"
    if role not in ROLES:
        raise InvalidInput({"role": ["error.role.choose"]})
    reviewer = Reviewer(email=address, role=role, everywhere=True, totp_step=0, added_at=now)
    session.add(reviewer)
    session.flush()
    audit.record(session, "reviewers.add", f"reviewer/{reviewer.id}", actor="command", now=now)
    return _new_link(session, reviewer.id, now)


def reset(session: Session, email: str, *, now: datetime) -> str:
    """A new sign-in link; older links and every session end, and a disabled reviewer may come back."""
    reviewer = _find(session, email)
    reviewer.disabled_at = None
    _end_all(session, reviewer.id, now)
    audit.record(session, "reviewers.reset", f"reviewer/{reviewer.id}", actor="command", now=now)
    return _new_link(session, reviewer.id, now)


def disable(session: Session, email: str, *, now: datetime) -> None:
    """Take a reviewer's access away at once."""
    reviewer = _find(session, email)
    reviewer.disabled_at = now
    _end_all(session, reviewer.id, now)
    audit.record(session, "reviewers.disable", f"reviewer/{reviewer.id}", actor="command", now=now)


def listing(session: Session) -> Sequence[Reviewer]:
    """Every reviewer, oldest first."""
    return session.scalars(select(Reviewer).order_by(Reviewer.id)).all()


def others_for(session: Session, slug: str, reviewer_id: int) -> bool:
    """Whether anybody else is at work on a consultation."""
    with_access = (
        select(ReviewerAccess.reviewer_id)
        .join(Consultation, Consultation.id == ReviewerAccess.consultation_id)
        .where(Consultation.slug == slug)
    )
    query = select(Reviewer.id).where(
        Reviewer.id != reviewer_id,
        Reviewer.disabled_at.is_(None),
        or_(Reviewer.role == "admin", Reviewer.everywhere.is_(True), Reviewer.id.in_(with_access)),
    )
    return session.scalar(query.limit(1)) is not None


def link_works(session: Session, token: str, *, now: datetime) -> bool:
    """Whether the button behind this link would sign somebody in. Uses nothing up."""
    return (
        session.execute(
            select(SignInLink.id)
            .join(Reviewer, Reviewer.id == SignInLink.reviewer_id)
            .where(
                SignInLink.token_sha256 == sha256_text(token),
                SignInLink.used_at.is_(None),
                SignInLink.expires_at > now,
                Reviewer.disabled_at.is_(None),
            )
        ).first()
        is not None
    )


def sign_in(session: Session, token: str, *, now: datetime) -> str:
    """Use a link up and open a session; its token. Raises NotFound for a used, old or unknown link."""
    if not link_works(session, token, now=now):
        raise NotFound("error.not_found.link")
    used = cast(
        "CursorResult[tuple[()]]",
        session.execute(
            update(SignInLink)
            .where(SignInLink.token_sha256 == sha256_text(token), SignInLink.used_at.is_(None))
            .values(used_at=now)
        ),
    )
    if used.rowcount != 1:
        raise NotFound("error.not_found.link")
    reviewer_id = session.execute(
        select(SignInLink.reviewer_id).where(SignInLink.token_sha256 == sha256_text(token))
    ).scalar_one()
    secret = secrets.token_urlsafe(32)
    session.add(
        DeskSession(
            reviewer_id=reviewer_id,
            token_sha256=sha256_text(secret),
            made_at=now,
            seen_at=now,
            expires_at=now + SESSION_LASTS,
        )
    )
    audit.record(
        session, "reviewers.sign_in", f"reviewer/{reviewer_id}", actor=f"reviewer:{reviewer_id}", now=now
    )
    return secret


def signed_in(session: Session, secret: str, *, now: datetime) -> tuple[SignedIn, bool] | None:
    """Who a session belongs to, and whether its last-seen time should be renewed; None where it has ended."""
    row = session.execute(
        select(
            DeskSession.id,
            DeskSession.seen_at,
            Reviewer.id.label("reviewer_id"),
            Reviewer.email,
            Reviewer.role,
            Reviewer.everywhere,
        )
        .join(Reviewer, Reviewer.id == DeskSession.reviewer_id)
        .where(
            DeskSession.token_sha256 == sha256_text(secret),
            DeskSession.ended_at.is_(None),
            DeskSession.expires_at > now,
            DeskSession.seen_at > now - SESSION_IDLES,
            Reviewer.disabled_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        return None
    slugs = None if row.everywhere or row.role == "admin" else _slugs_of(session, row.reviewer_id)
    who = SignedIn(row.reviewer_id, row.id, row.email.partition("@")[0], row.role, slugs)
    return who, row.seen_at < now - SEEN_EVERY


def _slugs_of(session: Session, reviewer_id: int) -> frozenset[str]:
    return frozenset(
        session.scalars(
            select(Consultation.slug)
            .join(ReviewerAccess, ReviewerAccess.consultation_id == Consultation.id)
            .where(ReviewerAccess.reviewer_id == reviewer_id)
        )
    )


def seen(session: Session, session_id: int, *, now: datetime) -> None:
    """Renew a session's last-seen time."""
    session.execute(update(DeskSession).where(DeskSession.id == session_id).values(seen_at=now))


def sign_out(session: Session, who: SignedIn, *, now: datetime) -> None:
    """End one session."""
    session.execute(update(DeskSession).where(DeskSession.id == who.session_id).values(ended_at=now))
    audit.record(
        session,
        "reviewers.sign_out",
        f"reviewer/{who.reviewer_id}",
        actor=f"reviewer:{who.reviewer_id}",
        now=now,
    )


def _address(email: str) -> str:
    address = clean(email).strip().lower()
    if (key := email_fault(address)) is not None:
        raise InvalidInput({"email": [key]})
    return address


def _find(session: Session, email: str) -> Reviewer:
    reviewer = session.scalar(select(Reviewer).where(Reviewer.email == _address(email)))
    if reviewer is None:
        raise NotFound("error.not_found.reviewer")
    return reviewer


def _new_link(session: Session, reviewer_id: int, now: datetime) -> str:
    token = secrets.token_hex(32)
    session.add(
        SignInLink(
            reviewer_id=reviewer_id,
            token_sha256=sha256_text(token),
            made_at=now,
            expires_at=now + LINK_LASTS,
        )
    )
    return token


def _end_all(session: Session, reviewer_id: int, now: datetime) -> None:
    session.execute(
        update(SignInLink)
        .where(SignInLink.reviewer_id == reviewer_id, SignInLink.used_at.is_(None))
        .values(used_at=now)
    )
    session.execute(
        update(DeskSession)
        .where(DeskSession.reviewer_id == reviewer_id, DeskSession.ended_at.is_(None))
        .values(ended_at=now)
    )
