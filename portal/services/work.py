"""Officials' work on comments: who looks at which until when, notes, tags and codebook, what was read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session, aliased

from portal.errors import Conflict, InvalidInput, NotFound
from portal.models import Assignment, Clause, Comment, Consultation, Note, Reading, Reviewer, Tag, Tagging
from portal.services import audit, reviewers, work_state
from portal.services.acting import By
from portal.services.identifiers import comment_id, official_name
from portal.services.texts import clean, exceeds, fault

LONGEST_NOTE = 4_000
LONGEST_TAG = 60
LONGEST_MEANING = 500


@dataclass(frozen=True)
class NoteRow:
    """What an official wrote for colleagues; `by` is the name part of their address."""

    by: str
    at: datetime
    text: str


@dataclass(frozen=True)
class TagRow:
    """One line of the codebook; `comments` counts where it is used."""

    id: int
    name: str
    meaning: str
    comments: int
    retired_at: datetime | None


@dataclass(frozen=True)
class Task:
    """Whose comment it is, and until which day in Pakistan."""

    comment: str
    reviewer_id: int
    who: str
    due_on: date | None
    by: str


@dataclass(frozen=True)
class Official:
    """An official who can be given a comment."""

    id: int
    name: str


def write_note(
    session: Session, text: str, *, comment: int | None = None, clause_id: int | None = None, by: By
) -> None:
    """Add a note to a comment or to a clause; the newest one sent twice is kept once. Raises InvalidInput."""
    said = clean(text).strip()
    key = fault(said) or (None if said else "error.work.note_empty")
    if key is None and exceeds(said, LONGEST_NOTE):
        key = "error.work.note_long"
    if key is not None:
        raise InvalidInput({"text": [key]})
    of = Note.comment_id == comment if comment is not None else Note.clause_id == clause_id
    before = session.scalar(select(Note).where(of).order_by(Note.id.desc()).limit(1))
    if before is not None and (before.reviewer_id, before.text) == (by.reviewer_id, said):
        return
    values = {"comment_id": comment, "clause_id": clause_id, "text": said}
    made = Note(reviewer_id=by.reviewer_id, at=by.now, **values)
    session.add(made)
    session.flush()
    subject = f"comment/{comment}" if comment else f"clause/{clause_id}"
    proof = audit.change(None, {"note": made.id, "text": said})
    audit.record(session, "work.note", subject, actor=by.actor, now=by.now, details=proof)


def notes(
    session: Session, *, comment: int | None = None, clause_id: int | None = None
) -> tuple[NoteRow, ...]:
    """The notes on a comment or on a clause, oldest first."""
    of = Note.comment_id == comment if comment is not None else Note.clause_id == clause_id
    rows = session.execute(
        select(Note.text, Note.at, Reviewer.email)
        .join(Reviewer, Reviewer.id == Note.reviewer_id)
        .where(of)
        .order_by(Note.id)
    )
    return tuple(NoteRow(official_name(row.email), row.at, row.text) for row in rows)


def colleagues(session: Session, slug: str) -> tuple[Official, ...]:
    """Officials whose accounts are open and who may see a consultation, oldest first."""
    rows = session.execute(
        select(Reviewer.id, Reviewer.email).where(*reviewers.at_work_on(slug)).order_by(Reviewer.id)
    )
    return tuple(Official(row.id, official_name(row.email)) for row in rows)


def assign(
    session: Session, slug: str, numbers: Sequence[int], *, to: int | None, due_on: str = "", by: By
) -> None:
    """Give a consultation's comments to an official until a day (2026-11-30), or (to None) to nobody.

    Raises InvalidInput, also for an official who may not see them.
    """
    day = _day(due_on)
    if to is not None and to not in {colleague.id for colleague in colleagues(session, slug)}:
        raise InvalidInput({"to": ["error.work.colleague"]})
    before = work_state.tasks(session, numbers)
    session.execute(delete(Assignment).where(Assignment.comment_id.in_(numbers)))
    if to is not None:
        rows = [
            {
                "comment_id": number,
                "reviewer_id": to,
                "due_on": day,
                "assigned_by": by.reviewer_id,
                "at": by.now,
            }
            for number in numbers
        ]
        session.execute(insert(Assignment), rows)
    details = {"to": to, "due_on": str(day) if day else None}
    after = work_state.tasks(session, numbers)
    _record_each(session, "work.assign", numbers, details, before=before, after=after, by=by)


def task_of(session: Session, number: int) -> Task | None:
    """Who is to look at a comment; None: nobody in particular."""
    giver = aliased(Reviewer)
    row = session.execute(
        select(Assignment, Reviewer.email, giver.email.label("by_email"))
        .join(Reviewer, Reviewer.id == Assignment.reviewer_id)
        .join(giver, giver.id == Assignment.assigned_by)
        .where(Assignment.comment_id == number)
    ).one_or_none()
    if row is None:
        return None
    given = row[0]
    return Task(
        comment_id(number),
        given.reviewer_id,
        official_name(row.email),
        given.due_on,
        official_name(row.by_email),
    )


def tasks_of(session: Session, draft_id: int, reviewer_id: int) -> tuple[tuple[int, date | None], ...]:
    """(comment, due day) of what an official is to look at in a draft, the nearest day first."""
    rows = session.execute(
        select(Assignment.comment_id, Assignment.due_on)
        .join(Comment, Comment.id == Assignment.comment_id)
        .where(Assignment.reviewer_id == reviewer_id, Comment.draft_id == draft_id)
        .order_by(Assignment.due_on.is_(None), Assignment.due_on, Assignment.comment_id)
    )
    return tuple((row.comment_id, row.due_on) for row in rows)


def mark_read(session: Session, numbers: Sequence[int], *, read: bool, by: By) -> None:
    """Note that an official has read comments, or not; what stands so already is left as it is."""
    had = read_by(session, by.reviewer_id, numbers)
    changed = [number for number in dict.fromkeys(numbers) if (number in had) is not read]
    if read and changed:
        rows = [{"comment_id": number, "reviewer_id": by.reviewer_id, "at": by.now} for number in changed]
        session.execute(insert(Reading), rows)
    elif changed:
        mine = Reading.reviewer_id == by.reviewer_id
        session.execute(delete(Reading).where(mine, Reading.comment_id.in_(changed)))
    act = "work.read" if read else "work.unread"
    before, after = dict.fromkeys(changed, not read), dict.fromkeys(changed, read)
    _record_each(session, act, changed, {}, before=before, after=after, by=by)


def read_by(session: Session, reviewer_id: int, numbers: Sequence[int]) -> frozenset[int]:
    """Which of these comments an official has read."""
    return frozenset(
        session.scalars(
            select(Reading.comment_id).where(
                Reading.reviewer_id == reviewer_id, Reading.comment_id.in_(numbers)
            )
        )
    )


def codebook(session: Session, slug: str) -> tuple[TagRow, ...]:
    """A consultation's tags by name, the retired ones last."""
    used = select(Tagging.tag_id, func.count().label("comments")).group_by(Tagging.tag_id).subquery()
    rows = session.execute(
        select(Tag, func.coalesce(used.c.comments, 0).label("comments"))
        .join(Consultation, Consultation.id == Tag.consultation_id)
        .outerjoin(used, used.c.tag_id == Tag.id)
        .where(Consultation.slug == slug)
        .order_by(Tag.retired_at.is_not(None), Tag.name)
    )
    return tuple(TagRow(tag.id, tag.name, tag.meaning, n, tag.retired_at) for tag, n in rows)


def tags_in_use(session: Session, slug: str) -> tuple[TagRow, ...]:
    """A consultation's tags that can be put on comments, by name."""
    return tuple(tag for tag in codebook(session, slug) if tag.retired_at is None)


def make_tag(session: Session, slug: str, *, name: str, meaning: str, by: By) -> None:
    """Add a line to the codebook. Raises InvalidInput, Conflict (there is one of that name), NotFound."""
    called, means = clean(name).strip(), clean(meaning).strip()
    problems = {}
    if (key := fault(called) or _line_fault(called, LONGEST_TAG)) is not None:
        problems["name"] = [key]
    if (key := fault(means)) is not None or exceeds(means, LONGEST_MEANING):
        problems["meaning"] = [key or "error.work.meaning_long"]
    if problems:
        raise InvalidInput(problems)
    consultation_id = session.scalar(select(Consultation.id).where(Consultation.slug == slug))
    if consultation_id is None:
        raise NotFound("error.not_found.consultation")
    if any(tag.name.casefold() == called.casefold() for tag in codebook(session, slug)):
        raise Conflict("error.conflict.tag")
    made = Tag(consultation_id=consultation_id, name=called, meaning=means, made_at=by.now)
    session.add(made)
    session.flush()
    proof = audit.change(None, work_state.line(made))
    audit.record(session, "work.make_tag", f"tag/{made.id}", actor=by.actor, now=by.now, details=proof)


def retire_tag(session: Session, slug: str, tag_id: int, *, retired: bool, by: By) -> None:
    """Take a tag out of use, or back into it; comments keep it. Raises NotFound."""
    tag = _tag(session, slug, tag_id)
    before = work_state.line(tag)
    tag.retired_at = by.now if retired else None
    session.flush()
    act = "work.retire_tag" if retired else "work.use_tag"
    proof = audit.change(before, work_state.line(tag))
    audit.record(session, act, f"tag/{tag.id}", actor=by.actor, now=by.now, details=proof)


def tag(session: Session, slug: str, numbers: Sequence[int], tag_id: int, *, by: By) -> None:
    """Put a tag on comments. Raises NotFound; Conflict for a retired tag."""
    found = _tag(session, slug, tag_id)
    if found.retired_at is not None:
        raise Conflict("error.conflict.tag_retired")
    before = work_state.tags(session, numbers)
    new = [number for number in numbers if tag_id not in before[number]]
    if new:
        rows = [
            {"tag_id": tag_id, "comment_id": number, "reviewer_id": by.reviewer_id, "at": by.now}
            for number in new
        ]
        session.execute(insert(Tagging), rows)
    after = work_state.tags(session, new)
    _record_each(session, "work.tag", new, {"tag": tag_id}, before=before, after=after, by=by)


def untag(session: Session, slug: str, number: int, tag_id: int, *, by: By) -> None:
    """Take a tag off a comment that has it. Raises NotFound."""
    found = _tag(session, slug, tag_id)
    before = work_state.tags(session, [number])
    if found.id not in before[number]:
        return
    session.execute(delete(Tagging).where(Tagging.tag_id == found.id, Tagging.comment_id == number))
    after = work_state.tags(session, [number])
    _record_each(session, "work.untag", [number], {"tag": tag_id}, before=before, after=after, by=by)


def tags_of(session: Session, number: int) -> tuple[TagRow, ...]:
    """The tags on a comment, by name."""
    rows = session.scalars(
        select(Tag)
        .join(Tagging, Tagging.tag_id == Tag.id)
        .where(Tagging.comment_id == number)
        .order_by(Tag.name)
    )
    return tuple(TagRow(row.id, row.name, row.meaning, 1, row.retired_at) for row in rows)


def clause_key(session: Session, draft_id: int, eid: str) -> int:
    """The key of a clause. Raises NotFound."""
    found = session.scalar(select(Clause.id).where(Clause.draft_id == draft_id, Clause.eid == eid))
    if found is None:
        raise NotFound("error.not_found.clause")
    return found


def _record_each(
    session: Session,
    act: str,
    numbers: Sequence[int],
    details: Mapping[str, object],
    *,
    before: Mapping[int, object],
    after: Mapping[int, object],
    by: By,
) -> None:
    """One record a comment, with hashes of what stood on it `before` the act and `after` it."""
    for number in numbers:
        told = {**details, **audit.change(before.get(number), after.get(number))}
        audit.record(session, act, f"comment/{number}", actor=by.actor, now=by.now, details=told)


def _tag(session: Session, slug: str, tag_id: int) -> Tag:
    found = session.scalar(
        select(Tag)
        .join(Consultation, Consultation.id == Tag.consultation_id)
        .where(Tag.id == tag_id, Consultation.slug == slug)
    )
    if found is None:
        raise NotFound("error.not_found.tag")
    return found


def _line_fault(text: str, longest: int) -> str | None:
    if not text:
        return "error.work.tag_empty"
    return "error.work.tag_long" if exceeds(text, longest) or "\n" in text else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        raise InvalidInput({"due_on": ["error.work.day"]}) from None
