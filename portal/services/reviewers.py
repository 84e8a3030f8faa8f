"""Reviewers and admins: adding them, what they may do and where, taking access away and giving it anew."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.orm import Session

from portal.errors import Conflict, InvalidInput, NotFound
from portal.models import Consultation, DeskSession, RecoveryCode, Reviewer, ReviewerAccess
from portal.services import account_state, desk_sessions, sign_in
from portal.services.canonical import sha256_of
from portal.services.desk_sessions import SignedIn
from portal.services.texts import clean, email_fault

__all__ = [
    "ROLES",
    "Colleague",
    "SignedIn",
    "add",
    "colleague",
    "colleagues",
    "disable",
    "enable",
    "listing",
    "reset",
    "set_rights",
]

ROLES = ("reviewer", "admin")
COMMAND = "command"


@dataclass(frozen=True)
class Colleague:
    """An account as admins see it."""

    id: int
    email: str
    role: str
    slugs: frozenset[str] | None
    """The consultations open to this official; None: all."""
    state: str
    """invited (no password or no authenticator yet), active, disabled."""
    added_at: datetime
    seen_at: datetime | None

    @property
    def mark(self) -> str:
        """The rights as they stand; a form carries it, an act compares it."""
        where = None if self.slugs is None else sorted(self.slugs)
        return sha256_of([self.role, where, self.state == "disabled"])[:16]


def add(
    session: Session,
    email: str,
    *,
    role: str | None = None,
    slugs: Collection[str] | None = None,
    actor: str = COMMAND,
    now: datetime,
) -> str:
    """Add a reviewer; the token of a sign-in link. Raises InvalidInput, NotFound, Conflict.

    Without a role the first one of all is an admin, and every other a reviewer. Without `slugs` every
    consultation is open to them.
    """
    address = _address(email)
    if session.scalar(select(Reviewer.id).where(Reviewer.email == address)) is not None:
        raise Conflict("error.conflict.reviewer")
    if role is None:
        first = session.scalar(select(Reviewer.id).limit(1)) is None
        role = "admin" if first else "reviewer"
    _check_role(role)
    reviewer = Reviewer(email=address, role=role, everywhere=True, totp_step=0, added_at=now)
    session.add(reviewer)
    session.flush()
    _give_rights(session, reviewer, role, slugs)
    link = desk_sessions.new_link(session, reviewer.id, now=now)
    rights = _rights(reviewer, slugs)
    account_state.record(session, "reviewers.add", reviewer.id, None, actor=actor, now=now, details=rights)
    return link


def reset(session: Session, whom: str | int, *, by: int | None = None, now: datetime) -> str:
    """A new sign-in link for an address or number. Raises NotFound, and Conflict for an admin's own account.

    Older links, every session, password, authenticator and recovery codes end; a disabled reviewer may come
    back.
    """
    reviewer = _find(session, whom)
    if reviewer.id == by:
        raise Conflict("error.conflict.own_reset")
    before = account_state.state(session, reviewer.id, now=now)
    reviewer.disabled_at = None
    reviewer.password_hash = reviewer.totp_sealed = reviewer.totp_confirmed_at = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.reviewer_id == reviewer.id))
    sign_in.forget_failures_of(session, reviewer.email)
    desk_sessions.forget_devices(session, reviewer.id)
    _end_all(session, reviewer.id, now)
    link = desk_sessions.new_link(session, reviewer.id, now=now)
    _record(session, reviewer, "reviewers.reset", before, by=by, now=now)
    return link


def disable(session: Session, whom: str | int, *, by: int | None = None, now: datetime) -> None:
    """Take a reviewer's access away at once. Raises NotFound, and Conflict where an admin (`by`) may not."""
    reviewer = _find(session, whom)
    _spare_admins(session, reviewer, by)
    before = account_state.state(session, reviewer.id, now=now)
    reviewer.disabled_at = now
    _end_all(session, reviewer.id, now)
    _record(session, reviewer, "reviewers.disable", before, by=by, now=now)


def enable(session: Session, number: int, *, by: int, now: datetime) -> None:
    """Let a disabled reviewer sign in again, as before. Raises NotFound."""
    reviewer = _find(session, number)
    before = account_state.state(session, reviewer.id, now=now)
    reviewer.disabled_at = None
    _record(session, reviewer, "reviewers.enable", before, by=by, now=now)


def set_rights(
    session: Session,
    number: int,
    *,
    role: str,
    slugs: Collection[str] | None,
    seen: str | None = None,
    by: int,
    now: datetime,
) -> None:
    """What a reviewer may do and where; `seen`: the mark of the account when the form was opened.

    Raises NotFound, InvalidInput, Conflict.
    """
    reviewer = _find(session, number)
    if seen is not None and seen != _colleague(session, reviewer).mark:
        raise Conflict("error.conflict.rights_seen")
    if role != "admin":
        _spare_admins(session, reviewer, by)
    before = account_state.state(session, reviewer.id, now=now)
    _give_rights(session, reviewer, role, slugs)
    _record(session, reviewer, "reviewers.rights", before, by=by, now=now, details=_rights(reviewer, slugs))


def listing(session: Session) -> Sequence[Reviewer]:
    """Every reviewer, oldest first."""
    return session.scalars(select(Reviewer).order_by(Reviewer.id)).all()


def others_for(session: Session, slug: str, reviewer_id: int) -> bool:
    """Whether anybody else is at work on a consultation."""
    query = select(Reviewer.id).where(Reviewer.id != reviewer_id, *at_work_on(slug))
    return session.scalar(query.limit(1)) is not None


def at_work_on(slug: str) -> tuple[ColumnElement[bool], ...]:
    """The officials whose accounts are open and who may see a consultation."""
    with_access = (
        select(ReviewerAccess.reviewer_id)
        .join(Consultation, Consultation.id == ReviewerAccess.consultation_id)
        .where(Consultation.slug == slug)
    )
    may_see = or_(Reviewer.role == "admin", Reviewer.everywhere.is_(True), Reviewer.id.in_(with_access))
    return Reviewer.disabled_at.is_(None), may_see


def colleagues(session: Session) -> list[Colleague]:
    """Every account, oldest first."""
    return [_colleague(session, row) for row in listing(session)]


def colleague(session: Session, number: int) -> Colleague:
    """One account. Raises NotFound."""
    return _colleague(session, _find(session, number))


def _colleague(session: Session, row: Reviewer) -> Colleague:
    complete = row.password_hash is not None and row.totp_confirmed_at is not None
    state = "disabled" if row.disabled_at else "active" if complete else "invited"
    seen = select(func.max(DeskSession.seen_at)).where(DeskSession.reviewer_id == row.id)
    slugs = None if row.everywhere else desk_sessions.slugs_of(session, row.id)
    return Colleague(row.id, row.email, row.role, slugs, state, row.added_at, session.scalar(seen))


def _spare_admins(session: Session, reviewer: Reviewer, by: int | None) -> None:
    """Raises Conflict where an admin would take the rights of the last admin, or their own."""
    if by is None or reviewer.role != "admin" or reviewer.disabled_at is not None:
        return
    others = select(Reviewer.id).where(
        Reviewer.role == "admin", Reviewer.disabled_at.is_(None), Reviewer.id != reviewer.id
    )
    if session.scalar(others.limit(1)) is None:
        raise Conflict("error.conflict.last_admin")
    if reviewer.id == by:
        raise Conflict("error.conflict.own_rights")


def _give_rights(session: Session, reviewer: Reviewer, role: str, slugs: Collection[str] | None) -> None:
    """Set role and access. An admin works on everything. Raises InvalidInput, NotFound."""
    _check_role(role)
    found: list[int] = []
    if role != "admin" and slugs is not None:
        known = {row.slug: row.id for row in session.execute(select(Consultation.slug, Consultation.id))}
        if not slugs:
            raise InvalidInput({"access": ["error.access.choose"]})
        if not known.keys() >= set(slugs):
            raise NotFound("error.not_found.consultation")
        found = [known[slug] for slug in dict.fromkeys(slugs)]
    reviewer.role = role
    reviewer.everywhere = role == "admin" or slugs is None
    session.execute(delete(ReviewerAccess).where(ReviewerAccess.reviewer_id == reviewer.id))
    for number in found:
        session.add(ReviewerAccess(reviewer_id=reviewer.id, consultation_id=number))
    session.flush()


def _check_role(role: str) -> None:
    """Before anything is stored: a form may carry what no database takes. Raises InvalidInput."""
    if role not in ROLES:
        raise InvalidInput({"role": ["error.role.choose"]})


def _rights(reviewer: Reviewer, slugs: Collection[str] | None) -> dict[str, object]:
    where: object = "all" if reviewer.everywhere else sorted(set(slugs or ()))
    return {"role": reviewer.role, "consultations": where}


def _address(email: str) -> str:
    address = clean(email).strip().lower()
    if (key := email_fault(address)) is not None:
        raise InvalidInput({"email": [key]})
    return address


def _find(session: Session, whom: str | int) -> Reviewer:
    named = Reviewer.id == whom if isinstance(whom, int) else Reviewer.email == _address(whom)
    reviewer = session.scalar(select(Reviewer).where(named))
    if reviewer is None:
        raise NotFound("error.not_found.reviewer")
    return reviewer


def _record(
    session: Session,
    reviewer: Reviewer,
    act: str,
    before: Mapping[str, Any] | None,
    *,
    by: int | None,
    now: datetime,
    details: Mapping[str, object] | None = None,
) -> None:
    actor = COMMAND if by is None else f"reviewer:{by}"
    account_state.record(session, act, reviewer.id, before, actor=actor, now=now, details=details)


def _end_all(session: Session, reviewer_id: int, now: datetime) -> None:
    desk_sessions.end_links(session, reviewer_id, now=now)
    desk_sessions.end_sessions(session, reviewer_id, now=now)
