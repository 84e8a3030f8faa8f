"""Themes: asking the summarizer, keeping its candidates, and what reviewers accept or rename."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from portal.errors import Conflict, InvalidInput, NotFound
from portal.models import Clause, Comment, Draft, Job, Reviewer, Theme, ThemeMember, ThemeRun
from portal.models.database import Database
from portal.services import audit, consultations, jobs
from portal.services.identifiers import comment_id, comment_number
from portal.services.rows import POSITIONS, QuoteRow, Text, ThemeRow
from portal.services.texts import clean, line_fault
from search_index.summarizer import CandidateTheme, CommentText, Suggestion, Summarizer, distinct_texts

LONGEST_TITLE = 300
THEMES_AT_ONCE = 4
"""So many have their comments' texts in memory at once."""


@dataclass(frozen=True)
class RunRow:
    """The last run of the summarizer over a draft."""

    id: str
    made_at: datetime
    summarizer: str
    comments: int
    distinct: int
    campaigns: tuple[tuple[str, tuple[str, ...], int], ...]
    """(id, comment ids, exact wordings)."""
    unassigned: tuple[str, ...]


@dataclass(frozen=True)
class Member:
    """One published comment of a theme, as the counts need it."""

    number: int
    body: str
    position: str | None
    language: str


def theme_id(number: int) -> str:
    """The public name of a theme: T-0007."""
    return f"T-{number:04d}"


def theme_number(text: str) -> int:
    """The number in a theme's name. Raises NotFound."""
    prefix, _, digits = text.upper().partition("-")
    if prefix != "T" or not digits.isascii() or not digits.isdigit() or len(digits) > 18:
        raise NotFound("error.not_found.theme")
    return int(digits)


def find_draft(session: Session, slug: str, version: str | None) -> Draft:
    """A draft by version, or the current one. Raises NotFound."""
    if version is not None:
        return consultations.find_draft(session, slug, version)[1]
    draft = consultations.current_draft(session, consultations.find(session, slug).id)
    if draft is None:
        raise NotFound("error.not_found.draft")
    return draft


def promise(session: Session, slug: str, *, actor: str, now: datetime) -> None:
    """Ask the worker for a new run; a second request while one waits changes nothing."""
    draft = find_draft(session, slug, None)
    if is_promised(session, draft.id):
        return
    jobs.promise(session, jobs.THEMES, {"draft": draft.id}, now=now)
    audit.record(session, "themes.ask", f"draft/{draft.id}", actor=actor, now=now)


def is_promised(session: Session, draft_id: int) -> bool:
    """Whether a run over this draft is waiting or under way."""
    payloads = session.scalars(select(Job.payload).where(Job.kind == jobs.THEMES, Job.kept_at.is_(None)))
    return any(payload.get("draft") == draft_id for payload in payloads)


def suggest(
    database: Database,
    summarizer: Summarizer,
    draft_id: int,
    *,
    now: datetime,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Run the summarizer over a draft's published comments and keep its candidates in place of the last ones.

    Reads on one snapshot, thinks without a transaction, then writes. Accepted themes stay as they are.
    """
    with database.read() as session:
        texts = _comment_texts(session, draft_id)
    suggestion = summarizer.suggest(texts, progress=progress)
    with database.write() as session:
        _store(session, draft_id, suggestion, summarizer.name, now)


def accept(session: Session, name: str, *, reviewer_id: int, now: datetime) -> None:
    """A reviewer takes a candidate as a theme of the report. Raises NotFound, Conflict."""
    number = theme_number(name)
    changed = cast(
        "CursorResult[tuple[()]]",
        session.execute(
            update(Theme)
            .where(Theme.id == number, Theme.status == "candidate")
            .values(status="accepted", accepted_at=now, accepted_by=reviewer_id)
        ),
    )
    if changed.rowcount != 1:
        _exists(session, number)
        raise Conflict("error.conflict.theme")
    _note(session, "themes.accept", number, reviewer_id, now)


def rename(session: Session, name: str, title: str, *, reviewer_id: int, now: datetime) -> None:
    """Give a theme a title; the machine's stays on record. Raises NotFound, InvalidInput."""
    number = theme_number(name)
    _exists(session, number)
    cleaned = clean(title).strip()
    key = line_fault(cleaned, LONGEST_TITLE, "title") if cleaned else "error.title.empty"
    if key is not None:
        raise InvalidInput({"title": [key]})
    session.execute(update(Theme).where(Theme.id == number).values(title=cleaned))
    _note(session, "themes.rename", number, reviewer_id, now)


def last_run(session: Session, draft_id: int) -> RunRow | None:
    """The newest run over a draft, with campaigns and what found no theme; published comments only."""
    run = session.scalar(
        select(ThemeRun).where(ThemeRun.draft_id == draft_id).order_by(ThemeRun.id.desc()).limit(1)
    )
    if run is None:
        return None
    shown = _published(session, draft_id)
    campaigns = [
        (
            f"G-{place:04d}",
            tuple(comment_id(n) for n in group["comment_ids"] if n in shown),
            group["distinct"],
        )
        for place, group in enumerate(run.campaigns, start=1)
    ]
    return RunRow(
        id=f"R-{run.id:04d}",
        made_at=run.made_at,
        summarizer=run.summarizer,
        comments=run.comments,
        distinct=run.distinct_texts,
        campaigns=tuple(
            (name, ids, min(wordings, len(ids))) for name, ids, wordings in campaigns if len(ids) > 1
        ),
        unassigned=tuple(comment_id(n) for n in run.unassigned if n in shown),
    )


def listing(session: Session, draft_id: int, *, accepted_only: bool = False) -> list[ThemeRow]:
    """Accepted themes and the last run's candidates: those over the whole draft first, then clause by clause.

    Counts are over members that are published now; a theme with none left is not listed.
    """
    query = _rows().where(Theme.draft_id == draft_id)
    if accepted_only:
        query = query.where(Theme.status == "accepted")
    found = session.execute(
        query.order_by(Clause.ordinal.is_not(None), Clause.ordinal, Theme.status, Theme.ordinal, Theme.id)
    ).all()
    headings = consultations.headings_of(session, draft_id)
    listed: list[ThemeRow] = []
    for start in range(0, len(found), THEMES_AT_ONCE):
        some = found[start : start + THEMES_AT_ONCE]
        members = _members(session, [row.Theme.id for row in some])
        listed += (_row(row, members[row.Theme.id], headings) for row in some if members.get(row.Theme.id))
    return listed


def get(session: Session, name: str) -> ThemeRow:
    """One theme. Raises NotFound."""
    number = theme_number(name)
    row = session.execute(_rows().where(Theme.id == number)).one_or_none()
    if row is None:
        raise NotFound("error.not_found.theme")
    members = _members(session, [number]).get(number, [])
    return _row(row, members, consultations.headings_of(session, row.Theme.draft_id))


def draft_of(session: Session, name: str) -> Draft:
    """The draft a theme belongs to. Raises NotFound."""
    theme = session.get(Theme, theme_number(name))
    if theme is None:
        raise NotFound("error.not_found.theme")
    return session.get_one(Draft, theme.draft_id)


def _comment_texts(session: Session, draft_id: int) -> list[CommentText]:
    rows = session.execute(
        select(Comment.id, Comment.body, Comment.language, Comment.position, Clause.eid)
        .outerjoin(Clause, Clause.id == Comment.clause_id)
        .where(Comment.draft_id == draft_id, Comment.status == "published")
        .order_by(Clause.ordinal, Comment.id)
    )
    return [
        CommentText(
            id=comment_id(row.id), text=row.body, clause=row.eid, language=row.language, position=row.position
        )
        for row in rows
    ]


def _store(session: Session, draft_id: int, suggestion: Suggestion, name: str, now: datetime) -> None:
    old = select(Theme.id).where(Theme.draft_id == draft_id, Theme.status == "candidate")
    session.execute(delete(ThemeMember).where(ThemeMember.theme_id.in_(old)))
    session.execute(delete(Theme).where(Theme.draft_id == draft_id, Theme.status == "candidate"))
    run = ThemeRun(
        draft_id=draft_id,
        made_at=now,
        summarizer=name,
        comments=suggestion.comments,
        distinct_texts=suggestion.distinct,
        campaigns=[
            {"comment_ids": _numbers(group.comment_ids), "distinct": group.distinct}
            for group in suggestion.campaigns
        ],
        unassigned=_numbers(suggestion.unassigned),
    )
    session.add(run)
    session.flush()
    rows = session.execute(select(Clause.eid, Clause.id).where(Clause.draft_id == draft_id))
    clause_ids = dict(rows.all())
    scopes: list[tuple[int | None, Sequence[CandidateTheme]]] = [(None, suggestion.themes)]
    scopes += [(clause_ids[eid], found) for eid, found in suggestion.clauses]
    for clause_id, found in scopes:
        for ordinal, theme in enumerate(found):
            _store_theme(session, run, clause_id, ordinal, theme)
    audit.record(
        session,
        "themes.suggest",
        f"draft/{draft_id}",
        actor="system",
        now=now,
        details={"run": run.id, "summarizer": name, "comments": suggestion.comments},
    )


def _store_theme(
    session: Session, run: ThemeRun, clause_id: int | None, ordinal: int, found: CandidateTheme
) -> None:
    titled = _numbers([found.title_comment_id])[0]
    theme = Theme(
        run_id=run.id,
        draft_id=run.draft_id,
        clause_id=clause_id,
        ordinal=ordinal,
        status="candidate",
        title=found.title,
        machine_title=found.title,
        title_comment_id=titled,
        language=session.execute(select(Comment.language).where(Comment.id == titled)).scalar_one(),
        keyphrases=list(found.keyphrases),
        quotes=[{"comment": _numbers([q.comment_id])[0], "text": q.text} for q in found.quotes],
    )
    session.add(theme)
    session.flush()
    session.execute(
        insert(ThemeMember),
        [{"theme_id": theme.id, "comment_id": number} for number in _numbers(found.comment_ids)],
    )


def _numbers(ids: Sequence[str]) -> list[int]:
    return [number for i in ids if (number := comment_number(i)) is not None]


def _published(session: Session, draft_id: int) -> set[int]:
    return set(
        session.scalars(select(Comment.id).where(Comment.draft_id == draft_id, Comment.status == "published"))
    )


def _rows() -> Any:
    return (
        select(Theme, Clause.eid, Clause.number, Reviewer.email)
        .outerjoin(Clause, Clause.id == Theme.clause_id)
        .outerjoin(Reviewer, Reviewer.id == Theme.accepted_by)
    )


def _members(session: Session, theme_ids: Sequence[int]) -> dict[int, list[Member]]:
    found: dict[int, list[Member]] = {}
    rows = session.execute(
        select(ThemeMember.theme_id, Comment.id, Comment.body, Comment.position, Comment.language)
        .join(Comment, Comment.id == ThemeMember.comment_id)
        .where(ThemeMember.theme_id.in_(theme_ids), Comment.status == "published")
        .order_by(ThemeMember.theme_id, Comment.id)
    )
    for row in rows:
        found.setdefault(row.theme_id, []).append(Member(row.id, row.body, row.position, row.language))
    return found


def _row(row: Any, members: Sequence[Member], headings: Mapping[str, Text]) -> ThemeRow:
    theme: Theme = row.Theme
    shown = {member.number: member for member in members}
    quotes = _quotes(theme, shown)
    positions = Counter(member.position or "none" for member in members)
    languages = Counter(member.language for member in members)
    return ThemeRow(
        id=theme_id(theme.id),
        title=_title(theme, shown, quotes),
        status=theme.status,
        clause=row.eid,
        number=row.number,
        heading=headings.get(row.eid, {}) if row.eid else {},
        keyphrases=tuple(theme.keyphrases),
        comments=len(members),
        distinct=distinct_texts([member.body for member in members]),
        positions={key: positions.get(key, 0) for key in (*POSITIONS, "none")},
        languages=dict(sorted(languages.items())),
        comment_ids=tuple(comment_id(member.number) for member in members),
        quotes=quotes,
        machine_title=theme.machine_title,
        language=theme.language,
        accepted_at=theme.accepted_at,
        accepted_by=row.email.partition("@")[0] if row.email else None,
    )


def _quotes(theme: Theme, shown: Mapping[int, Member]) -> tuple[QuoteRow, ...]:
    """Only what still stands literally in a published comment."""
    return tuple(
        QuoteRow(comment_id(q["comment"]), q["text"], member.position, member.language)
        for q in theme.quotes
        if (member := shown.get(q["comment"])) is not None and q["text"] in member.body
    )


def _title(theme: Theme, shown: Mapping[int, Member], quotes: tuple[QuoteRow, ...]) -> str:
    """A title taken from a comment goes when that comment is no longer public."""
    if theme.title != theme.machine_title or theme.title_comment_id in shown:
        return theme.title
    return quotes[0].text if quotes else ", ".join(theme.keyphrases) or theme_id(theme.id)


def _exists(session: Session, number: int) -> None:
    if session.execute(select(func.count()).where(Theme.id == number)).scalar_one() == 0:
        raise NotFound("error.not_found.theme")


def _note(session: Session, act: str, number: int, reviewer_id: int, now: datetime) -> None:
    audit.record(session, act, f"theme/{number}", actor=f"reviewer:{reviewer_id}", now=now)
