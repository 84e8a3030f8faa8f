"""Answers that are not sent yet: kept for thirty days under a code, sent together, then deleted here."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from portal.errors import Conflict, ConsultationClosed, InvalidInput, NotFound
from portal.models import Answer, Clause, Consultation, Draft, Sheet
from portal.services import consultations, drafts, receipts, submissions, wordings
from portal.services.canonical import sha256_of
from portal.services.checking import MOST_COMMENTS, NewComment, NewSubmission, cleaned_comment, comment_faults
from portal.services.rows import ConsultationRow, Entry, Text
from portal.services.submissions import Acknowledgement
from portal.services.texts import fault

KEPT_FOR = timedelta(days=30)
LONGEST_SENDER_VALUE = 1_000


@dataclass(frozen=True)
class AnswerRow:
    """What is written so far on one clause; `eid` "whole": on the document as a whole."""

    eid: str
    number: str | None
    heading: Text
    body: str
    position: str | None
    suggested_wording: str | None
    changed_at: datetime


@dataclass(frozen=True)
class Begun:
    """The code of answers that were begun; `repeated`: the same form had begun them before."""

    code: str
    repeated: bool


@dataclass(frozen=True)
class SheetRow:
    """Everything under one code. Answers stand in reading order, the one on the whole last."""

    code: str
    consultation: ConsultationRow
    draft: str
    draft_id: int
    device_sha256: str
    answers: tuple[AnswerRow, ...]
    contents: tuple[Entry, ...]
    sender: Mapping[str, str]
    begun_at: datetime
    expires_at: datetime

    def answer(self, eid: str) -> AnswerRow | None:
        """The answer on one clause, None where there is none."""
        return next((answer for answer in self.answers if answer.eid == eid), None)

    @property
    def seen(self) -> str:
        """The mark by which a form that sends says which answers its page showed."""
        return sha256_of([[answer.eid, answer.changed_at.isoformat()] for answer in self.answers])


def device_digest(code: str, user_agent: str) -> str:
    """Which browser this is, told by nothing but its name and only under this code."""
    return hmac.new(code.encode(), user_agent.encode("utf-8", "replace"), sha256).hexdigest()


def begin(
    session: Session,
    slug: str,
    version: str,
    answer: NewComment,
    *,
    key: str,
    user_agent: str,
    secret_key: str,
    now: datetime,
) -> Begun:
    """Keep a first answer under a new code; the same key leads to the same answers again.

    Raises NotFound, ConsultationClosed, InvalidInput, Conflict where the answers of this key are sent.
    """
    consultation, draft = consultations.find_draft(session, slug, version)
    if not consultations.is_open(consultation, now):
        raise ConsultationClosed
    code = _code(slug, key, secret_key)
    sheet = _sheet(session, code)
    repeated = sheet is not None
    if sheet is None:
        if submissions.is_known(session, slug, key_of(code)):
            raise Conflict("error.conflict.token")
        sheet = Sheet(
            consultation_id=consultation.id,
            draft_id=draft.id,
            code_sha256=receipts.digest(code),
            device_sha256=device_digest(code, user_agent),
            sender={},
            begun_at=now,
            changed_at=now,
            expires_at=now + KEPT_FOR,
        )
        session.add(sheet)
        session.flush()
    _write(session, sheet, answer, now)
    return Begun(code, repeated)


def is_begun(session: Session, slug: str, key: str, *, secret_key: str) -> bool:
    """Whether answers that a form with this key began are kept."""
    return _sheet(session, _code(slug, key, secret_key)) is not None


def open_sheet(session: Session, code: str, *, now: datetime) -> SheetRow:
    """What is kept under a code. Raises NotFound: mistyped, unknown, expired or sent."""
    sheet = _found(session, code, now)
    consultation = session.get_one(Consultation, sheet.consultation_id)
    draft = session.get_one(Draft, sheet.draft_id)
    flat = {entry.eid: (place, entry) for place, entry in enumerate(consultations.entries(session, draft.id))}
    rows = session.scalars(select(Answer).where(Answer.sheet_id == sheet.id)).all()
    ordered = sorted(rows, key=lambda row: flat[row.eid][0] if row.eid in flat else len(flat))
    return SheetRow(
        code=receipts.read(code) or "",
        consultation=consultations.get(session, consultation.slug, now),
        draft=draft.version,
        draft_id=draft.id,
        device_sha256=sheet.device_sha256,
        answers=tuple(_row(row, flat[row.eid][1] if row.eid in flat else None) for row in ordered),
        contents=consultations.contents(session, draft.id),
        sender=dict(sheet.sender),
        begun_at=sheet.begun_at,
        expires_at=sheet.expires_at,
    )


def save(session: Session, code: str, answer: NewComment, *, seen: str | None = None, now: datetime) -> None:
    """Write the answer on one clause. `seen`: when the writer's form last knew it to be changed.

    Raises NotFound, InvalidInput, Conflict where it was changed elsewhere since, to something else.
    """
    _write(session, _found(session, code, now), answer, now, seen=seen)


def seen_of(row: AnswerRow | Answer | None) -> str:
    """The mark by which a form says which version of an answer it shows."""
    return "" if row is None else row.changed_at.isoformat()


def remove(session: Session, code: str, eid: str, *, now: datetime) -> None:
    """Take one answer away. Raises NotFound for the code."""
    sheet = _found(session, code, now)
    session.execute(delete(Answer).where(Answer.sheet_id == sheet.id, Answer.eid == eid))
    _touch(session, sheet, now)


def keep_sender(session: Session, code: str, values: Mapping[str, str], *, now: datetime) -> None:
    """Keep what was typed about the sender, so that it need not be typed again. Raises NotFound."""
    sheet = _found(session, code, now)
    kept = {name: value[:LONGEST_SENDER_VALUE] for name, value in values.items() if fault(value) is None}
    session.execute(update(Sheet).where(Sheet.id == sheet.id).values(sender=kept))
    _touch(session, sheet, now)


def discard(session: Session, code: str, *, now: datetime) -> None:
    """Delete everything under a code. Raises NotFound."""
    _delete(session, _found(session, code, now))


def send(
    session: Session,
    code: str,
    slug: str,
    sender: NewSubmission,
    *,
    seen: str | None = None,
    secret_key: str,
    now: datetime,
) -> Acknowledgement | str:
    """Send all answers as one submission and delete them here; sent before: the receipt of then.

    `slug` is the consultation as the form remembers it, `seen` the answers its page showed (SheetRow.seen).
    Raises NotFound, ConsultationClosed, Conflict (answers were changed since), InvalidInput, where errors of
    answers are named by their eId.
    """
    key = key_of(code)
    sheet = _sheet(session, code)
    if sheet is None:
        receipt = submissions.receipt_of_key(session, slug, key, secret_key)
        if receipt is None:
            raise NotFound("error.not_found.answers")
        return receipt
    row = open_sheet(session, code, now=now)
    if not row.answers:
        raise InvalidInput({"": ["error.answers.none"]})
    if seen is not None and seen != row.seen:
        raise Conflict("error.conflict.answers")
    try:
        acknowledged = submissions.submit(
            session,
            row.consultation.slug,
            row.draft,
            replace(sender, comments=tuple(_comment(answer) for answer in row.answers)),
            channel="web",
            key=key,
            secret_key=secret_key,
            now=now,
        )
    except InvalidInput as error:
        raise InvalidInput(_by_clause(error, row)) from None
    _delete(session, sheet)
    return acknowledged


def has_expired(session: Session, *, now: datetime) -> bool:
    """Whether there is anything to delete."""
    return session.scalar(select(Sheet.id).where(Sheet.expires_at <= now).limit(1)) is not None


def forget_expired(session: Session, *, now: datetime) -> int:
    """Delete what nobody came back for; how many sheets."""
    sheets = session.scalars(select(Sheet).where(Sheet.expires_at <= now)).all()
    for sheet in sheets:
        _delete(session, sheet)
    return len(sheets)


def _by_clause(error: InvalidInput, row: SheetRow) -> dict[str, tuple[str, ...]]:
    """comments.3.body -> answer.part_1__sec_1__cl_2.body"""
    found = {}
    for name, keys in error.fields.items():
        parts = name.split(".")
        of_answer = parts[0] == "comments" and len(parts) == 3
        found[f"answer.{row.answers[int(parts[1])].eid}.{parts[2]}" if of_answer else name] = keys
    return found


def key_of(code: str) -> str:
    """The idempotency key under which the answers of a code are sent."""
    return f"answers:{receipts.read(code)}"


def _comment(answer: AnswerRow) -> NewComment:
    eid = None if answer.eid == drafts.WHOLE else answer.eid
    return NewComment(answer.body, eid, answer.position, answer.suggested_wording)


def _write(
    session: Session, sheet: Sheet, answer: NewComment, now: datetime, *, seen: str | None = None
) -> None:
    eid = _eid(answer)
    ready = _ready(session, sheet.draft_id, answer, eid)
    held = _existing(session, sheet, eid)
    if held is not None and _is_same(held, ready):
        return
    if seen is not None and seen != seen_of(held):
        raise Conflict("error.conflict.answer")
    _check(ready)
    if held is None:
        count = session.scalar(select(func.count(Answer.id)).where(Answer.sheet_id == sheet.id)) or 0
        if count >= MOST_COMMENTS:
            raise InvalidInput({"": ["error.comments.count"]})
        held = Answer(sheet_id=sheet.id, eid=eid)
        session.add(held)
    held.body, held.position = ready.body, ready.position
    held.suggested_wording, held.changed_at = ready.suggested_wording, now
    session.flush()
    _touch(session, sheet, now)


def _ready(session: Session, draft_id: int, answer: NewComment, eid: str) -> NewComment:
    """The answer cleaned; the clause's own words, sent back as they were, are no suggestion."""
    number = None
    if eid != drafts.WHOLE:
        number = session.scalar(
            select(Clause.id).where(Clause.draft_id == draft_id, Clause.eid == eid, Clause.commentable)
        )
        if number is None:
            raise NotFound("error.not_found.clause")
    ready = cleaned_comment(answer)
    wording, _ = wordings.changed(session, number, ready.suggested_wording)
    return replace(ready, suggested_wording=wording)


def _is_same(held: Answer, ready: NewComment) -> bool:
    """Whether a form brings what is kept already: its button was pressed twice."""
    return (held.body, held.position, held.suggested_wording) == (
        ready.body,
        ready.position,
        ready.suggested_wording,
    )


def _check(ready: NewComment) -> None:
    """A half-finished answer may have no words yet, where a wording or a position is there."""
    problems = {name: [key] for name, key in comment_faults(ready) if key is not None}
    if problems.get("body") == ["error.body.empty"] and (ready.suggested_wording or ready.position):
        del problems["body"]
    if problems:
        raise InvalidInput(problems)


def _eid(answer: NewComment) -> str:
    return (answer.clause or drafts.WHOLE).lower()


def _existing(session: Session, sheet: Sheet, eid: str) -> Answer | None:
    return session.scalar(select(Answer).where(Answer.sheet_id == sheet.id, Answer.eid == eid))


def _code(slug: str, key: str, secret_key: str) -> str:
    return receipts.make(secret_key, f"answers/{slug}", key.encode())


def _sheet(session: Session, code: str) -> Sheet | None:
    known = receipts.read(code)
    if known is None:
        return None
    return session.scalar(select(Sheet).where(Sheet.code_sha256 == receipts.digest(known)))


def _found(session: Session, code: str, now: datetime) -> Sheet:
    sheet = _sheet(session, code)
    if sheet is None or sheet.expires_at <= now:
        raise NotFound("error.not_found.answers")
    return sheet


def _touch(session: Session, sheet: Sheet, now: datetime) -> None:
    session.execute(
        update(Sheet).where(Sheet.id == sheet.id).values(changed_at=now, expires_at=now + KEPT_FOR)
    )


def _delete(session: Session, sheet: Sheet) -> None:
    session.execute(delete(Answer).where(Answer.sheet_id == sheet.id))
    session.execute(delete(Sheet).where(Sheet.id == sheet.id))


def _row(answer: Answer, entry: Entry | None) -> AnswerRow:
    return AnswerRow(
        eid=answer.eid,
        number=entry.number if entry else None,
        heading=entry.heading if entry else {},
        body=answer.body,
        position=answer.position,
        suggested_wording=answer.suggested_wording,
        changed_at=answer.changed_at,
    )
