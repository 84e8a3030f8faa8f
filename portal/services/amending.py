"""What a sender does later, with the receipt: change, withdraw, appeal, ask to be told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from portal.errors import Conflict, ConsultationClosed, InvalidInput, NotFound
from portal.models import Appeal, Clause, Comment, Consultation, Draft, Revision, Submission
from portal.services import (
    audit,
    consultations,
    folding,
    jobs,
    moderation,
    receipts,
    redacting,
    vectors,
    wordings,
)
from portal.services.checking import NewComment, cleaned_comment, comment_faults
from portal.services.identifiers import comment_id, comment_number
from portal.services.rows import HIDDEN
from portal.services.submissions import fingerprint
from portal.services.texts import clean, email_fault, exceeds, fault
from search_index.analysis import detect_language, normalise

EDITABLE = ("pending", "published", "withheld")
WITHDRAWABLE = ("pending", "published", "withheld", "spam")
LONGEST_APPEAL = 2_000


@dataclass(frozen=True)
class Held:
    """A submission that a code opens, with what it belongs to."""

    submission: Submission
    consultation: Consultation
    draft: Draft


def find(session: Session, code: str) -> Held:
    """What the code opens. Raises NotFound for a code that is mistyped or unknown."""
    receipt = receipts.read(code)
    submission = receipt and session.scalar(
        select(Submission).where(Submission.receipt_sha256 == receipts.digest(receipt))
    )
    if not submission:
        raise NotFound("error.not_found.receipt")
    return Held(
        submission,
        session.get_one(Consultation, submission.consultation_id),
        session.get_one(Draft, submission.draft_id),
    )


def edit(
    session: Session,
    code: str,
    public_id: str,
    *,
    body: str,
    position: str | None,
    suggested_wording: str | None,
    now: datetime,
) -> bool:
    """Change one comment while the consultation is open; the earlier version stays on record.

    False: nothing was different. A withheld comment, or one of which parts are not shown, waits for an
    official again. Raises NotFound,
    ConsultationClosed, Conflict (its state forbids it), InvalidInput.
    """
    held = find(session, code)
    comment = _comment(session, held, public_id)
    if not consultations.is_open(held.consultation, now):
        raise ConsultationClosed
    if comment.status not in EDITABLE:
        raise Conflict("error.conflict.state")
    new = _checked(NewComment(body, None, position, suggested_wording))
    text, language = wordings.changed(session, comment.clause_id, new.suggested_wording)
    sent = redacting.as_sent(session, comment)
    if (new.body, new.position, text) == (sent.body, comment.position, sent.suggested_wording):
        return False
    _keep_version(session, comment, sent, now)
    before, flags = comment.status, moderation.flags(new.body, text)
    judged = before == "withheld" or bool(comment.redacted_for)
    waits = bool(flags) or held.consultation.moderation == "before" or judged
    after = "pending" if waits else before
    changes = {
        "body": new.body,
        "shadow": normalise(new.body),
        "position": new.position,
        "suggested_wording": text,
        "wording_language": language,
        "language": detect_language(new.body),
        "status": after,
        "flags": list(flags),
        "redacted_for": [],
        "revisions": comment.revisions + 1,
        "sha256": _fingerprint(session, held, comment, new),
    }
    session.execute(update(Comment).where(Comment.id == comment.id).values(**changes))
    redacting.forget(session, [comment.id])
    vectors.forget(session, [comment.id])
    folding.forget(session, comment.id)
    moderation.log(session, comment.id, before, after, now=now, reason=next(iter(flags), None))
    _note(session, "comments.edit", comment, now, {"revision": comment.revisions + 1, "after": after})
    return True


def withdraw(session: Session, code: str, public_id: str | None, *, now: datetime) -> int:
    """Take back one comment, or (None) all of them; how many. Its text stays on record, out of sight.

    Raises NotFound, ConsultationClosed, Conflict (nothing is left that could be withdrawn).
    """
    held = find(session, code)
    if not consultations.is_open(held.consultation, now):
        raise ConsultationClosed
    if public_id is not None:
        comments = [_comment(session, held, public_id)]
    else:
        query = select(Comment).where(Comment.submission_id == held.submission.id).order_by(Comment.id)
        comments = list(session.scalars(query))
    taken = [comment for comment in comments if comment.status in WITHDRAWABLE]
    if not taken:
        raise Conflict("error.conflict.state")
    for comment in taken:
        before = comment.status
        session.execute(
            update(Comment).where(Comment.id == comment.id).values(status="withdrawn", withdrawn_at=now)
        )
        moderation.log(session, comment.id, before, "withdrawn", now=now)
        _note(session, "comments.withdraw", comment, now, {"before": before, "after": "withdrawn"})
    return len(taken)


def appeal(session: Session, code: str, public_id: str, *, text: str, now: datetime) -> None:
    """Object, once, to the hiding of a comment. Raises NotFound, Conflict, InvalidInput."""
    held = find(session, code)
    comment = _comment(session, held, public_id)
    said = clean(text).strip()
    key = fault(said) or (None if said else "error.appeal.empty")
    if key is None and exceeds(said, LONGEST_APPEAL):
        key = "error.appeal.long"
    if key is not None:
        raise InvalidInput({"text": [key]})
    if session.scalar(select(Appeal.id).where(Appeal.comment_id == comment.id)) is not None:
        raise Conflict("error.conflict.appeal")
    if comment.status not in HIDDEN:
        raise Conflict("error.conflict.state")
    session.execute(insert(Appeal).values(comment_id=comment.id, text=said, at=now))
    _note(session, "comments.appeal", comment, now, {})


def tell(session: Session, code: str, *, email: str, secret_key: str, now: datetime) -> None:
    """Ask to be told of the answer at this address; an empty one takes the request and the address away.

    Raises NotFound, InvalidInput; Conflict where the submission was erased.
    """
    held = find(session, code)
    if held.submission.erased_at is not None:
        raise Conflict("error.conflict.state")
    address = clean(email).strip()
    if address and (key := email_fault(address)) is not None:
        raise InvalidInput({"email": [key]})
    held.submission.email = address or None
    held.submission.tell_me = bool(address)
    sealed = receipts.seal(secret_key, receipts.read(code) or "") if address else None
    held.submission.receipt_sealed = sealed
    session.flush()
    details = {"asked": bool(address)}
    subject = f"submission/{held.submission.id}"
    audit.record(session, "comments.tell", subject, actor="citizen", now=now, details=details)


def _comment(session: Session, held: Held, public_id: str) -> Comment:
    comment = session.scalar(
        select(Comment).where(
            Comment.id == (comment_number(public_id) or 0), Comment.submission_id == held.submission.id
        )
    )
    if comment is None:
        raise NotFound("error.not_found.comment")
    return comment


def _checked(new: NewComment) -> NewComment:
    ready = cleaned_comment(new)
    problems = {name: [key] for name, key in comment_faults(ready) if key is not None}
    if problems:
        raise InvalidInput(problems)
    return ready


def _keep_version(session: Session, comment: Comment, sent: redacting.Sent, now: datetime) -> None:
    session.execute(
        insert(Revision).values(
            comment_id=comment.id,
            number=comment.revisions + 1,
            body=sent.body,
            position=comment.position,
            suggested_wording=sent.suggested_wording,
            wording_language=comment.wording_language,
            sha256=sent.sha256,
            replaced_at=now,
        )
    )


def _fingerprint(session: Session, held: Held, comment: Comment, new: NewComment) -> str:
    return fingerprint(
        id=comment_id(comment.id),
        consultation=held.consultation.slug,
        draft=held.draft.version,
        clause=session.scalar(select(Clause.eid).where(Clause.id == comment.clause_id)),
        position=new.position,
        body=new.body,
        received_at=comment.received_at,
    )


def _note(session: Session, act: str, comment: Comment, now: datetime, details: dict[str, object]) -> None:
    """What every act ends with: the index will know, and the audit chain."""
    jobs.promise_index(session, [comment.id], now=now)
    audit.record(session, act, f"comment/{comment.id}", actor="citizen", now=now, details=details)
