"""Taking comments: clean, check, store with receipt, log, audit and jobs at once; a retry is safe."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from portal.errors import Conflict, ConsultationClosed, NotFound
from portal.models import Clause, Comment, Consultation, Draft, StatusChange, Submission, table_of
from portal.models.database import connection_of
from portal.models.prepared import add_rows, first_row
from portal.services import audit, jobs, moderation, receipts
from portal.services.canonical import sha256_of, timestamp
from portal.services.checking import Checked, NewSubmission, check
from portal.services.identifiers import comment_id
from portal.services.rows import CHANNELS
from search_index.analysis import detect_language, normalise

LONGEST_KEY = 255

_SUBMISSION, _COMMENT, _CHANGE = (table_of(t) for t in (Submission, Comment, StatusChange))
_CONSULTATION, _DRAFT = (table_of(t) for t in (Consultation, Draft))
# A statement made once: building it anew costs more than running it.
_PLACE = (
    select(
        _CONSULTATION.c.id.label("consultation_id"),
        _CONSULTATION.c.slug,
        _CONSULTATION.c.moderation,
        _CONSULTATION.c.opens_at,
        _CONSULTATION.c.closes_at,
        _DRAFT.c.id.label("draft_id"),
        _DRAFT.c.version,
        _SUBMISSION.c.id.label("first_id"),
        _SUBMISSION.c.content_sha256.label("first_content"),
        _SUBMISSION.c.received_at.label("first_received_at"),
        select(func.max(_SUBMISSION.alias().c.id)).scalar_subquery().label("last_submission"),
        select(func.max(_COMMENT.c.id)).scalar_subquery().label("last_comment"),
    )
    .select_from(
        _CONSULTATION.join(_DRAFT, _DRAFT.c.consultation_id == _CONSULTATION.c.id).outerjoin(
            _SUBMISSION,
            (_SUBMISSION.c.consultation_id == _CONSULTATION.c.id)
            & (_SUBMISSION.c.key_sha256 == bindparam("key_sha256")),
        )
    )
    .where(_CONSULTATION.c.slug == bindparam("slug"), _DRAFT.c.version == bindparam("version"))
)


@dataclass(frozen=True)
class Place:
    """A consultation and its draft as far as taking a comment needs them, and what the key was used for."""

    consultation_id: int
    slug: str
    moderation: str
    opens_at: datetime
    closes_at: datetime
    draft_id: int
    version: str
    first_id: int | None
    first_content: str | None
    first_received_at: datetime | None
    last_submission: int | None
    last_comment: int | None
    """The newest numbers: the transaction holds the write lock, so the next ones are free."""


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
    actor: str | None = None,
) -> Acknowledgement:
    """Store a submission and promise its indexing; the caller commits before anyone is told.

    `actor` None: the citizen, or for other channels the command. `key` is the idempotency key: the same key
    with the same content gives the first answer again.
    Raises NotFound (address), ConsultationClosed, InvalidInput, Conflict (same key, other content).
    """
    if channel not in CHANNELS:
        raise ValueError(channel)
    place = _find(session, slug, version, key)
    checked = check(session, place.draft_id, sent)
    if key is not None and place.first_id is not None:
        return _first_answer(session, place, key, checked, secret_key)
    if channel in ("web", "api") and not demonstration and not place.opens_at <= now < place.closes_at:
        raise ConsultationClosed
    return _store(
        session,
        place,
        checked,
        channel=channel,
        key=key,
        secret_key=secret_key,
        now=now,
        demonstration=demonstration,
        actor=actor or ("citizen" if channel in ("web", "api") and not demonstration else "command"),
    )


def receipt_of_key(session: Session, slug: str, key: str, secret_key: str) -> str | None:
    """The receipt that a submission with this idempotency key got; None where none is stored."""
    return receipts.make(secret_key, slug, key.encode()) if is_known(session, slug, key) else None


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


def _key_digest(key: str) -> str:
    return sha256_of(["idempotency key", key])


def _find(session: Session, slug: str, version: str, key: str | None) -> Place:
    asked = {"slug": slug, "version": version, "key_sha256": _key_digest(key) if key else None}
    row = first_row(connection_of(session), _PLACE, asked)
    if row is None:
        raise NotFound("error.not_found.draft")
    return Place(**row)


def _first_answer(
    session: Session, place: Place, key: str, checked: Checked, secret_key: str
) -> Acknowledgement:
    if place.first_content != checked.content_sha256:
        raise Conflict("error.conflict.token")
    assert place.first_id is not None  # noqa: S101
    assert place.first_received_at is not None  # noqa: S101
    return Acknowledgement(
        receipt=receipts.make(secret_key, place.slug, key.encode()),
        received_at=place.first_received_at,
        comments=tuple(_stored_before(session, place.first_id)),
        repeated=True,
    )


def _stored_before(session: Session, submission_id: int) -> Iterable[Stored]:
    first = (
        select(func.min(StatusChange.id))
        .where(StatusChange.comment_id == Comment.id)
        .correlate(Comment)
        .scalar_subquery()
    )
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
    place: Place,
    checked: Checked,
    *,
    channel: str,
    key: str | None,
    secret_key: str,
    now: datetime,
    demonstration: bool,
    actor: str,
) -> Acknowledgement:
    sent = checked.submission
    received_at = sent.received_at or now
    receipt = receipts.make(secret_key, place.slug, key.encode() if key else secrets.token_bytes(32))
    submission_id = (place.last_submission or 0) + 1
    values = {
        "id": submission_id,
        "consultation_id": place.consultation_id,
        "draft_id": place.draft_id,
        "receipt_sha256": receipts.digest(receipt),
        "key_sha256": _key_digest(key) if key else None,
        "content_sha256": checked.content_sha256,
        "channel": channel,
        **_sender(sent),
        "receipt_sealed": receipts.seal(secret_key, receipt) if sent.email else None,
        "erased_at": None,
        "received_at": received_at,
        "postmarked_at": sent.postmarked_at,
        "demonstration": demonstration,
    }
    add_rows(connection_of(session), _SUBMISSION, [values])
    stored = _store_comments(
        session, place, checked, submission_id=submission_id, received_at=received_at, now=now
    )
    if sent.email and not demonstration:
        jobs.promise(session, jobs.MAIL, {"mail": "receipt", "submission": submission_id}, now=now)
    audit.record(
        session,
        "comments.submit",
        f"submission/{submission_id}",
        actor=actor,
        now=now,
        details={
            "channel": channel,
            "comments": len(stored),
            "content_sha256": checked.content_sha256,
            "receipt_sha256": receipts.digest(receipt),
        },
    )
    return Acknowledgement(receipt, received_at, tuple(stored))


def _sender(sent: NewSubmission) -> dict[str, Any]:
    """What the table holds of a sender."""
    return {
        "submitter": sent.submitter,
        "name": sent.name,
        "organisation": sent.organisation,
        "organisation_kind": sent.organisation_kind,
        "name_public": sent.name_public,
        "email": sent.email,
        "tell_me": sent.tell_me,
        "ui_language": sent.ui_language,
        "about": dict(sent.about),
        "batch": sent.batch,
        "reference": sent.reference,
    }


def _store_comments(
    session: Session,
    place: Place,
    checked: Checked,
    *,
    submission_id: int,
    received_at: datetime,
    now: datetime,
) -> list[Stored]:
    connection = connection_of(session)
    first = (place.last_comment or 0) + 1
    rows = [
        {
            **_row(place, checked, order, first + order, received_at),
            "submission_id": submission_id,
            "withdrawn_at": None,
        }
        for order in range(len(checked.submission.comments))
    ]
    for row in rows:
        row["posted_at"] = now if row["status"] == "published" else None
    add_rows(connection, _COMMENT, rows)
    add_rows(
        connection,
        _CHANGE,
        [
            {
                "comment_id": row["id"],
                "at": now,
                "before": None,
                "after": row["status"],
                "reason": next(iter(row["flags"]), None),
                "note": None,
                "reviewer_id": None,
            }
            for row in rows
        ],
    )
    jobs.promise_index(session, [row["id"] for row in rows], now=now)
    return [
        Stored(comment_id(row["id"]), eid, row["sha256"], row["status"])
        for row, eid in zip(rows, checked.eids, strict=True)
    ]


def _row(place: Place, checked: Checked, order: int, number: int, received_at: datetime) -> dict[str, Any]:
    """What the table holds of one comment when it comes."""
    comment = checked.submission.comments[order]
    flags = moderation.flags(comment.body, comment.suggested_wording)
    return {
        "id": number,
        "draft_id": place.draft_id,
        "clause_id": checked.clause_ids[order],
        "body": comment.body,
        "shadow": normalise(comment.body),
        "suggested_wording": comment.suggested_wording,
        "wording_language": checked.wording_languages[order],
        "twin_of": None,
        "position": comment.position,
        "language": checked.submission.language or detect_language(comment.body),
        "status": "pending" if flags or place.moderation == "before" else "published",
        "flags": list(flags),
        "redacted_for": [],
        "sha256": fingerprint(
            id=comment_id(number),
            consultation=place.slug,
            draft=place.version,
            clause=checked.eids[order],
            position=comment.position,
            body=comment.body,
            received_at=received_at,
        ),
        "received_at": received_at,
        "revisions": 0,
    }
