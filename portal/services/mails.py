"""Messages to senders and officials: promised with what they tell of, written when sent, at least once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.models import Appeal, Clause, Comment, Consultation, Job, Submission
from portal.models.database import Database
from portal.outside.mail import Mailer, MailError, MailRefused, MailServerAway
from portal.services import answer_mails, invitations, jobs, receipts, witness
from portal.services.identifiers import comment_id
from portal.services.rows import HIDDEN
from portal.words import UI_LANGUAGES, Words, plain, words_for

log = logging.getLogger("portal.mail")

ASKS_AN_HOUR = 3
MOST_PUT_OFF = 1000
MOST_RECEIPTS = 20
PATIENCE = jobs.Patience(longest=timedelta(hours=1), limit=timedelta(days=2))
"""For a message that the server does not take now: it is asked again within the hour, for two days."""
AWAY = timedelta(minutes=1)
"""A server that is away is asked again so soon, however long it is away: nothing is given up for that."""


@dataclass(frozen=True)
class Post:
    """What writing messages needs to know of the portal."""

    mailer: Mailer
    sender: str
    public_url: str
    secret_key: str
    to_admins: bool = True
    """Whether admins get the audit chain's newest hash every day; the demonstration's console need not."""


def send_some(database: Database, post: Post, *, now: datetime, limit: int = 20) -> int:
    """Send what is due, one after the other, outside of any transaction; how many promises were kept.

    A server that does not take a message puts its promise off, one that is away puts off all that are due:
    nothing is lost, and nobody waits for it twenty times over. What is refused for good is given up, so is
    what PATIENCE is over for. Where an address was taken back, erased or is none, the promise is kept by
    sending nothing.
    """
    with database.read() as session:
        due = [(job.id, job.payload) for job in jobs.due(session, now=now, kinds=(jobs.MAIL,), limit=limit)]
    kept = 0
    for job_id, payload in due:
        try:
            _send(database, post, job_id, payload, now)
        except MailServerAway as fault:
            log.warning("the mail server is away (%s): what is due is tried again", fault)
            _put_off_all(database, str(fault), now)
            break
        except Exception as fault:  # one message must not stop the others, nor the worker's other work
            _put_off(database, job_id, fault, now)
        else:
            with database.write() as session:
                jobs.keep(session, job_id, now=now)
            kept += 1
    return kept


def _send(database: Database, post: Post, job_id: int, payload: dict[str, int | str], now: datetime) -> None:
    with database.read() as session:
        message = _message(session, post, job_id, payload, now)
    if message is not None:
        post.mailer.send(message)


def _put_off(database: Database, job_id: int, fault: Exception, now: datetime) -> None:
    """Have one message tried again, or give it up. What is said holds neither text nor address."""
    said = str(fault) if isinstance(fault, MailError) else type(fault).__name__
    with database.write() as session:
        if isinstance(fault, MailRefused):
            jobs.give_up(session, job_id, said, now=now)
            again = False
        else:
            again = jobs.put_off(session, job_id, said, patience=PATIENCE, now=now)
    if again:
        log.warning("mail of job %d was not taken (%s) and is tried again", job_id, said)
    else:
        log.error("mail of job %d is given up (%s)", job_id, said)


def _put_off_all(database: Database, fault: str, now: datetime) -> None:
    with database.write() as session:
        for job in jobs.due(session, now=now, kinds=(jobs.MAIL,), limit=MOST_PUT_OFF):
            jobs.postpone(session, job.id, fault, pause=AWAY, now=now)


def ask_again(session: Session, email: str, *, now: datetime) -> None:
    """Promise the receipts of everything that was sent with an address to that address.

    Says nothing of whether there is any; the same submission at most three times an hour. Letters are
    compared without regard to case, and what is sent goes to the address as it was given then.
    """
    rows = session.scalars(
        select(Submission.id)
        .where(
            func.lower(Submission.email) == func.lower(email.strip()),
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


def _message(
    session: Session, post: Post, job_id: int, payload: dict[str, int | str], now: datetime
) -> EmailMessage | None:
    if payload["mail"] == invitations.INVITATION:
        return _invitation(session, post, job_id, payload, now)
    if payload["mail"] == witness.MAIL:
        return _to_admin(session, post, job_id, payload, now)
    submission = session.get(Submission, int(payload["submission"]))
    if submission is None or not submission.email or not submission.receipt_sealed:
        return None
    code = receipts.unseal(post.secret_key, submission.receipt_sha256, submission.receipt_sealed)
    words = words_for(submission.ui_language)
    news = _paragraphs(session, post, submission, payload, words)
    if code is None or not news:
        return None
    message = _begun(
        post,
        submission.email,
        job_id=job_id,
        digest=submission.receipt_sha256,
        languages=(words.language,),
        now=now,
    )
    if message is None:
        return None
    address = f"{post.public_url}/{words.language}/receipts/{code}"
    paragraphs = [words.plain("mail.greeting"), *news]
    paragraphs += [f"{words.plain('mail.code')}\n{code}\n{address}", words.plain("mail.keep")]
    message["Subject"] = words.plain(f"mail.{payload['mail']}.subject")
    return _with_text(message, [*paragraphs, words.plain("mail.end")])


def _invitation(
    session: Session, post: Post, job_id: int, payload: dict[str, int | str], now: datetime
) -> EmailMessage | None:
    invitation = invitations.of(session, payload, secret_key=post.secret_key, now=now)
    if invitation is None:
        return None
    words = words_for(str(payload["language"]))
    message = _begun(
        post,
        invitation.email,
        job_id=job_id,
        digest=invitation.token_sha256,
        languages=(words.language,),
        now=now,
    )
    if message is None:
        return None
    address = f"{post.public_url}/{words.language}/desk/sign-in/{invitation.token}"
    once = words.plain("mail.invitation.once", until=plain(words.moment(invitation.expires_at)))
    message["Subject"] = words.plain("mail.invitation.subject")
    return _with_text(message, [words.plain("mail.invitation.text"), address, once, words.plain("mail.end")])


def _to_admin(
    session: Session, post: Post, job_id: int, payload: dict[str, int | str], now: datetime
) -> EmailMessage | None:
    """The newest hash for one admin, in English and Urdu; None where they are none any more."""
    email = witness.address(session, int(payload["reviewer"]))
    if not email:
        return None
    both = [words_for(language) for language in UI_LANGUAGES]
    message = _begun(
        post, email, job_id=job_id, digest=str(payload["sha256"]), languages=UI_LANGUAGES, now=now
    )
    if message is None:
        return None
    message["Subject"] = " · ".join(
        words.plain("mail.chain.subject", number=payload["record"]) for words in both
    )
    return _with_text(message, [part for words in both for part in witness.paragraphs(payload, words)])


def _begun(
    post: Post, email: str, *, job_id: int, digest: str, languages: Sequence[str], now: datetime
) -> EmailMessage | None:
    """A message without subject and text; None for an address that no mail server can write to."""
    message = EmailMessage()
    if not _addressed(message, email):
        log.warning("mail of job %d is for no address that can be written to; nothing is sent", job_id)
        return None
    message["From"] = post.sender
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<job-{job_id}.{digest[:16]}@{post.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = ", ".join(languages)
    return message


def _with_text(message: EmailMessage, paragraphs: list[str]) -> EmailMessage:
    text = "\n\n".join(paragraphs)
    message.set_content(f"{text}\n", charset="utf-8", cte="base64")
    return message


def _addressed(message: EmailMessage, email: str) -> bool:
    """Whether a mail server would read this text as exactly that one address, and nobody else's.

    The library's parser fails with errors of many kinds on texts like a@[x.example.
    """
    try:
        message["To"] = email
        read = [address.addr_spec for address in message["To"].addresses]
    except Exception:
        return False
    return read == [email]


def _paragraphs(
    session: Session, post: Post, submission: Submission, payload: dict[str, int | str], words: Words
) -> list[str]:
    """What this kind of message has to say; empty where it is no news any more."""
    consultation = session.get_one(Consultation, submission.consultation_id)
    title = consultation.title.get(words.language) or next(iter(consultation.title.values()))
    kinds: dict[str, Callable[[], list[str]]] = {
        "receipt": lambda: [
            words.plain("mail.receipt.text", title=title, date=_moment(words, submission)),
            words.plain("mail.receipt.clauses", clauses=_clauses(session, submission, words)),
            words.plain("mail.receipt.next"),
        ],
        "lost": lambda: [words.plain("mail.lost.text", title=title, date=_moment(words, submission))],
        "decision": lambda: _decision(session, int(payload["comment"]), words),
        "answer": lambda: answer_mails.paragraphs(session, submission, post.public_url, words),
    }
    return kinds[str(payload["mail"])]()


def _decision(session: Session, number: int, words: Words) -> list[str]:
    """How the comment stands when the message is written: it may have been taken back since."""
    comment = session.get(Comment, number)
    if comment is None or comment.status not in ("published", *HIDDEN):
        return []
    appeal = session.scalar(select(Appeal).where(Appeal.comment_id == number))
    hidden = comment.status in HIDDEN
    if hidden and appeal is not None and appeal.outcome == "withheld":
        kept = "kept_spam" if comment.status == "spam" else "kept"
        return [words.plain(f"mail.decision.{kept}", id=comment_id(number))]
    kind = "redacted" if comment.status == "published" and comment.redacted_for else comment.status
    text = words.plain(f"mail.decision.{kind}", id=comment_id(number))
    return [text, words.plain("mail.decision.appeal")] if hidden and appeal is None else [text]


def _clauses(session: Session, submission: Submission, words: Words) -> str:
    """The clauses that were commented on, in their order: "1.1.1 and 1.1.2"; never a word of the comments."""
    rows = session.execute(
        select(Clause.number, Clause.eid)
        .join(Comment, Comment.clause_id == Clause.id)
        .where(Comment.submission_id == submission.id)
        .group_by(Clause.id)
        .order_by(Clause.ordinal)
    )
    named = [row.number or row.eid for row in rows]
    whole = select(Comment.id).where(Comment.submission_id == submission.id, Comment.clause_id.is_(None))
    if session.scalar(whole.limit(1)) is not None:
        named.append(words.plain("clause.whole"))
    return plain(words.listed(named))


def _moment(words: Words, submission: Submission) -> str:
    return plain(words.moment(submission.received_at))
