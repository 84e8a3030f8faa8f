"""How an official's account stands, for the audit record to hash before and after an act on it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal.models import DeskSession, KnownDevice, RecoveryCode, Reviewer, ReviewerAccess, SignInLink
from portal.services import audit
from portal.services.canonical import timestamp


def state(session: Session, reviewer_id: int, *, now: datetime) -> dict[str, Any]:
    """Rights, ways to sign in, and what is open now; it is meant for hashing and for nothing else.

    The address is left out: whoever guesses it could tell its hash. What is secret stands here as it is
    stored, salted or sealed, so that its hash tells nothing either.
    """
    session.flush()
    row = session.get_one(Reviewer, reviewer_id)
    places = _listed(session, ReviewerAccess.consultation_id, ReviewerAccess.reviewer_id == reviewer_id)
    return {
        "role": row.role,
        "consultations": "all" if row.everywhere else places,
        "disabled_at": timestamp(row.disabled_at) if row.disabled_at else None,
        "password": row.password_hash,
        "authenticator": row.totp_sealed,
        "confirmed_at": timestamp(row.totp_confirmed_at) if row.totp_confirmed_at else None,
        "recovery_codes": _listed(
            session,
            RecoveryCode.code_sha256,
            RecoveryCode.reviewer_id == reviewer_id,
            RecoveryCode.used_at.is_(None),
        ),
        "sessions": _listed(
            session,
            DeskSession.id,
            DeskSession.reviewer_id == reviewer_id,
            DeskSession.ended_at.is_(None),
            DeskSession.expires_at > now,
        ),
        "links": _listed(
            session,
            SignInLink.id,
            SignInLink.reviewer_id == reviewer_id,
            SignInLink.used_at.is_(None),
            SignInLink.expires_at > now,
        ),
        "devices": _listed(session, KnownDevice.id, KnownDevice.reviewer_id == reviewer_id),
    }


def record(
    session: Session,
    act: str,
    reviewer_id: int,
    before: Mapping[str, Any] | None,
    *,
    actor: str | None = None,
    now: datetime,
    details: Mapping[str, object] | None = None,
) -> None:
    """Put an act on an account on record, with hashes of how it stood `before` (None: it was not there) and
    how it stands now. Without `actor` it is the account's own.
    """
    proof = audit.change(before, state(session, reviewer_id, now=now))
    told = {**(details or {}), **proof}
    who = actor or f"reviewer:{reviewer_id}"
    audit.record(session, act, f"reviewer/{reviewer_id}", actor=who, now=now, details=told)


def _listed(
    session: Session, column: InstrumentedAttribute[Any], *where: ColumnElement[bool]
) -> list[int | str]:
    return list(session.scalars(select(column).where(*where).order_by(column)))
