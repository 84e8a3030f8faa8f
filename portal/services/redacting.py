"""Taking parts out of what is shown of a comment. What was sent is kept, and reading it leaves a record."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from portal.errors import Conflict, InvalidInput, NotFound
from portal.models import Clause, Comment, Consultation, Draft, Original, Redaction
from portal.services import audit, folding, moderation, rewording, vectors
from portal.services.identifiers import comment_id
from portal.services.moderation import Decision
from portal.services.rows import REASONS
from portal.services.submissions import fingerprint
from portal.services.texts import clean
from search_index.analysis import normalise

TAKEN_OUT = "[…]"
"""Stands where a part was taken out: the mark of editors in both languages, in every font."""
REDACTABLE = ("pending", "published", "withheld")
FIELDS = ("body", "suggested_wording")
_SPAN = re.compile(r"(body|suggested_wording):(\d{1,6})-(\d{1,6})")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class Sent:
    """A comment's texts as they were sent."""

    body: str
    suggested_wording: str | None
    sha256: str

    def text(self, field: str) -> str:
        """The text of one of FIELDS."""
        return (self.body if field == "body" else self.suggested_wording) or ""


@dataclass(frozen=True)
class Part:
    """A part that is not shown: `begin` to `end`, in code points of the text as it was sent."""

    field: str
    begin: int
    end: int
    reason: str


def as_sent(session: Session, comment: Comment) -> Sent:
    """What the sender wrote, whether it is shown in full or not."""
    kept = session.get(Original, comment.id) if comment.redacted_for else None
    source = kept or comment
    return Sent(source.body, source.suggested_wording, source.sha256)


def parts_of(session: Session, number: int) -> tuple[Part, ...]:
    """The parts of a comment that are not shown, in their order."""
    rows = session.scalars(select(Redaction).where(Redaction.comment_id == number))
    found = [Part(row.field, row.begin, row.end, row.reason) for row in rows]
    return tuple(sorted(found, key=lambda part: (part.field, part.begin, part.end)))


def redact(
    session: Session,
    number: int,
    *,
    places: Sequence[str] = (),
    words: str = "",
    reason: str,
    note: str = "",
    seen: str | None = None,
    reviewer_id: int | None,
    now: datetime,
) -> None:
    """Publish a comment without some parts of it, with a reason for its sender.

    `places`: "body:12-27" (code points of what was sent); `words`: one part a line, taken out wherever it
    stands. Parts taken out before stay out. Raises NotFound, InvalidInput, Conflict.
    """
    comment = _comment(session, number)
    moderation.check_seen(session, number, Decision(reviewer_id, seen=seen))
    if comment.status not in REDACTABLE:
        raise Conflict("error.conflict.state")
    moderation.check_reason(reason, note)
    sent = as_sent(session, comment)
    new = [Part(*place, reason) for place in (*_read_places(places, sent), *_find_words(words, sent))]
    if not new:
        raise InvalidInput({"part": ["error.redact.choose"]})
    parts = (*parts_of(session, number), *new)
    body = without(sent.body, _of(parts, "body"))
    if not re.search(r"\w", body.replace(TAKEN_OUT, "")):
        raise InvalidInput({"part": ["error.redact.all"]})
    before, before_sha256 = comment.status, comment.sha256
    _keep_original(session, comment, sent)
    _note_parts(session, number, new, reviewer_id, now)
    _show(session, comment, sent, parts)
    session.execute(update(Comment).where(Comment.id == number).values(status="published", posted_at=now))
    decision = Decision(reviewer_id, reason, note.strip() or None)
    moderation.settle(session, number, before, "published", decision, now=now)
    details = {"reason": reason, "parts": len(new), **_hashes(before_sha256, comment)}
    subject = f"comment/{number}"
    audit.record(session, "moderation.redact", subject, actor=decision.actor, now=now, details=details)


def restore(
    session: Session,
    number: int,
    *,
    note: str = "",
    seen: str | None = None,
    reviewer_id: int | None,
    now: datetime,
) -> None:
    """Show a comment in full again, in whatever state it is. Raises NotFound, Conflict, InvalidInput."""
    comment = _comment(session, number)
    decision = Decision(reviewer_id, None, clean(note).strip() or None, seen)
    moderation.check_seen(session, number, decision)
    if not comment.redacted_for:
        raise Conflict("error.conflict.state")
    before_sha256 = comment.sha256
    _show(session, comment, as_sent(session, comment), ())
    forget(session, [number])
    moderation.settle(session, number, comment.status, comment.status, decision, now=now)
    details = _hashes(before_sha256, comment)
    subject = f"comment/{number}"
    audit.record(session, "moderation.restore", subject, actor=decision.actor, now=now, details=details)


def read_original(session: Session, number: int, *, reviewer_id: int, now: datetime) -> Sent:
    """What was sent, for an official who asks for it: a record says who did. Raises NotFound."""
    comment = _comment(session, number)
    actor = f"reviewer:{reviewer_id}"
    audit.record(session, "moderation.read_original", f"comment/{number}", actor=actor, now=now)
    return as_sent(session, comment)


def forget(session: Session, numbers: Sequence[int]) -> None:
    """Drop what is kept of the full texts of these comments."""
    for table in (Redaction, Original):
        session.execute(delete(table).where(table.comment_id.in_(numbers)))


def without(text: str, parts: Iterable[tuple[int, int]]) -> str:
    """The text with a mark where parts were taken out; parts that touch become one."""
    kept: list[str] = []
    at = 0
    for begin, end in _joined(parts):
        kept += [text[at:begin], TAKEN_OUT]
        at = end
    return "".join([*kept, text[at:]])


def runs(text: str, parts: Iterable[tuple[int, int]]) -> tuple[tuple[str, bool], ...]:
    """The text in runs, each with whether it is taken out, for showing a sender what others do not see."""
    found: list[tuple[str, bool]] = []
    at = 0
    for begin, end in _joined(parts):
        found += [(text[at:begin], False), (text[begin:end], True)]
        at = end
    return tuple((run, out) for run, out in [*found, (text[at:], False)] if run)


def _joined(parts: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for begin, end in sorted(parts):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return joined


def _of(parts: Iterable[Part], field: str) -> list[tuple[int, int]]:
    return [(part.begin, part.end) for part in parts if part.field == field]


def _read_places(places: Sequence[str], sent: Sent) -> list[tuple[str, int, int]]:
    found = []
    for place in places:
        match = _SPAN.fullmatch(place)
        if match is None:
            raise InvalidInput({"part": ["error.redact.choose"]})
        field, begin, end = match[1], int(match[2]), int(match[3])
        if not begin < end <= len(sent.text(field)):
            raise InvalidInput({"part": ["error.redact.not_found"]})
        found.append((field, begin, end))
    return found


def _find_words(words: str, sent: Sent) -> list[tuple[str, int, int]]:
    """Every place of every line, whatever white space stands between its words.

    Raises InvalidInput for a line that stands nowhere.
    """
    found = []
    for line in filter(None, (line.strip() for line in clean(words).split("\n"))):
        pattern = re.compile(r"\s+".join(map(re.escape, _SPACES.split(line))))
        places = [(field, *match.span()) for field in FIELDS for match in pattern.finditer(sent.text(field))]
        if not places:
            raise InvalidInput({"part": ["error.redact.not_found"]})
        found += places
    return found


def _comment(session: Session, number: int) -> Comment:
    comment = session.get(Comment, number)
    if comment is None:
        raise NotFound("error.not_found.comment")
    return comment


def _keep_original(session: Session, comment: Comment, sent: Sent) -> None:
    if not comment.redacted_for:
        kept = {"body": sent.body, "suggested_wording": sent.suggested_wording, "sha256": sent.sha256}
        session.execute(insert(Original).values(comment_id=comment.id, **kept))


def _note_parts(
    session: Session, number: int, parts: Iterable[Part], reviewer_id: int | None, now: datetime
) -> None:
    for part in parts:
        values = {"field": part.field, "begin": part.begin, "end": part.end, "reason": part.reason}
        session.execute(
            insert(Redaction).values(comment_id=number, reviewer_id=reviewer_id, at=now, **values)
        )


def _show(session: Session, comment: Comment, sent: Sent, parts: Sequence[Part]) -> None:
    """Let the comment say what may be shown; its fingerprint is of what is shown."""
    reasons = {part.reason for part in parts}
    body = without(sent.body, _of(parts, "body"))
    wording = sent.suggested_wording
    comment.body = body
    comment.shadow = normalise(body)
    comment.suggested_wording = without(wording, _of(parts, "suggested_wording")) if wording else wording
    comment.redacted_for = [reason for reason in REASONS if reason in reasons]
    comment.sha256 = _fingerprint(session, comment)
    session.flush()
    folding.forget(session, comment.id)
    vectors.forget(session, [comment.id])
    rewording.forget_unshown(session, [comment.id])


def _fingerprint(session: Session, comment: Comment) -> str:
    draft = session.get_one(Draft, comment.draft_id)
    return fingerprint(
        id=comment_id(comment.id),
        consultation=session.get_one(Consultation, draft.consultation_id).slug,
        draft=draft.version,
        clause=session.scalar(select(Clause.eid).where(Clause.id == comment.clause_id)),
        position=comment.position,
        body=comment.body,
        received_at=comment.received_at,
    )


def _hashes(before_sha256: str, comment: Comment) -> dict[str, str]:
    return {"before_sha256": before_sha256, "after_sha256": comment.sha256}
