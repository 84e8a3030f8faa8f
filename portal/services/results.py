"""What is public of the answers to a consultation: accepted themes, outcomes, and where a comment went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.models import AuditRecord, Clause, Comment, Consultation, Draft, Theme, ThemeMember
from portal.services import consultations, outcomes, themes
from portal.services.drafts import WHOLE
from portal.services.identifiers import comment_id, comment_number
from portal.services.outcomes import DECISIONS, OutcomeRow
from portal.services.rows import Counts, Text, ThemeRow

PER_PAGE = 15
"""Themes and answers to clauses on one page: with the longest reasons it stays below 40 KB packed."""
MOST_QUOTES = 3


@dataclass(frozen=True)
class ThemeAnswer:
    """An accepted theme and what was decided on it; `outcome` None: nothing yet."""

    theme: ThemeRow
    people: int
    """Submissions with a published comment in it."""
    outcome: OutcomeRow | None


@dataclass(frozen=True)
class ClauseAnswer:
    """What was decided on one clause, or (eid "whole") on the document as a whole."""

    eid: str
    number: str | None
    heading: Text
    comments: int
    outcome: OutcomeRow


@dataclass(frozen=True)
class Results:
    """One page of the results of a draft."""

    draft: str
    answered_at: datetime | None
    total: int
    """Accepted themes of the draft."""
    on_clauses: int
    """Clauses with an outcome."""
    decisions: Counts
    """Themes by decision; those without one have the key "none"."""
    page: int
    pages: int
    themes: tuple[ThemeAnswer, ...]
    clauses: tuple[ClauseAnswer, ...]

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show yet."""
        return not self.total and not self.on_clauses


@dataclass(frozen=True)
class Went:
    """Where a published comment went: its accepted themes, and the outcome of its clause."""

    themes: tuple[tuple[ThemeRow, OutcomeRow | None], ...] = ()
    outcome: OutcomeRow | None = None


def stamp(session: Session) -> int:
    """A number that grows with whatever changes these pages: every act on them is on the audit record."""
    return session.scalar(select(func.max(AuditRecord.id))) or 0


def order(session: Session, draft_id: int) -> list[str]:
    """Names of the accepted themes with a published comment: over the whole draft first, then clause by

    clause, the largest first.
    """
    rows = session.execute(
        select(Theme.id)
        .join(ThemeMember, ThemeMember.theme_id == Theme.id)
        .join(Comment, Comment.id == ThemeMember.comment_id)
        .outerjoin(Clause, Clause.id == Theme.clause_id)
        .where(*outcomes.accepted(draft_id), Comment.status == "published")
        .group_by(Theme.id)
        .order_by(
            Clause.ordinal.is_not(None),
            Clause.ordinal,
            func.count(Comment.id).desc(),
            Theme.ordinal,
            Theme.id,
        )
    )
    return [themes.theme_id(row.id) for row in rows]


def is_empty(session: Session, draft_id: int) -> bool:
    """Whether there is nothing to show of a draft yet."""
    return not order(session, draft_id) and not outcomes.shown(session, draft_id)


def page_of(session: Session, draft_id: int, name: str) -> int | None:
    """On which page a theme stands; None where it is not shown."""
    names = order(session, draft_id)
    return names.index(name) // PER_PAGE + 1 if name in names else None


def gather(session: Session, draft: Draft, *, page: int = 1, language: str = "en") -> Results:
    """One page of a draft's results; a page that there is not is the nearest one."""
    names, decided = order(session, draft.id), outcomes.shown(session, draft.id)
    answered = clause_answers(session, draft.id)
    last = max(1, -(-(len(names) + len(answered)) // PER_PAGE))
    number = min(max(page, 1), last)
    begin, end = (number - 1) * PER_PAGE, number * PER_PAGE
    counted = Counter(decided[name].decision if name in decided else "none" for name in names)
    beyond = max(0, begin - len(names)), max(0, end - len(names))
    consultation = session.get_one(Consultation, draft.consultation_id)
    return Results(
        draft=draft.version,
        answered_at=consultation.answered_at,
        total=len(names),
        on_clauses=len(answered),
        decisions={key: counted.get(key, 0) for key in (*DECISIONS, "none")},
        page=number,
        pages=last,
        themes=tuple(theme_answers(session, names[begin:end], decided, language=language)),
        clauses=tuple(answered[beyond[0] : beyond[1]]),
    )


def theme_answers(
    session: Session, names: Sequence[str], decided: Mapping[str, OutcomeRow], *, language: str = "en"
) -> list[ThemeAnswer]:
    """These accepted themes with their figures, quotes and outcomes."""
    people = people_of(session, names)
    return [
        ThemeAnswer(replace(row, quotes=row.quotes[:MOST_QUOTES]), people.get(name, 0), decided.get(name))
        for name, row in theme_rows(session, names, language).items()
    ]


def theme_rows(session: Session, names: Sequence[str], language: str) -> dict[str, ThemeRow]:
    """These themes by name, with the title that a reviewer gave in this language where there is one."""
    numbers = [themes.theme_number(name) for name in names]
    rows = session.execute(select(Theme.id, Theme.names).where(Theme.id.in_(numbers)))
    given = {themes.theme_id(key): titles.get(language) for key, titles in rows}
    found = {}
    for name in names:
        row, title = themes.get(session, name), given.get(name)
        found[name] = replace(row, title=title, language=language) if title else row
    return found


def people_of(session: Session, names: Sequence[str]) -> dict[str, int]:
    """How many submissions have a published comment in each of these themes."""
    rows = session.execute(
        select(ThemeMember.theme_id, func.count(Comment.submission_id.distinct()))
        .join(Comment, Comment.id == ThemeMember.comment_id)
        .where(
            ThemeMember.theme_id.in_([themes.theme_number(name) for name in names]),
            Comment.status == "published",
        )
        .group_by(ThemeMember.theme_id)
    )
    return {themes.theme_id(key): people for key, people in rows}


def clause_answers(session: Session, draft_id: int) -> list[ClauseAnswer]:
    """The outcomes on clauses in reading order, that on the whole document last."""
    decided = outcomes.shown(session, draft_id)
    counts = consultations.comment_counts(session, draft_id)
    found = [
        ClauseAnswer(entry.eid, entry.number, entry.heading, counts.get(entry.eid, 0), decided[entry.eid])
        for entry in consultations.entries(session, draft_id)
        if entry.eid in decided
    ]
    if WHOLE in decided:
        found.append(ClauseAnswer(WHOLE, None, {}, counts.get(WHOLE, 0), decided[WHOLE]))
    return found


def of_comments(session: Session, public_ids: Sequence[str], *, language: str = "en") -> dict[str, Went]:
    """Where the published ones of one submission's comments went, by their ids."""
    rows = session.execute(
        select(Comment.id, Comment.draft_id, Clause.eid)
        .outerjoin(Clause, Clause.id == Comment.clause_id)
        .where(
            Comment.id.in_([comment_number(name) or 0 for name in public_ids]), Comment.status == "published"
        )
    ).all()
    if not rows:
        return {}
    draft_id = rows[0].draft_id
    decided = outcomes.shown(session, draft_id)
    member_of: dict[int, list[str]] = {}
    memberships = session.execute(
        select(ThemeMember.comment_id, Theme.id)
        .join(Theme, Theme.id == ThemeMember.theme_id)
        .where(ThemeMember.comment_id.in_([row.id for row in rows]), *outcomes.accepted(draft_id))
        .order_by(Theme.id)
    )
    for number, theme in memberships:
        member_of.setdefault(number, []).append(themes.theme_id(theme))
    named = sorted({name for names in member_of.values() for name in names})
    found = theme_rows(session, named, language)
    return {
        comment_id(row.id): Went(
            tuple((found[name], decided.get(name)) for name in member_of.get(row.id, [])),
            decided.get(row.eid or WHOLE),
        )
        for row in rows
    }
