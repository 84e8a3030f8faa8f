"""Answering a consultation: from how many comments on, that it is done, and whom a message tells of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from portal.errors import Conflict, InvalidInput
from portal.models import Clause, Comment, Consultation, Draft, Job, Submission, Theme, ThemeMember
from portal.services import audit, consultations, jobs, outcomes
from portal.services.acting import By
from portal.services.canonical import timestamp
from portal.services.drafts import WHOLE
from portal.services.themes import theme_id

MOST_COMMENTS = 1_000
MAIL = "answer"


def set_threshold(session: Session, slug: str, text: str, *, by: By) -> None:
    """From how many comments on a theme needs an answer: 1 to 1,000. Raises NotFound, InvalidInput."""
    consultation = consultations.find(session, slug)
    typed = text.strip()
    least = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 5 else 0
    if not 1 <= least <= MOST_COMMENTS:
        raise InvalidInput({"answer_from": ["error.answer_from.range"]})
    before = consultation.answer_from
    if least != before:
        consultation.answer_from = least
        details = {"before": before, "after": least, **audit.change(before, least)}
        _note(session, "threshold", slug, by, details)


def mark_answered(session: Session, slug: str, *, by: By) -> int:
    """Say that a consultation is answered, and promise its messages; how many.

    Raises NotFound, Conflict: while it takes comments, where it is answered already, and (with the number as
    `n`) where themes that need an outcome have none.
    """
    consultation = consultations.find(session, slug)
    if by.now < consultation.closes_at:
        raise Conflict("error.conflict.answer.open")
    if consultation.answered_at is not None:
        raise Conflict("error.conflict.answer.done")
    draft = outcomes.find_draft(session, slug)
    missing = outcomes.lacking(session, draft.id)
    if missing:
        raise Conflict("error.conflict.answer.lacking", n=len(missing))
    consultation.answered_at = by.now
    told = _promise(session, consultation, draft, by.now)
    details = {"draft": draft.id, "messages": told, **audit.change(None, timestamp(by.now))}
    _note(session, "answered", slug, by, details)
    return told


def reopen_answer(session: Session, slug: str, *, by: By) -> None:
    """Take it back that a consultation is answered, and the messages that are not sent yet.

    Raises NotFound, Conflict where it is not answered.
    """
    consultation = consultations.find(session, slug)
    before = consultation.answered_at
    if before is None:
        raise Conflict("error.conflict.answer.not_done")
    consultation.answered_at = None
    waiting = delete(Job).where(*_messages(consultation.id), Job.kept_at.is_(None))
    stopped = cast("CursorResult[tuple[()]]", session.execute(waiting)).rowcount
    _note(session, "reopen", slug, by, {"messages": stopped, **audit.change(timestamp(before), None)})


def answered_on(session: Session, slug: str) -> tuple[datetime | None, int]:
    """(when it was answered, None: not yet; from how many comments on a theme needs an answer)."""
    consultation = consultations.find(session, slug)
    return consultation.answered_at, consultation.answer_from


def places_of(session: Session, draft_id: int, submission_id: int | None = None) -> dict[int, list[str]]:
    """What each submission's published comments are about: names of accepted themes, eIds, "whole"."""
    mine = [] if submission_id is None else [Comment.submission_id == submission_id]
    shown = (Comment.draft_id == draft_id, Comment.status == "published", *mine)
    found: dict[int, list[str]] = {}
    in_themes = (
        select(Comment.submission_id, Theme.id)
        .join(ThemeMember, ThemeMember.comment_id == Comment.id)
        .join(Theme, Theme.id == ThemeMember.theme_id)
        .where(*shown, *outcomes.accepted(draft_id))
        .distinct()
        .order_by(Theme.id)
    )
    for submission, theme in session.execute(in_themes):
        found.setdefault(submission, []).append(theme_id(theme))
    on_clauses = (
        select(Comment.submission_id, Clause.eid, Clause.ordinal)
        .outerjoin(Clause, Clause.id == Comment.clause_id)
        .where(*shown)
        .distinct()
        .order_by(Clause.ordinal)
    )
    for submission, eid, _ in session.execute(on_clauses):
        found.setdefault(submission, []).append(eid or WHOLE)
    return found


def _promise(session: Session, consultation: Consultation, draft: Draft, now: datetime) -> int:
    """One message to each who asked to be told and has a comment that still stands.

    A message names the outcomes that it tells of: nobody is told of the same ones twice.
    """
    asked = session.scalars(
        select(Submission.id)
        .join(Comment, Comment.submission_id == Submission.id)
        .where(
            Submission.consultation_id == consultation.id,
            Submission.tell_me.is_(True),
            Submission.email.is_not(None),
            Submission.erased_at.is_(None),
            Submission.demonstration.is_(False),
            Comment.status.not_in(("withdrawn", "erased")),
        )
        .distinct()
        .order_by(Submission.id)
    ).all()
    told = _told(session, consultation.id)
    places, decided = places_of(session, draft.id), outcomes.shown(session, draft.id)
    promised = 0
    for submission in asked:
        of_these = _numbers(places.get(submission, []), decided)
        if (submission, of_these) not in told:
            payload = {
                "mail": MAIL,
                "submission": submission,
                "consultation": consultation.id,
                "draft": draft.id,
                "outcomes": of_these,
            }
            jobs.promise(session, jobs.MAIL, payload, now=now)
            promised += 1
    return promised


def _numbers(places: list[str], decided: Mapping[str, outcomes.OutcomeRow]) -> str:
    return ",".join(str(number) for number in sorted(decided[p].id for p in places if p in decided))


def _told(session: Session, consultation_id: int) -> set[tuple[int, str]]:
    """(submission, outcomes) of the messages that were promised before."""
    payloads = session.scalars(select(Job.payload).where(*_messages(consultation_id)))
    return {(payload["submission"], payload["outcomes"]) for payload in payloads}


def _messages(consultation_id: int) -> tuple[ColumnElement[bool], ...]:
    """What makes a job one of this consultation's messages."""
    return (
        Job.kind == jobs.MAIL,
        Job.payload["mail"].as_string() == MAIL,
        Job.payload["consultation"].as_integer() == consultation_id,
    )


def _note(session: Session, act: str, slug: str, by: By, details: Mapping[str, object]) -> None:
    audit.record(
        session, f"outcomes.{act}", f"consultation/{slug}", actor=by.actor, now=by.now, details=dict(details)
    )
