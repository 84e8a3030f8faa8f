"""What officials do with their own account: password, authenticator, recovery codes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from portal.errors import Conflict, NotFound
from portal.models import RecoveryCode, Reviewer
from portal.services import account_state, desk_sessions, second_step
from portal.services.desk_sessions import SessionRow, SignedIn


@dataclass(frozen=True)
class Account:
    """An official's own account, as its page shows it."""

    reviewer_id: int
    email: str
    role: str
    slugs: frozenset[str] | None
    has_password: bool
    complete: bool
    recovery_left: int
    """How many recovery codes are not used."""
    sessions: tuple[SessionRow, ...]


def view(session: Session, who: SignedIn, *, now: datetime) -> Account:
    """The account of the official who asks."""
    row = _of(session, who)
    left = session.scalar(
        select(func.count()).where(RecoveryCode.reviewer_id == row.id, RecoveryCode.used_at.is_(None))
    )
    return Account(
        reviewer_id=row.id,
        email=row.email,
        role=row.role,
        slugs=who.slugs,
        has_password=row.password_hash is not None,
        complete=_is_complete(row),
        recovery_left=left or 0,
        sessions=tuple(desk_sessions.open_ones(session, who, now=now)),
    )


def email_of(session: Session, who: SignedIn) -> str:
    """The address of the official who asks."""
    return _of(session, who).email


def choose_password(session: Session, who: SignedIn, hashed: str, *, now: datetime) -> None:
    """The first password of an account. Raises Conflict where it has one: changing it needs a proof."""
    row = _of(session, who)
    if row.password_hash is not None:
        raise Conflict("error.conflict.password")
    before = account_state.state(session, row.id, now=now)
    row.password_hash = hashed
    account_state.record(session, "accounts.password", who.reviewer_id, before, now=now)


def change_password(session: Session, who: SignedIn, hashed: str, *, now: datetime) -> None:
    """Another password for who proved to be the owner; every other session and every link ends."""
    row = _of(session, who)
    before = account_state.state(session, row.id, now=now)
    row.password_hash = hashed
    desk_sessions.end_sessions(session, who.reviewer_id, but=who.session_id, now=now)
    desk_sessions.end_links(session, who.reviewer_id, now=now)
    account_state.record(session, "accounts.password", who.reviewer_id, before, now=now)


def set_authenticator(
    session: Session, who: SignedIn, secret: str, step: int, *, proved: bool, secret_key: str, now: datetime
) -> list[str]:
    """An authenticator whose code of `step` was right, and ten recovery codes, which leave only here.

    Raises Conflict where the account has an authenticator and its owner did not prove to be that, or where
    it has no password yet.
    """
    row = _of(session, who)
    if row.password_hash is None or (_is_complete(row) and not proved):
        raise Conflict("error.conflict.authenticator")
    before = account_state.state(session, row.id, now=now)
    row.totp_sealed = second_step.seal(secret_key, row.id, secret)
    row.totp_confirmed_at, row.totp_step = now, step
    codes = _replace_codes(session, row.id, secret_key)
    account_state.record(session, "accounts.authenticator", who.reviewer_id, before, now=now)
    return codes


def renew_recovery_codes(session: Session, who: SignedIn, *, secret_key: str, now: datetime) -> list[str]:
    """Ten new recovery codes for who proved to be the owner; the old ones work no more."""
    before = account_state.state(session, who.reviewer_id, now=now)
    codes = _replace_codes(session, who.reviewer_id, secret_key)
    account_state.record(session, "accounts.recovery_codes", who.reviewer_id, before, now=now)
    return codes


def _replace_codes(session: Session, reviewer_id: int, secret_key: str) -> list[str]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.reviewer_id == reviewer_id))
    codes = second_step.new_recovery_codes()
    for code in codes:
        digest = second_step.recovery_digest(secret_key, reviewer_id, code)
        session.add(RecoveryCode(reviewer_id=reviewer_id, code_sha256=digest))
    return codes


def _is_complete(row: Reviewer) -> bool:
    return row.password_hash is not None and row.totp_confirmed_at is not None


def _of(session: Session, who: SignedIn) -> Reviewer:
    row = session.get(Reviewer, who.reviewer_id)
    if row is None or row.disabled_at is not None:
        raise NotFound
    return row
