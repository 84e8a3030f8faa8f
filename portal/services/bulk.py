"""One act on many comments: each by its own rules and with its own record; what cannot be done is named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from portal.errors import Conflict, InvalidInput, NotFound
from portal.services import moderation, signing_off, themes, work
from portal.services.acting import By
from portal.services.identifiers import comment_id, key_of

DECISIONS = ("publish", "withhold", "spam")
ON_THEMES = ("put", "write", "other", "no_reason")
ACTS = (*DECISIONS, *ON_THEMES, "tag", "assign", "read", "unread")
MOST = 500
"""Comments in one act: it is one transaction, and citizens' comments wait for its end."""


@dataclass(frozen=True)
class Chosen:
    """A comment, and how it stood when the official chose it (None: not asked)."""

    number: int
    seen: str | None = None


@dataclass(frozen=True)
class Request:
    """What is to be done, with what the act needs."""

    act: str
    reason: str = ""
    note: str = ""
    tag: str = ""
    to: str = ""
    due_on: str = ""
    theme: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)
    """Of a new theme, by language."""


@dataclass(frozen=True)
class Done:
    """How many were changed, and the ones that were left as they are."""

    changed: int
    left: tuple[str, ...]


def apply(session: Session, slug: str, chosen: Sequence[Chosen], asked: Request, by: By) -> Done:
    """Do it to each. Raises InvalidInput (nothing chosen, too many, no such act, no reason), NotFound."""
    if asked.act not in ACTS:
        raise InvalidInput({"act": ["error.bulk.act"]})
    if not chosen or len(chosen) > MOST:
        raise InvalidInput({"chosen": ["error.bulk.chosen" if not chosen else "error.bulk.many"]})
    if asked.act in DECISIONS:
        return _decide(session, chosen, asked, by)
    _work(session, slug, [one.number for one in chosen], asked, by)
    return Done(len(chosen), ())


def _decide(session: Session, chosen: Sequence[Chosen], asked: Request, by: By) -> Done:
    if asked.act == "withhold":
        moderation.check_reason(asked.reason, asked.note)
    left = []
    for one in chosen:
        try:
            _decide_one(session, one, asked, by)
        except (Conflict, NotFound):
            left.append(comment_id(one.number))
    return Done(len(chosen) - len(left), tuple(left))


def _decide_one(session: Session, one: Chosen, asked: Request, by: By) -> None:
    if asked.act == "publish":
        moderation.publish(
            session, one.number, note=asked.note, seen=one.seen, reviewer_id=by.reviewer_id, now=by.now
        )
    elif asked.act == "spam":
        moderation.mark_spam(session, one.number, seen=one.seen, reviewer_id=by.reviewer_id, now=by.now)
    else:
        reason, note = asked.reason, asked.note
        moderation.withhold(
            session,
            one.number,
            reason=reason,
            note=note,
            seen=one.seen,
            reviewer_id=by.reviewer_id,
            now=by.now,
        )


def _work(session: Session, slug: str, numbers: list[int], asked: Request, by: By) -> None:
    if asked.act in ON_THEMES:
        _place(session, slug, numbers, asked, by)
    elif asked.act == "tag":
        work.tag(session, slug, numbers, key_of(asked.tag), by=by)
    elif asked.act == "assign":
        to = key_of(asked.to) if asked.to else None
        work.assign(session, slug, numbers, to=to, due_on=asked.due_on, by=by)
    else:
        work.mark_read(session, numbers, read=asked.act == "read", by=by)


def _place(session: Session, slug: str, numbers: list[int], asked: Request, by: By) -> None:
    """Put comments into a theme, make them the examples of a new one, or say that they are in none."""
    draft = themes.find_draft(session, slug, None)
    if asked.act == "write":
        signing_off.write(session, draft.id, asked.titles, numbers, by=by)
    elif asked.act == "put":
        if not asked.theme:
            raise InvalidInput({"theme": ["error.themes.others"]})
        if themes.draft_of(session, asked.theme).id != draft.id:
            raise NotFound("error.not_found.theme")
        signing_off.put(session, asked.theme, numbers, by=by)
    else:
        signing_off.classify(session, draft.id, asked.act, numbers, by=by)
