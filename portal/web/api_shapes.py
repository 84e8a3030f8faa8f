"""What the API answers: rows as JSON objects, one function a shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from portal.models import Draft
from portal.models.database import Session
from portal.services import answering, consultations, results, submissions
from portal.services.balance import Balance, Line
from portal.services.canonical import timestamp
from portal.services.drafts import WHOLE
from portal.services.outcomes import OutcomeRow
from portal.services.results import ThemeAnswer, Went
from portal.services.rows import (
    LANGUAGES,
    AppealRow,
    ClauseRow,
    CommentRow,
    ConsultationRow,
    Excerpt,
    ReceiptRow,
    Text,
)


def comment_json(row: CommentRow) -> dict[str, Any]:
    """A published comment as lists and search show it."""
    return {
        "id": row.id,
        "consultation": row.consultation,
        "draft": row.draft,
        "clause": row.clause,
        "number": row.number,
        "body": row.body,
        "position": row.position,
        "suggested_wording": row.suggested_wording,
        "language": row.language,
        "submitter": row.submitter,
        "name": row.name,
        "organisation": row.organisation,
        "organisation_kind": row.organisation_kind,
        "received_at": timestamp(row.received_at),
        "status": row.status,
        "sha256": row.sha256,
        "demonstration": row.demonstration,
        "redacted": list(row.redacted_for),
    }


def excerpt_text(excerpt: Excerpt) -> str:
    """An excerpt as plain text."""
    text = "".join(run for run, _ in excerpt.runs)
    return ("… " if excerpt.cut_before else "") + text + (" …" if excerpt.cut_after else "")


def clause_json(row: ClauseRow, count: int) -> dict[str, Any]:
    """One entry of a draft; a language that the draft has not is null."""
    return {
        "eid": row.eid,
        "number": row.number,
        "kind": row.kind,
        "parent": row.parent,
        "commentable": row.commentable,
        "heading": _both(row.heading),
        "markdown": _both(row.markdown),
        "sha256": _both(row.sha256),
        "comments": count,
    }


def _both(text: Text) -> dict[str, str | None]:
    return {language: text.get(language) for language in LANGUAGES}


def consultation_json(session: Session, row: ConsultationRow) -> dict[str, Any]:
    return {
        "slug": row.slug,
        "title": _both(row.title),
        "opens_at": timestamp(row.opens_at),
        "closes_at": timestamp(row.closes_at),
        "open": row.open,
        "current": row.current,
        "restatement": row.restatement,
        "demonstration": row.demonstration,
        "drafts": [
            {"version": draft.version, "published_at": timestamp(draft.published_at), "clauses": clauses}
            for draft, clauses in consultations.drafts_of(session, row.slug)
        ],
    }


def acknowledgement_json(acknowledged: submissions.Acknowledgement) -> dict[str, Any]:
    return {
        "receipt": acknowledged.receipt,
        "received_at": timestamp(acknowledged.received_at),
        "comments": [
            {"id": c.id, "clause": c.clause, "sha256": c.sha256, "status": c.status}
            for c in acknowledged.comments
        ],
    }


def outcomes_json(
    session: Session, slug: str, draft: Draft, answered: Sequence[ThemeAnswer]
) -> dict[str, Any]:
    """The accepted themes of a draft with what was decided on them, then the answers to clauses."""
    answered_at, _ = answering.answered_on(session, slug)
    items = [
        {
            "theme": row.theme.id,
            "title": row.theme.title,
            "clause": row.theme.clause,
            "comments": row.theme.comments,
            "people": row.people,
            "outcome": _outcome_json(row.outcome),
        }
        for row in answered
    ]
    items += [
        {
            "theme": None,
            "title": None,
            "clause": row.eid,
            "comments": row.comments,
            "people": None,
            "outcome": _outcome_json(row.outcome),
        }
        for row in results.clause_answers(session, draft.id)
    ]
    return {
        "consultation": slug,
        "draft": draft.version,
        "answered_at": timestamp(answered_at) if answered_at else None,
        "items": items,
        "total": len(items),
        "next": None,
    }


def _outcome_json(row: OutcomeRow | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {"decision": row.decision, "reason": _both(row.reason), "decided_at": timestamp(row.at)}


def receipt_json(row: ReceiptRow, went: Mapping[str, Went]) -> dict[str, Any]:
    """What a receipt opens, and where each comment went."""
    return {
        "received_at": timestamp(row.received_at),
        "consultation": row.consultation.slug,
        "draft": row.draft,
        "submitter": row.submitter,
        "demonstration": row.demonstration,
        "erased_at": timestamp(row.erased_at) if row.erased_at else None,
        "comments": [
            {
                "id": c.id,
                "clause": c.clause,
                "body": c.body,
                "position": c.position,
                "suggested_wording": c.suggested_wording,
                "status": c.status,
                "reason": c.reason,
                "sha256": c.sha256,
                "revisions": c.revisions,
                "redacted": list(c.redacted_for),
                "withdrawn_at": timestamp(c.withdrawn_at) if c.withdrawn_at else None,
                "appeal": None if c.appeal is None else appeal_json(c.appeal),
                **_went_json(went.get(c.id, Went())),
            }
            for c in row.comments
        ],
    }


def balance_json(books: Balance) -> dict[str, Any]:
    """What was received and what became of it; the whole draft is the clause null."""
    return {
        "holds": books.holds,
        "total": _line_json(books.total),
        "channels": [{"channel": line.key, **_line_json(line)} for line in books.channels],
        "clauses": [
            {
                "draft": line.draft,
                "clause": None if line.key == WHOLE else line.key,
                "number": line.number,
                **_line_json(line),
            }
            for line in books.clauses
        ],
        "appeals": asdict(books.appeals),
        "redactions": {"comments": books.redacted, "passages": dict(books.redactions)},
        "decisions": asdict(books.waiting),
        "lost": books.lost,
    }


def _line_json(line: Line) -> dict[str, Any]:
    return {"received": line.received, "states": dict(line.states), "withheld": dict(line.withheld)}


def _went_json(went: Went) -> dict[str, Any]:
    return {
        "themes": [
            {"id": theme.id, "title": theme.title, "outcome": _outcome_json(outcome)}
            for theme, outcome in went.themes
        ],
        "outcome": _outcome_json(went.outcome),
    }


def appeal_json(row: AppealRow) -> dict[str, Any]:
    """An objection as its sender sees it."""
    return {
        "at": timestamp(row.at),
        "decided_at": timestamp(row.decided_at) if row.decided_at else None,
        "outcome": row.outcome,
    }
