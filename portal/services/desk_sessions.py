"""One-time links and sessions of officials. Tokens leave once and are stored as SHA-256 only."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from portal.errors import NotFound
from portal.models import Consultation, DeskSession, KnownDevice, Reviewer, ReviewerAccess, SignInLink
from portal.services import account_state
from portal.services.canonical import sha256_text
from portal.services.identifiers import official_name

LINK_LASTS = timedelta(hours=24)
SESSION_LASTS = timedelta(hours=12)
SESSION_IDLES = timedelta(hours=2)
SEEN_EVERY = timedelta(minutes=5)
MOST_DEVICES = 20


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
    complete: bool = True
    """Whether the account has a password and an authenticator."""

    @property
    def is_admin(self) -> bool:
        """Whether accounts and settings are theirs to change."""
        return self.role == "admin"

    def may_see(self, slug: str) -> bool:
        """Whether a consultation is open to this official."""
        return self.slugs is None or slug in self.slugs


@dataclass(frozen=True)
class Opened:
    """A session that has just begun: what the browser keeps of it, and what it keeps for the next time."""

    reviewer_id: int
    secret: str
    has_password: bool
    device: str | None
    """A token by which the browser is known from now on; None where it was known."""


@dataclass(frozen=True)
class SessionRow:
    """One open session of an official, without anything of the place it came from."""

    begun: datetime
    seen: datetime
    own: bool
    """Whether it is the one that asks."""


def new_link(session: Session, reviewer_id: int, *, now: datetime) -> str:
    """The token of a link that signs a reviewer in once within a day."""
    token = secrets.token_hex(32)
    session.add(
        SignInLink(
            reviewer_id=reviewer_id,
            token_sha256=sha256_text(token),
            made_at=now,
            expires_at=now + LINK_LASTS,
        )
    )
    session.flush()
    return token


def link_works(session: Session, token: str, *, now: datetime) -> bool:
    """Whether the button behind this link would sign somebody in. Uses nothing up."""
    return _owner_of_link(session, token, now) is not None


def use_link(
    session: Session, token: str, *, devices: tuple[str, ...] = (), before: str = "", now: datetime
) -> Opened:
    """Use a link up and open a session. Raises NotFound for a used, old or unknown link."""
    reviewer_id = _owner_of_link(session, token, now)
    if reviewer_id is None or not _use_up(session, token, now):
        raise NotFound("error.not_found.link")
    return open_session(session, reviewer_id, devices=devices, before=before, by="link", now=now)


def _owner_of_link(session: Session, token: str, now: datetime) -> int | None:
    return session.scalar(
        select(SignInLink.reviewer_id)
        .join(Reviewer, Reviewer.id == SignInLink.reviewer_id)
        .where(
            SignInLink.token_sha256 == sha256_text(token),
            SignInLink.used_at.is_(None),
            SignInLink.expires_at > now,
            Reviewer.disabled_at.is_(None),
        )
    )


def _use_up(session: Session, token: str, now: datetime) -> bool:
    used = cast(
        "CursorResult[tuple[()]]",
        session.execute(
            update(SignInLink)
            .where(SignInLink.token_sha256 == sha256_text(token), SignInLink.used_at.is_(None))
            .values(used_at=now)
        ),
    )
    return used.rowcount == 1


def open_session(
    session: Session,
    reviewer_id: int,
    *,
    devices: tuple[str, ...] = (),
    before: str = "",
    by: str,
    now: datetime,
) -> Opened:
    """A new session with a token of its own; a browser that was not known is known from now on.

    `before`: the token of the session that this browser held until now, which ends.
    """
    stood = account_state.state(session, reviewer_id, now=now)
    session.execute(
        update(DeskSession)
        .where(DeskSession.token_sha256 == sha256_text(before), DeskSession.ended_at.is_(None))
        .values(ended_at=now)
    )
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
    device = None
    if device_of(session, reviewer_id, devices) is None:
        device = secrets.token_urlsafe(32)
        session.add(KnownDevice(reviewer_id=reviewer_id, token_sha256=sha256_text(device), made_at=now))
    account_state.record(session, "reviewers.sign_in", reviewer_id, stood, now=now, details={"by": by})
    stored = session.scalar(select(Reviewer.password_hash).where(Reviewer.id == reviewer_id))
    return Opened(reviewer_id, secret, stored is not None, device)


def device_of(session: Session, reviewer_id: int, tokens: tuple[str, ...]) -> int | None:
    """The device known for this reviewer that one of the tokens is of."""
    digests = [sha256_text(token) for token in tokens[:MOST_DEVICES]]
    return session.scalar(
        select(KnownDevice.id).where(
            KnownDevice.reviewer_id == reviewer_id, KnownDevice.token_sha256.in_(digests)
        )
    )


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
            Reviewer.password_hash.is_not(None).label("has_password"),
            Reviewer.totp_confirmed_at,
        )
        .join(Reviewer, Reviewer.id == DeskSession.reviewer_id)
        .where(DeskSession.token_sha256 == sha256_text(secret), *_alive(now), Reviewer.disabled_at.is_(None))
    ).one_or_none()
    if row is None:
        return None
    slugs = None if row.everywhere or row.role == "admin" else slugs_of(session, row.reviewer_id)
    complete = bool(row.has_password) and row.totp_confirmed_at is not None
    who = SignedIn(row.reviewer_id, row.id, official_name(row.email), row.role, slugs, complete)
    return who, row.seen_at < now - SEEN_EVERY


def slugs_of(session: Session, reviewer_id: int) -> frozenset[str]:
    """The consultations that were opened to a reviewer one by one."""
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


def open_ones(session: Session, who: SignedIn, *, now: datetime) -> list[SessionRow]:
    """The open sessions of an official, the newest first."""
    rows = session.execute(
        select(DeskSession.id, DeskSession.made_at, DeskSession.seen_at)
        .where(DeskSession.reviewer_id == who.reviewer_id, *_alive(now))
        .order_by(DeskSession.id.desc())
    )
    return [SessionRow(row.made_at, row.seen_at, row.id == who.session_id) for row in rows]


def sign_out(session: Session, who: SignedIn, *, now: datetime) -> None:
    """End one session."""
    before = account_state.state(session, who.reviewer_id, now=now)
    session.execute(update(DeskSession).where(DeskSession.id == who.session_id).values(ended_at=now))
    account_state.record(session, "reviewers.sign_out", who.reviewer_id, before, now=now)


def sign_out_elsewhere(session: Session, who: SignedIn, *, now: datetime) -> None:
    """End every session but the one that asks."""
    before = account_state.state(session, who.reviewer_id, now=now)
    end_sessions(session, who.reviewer_id, but=who.session_id, now=now)
    account_state.record(session, "reviewers.sign_out_elsewhere", who.reviewer_id, before, now=now)


def sign_out_everywhere(session: Session, who: SignedIn, *, now: datetime) -> None:
    """End every session, this one too."""
    before = account_state.state(session, who.reviewer_id, now=now)
    end_sessions(session, who.reviewer_id, now=now)
    account_state.record(session, "reviewers.sign_out_everywhere", who.reviewer_id, before, now=now)


def end_sessions(session: Session, reviewer_id: int, *, but: int | None = None, now: datetime) -> None:
    """End the sessions of a reviewer, but for one."""
    session.execute(
        update(DeskSession)
        .where(
            DeskSession.reviewer_id == reviewer_id,
            DeskSession.ended_at.is_(None),
            DeskSession.id != (but or 0),
        )
        .values(ended_at=now)
    )


def end_links(session: Session, reviewer_id: int, *, now: datetime) -> None:
    """No link of a reviewer works any more."""
    session.execute(
        update(SignInLink)
        .where(SignInLink.reviewer_id == reviewer_id, SignInLink.used_at.is_(None))
        .values(used_at=now)
    )


def forget_devices(session: Session, reviewer_id: int) -> None:
    """No browser is known for a reviewer any more. Nothing may be counted for one by then."""
    session.execute(delete(KnownDevice).where(KnownDevice.reviewer_id == reviewer_id))


def _alive(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        DeskSession.ended_at.is_(None),
        DeskSession.expires_at > now,
        DeskSession.seen_at > now - SESSION_IDLES,
    )
