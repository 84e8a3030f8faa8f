"""What is sent, cleaned and checked: every problem by field before anything is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from weakref import WeakKeyDictionary

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.errors import InvalidInput
from portal.models import Clause
from portal.models.database import connection_of
from portal.services import questions, wordings
from portal.services.canonical import sha256_of
from portal.services.rows import COMMENT_LANGUAGES, ORGANISATION_KINDS, POSITIONS, SUBMITTERS
from portal.services.texts import LONGEST_NAME, body_fault, clean, email_fault, line_fault, wording_fault

MOST_COMMENTS = 200

Names = Mapping[str, tuple[int, str]]

_known: WeakKeyDictionary[object, dict[int, Names]] = WeakKeyDictionary()
"""Commentable clauses of each draft by every name they have; a published draft never changes."""


@dataclass(frozen=True)
class NewComment:
    """One comment as sent. `clause` is an eId or a number; None or "" means the document as a whole."""

    body: str
    clause: str | None = None
    position: str | None = None
    suggested_wording: str | None = None
    """The clause as this person would write it; the clause's own text means none."""


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
    organisation_kind: str | None = None
    name_public: bool = True
    about: Mapping[str, str] = field(default_factory=dict)
    """Answers to the consultation's questions; "" is "prefer not to say"."""
    tell_me: bool = False
    ui_language: str = "en"
    batch: str | None = None


@dataclass(frozen=True)
class Checked:
    """A submission cleaned and found good; key and eId of its clauses in the order of its comments."""

    submission: NewSubmission
    clause_ids: tuple[int | None, ...]
    eids: tuple[str | None, ...]
    content_sha256: str
    wording_languages: tuple[str | None, ...]
    """Of each comment's suggested wording: the draft's language it is to replace."""


def check(session: Session, draft_id: int, sent: NewSubmission) -> Checked:
    """Clean a submission and find its clauses. Raises InvalidInput with every problem by field."""
    ready = cleaned(sent)
    problems = _problems(ready)
    clause_ids: list[int | None] = []
    eids: list[str | None] = []
    names = _clause_names(session, draft_id)
    for place, comment in enumerate(ready.comments):
        if not comment.clause:
            clause_ids.append(None)
            eids.append(None)
        elif (found := names.get(comment.clause.lower())) is None:
            problems[f"comments.{place}.clause"] = ["error.clause.unknown"]
        else:
            clause_ids.append(found[0])
            eids.append(found[1])
    problems |= questions.problems(session, draft_id, ready.about)
    if problems:
        raise InvalidInput(problems)
    changed = [
        wordings.changed(session, clause_id, comment.suggested_wording)
        for clause_id, comment in zip(clause_ids, ready.comments, strict=True)
    ]
    ready = replace(
        ready,
        comments=tuple(
            replace(comment, suggested_wording=text)
            for comment, (text, _) in zip(ready.comments, changed, strict=True)
        ),
    )
    return Checked(
        ready,
        tuple(clause_ids),
        tuple(eids),
        _content_sha256(draft_id, ready, eids),
        tuple(language for _, language in changed),
    )


def cleaned(sent: NewSubmission) -> NewSubmission:
    """The submission in the form it is stored in; doing it twice changes nothing."""
    name, organisation, email = (_line(v) for v in (sent.name, sent.organisation, sent.email))
    submitter = sent.submitter or ("organisation" if organisation else "individual" if name else "anonymous")
    return replace(
        sent,
        comments=tuple(cleaned_comment(comment) for comment in sent.comments),
        submitter=submitter,
        name=name,
        organisation=organisation,
        organisation_kind=(sent.organisation_kind or None) if submitter == "organisation" else None,
        email=email,
        language=sent.language or None,
        about={key: choice for key, choice in sent.about.items() if choice},
    )


def cleaned_comment(comment: NewComment) -> NewComment:
    """One comment in the form it is stored in."""
    wording = clean(comment.suggested_wording or "")
    return NewComment(
        clean(comment.body),
        (comment.clause or "").strip() or None,
        comment.position or None,
        wording if wording.strip() else None,
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
        for name, key in comment_faults(comment):
            note(f"comments.{place}.{name}", key)
    if sent.language is not None and sent.language not in COMMENT_LANGUAGES:
        note("language", "error.language.unknown")
    _sender_problems(sent, note)
    return problems


def comment_faults(comment: NewComment) -> Iterator[tuple[str, str | None]]:
    """(field, message key or None) for each field of one cleaned comment."""
    yield "body", body_fault(comment.body)
    if comment.position is not None and comment.position not in POSITIONS:
        yield "position", "error.position.unknown"
    if comment.suggested_wording is not None:
        yield "suggested_wording", wording_fault(comment.suggested_wording)


def _sender_problems(sent: NewSubmission, note: Callable[[str, str | None], None]) -> None:
    if sent.submitter not in SUBMITTERS:
        note("submitter", "error.submitter.unknown")
    if sent.name:
        note("name", line_fault(sent.name, LONGEST_NAME, "name"))
    if sent.organisation:
        note("organisation", line_fault(sent.organisation, LONGEST_NAME, "organisation"))
    if sent.email:
        note("email", email_fault(sent.email))
    if sent.tell_me and not sent.email:
        note("email", "error.email.needed")
    if sent.organisation_kind is not None and sent.organisation_kind not in ORGANISATION_KINDS:
        note("organisation_kind", "error.organisation_kind.unknown")
    if sent.submitter == "organisation" and not sent.organisation:
        note("organisation", "error.organisation.missing")
    if sent.submitter == "anonymous" and sent.name:
        note("name", "error.name.anonymous")
    if sent.submitter == "anonymous" and sent.organisation:
        note("organisation", "error.organisation.anonymous")


def _clause_names(session: Session, draft_id: int) -> Names:
    """Key and eId of each commentable clause, by eId and by number."""
    drafts = _known.setdefault(connection_of(session).engine, {})
    if draft_id not in drafts:
        rows = session.execute(
            select(Clause.id, Clause.eid, Clause.number).where(
                Clause.draft_id == draft_id, Clause.commentable
            )
        ).all()
        by_number = {row.number: (row.id, row.eid) for row in reversed(rows) if row.number is not None}
        drafts[draft_id] = {**by_number, **{row.eid: (row.id, row.eid) for row in rows}}
    return drafts[draft_id]


def _content_sha256(draft_id: int, sent: NewSubmission, eids: Sequence[str | None]) -> str:
    return sha256_of(
        {
            "draft": draft_id,
            "submitter": sent.submitter,
            "name": sent.name,
            "organisation": sent.organisation,
            "email": sent.email,
            "language": sent.language,
            "organisation_kind": sent.organisation_kind,
            "name_public": sent.name_public,
            "about": dict(sent.about),
            "tell_me": sent.tell_me,
            "comments": [
                {
                    "clause": eid,
                    "body": comment.body,
                    "position": comment.position,
                    "suggested_wording": comment.suggested_wording,
                }
                for eid, comment in zip(eids, sent.comments, strict=True)
            ],
        }
    )
