"""Proving who one is by password and code, and the failures that are counted meanwhile.

An attempt is counted before it is looked at, so that many at once cannot be more than one after the other;
what was right takes its count away. Failures are counted by account and known browser, and for all unknown
browsers together: strangers lock nobody out of a browser in which they signed in before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from portal.errors import NotAllowed, TooMany
from portal.models import RecoveryCode, Reviewer, SignInFailure
from portal.services import desk_sessions, second_step
from portal.services.canonical import sha256_text
from portal.services.desk_sessions import Opened
from portal.services.texts import LONGEST_EMAIL, clean, fault

MOST_FAILURES = 5
WITHIN = timedelta(minutes=15)


@dataclass(frozen=True)
class Attempt:
    """One try that is counted already: whose it would be, and what the password is held against."""

    reviewer_id: int | None
    """None: there is no such account, or it cannot be entered."""
    password_hash: str | None
    account_sha256: str
    device_id: int | None


def name_of(email: str) -> str:
    """An address as accounts are found by it; empty for what cannot be one."""
    if len(email) > 2 * LONGEST_EMAIL or fault(email) is not None:
        return ""
    return clean(email).strip().lower()


def begin(session: Session, email: str, *, devices: tuple[str, ...], now: datetime) -> Attempt:
    """Count a try for an account, whether it exists or not. Raises TooMany after five within 15 minutes."""
    name = name_of(email)
    row = session.execute(
        select(Reviewer.id, Reviewer.password_hash).where(
            Reviewer.email == name, Reviewer.disabled_at.is_(None)
        )
    ).one_or_none()
    device = desk_sessions.device_of(session, row.id, devices) if row else None
    attempt = Attempt(row.id if row else None, row.password_hash if row else None, sha256_text(name), device)
    tried = session.scalar(select(func.count()).where(*_same_count(attempt), SignInFailure.at > now - WITHIN))
    if (tried or 0) >= MOST_FAILURES:
        raise TooMany(key="error.too_many.sign_in")
    session.add(SignInFailure(account_sha256=attempt.account_sha256, device_id=device, at=now))
    return attempt


def prove(
    session: Session, attempt: Attempt, *, right: bool, code: str, secret_key: str, now: datetime
) -> str:
    """Use up the code of an attempt whose password is `right`; its kind: code or recovery_code.

    Raises NotAllowed, the same for whatever was wrong.
    """
    row = session.execute(
        select(Reviewer).where(Reviewer.id == attempt.reviewer_id, Reviewer.disabled_at.is_(None))
    ).scalar_one_or_none()
    unchanged = row is not None and row.password_hash == attempt.password_hash
    if row is None or not right or not unchanged or row.totp_confirmed_at is None:
        raise NotAllowed("error.sign_in")
    if _uses_code(session, row, code, secret_key, now):
        used = "code"
    elif _uses_recovery_code(session, row.id, code, secret_key, now):
        used = "recovery_code"
    else:
        raise NotAllowed("error.sign_in")
    session.execute(delete(SignInFailure).where(*_same_count(attempt)))
    return used


def sign_in(
    session: Session,
    attempt: Attempt,
    *,
    right: bool,
    code: str,
    devices: tuple[str, ...],
    before: str,
    secret_key: str,
    now: datetime,
) -> Opened:
    """Open a session for who proved to be the owner of an account. Raises NotAllowed."""
    used = prove(session, attempt, right=right, code=code, secret_key=secret_key, now=now)
    assert attempt.reviewer_id is not None  # noqa: S101 (proved)
    return desk_sessions.open_session(
        session, attempt.reviewer_id, devices=devices, before=before, by=used, now=now
    )


def forget_failures_of(session: Session, email: str) -> None:
    """Nothing is counted for an account any more."""
    session.execute(delete(SignInFailure).where(SignInFailure.account_sha256 == sha256_text(name_of(email))))


def has_old_failures(session: Session, *, now: datetime) -> bool:
    """Whether there are failures that count no more."""
    found = session.scalar(select(SignInFailure.id).where(SignInFailure.at <= now - WITHIN).limit(1))
    return found is not None


def forget_old_failures(session: Session, *, now: datetime) -> int:
    """Delete the failures that count no more; how many."""
    gone = session.execute(delete(SignInFailure).where(SignInFailure.at <= now - WITHIN))
    return cast("CursorResult[tuple[()]]", gone).rowcount


def _same_count(attempt: Attempt) -> tuple[ColumnElement[bool], ...]:
    return (
        SignInFailure.account_sha256 == attempt.account_sha256,
        SignInFailure.device_id == attempt.device_id,
    )


def _uses_code(session: Session, row: Reviewer, code: str, secret_key: str, now: datetime) -> bool:
    secret = second_step.unseal(secret_key, row.id, row.totp_sealed or "")
    step = None if secret is None else second_step.step_of(secret, code, after=row.totp_step, now=now)
    if step is None:
        return False
    session.execute(update(Reviewer).where(Reviewer.id == row.id).values(totp_step=step))
    return True


def _uses_recovery_code(
    session: Session, reviewer_id: int, code: str, secret_key: str, now: datetime
) -> bool:
    digest = second_step.recovery_digest(secret_key, reviewer_id, code)
    if digest is None:
        return False
    used = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.reviewer_id == reviewer_id,
            RecoveryCode.code_sha256 == digest,
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
    )
    return cast("CursorResult[tuple[()]]", used).rowcount == 1
