"""Messages to senders: promised with what they tell of, written when they are sent, at least once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from html import unescape

from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import Comment, Consultation, Job, Submission
from portal.models.database import Database
from portal.outside.mail import Mailer, MailError
from portal.services import jobs, receipts
from portal.services.identifiers import comment_id
from portal.words import Words, words_for

log = logging.getLogger("portal.mail")

ASKS_AN_HOUR = 3
MOST_RECEIPTS = 20


@dataclass(frozen=True)
class Post:
    """What writing messages needs to know of the portal."""

    mailer: Mailer
    sender: str
    public_url: str
    secret_key: str


def send_some(database: Database, post: Post, *, now: datetime, limit: int = 20) -> int:
    """Send what is due, one after the other, outside of any transaction; how many promises were kept.

    A server that does not take a message puts its promise off: no comment and no promise is lost. Where an
    address was taken back or erased meanwhile, the promise is kept by sending nothing.
    """
    with database.read() as session:
        due = [(job.id, job.payload) for job in jobs.due(session, now=now, kinds=(jobs.MAIL,), limit=limit)]
    kept = 0
    for job_id, payload in due:
        with database.read() as session:
            message = _message(session, post, job_id, payload)
        try:
            if message is not None:
                post.mailer.send(message)
        except MailError as fault:
            log.warning("mail of job %d was not taken (%s) and is tried again", job_id, fault)
            with database.write() as session:
                jobs.put_off(session, job_id, str(fault), now=now)
            continue
        with database.write() as session:
            jobs.keep(session, job_id, now=now)
        kept += 1
    return kept


def ask_again(session: Session, email: str, *, now: datetime) -> None:
    """Promise the receipts of everything that was sent with an address to that address.

    Says nothing of whether there is any; the same submission at most three times an hour.
    """
    rows = session.scalars(
        select(Submission.id)
        .where(
            Submission.email == email.strip(),
            Submission.receipt_sealed.is_not(None),
            Submission.erased_at.is_(None),
            Submission.demonstration.is_(False),
        )
        .order_by(Submission.id.desc())
        .limit(MOST_RECEIPTS)
    ).all()
    asked = _asked(session, now)
    for number in rows:
        if asked.get(number, 0) < ASKS_AN_HOUR:
            jobs.promise(session, jobs.MAIL, {"mail": "lost", "submission": number}, now=now)


def _asked(session: Session, now: datetime) -> dict[int, int]:
    """How often each submission's receipt was asked for within the last hour."""
    counted: dict[int, int] = {}
    payloads = session.scalars(
        select(Job.payload).where(Job.kind == jobs.MAIL, Job.promised_at > now - timedelta(hours=1))
    )
    for payload in payloads:
        if payload.get("mail") == "lost":
            counted[payload["submission"]] = counted.get(payload["submission"], 0) + 1
    return counted


def _message(session: Session, post: Post, job_id: int, payload: dict[str, int | str]) -> EmailMessage | None:
    submission = session.get(Submission, int(payload["submission"]))
    if submission is None or not submission.email or not submission.receipt_sealed:
        return None
    code = receipts.unseal(post.secret_key, submission.receipt_sha256, submission.receipt_sealed)
    if code is None:
        return None
    words = words_for(submission.ui_language)
    kind = str(payload["mail"])
    address = f"{post.public_url}/{words.language}/receipts/{code}"
    message = EmailMessage()
    message["From"] = post.sender
    message["To"] = submission.email
    message["Subject"] = _say(words, f"mail.{kind}.subject")
    host = post.sender.rpartition("@")[2]
    message["Message-ID"] = f"<job-{job_id}.{submission.receipt_sha256[:16]}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = words.language
    paragraphs = [_say(words, "mail.greeting"), *_paragraphs(session, submission, payload, words)]
    paragraphs += [f"{_say(words, 'mail.code')}\n{code}\n{address}", _say(words, "mail.keep")]
    paragraphs.append(_say(words, "mail.end"))
    message.set_content("\n\n".join(paragraphs) + "\n", charset="utf-8", cte="base64")
    return message


def _paragraphs(
    session: Session, submission: Submission, payload: dict[str, int | str], words: Words
) -> list[str]:
    """What this kind of message has to say."""
    consultation = session.get_one(Consultation, submission.consultation_id)
    title = consultation.title.get(words.language) or next(iter(consultation.title.values()))
    kinds: dict[str, Callable[[], list[str]]] = {
        "receipt": lambda: [_say(words, "mail.receipt.text", title=title, date=_moment(words, submission))],
        "lost": lambda: [_say(words, "mail.lost.text", title=title, date=_moment(words, submission))],
        "decision": lambda: _decision(session, int(payload["comment"]), words),
    }
    return kinds[str(payload["mail"])]()


def _decision(session: Session, number: int, words: Words) -> list[str]:
    status = session.scalar(select(Comment.status).where(Comment.id == number))
    shown = "published" if status == "published" else "withheld"
    text = _say(words, f"mail.decision.{shown}", id=comment_id(number))
    return [text, _say(words, "mail.decision.appeal")] if shown == "withheld" else [text]


def _moment(words: Words, submission: Submission) -> str:
    return _plain(words.moment(submission.received_at))


def _say(words: Words, key: str, **values: object) -> str:
    return _plain(words.text(key, **values))


def _plain(text: str | Markup) -> str:
    return unescape(Markup(text).striptags())  # noqa: S704 (striptags takes every tag out)
