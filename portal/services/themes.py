"""Themes as they stand: what a draft has, what is in each, which a comment belongs to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.errors import NotFound
from portal.models import Clause, Comment, Draft, Reviewer, Theme, ThemeMember, ThemeRun
from portal.services import consultations
from portal.services.identifiers import comment_id, comment_number, official_name
from portal.services.rows import POSITIONS, QuoteRow, Text, ThemeRow
from search_index.summarizer import distinct_texts

CLASSES = ("other", "no_reason")
"""Kinds of a theme that is none: what fits nowhere, and a position without a reason."""
THEMES_AT_ONCE = 40
"""So many are asked for together."""
ROWS_AT_ONCE = 500
MOST_COUNTED = 10_000
_COUNTED: dict[bytes, int] = {}
"""Different texts by the hash of all texts: the same texts always give the same number."""


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


@dataclass(frozen=True, slots=True)
class Member:
    """One published comment of a theme, as the counts need it."""

    number: int
    body: str
    position: str | None
    language: str
    person: int
    by: str
    """machine or human: who put it there."""


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


def last_run(session: Session, draft_id: int) -> RunRow | None:
    """The newest run over a draft, with campaigns and what found no theme; published comments only."""
    run = session.scalar(
        select(ThemeRun).where(ThemeRun.draft_id == draft_id).order_by(ThemeRun.id.desc()).limit(1)
    )
    if run is None:
        return None
    named = {*run.unassigned, *(n for group in run.campaigns for n in group["comment_ids"])}
    shown = _published(session, draft_id, named)
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


def listing(
    session: Session, draft_id: int, *, accepted_only: bool = False, clause: str | None = None
) -> list[ThemeRow]:
    """Accepted themes and the last run's candidates: those over the whole draft first, then clause by clause.

    Counts are over members that are published now; a theme with none left is not listed, nor one that was
    merged into another or taken away, nor the classes for what has no theme. `clause`: those of one clause.
    """
    query = _rows().where(Theme.draft_id == draft_id, Theme.retired_at.is_(None), Theme.kind == "theme")
    if accepted_only:
        query = query.where(Theme.status == "accepted")
    if clause is not None:
        query = query.where(Clause.eid == clause)
    found = session.execute(
        query.order_by(Clause.ordinal.is_not(None), Clause.ordinal, Theme.status, Theme.ordinal, Theme.id)
    ).all()
    headings = consultations.headings_of(session, draft_id)
    listed: list[ThemeRow] = []
    for start in range(0, len(found), THEMES_AT_ONCE):
        rows = {row.Theme.id: row for row in found[start : start + THEMES_AT_ONCE]}
        made = {key: _row(rows[key], members, headings) for key, members in _members(session, list(rows))}
        listed += (made[key] for key in rows if key in made)
    return listed


def of_comments(session: Session, public_ids: Sequence[str]) -> dict[str, list[tuple[str, str, str]]]:
    """(theme, title, language of the title) of each comment's themes, the accepted ones first."""
    numbers = [comment_number(one) or 0 for one in public_ids]
    found: dict[str, list[tuple[str, str, str]]] = {}
    for number, theme in session.execute(
        select(ThemeMember.comment_id, Theme)
        .join(Theme, Theme.id == ThemeMember.theme_id)
        .where(ThemeMember.comment_id.in_(numbers), Theme.retired_at.is_(None))
        .order_by(Theme.status, Theme.id)
    ):
        title = called(theme.title, theme.names, "en")
        found.setdefault(comment_id(number), []).append((theme_id(theme.id), title, _language(theme)))
    return found


def titles(session: Session, draft_id: int, language: str) -> list[tuple[str, str]]:
    """(theme, what it is called) of a draft's themes and candidates, the accepted ones first."""
    rows = session.execute(
        select(Theme.id, Theme.title, Theme.names)
        .where(Theme.draft_id == draft_id, Theme.retired_at.is_(None))
        .order_by(Theme.status, Theme.ordinal, Theme.id)
    )
    return [(theme_id(row.id), called(row.title, row.names, language)) for row in rows]


def called(title: str, names: Mapping[str, str], language: str) -> str:
    """What a theme is called in a language: as reviewers named it, else by its own title."""
    return names.get(language) or next((name for name in names.values() if name), title)


def get(session: Session, name: str) -> ThemeRow:
    """One theme. Raises NotFound."""
    number = theme_number(name)
    row = session.execute(_rows().where(Theme.id == number)).one_or_none()
    if row is None:
        raise NotFound("error.not_found.theme")
    members = next((found for _, found in _members(session, [number])), [])
    return _row(row, members, consultations.headings_of(session, row.Theme.draft_id))


def by_hand(session: Session, name: str) -> frozenset[str]:
    """The comments that a reviewer put into a theme, or said of that they belong there."""
    rows = session.scalars(
        select(ThemeMember.comment_id).where(
            ThemeMember.theme_id == theme_number(name), ThemeMember.by == "human"
        )
    )
    return frozenset(comment_id(number) for number in rows)


def draft_of(session: Session, name: str) -> Draft:
    """The draft a theme belongs to. Raises NotFound."""
    theme = session.get(Theme, theme_number(name))
    if theme is None:
        raise NotFound("error.not_found.theme")
    return session.get_one(Draft, theme.draft_id)


def _published(session: Session, draft_id: int, among: Container[int]) -> set[int]:
    query = select(Comment.id).where(Comment.draft_id == draft_id, Comment.status == "published")
    found = session.scalars(query.execution_options(yield_per=ROWS_AT_ONCE))
    return {number for number in found if number in among}


def _rows() -> Any:
    return (
        select(Theme, Clause.eid, Clause.number, Reviewer.email)
        .outerjoin(Clause, Clause.id == Theme.clause_id)
        .outerjoin(Reviewer, Reviewer.id == Theme.accepted_by)
    )


def _members(session: Session, theme_ids: Sequence[int]) -> Iterator[tuple[int, list[Member]]]:
    """The published members of each theme that has some; those of one theme in memory after the other."""
    rows = session.execute(
        select(
            ThemeMember.theme_id,
            ThemeMember.by,
            Comment.id,
            Comment.body,
            Comment.position,
            Comment.language,
            Comment.submission_id,
        )
        .join(Comment, Comment.id == ThemeMember.comment_id)
        .where(ThemeMember.theme_id.in_(theme_ids), Comment.status == "published")
        .order_by(ThemeMember.theme_id, Comment.id)
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    for theme, own in groupby(rows, key=attrgetter("theme_id")):
        yield (
            theme,
            [Member(row.id, row.body, row.position, row.language, row.submission_id, row.by) for row in own],
        )


def _row(row: Any, members: Sequence[Member], headings: Mapping[str, Text]) -> ThemeRow:
    theme: Theme = row.Theme
    shown = {member.number: member for member in members}
    quotes = _quotes(theme, shown)
    positions = Counter(member.position or "none" for member in members)
    languages = Counter(member.language for member in members)
    return ThemeRow(
        id=theme_id(theme.id),
        title=called(_title(theme, shown, quotes), theme.names, "en"),
        names=dict(theme.names),
        kind=theme.kind,
        origin=theme.origin,
        kept=theme.kept,
        people=len({member.person for member in members}),
        by_hand=sum(member.by == "human" for member in members),
        status=theme.status,
        clause=row.eid,
        number=row.number,
        heading=headings.get(row.eid, {}) if row.eid else {},
        keyphrases=_keyphrases(theme, members),
        comments=len(members),
        distinct=_distinct([member.body for member in members]),
        positions={key: positions.get(key, 0) for key in (*POSITIONS, "none")},
        languages=dict(sorted(languages.items())),
        comment_ids=tuple(comment_id(member.number) for member in members),
        quotes=quotes,
        machine_title=theme.machine_title,
        language=_language(theme),
        accepted_at=theme.accepted_at,
        accepted_by=official_name(row.email) if row.email else None,
    )


def _distinct(bodies: Sequence[str]) -> int:
    """How many of the texts are different; asked again on every page that shows a theme, so remembered."""
    same = sha256("\0".join(bodies).encode()).digest()
    if (known := _COUNTED.get(same)) is None:
        if len(_COUNTED) >= MOST_COUNTED:
            _COUNTED.clear()
        known = _COUNTED[same] = distinct_texts(bodies)
    return known


def _language(theme: Theme) -> str:
    """Of the title that is shown."""
    return next((language for language in ("en", "ur") if theme.names.get(language)), theme.language)


def _keyphrases(theme: Theme, members: Sequence[Member]) -> tuple[str, ...]:
    """Only what somebody still says in public."""
    said = [member.body.casefold() for member in members]
    return tuple(phrase for phrase in theme.keyphrases if any(phrase.casefold() in body for body in said))


def _quotes(theme: Theme, shown: Mapping[int, Member]) -> tuple[QuoteRow, ...]:
    """Only what still stands literally in a published comment."""
    return tuple(
        QuoteRow(comment_id(q["comment"]), q["text"], member.position, member.language)
        for q in theme.quotes
        if (member := shown.get(q["comment"])) is not None and q["text"] in member.body
    )


def _title(theme: Theme, shown: Mapping[int, Member], quotes: tuple[QuoteRow, ...]) -> str:
    """A title taken from a comment goes when that comment is no longer public, or no longer says it."""
    source = shown.get(theme.title_comment_id)
    if theme.title != theme.machine_title or (source is not None and theme.title in source.body):
        return theme.title
    return quotes[0].text if quotes else ", ".join(theme.keyphrases) or theme_id(theme.id)
