"""The audit chain's newest hash, told outside of the machine every day, so that a rewritten one shows."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import Select, insert, select
from sqlalchemy.orm import Session

from portal.models import Job, Reviewer
from portal.models.database import Database
from portal.services import audit, jobs
from portal.words import PAKISTAN, Words

log = logging.getLogger("portal.audit")

MAIL = "chain"
"""The kind of message, as promises name it."""


@dataclass
class Days:
    """The newest day on which the hash is known to have been told; asking the database costs a little."""

    told: date | None = None


def tell(database: Database, days: Days, *, mailing: bool, now: datetime) -> bool:
    """Log the newest hash where today's was not told yet, and promise it to every admin where `mailing`.

    A day is a day in Pakistan. Promises name the admin by number: the address is read when the mail is sent.
    """
    today = now.astimezone(PAKISTAN).date()
    if days.told == today:
        return False
    with database.write() as session:
        newest = None if _was_told(session, today) else audit.newest(session)
        if newest is not None:
            _promise(session, newest, today, mailing=mailing, now=now)
    days.told = today
    if newest is not None:
        log.info("the newest audit record is number %d with the hash %s", newest.number, newest.sha256)
    return newest is not None


def address(session: Session, reviewer_id: int) -> str | None:
    """Where an admin gets mail now; None where they are no admin any more, or disabled."""
    return session.scalar(
        select(Reviewer.email).where(
            Reviewer.id == reviewer_id, Reviewer.role == "admin", Reviewer.disabled_at.is_(None)
        )
    )


def paragraphs(payload: Mapping[str, int | str], words: Words) -> list[str]:
    """What the message says in one language."""
    number, digest = str(payload["record"]), str(payload["sha256"])
    day = words.date(str(payload["day"]))
    return [
        words.plain("mail.chain.text", number=number, date=day),
        digest,
        words.plain("mail.chain.check"),
        f"portal check --expect {number}:{digest}",
        words.plain("mail.chain.keep"),
    ]


def _was_told(session: Session, today: date) -> bool:
    """Whether a promise of today says so; it is looked for among those made since midnight."""
    midnight = datetime.combine(today, time(), PAKISTAN)
    made = select(Job.id).where(Job.kind == jobs.WITNESS, Job.promised_at >= midnight).limit(1)
    return session.scalar(made) is not None


def _promise(session: Session, newest: audit.Newest, today: date, *, mailing: bool, now: datetime) -> None:
    payload = {"day": today.isoformat(), "record": newest.number, "sha256": newest.sha256}
    session.execute(
        insert(Job).values(
            kind=jobs.WITNESS, payload=payload, promised_at=now, not_before=now, attempts=0, kept_at=now
        )
    )
    if mailing:
        for number in session.scalars(_admins()):
            jobs.promise(session, jobs.MAIL, {"mail": MAIL, "reviewer": number, **payload}, now=now)


def _admins() -> Select[int]:
    return select(Reviewer.id).where(Reviewer.role == "admin", Reviewer.disabled_at.is_(None))
