"""Outcomes: what was decided and answered on an accepted theme or on a clause; the newest one counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from portal.errors import Conflict, InvalidInput, NotFound
from portal.models import Clause, Comment, Consultation, Draft, Outcome, Reviewer, Theme, ThemeMember
from portal.services import audit, consultations, themes
from portal.services.acting import By
from portal.services.drafts import WHOLE
from portal.services.identifiers import official_name
from portal.services.rows import LANGUAGES, Text
from portal.services.texts import clean, exceeds, fault

DECISIONS = ("accepted", "partly", "not", "out_of_scope")
LONGEST_REASON = 2_000
"""Grapheme clusters, in each language."""


@dataclass(frozen=True)
class OutcomeRow:
    """One decision with its reason, a plain text by language."""

    id: int
    on: str
    """T-0007, an eId, or "whole" for the document as a whole."""
    decision: str
    """One of DECISIONS."""
    reason: Text
    at: datetime
    by: str | None
    """Name part of the official's address, for the desk."""


@dataclass(frozen=True)
class Progress:
    """How far the answers to a draft's accepted themes are."""

    needed: int
    """Accepted themes with as many published comments as the consultation asks answers from."""
    lacking: tuple[str, ...]
    """Names of those of them that have no outcome, the largest first."""

    @property
    def answered(self) -> int:
        """How many of the needed ones have an outcome."""
        return self.needed - len(self.lacking)


def find_draft(session: Session, slug: str, version: str | None = None) -> Draft:
    """The draft of a version, or the newest one that has accepted themes or outcomes, or the current one.

    Raises NotFound.
    """
    if version is not None:
        return consultations.find_draft(session, slug, version)[1]
    consultation = consultations.find(session, slug)
    accepted = select(Theme.draft_id).where(Theme.status == "accepted", Theme.retired_at.is_(None))
    answered = session.scalar(
        select(Draft)
        .where(
            Draft.consultation_id == consultation.id,
            or_(Draft.id.in_(accepted), Draft.id.in_(select(Outcome.draft_id))),
        )
        .order_by(Draft.published_at.desc(), Draft.id.desc())
        .limit(1)
    )
    return answered or themes.find_draft(session, slug, None)


def decide(
    session: Session,
    draft_id: int,
    *,
    theme: str | None = None,
    clause: str | None = None,
    decision: str,
    reason: Mapping[str, str],
    seen: str | None = None,
    by: By,
) -> OutcomeRow:
    """Answer an accepted theme, or a clause by its eId ("whole": the document). Earlier answers are kept.

    `seen`: number of the newest outcome when the form was opened, "" for none, None where nobody looked.
    The same answer once more changes nothing. Raises NotFound, InvalidInput (`decision`, `reason_en`,
    `reason_ur`), Conflict where the theme is not accepted or another official decided since.
    """
    draft = session.get_one(Draft, draft_id)
    kept = _checked(draft, decision, reason)
    theme_id, clause_id = _subject(session, draft, theme, clause)
    before = newest(session, draft_id, theme=theme, clause=clause)
    if before is not None and (before.decision, before.reason) == (decision, kept):
        return before
    if seen is not None and seen != (str(before.id) if before else ""):
        raise Conflict("error.conflict.outcome")
    row = Outcome(
        draft_id=draft_id,
        theme_id=theme_id,
        clause_id=clause_id,
        decision=decision,
        reason=kept,
        at=by.now,
        reviewer_id=by.reviewer_id,
    )
    session.add(row)
    session.flush()
    subject = f"theme/{theme_id}" if theme_id else f"clause/{clause_id}" if clause_id else f"draft/{draft_id}"
    answer = [row.id, decision, kept]
    proof = audit.change([before.id, before.decision, before.reason] if before else None, answer)
    details = {"outcome": row.id, "decision": decision, "draft": draft_id, **proof}
    audit.record(session, "outcomes.decide", subject, actor=by.actor, now=by.now, details=details)
    found = newest(session, draft_id, theme=theme, clause=clause)
    assert found is not None  # noqa: S101
    return found


def of_theme(session: Session, name: str) -> OutcomeRow | None:
    """The outcome that counts for a theme; None where it has none. Raises NotFound."""
    return newest(session, themes.draft_of(session, name).id, theme=name)


def of_clause(session: Session, draft_id: int, eid: str) -> OutcomeRow | None:
    """The outcome that counts for a clause, or for the whole document; None where it has none."""
    return newest(session, draft_id, clause=eid)


def newest(
    session: Session, draft_id: int, *, theme: str | None = None, clause: str | None = None
) -> OutcomeRow | None:
    """The outcome that counts, None where there is none."""
    return next(iter(history(session, draft_id, theme=theme, clause=clause)), None)


def history(
    session: Session, draft_id: int, *, theme: str | None = None, clause: str | None = None
) -> list[OutcomeRow]:
    """Every outcome of one theme or clause, the newest first."""
    query = _rows(draft_id)
    if theme is not None:
        query = query.where(Outcome.theme_id == themes.theme_number(theme))
    elif clause == WHOLE:
        query = query.where(Outcome.theme_id.is_(None), Outcome.clause_id.is_(None))
    else:
        query = query.where(Clause.eid == clause)
    return [_row(row) for row in session.execute(query.order_by(Outcome.id.desc()))]


def all_of(session: Session, draft_id: int) -> dict[str, OutcomeRow]:
    """The outcome that counts by what it is on: T-0007, an eId, "whole".

    Also of themes that are no longer accepted: what is public takes `shown`.
    """
    rows = session.execute(_rows(draft_id).order_by(Outcome.id))
    return {row.on: row for row in map(_row, rows)}


def shown(session: Session, draft_id: int) -> dict[str, OutcomeRow]:
    """The same without those on themes that are no longer accepted."""
    names = {themes.theme_id(key) for key in session.scalars(select(Theme.id).where(*accepted(draft_id)))}
    on_themes = select(Outcome.theme_id).where(Outcome.draft_id == draft_id, Outcome.theme_id.is_not(None))
    hidden = {themes.theme_id(key) for key in session.scalars(on_themes) if key} - names
    return {on: row for on, row in all_of(session, draft_id).items() if on not in hidden}


def progress(session: Session, draft_id: int) -> Progress:
    """Which accepted themes, over the whole draft or a clause, need an outcome and which lack one."""
    least = session.scalar(
        select(Consultation.answer_from)
        .join(Draft, Draft.consultation_id == Consultation.id)
        .where(Draft.id == draft_id)
    )
    counted = session.execute(
        select(Theme.id, func.count(Comment.id).label("comments"))
        .join(ThemeMember, ThemeMember.theme_id == Theme.id)
        .join(Comment, Comment.id == ThemeMember.comment_id)
        .where(*accepted(draft_id), Comment.status == "published")
        .group_by(Theme.id)
        .having(func.count(Comment.id) >= least)
        .order_by(func.count(Comment.id).desc(), Theme.id)
    ).all()
    answered = set(session.scalars(select(Outcome.theme_id).where(Outcome.draft_id == draft_id)))
    missing = tuple(themes.theme_id(row.id) for row in counted if row.id not in answered)
    return Progress(len(counted), missing)


def lacking(session: Session, draft_id: int) -> tuple[str, ...]:
    """Names of the accepted themes that need an outcome and have none, the largest first."""
    return progress(session, draft_id).lacking


def accepted(draft_id: int) -> tuple[Any, ...]:
    """What makes a theme one of a draft's accepted ones."""
    return (
        Theme.draft_id == draft_id,
        Theme.status == "accepted",
        Theme.kind == "theme",
        Theme.retired_at.is_(None),
    )


def _checked(draft: Draft, decision: str, reason: Mapping[str, str]) -> dict[str, str]:
    """The reason as it is kept. Raises InvalidInput."""
    problems: dict[str, list[str]] = {}
    if decision not in DECISIONS:
        problems["decision"] = ["error.outcome.choose"]
    kept: dict[str, str] = {}
    for language in LANGUAGES:
        text = clean(reason.get(language, "")).strip()
        if (key := fault(text)) is not None:
            problems[f"reason_{language}"] = [key]
        elif exceeds(text, LONGEST_REASON):
            problems[f"reason_{language}"] = ["error.outcome.long"]
        elif text:
            kept[language] = text
    if not any(language in kept or f"reason_{language}" in problems for language in draft.languages):
        problems[f"reason_{draft.languages[0]}"] = ["error.outcome.reason"]
    if problems:
        raise InvalidInput(problems)
    return kept


def _subject(
    session: Session, draft: Draft, theme: str | None, clause: str | None
) -> tuple[int | None, int | None]:
    """(theme, clause) that an outcome is on. Raises NotFound, Conflict."""
    if (theme is None) == (clause is None):
        raise ValueError("an outcome is on a theme or on a clause")
    if theme is not None:
        number = themes.theme_number(theme)
        if themes.draft_of(session, theme).id != draft.id:
            raise NotFound("error.not_found.theme")
        if session.scalar(select(Theme.id).where(Theme.id == number, *accepted(draft.id))) is None:
            raise Conflict("error.conflict.outcome.theme")
        return number, None
    if clause == WHOLE:
        return None, None
    found = session.scalar(
        select(Clause.id).where(Clause.draft_id == draft.id, Clause.eid == clause, Clause.commentable)
    )
    if found is None:
        raise NotFound("error.not_found.clause")
    return None, found


def _rows(draft_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(Outcome, Clause.eid, Reviewer.email)
        .outerjoin(Clause, Clause.id == Outcome.clause_id)
        .outerjoin(Reviewer, Reviewer.id == Outcome.reviewer_id)
        .where(Outcome.draft_id == draft_id)
    )


def _row(row: Any) -> OutcomeRow:
    outcome: Outcome = row.Outcome
    on = themes.theme_id(outcome.theme_id) if outcome.theme_id else row.eid or WHOLE
    by = official_name(row.email) if row.email else None
    return OutcomeRow(outcome.id, on, outcome.decision, outcome.reason, outcome.at, by)
