"""Taking comments: clean, check, store with receipt, log, audit and jobs at once; a retry is safe."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from portal.errors import Conflict, ConsultationClosed, InvalidInput
from portal.models import Clause, Comment, Consultation, Draft, StatusChange, Submission
from portal.services import audit, consultations, jobs, moderation, receipts
from portal.services.canonical import sha256_of, timestamp
from portal.services.rows import CHANNELS, COMMENT_LANGUAGES, POSITIONS, SUBMITTERS
from portal.services.texts import LONGEST_NAME, body_fault, clean, email_fault, line_fault
from search_index.analysis import detect_language, normalise

MOST_COMMENTS = 200
LONGEST_KEY = 255


@dataclass(frozen=True)
class NewComment:
    """One comment as sent. `clause` is an eId or a number; None or "" means the document as a whole."""

    body: str
    clause: str | None = None
    position: str | None = None


@dataclass(frozen=True)
class NewSubmission:
    """What one person sends together. `submitter` None: told from name and organisation."""

    comments: tuple[NewComment, ...]
    submitter: str | None = None
    name: str | None = None
    organisation: str | None = None
    email: str | None = None
    language: str | None = None
    reference: str | None = None
    received_at: datetime | None = None
    postmarked_at: datetime | None = None


@dataclass(frozen=True)
class Stored:
    """One stored comment in the answer to its sender. `status` is the one it came to at first."""

    id: str
    clause: str | None
    sha256: str
    status: str


@dataclass(frozen=True)
class Acknowledgement:
    """The answer to a submission; `repeated` where the same request was stored before."""

    receipt: str
    received_at: datetime
    comments: tuple[Stored, ...]
    repeated: bool = False


@dataclass(frozen=True)
class Checked:
    """A submission cleaned and found good; `clause_ids` beside its comments."""

    submission: NewSubmission
    clause_ids: tuple[int | None, ...]
    eids: tuple[str | None, ...]
    content_sha256: str
    languages: tuple[str, ...] = field(default=())


def comment_id(number: int) -> str:
    """The public name of a comment: C-0418."""
    return f"C-{number:04d}"


def comment_number(text: str) -> int | None:
    """The number in a public name, None where it is none."""
    prefix, _, digits = text.upper().partition("-")
    if prefix != "C" or not digits.isascii() or not digits.isdigit() or len(digits) > 18:
        return None
    return int(digits)


def fingerprint(
    *,
    id: str,
    consultation: str,
    draft: str,
    clause: str | None,
    position: str | None,
    body: str,
    received_at: datetime,
) -> str:
    """SHA-256 over the canonical JSON of what is shown of a comment."""
    return sha256_of(
        {
            "body": body,
            "clause": clause,
            "consultation": consultation,
            "draft": draft,
            "id": id,
            "position": position,
            "received_at": timestamp(received_at),
        }
    )


def submit(
    session: Session,
    slug: str,
    version: str,
    sent: NewSubmission,
    *,
    channel: str,
    key: str | None,
    secret_key: str,
    now: datetime,
    demonstration: bool = False,
) -> Acknowledgement:
    """Store a submission and promise its indexing; the caller commits before anyone is told.

    `key` is the idempotency key: the same key with the same content gives the first answer again.
    Raises NotFound (address), ConsultationClosed, InvalidInput, Conflict (same key, other content).
    """
    consultation, draft = consultations.find_draft(session, slug, version)
    checked = check(session, draft.id, sent)
    if key is not None and (first := _first_answer(session, consultation, key, checked, secret_key)):
        return first
    if channel in ("web", "api") and not demonstration and not consultations.is_open(consultation, now):
        raise ConsultationClosed
    return _store(
        session,
        consultation,
        draft,
        checked,
        channel=channel,
        key=key,
        secret_key=secret_key,
        now=now,
        demonstration=demonstration,
    )


def is_known(session: Session, slug: str, key: str) -> bool:
    """Whether a submission with this idempotency key is stored."""
    return (
        session.execute(
            select(Submission.id)
            .join(Consultation, Consultation.id == Submission.consultation_id)
            .where(Consultation.slug == slug, Submission.key_sha256 == _key_digest(key))
        ).first()
        is not None
    )


def check(session: Session, draft_id: int, sent: NewSubmission) -> Checked:
    """Clean a submission and find its clauses. Raises InvalidInput with every problem by field."""
    cleaned = _clean(sent)
    problems = _problems(cleaned)
    clause_ids: list[int | None] = []
    eids: list[str | None] = []
    names = _clause_names(session, draft_id, [c.clause for c in cleaned.comments if c.clause])
    for place, comment in enumerate(cleaned.comments):
        if not comment.clause:
            clause_ids.append(None)
            eids.append(None)
        elif (found := names.get(comment.clause)) is None:
            problems[f"comments.{place}.clause"] = ["error.clause.unknown"]
        else:
            clause_ids.append(found[0])
            eids.append(found[1])
    if problems:
        raise InvalidInput(problems)
    return Checked(cleaned, tuple(clause_ids), tuple(eids), _content_sha256(cleaned, eids))


def _clean(sent: NewSubmission) -> NewSubmission:
    name, organisation, email = (_line(v) for v in (sent.name, sent.organisation, sent.email))
    submitter = sent.submitter or ("organisation" if organisation else "individual" if name else "anonymous")
    return NewSubmission(
        comments=tuple(
            NewComment(clean(c.body), (c.clause or "").strip() or None, c.position or None)
            for c in sent.comments
        ),
        submitter=submitter,
        name=name,
        organisation=organisation,
        email=email,
        language=sent.language or None,
        reference=sent.reference,
        received_at=sent.received_at,
        postmarked_at=sent.postmarked_at,
    )


def _line(text: str | None) -> str | None:
    return (clean(text).strip() or None) if text else None


def _problems(sent: NewSubmission) -> dict[str, list[str]]:
    problems: dict[str, list[str]] = {}

    def note(name: str, key: str | None) -> None:
        if key is not None:
            problems.setdefault(name, []).append(key)

    if not 1 <= len(sent.comments) <= MOST_COMMENTS:
        note("comments", "error.comments.count")
    for place, comment in enumerate(sent.comments[:MOST_COMMENTS]):
        note(f"comments.{place}.body", body_fault(comment.body))
        if comment.position is not None and comment.position not in POSITIONS:
            note(f"comments.{place}.position", "error.position.unknown")
    if sent.language is not None and sent.language not in COMMENT_LANGUAGES:
        note("language", "error.language.unknown")
    _sender_problems(sent, note)
    return problems


def _sender_problems(sent: NewSubmission, note: Any) -> None:
    if sent.submitter not in SUBMITTERS:
        note("submitter", "error.submitter.unknown")
    if sent.name:
        note("name", line_fault(sent.name, LONGEST_NAME, "name"))
    if sent.organisation:
        note("organisation", line_fault(sent.organisation, LONGEST_NAME, "organisation"))
    if sent.email:
        note("email", email_fault(sent.email))
    if sent.submitter == "organisation" and not sent.organisation:
        note("organisation", "error.organisation.missing")
    if sent.submitter == "anonymous" and sent.name:
        note("name", "error.name.anonymous")
    if sent.submitter == "anonymous" and sent.organisation:
        note("organisation", "error.organisation.anonymous")


def _clause_names(session: Session, draft_id: int, named: Sequence[str]) -> dict[str, tuple[int, str]]:
    """Commentable clauses by each name that was used for them: eId in any case, or number."""
    if not named:
        return {}
    wanted = {name.lower() for name in named}
    rows = session.execute(
        select(Clause.id, Clause.eid, Clause.number).where(
            Clause.draft_id == draft_id,
            Clause.commentable,
            Clause.eid.in_(wanted) | Clause.number.in_(wanted),
        )
    ).all()
    by_name: dict[str, tuple[int, str]] = {}
    for row_id, eid, number in rows:
        by_name[eid] = (row_id, eid)
        if number is not None:
            by_name.setdefault(number, (row_id, eid))
    return {name: by_name[name.lower()] for name in named if name.lower() in by_name}


def _content_sha256(sent: NewSubmission, eids: Sequence[str | None]) -> str:
    return sha256_of(
        {
            "submitter": sent.submitter,
            "name": sent.name,
            "organisation": sent.organisation,
            "email": sent.email,
            "language": sent.language,
            "comments": [
                {"clause": eid, "body": comment.body, "position": comment.position}
                for eid, comment in zip(eids, sent.comments, strict=True)
            ],
        }
    )


def _key_digest(key: str) -> str:
    return sha256_of(["idempotency key", key])


def _first_answer(
    session: Session, consultation: Consultation, key: str, checked: Checked, secret_key: str
) -> Acknowledgement | None:
    row = session.execute(
        select(Submission.id, Submission.content_sha256, Submission.received_at).where(
            Submission.consultation_id == consultation.id, Submission.key_sha256 == _key_digest(key)
        )
    ).one_or_none()
    if row is None:
        return None
    if row.content_sha256 != checked.content_sha256:
        raise Conflict("error.conflict.token")
    return Acknowledgement(
        receipt=receipts.make(secret_key, consultation.slug, key.encode()),
        received_at=row.received_at,
        comments=tuple(_stored_before(session, row.id)),
        repeated=True,
    )


def _stored_before(session: Session, submission_id: int) -> Iterable[Stored]:
    first = select(func.min(StatusChange.id)).where(StatusChange.comment_id == Comment.id).scalar_subquery()
    rows = session.execute(
        select(Comment.id, Clause.eid, Comment.sha256, StatusChange.after)
        .outerjoin(Clause, Clause.id == Comment.clause_id)
        .join(StatusChange, StatusChange.id == first)
        .where(Comment.submission_id == submission_id)
        .order_by(Comment.id)
    )
    for row in rows:
        yield Stored(comment_id(row.id), row.eid, row.sha256, row.after)


def _store(
    session: Session,
    consultation: Consultation,
    draft: Draft,
    checked: Checked,
    *,
    channel: str,
    key: str | None,
    secret_key: str,
    now: datetime,
    demonstration: bool,
) -> Acknowledgement:
    if channel not in CHANNELS:
        raise ValueError(channel)
    sent = checked.submission
    received_at = sent.received_at or now
    receipt = receipts.make(secret_key, consultation.slug, key.encode() if key else secrets.token_bytes(32))
    submission_id = _insert(
        session,
        Submission,
        consultation_id=consultation.id,
        draft_id=draft.id,
        receipt_sha256=receipts.digest(receipt),
        key_sha256=_key_digest(key) if key else None,
        content_sha256=checked.content_sha256,
        channel=channel,
        submitter=sent.submitter,
        name=sent.name,
        organisation=sent.organisation,
        email=sent.email,
        reference=sent.reference,
        received_at=received_at,
        postmarked_at=sent.postmarked_at,
        demonstration=demonstration,
    )
    stored = _store_comments(
        session, consultation, draft, checked, submission_id=submission_id, received_at=received_at, now=now
    )
    consultations.touch(session, consultation.id)
    audit.record(
        session,
        "comments.submit",
        f"submission/{submission_id}",
        actor="citizen" if channel in ("web", "api") and not demonstration else "command",
        now=now,
        details={"channel": channel, "comments": len(stored), "content_sha256": checked.content_sha256},
    )
    return Acknowledgement(receipt, received_at, tuple(stored))


def _store_comments(
    session: Session,
    consultation: Consultation,
    draft: Draft,
    checked: Checked,
    *,
    submission_id: int,
    received_at: datetime,
    now: datetime,
) -> list[Stored]:
    """One transaction holds the write lock here, so the next free number is ours."""
    first = (session.execute(select(func.max(Comment.id))).scalar_one() or 0) + 1
    rows: list[dict[str, Any]] = []
    stored: list[Stored] = []
    for place, comment in enumerate(checked.submission.comments):
        eid, flags = checked.eids[place], moderation.flags(comment.body)
        status = "pending" if flags or consultation.moderation == "before" else "published"
        public_id = comment_id(first + place)
        sha256 = fingerprint(
            id=public_id,
            consultation=consultation.slug,
            draft=draft.version,
            clause=eid,
            position=comment.position,
            body=comment.body,
            received_at=received_at,
        )
        rows.append(
            {
                "id": first + place,
                "submission_id": submission_id,
                "draft_id": draft.id,
                "clause_id": checked.clause_ids[place],
                "body": comment.body,
                "shadow": normalise(comment.body),
                "position": comment.position,
                "language": checked.submission.language or detect_language(comment.body),
                "status": status,
                "flags": list(flags),
                "sha256": sha256,
                "received_at": received_at,
                "posted_at": now if status == "published" else None,
                "revisions": 0,
            }
        )
        stored.append(Stored(public_id, eid, sha256, status))
    session.execute(insert(Comment), rows)
    session.execute(
        insert(StatusChange),
        [{"comment_id": row["id"], "at": now, "before": None, "after": row["status"]} for row in rows],
    )
    jobs.promise_index(session, [row["id"] for row in rows], now=now)
    return stored


def _insert(session: Session, table: Any, **values: Any) -> int:
    result: Any = session.execute(insert(table).values(**values))
    return int(result.inserted_primary_key[0])
