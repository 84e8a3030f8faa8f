"""Counts of a draft's published comments, for charts: by day, clause, position, theme, language, channel.

Plain queries, each one walk through the comments in the order in which they were stored. Answers to
questions about the senders are counted by people over the whole draft, never narrowed, and shown only as
`suppression` allows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from portal.models import Clause, Comment, Consultation, Draft, Submission, Theme, ThemeMember
from portal.services import consultations, questions
from portal.services.drafts import WHOLE
from portal.services.rows import CHANNELS, COMMENT_LANGUAGES, POSITIONS, Counts, Entry, QuestionRow, Text
from portal.services.suppression import Shown, suppressed
from portal.services.themes import theme_id
from portal.services.walking import walked
from portal.words import PAKISTAN

PUBLISHED = "published"
MOST_THEMES = 24
"""Themes in a heat map, the largest; more could not be told apart."""
NOT_SAID = ""
_PAKISTAN_HOURS = "+5 hours"
"""Pakistan's clock in SQLite's words; it has stood there since 2009."""


@dataclass(frozen=True)
class Asked:
    """Which comments are counted: received from one day to another in Pakistan, by one channel."""

    first: date | None = None
    last: date | None = None
    channel: str | None = None

    def __bool__(self) -> bool:
        return self != Asked()


ALL = Asked()


@dataclass(frozen=True)
class ClauseFigures:
    """One clause, or the whole (`eid` "whole")."""

    eid: str
    number: str | None
    heading: Text
    comments: int
    positions: Counts


@dataclass(frozen=True)
class ThemeFigures:
    """One accepted theme: its comments by the eId of the clause they stand on."""

    id: str
    title: str
    language: str
    by_clause: Counts

    @property
    def comments(self) -> int:
        return sum(self.by_clause.values())


@dataclass(frozen=True)
class Answers:
    """A question about the senders: how many people chose what, "" for those who did not say."""

    question: QuestionRow
    people: Mapping[str, Shown]


@dataclass(frozen=True)
class Figures:
    """Everything the charts of a draft show."""

    comments: int
    by_day: tuple[tuple[str, int], ...]
    """("2026-11-23", 4), days in Pakistan, in order; days without comments are left out."""
    clauses: tuple[ClauseFigures, ...]
    """Every clause that can be commented on, in reading order, then the whole."""
    themes: tuple[ThemeFigures, ...]
    """The largest first."""
    languages: Counts
    channels: Counts
    answers: tuple[Answers, ...]
    """Of the whole draft, whatever was asked."""


def of(session: Session, draft: Draft, asked: Asked = ALL) -> Figures:
    """The figures of a draft's published comments."""
    here = _where(draft, asked)
    cube = _cube(session, here)
    languages, channels = Counter[str](), _channels(session, here)
    for (_, _, language), count in cube.items():
        languages[language] += count
    entries = consultations.entries(session, draft.id)
    eids = _eids(session, draft)
    return Figures(
        comments=sum(cube.values()),
        by_day=tuple(_by_day(session, here)),
        clauses=tuple(_clauses(entries, eids, cube)),
        themes=tuple(_themes(session, draft, here, eids)),
        languages={name: languages[name] for name in COMMENT_LANGUAGES},
        channels={name: channels.get(name, 0) for name in CHANNELS},
        answers=tuple(_answers(session, draft)),
    )


def _eids(session: Session, draft: Draft) -> dict[int, str]:
    return dict(session.execute(select(Clause.id, Clause.eid).where(Clause.draft_id == draft.id)).all())


def _where(draft: Draft, asked: Asked) -> tuple[ColumnElement[bool], ...]:
    where = [walked(Comment.draft_id) == draft.id, walked(Comment.status) == PUBLISHED]
    if asked.first is not None:
        where.append(Comment.received_at >= _midnight(asked.first))
    if asked.last is not None:
        where.append(Comment.received_at < _midnight(asked.last + timedelta(days=1)))
    if asked.channel is not None:
        sent = select(Submission.id).where(
            Submission.draft_id == draft.id, Submission.channel == asked.channel
        )
        where.append(Comment.submission_id.in_(sent))
    return tuple(where)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), PAKISTAN).astimezone(UTC)


def _cube(session: Session, here: tuple[ColumnElement[bool], ...]) -> dict[tuple[int | None, str, str], int]:
    """(clause, position, language) -> comments."""
    rows = session.execute(
        select(Comment.clause_id, Comment.position, Comment.language, func.count())
        .where(*here)
        .group_by(Comment.clause_id, Comment.position, Comment.language)
    )
    return {(clause, position or "none", language): count for clause, position, language, count in rows}


def _by_day(session: Session, here: tuple[ColumnElement[bool], ...]) -> Iterable[tuple[str, int]]:
    day = func.date(Comment.received_at, _PAKISTAN_HOURS)
    rows = session.execute(select(day, func.count()).where(*here).group_by(day).order_by(day))
    return [(found, count) for found, count in rows]


def _channels(session: Session, here: tuple[ColumnElement[bool], ...]) -> dict[str, int]:
    rows = session.execute(
        select(Submission.channel, func.count())
        .select_from(Comment)
        .join(Submission, Submission.id == Comment.submission_id)
        .where(*here)
        .group_by(Submission.channel)
    )
    return dict(rows.all())


def _clauses(
    entries: Iterable[Entry],
    eids: Mapping[int, str],
    cube: Mapping[tuple[int | None, str, str], int],
) -> Iterable[ClauseFigures]:
    positions: dict[str, Counter[str]] = {}
    for (clause, position, _), count in cube.items():
        eid = WHOLE if clause is None else eids[clause]
        positions.setdefault(eid, Counter())[position] += count
    for entry in entries:
        if entry.commentable:
            yield _clause(entry.eid, entry.number, entry.heading, positions.get(entry.eid, Counter()))
    yield _clause(WHOLE, None, {}, positions.get(WHOLE, Counter()))


def _clause(eid: str, number: str | None, heading: Text, positions: Counter[str]) -> ClauseFigures:
    counted = {key: positions[key] for key in (*POSITIONS, "none")}
    return ClauseFigures(eid, number, heading, positions.total(), counted)


def _themes(
    session: Session,
    draft: Draft,
    here: tuple[ColumnElement[bool], ...],
    eids: Mapping[int, str],
) -> Iterable[ThemeFigures]:
    accepted = Theme.draft_id == draft.id, Theme.status == "accepted"
    counted: dict[int, dict[str, int]] = {}
    members = (
        select(ThemeMember.theme_id, ThemeMember.comment_id)
        .join(Theme, Theme.id == ThemeMember.theme_id)
        .where(*accepted)
        .order_by(ThemeMember.comment_id)
        .limit(-1)
        .subquery()
    )
    rows = session.execute(
        select(members.c.theme_id, Comment.clause_id, func.count())
        .select_from(members)
        .join(Comment, Comment.id == members.c.comment_id)
        .where(*here)
        .group_by(members.c.theme_id, Comment.clause_id)
    )
    for theme, clause, count in rows:
        counted.setdefault(theme, {})[WHOLE if clause is None else eids[clause]] = count
    named = session.execute(select(Theme.id, Theme.title, Theme.language).where(*accepted))
    found = [
        ThemeFigures(theme_id(number), title or theme_id(number), language, counted.get(number, {}))
        for number, title, language in named
    ]
    return sorted(found, key=lambda theme: (-theme.comments, theme.id))


def _answers(session: Session, draft: Draft) -> Iterable[Answers]:
    """One walk through the senders for all questions."""
    asked = questions.rows(
        session.scalar(select(Consultation.questions).where(Consultation.id == draft.consultation_id)) or []
    )
    choices = [Submission.about[question.key].as_string() for question in asked]
    speaks = select(Comment.submission_id).where(*_where(draft, ALL))
    rows = session.execute(
        select(func.count(), *choices)
        .where(Submission.draft_id == draft.id, Submission.id.in_(speaks))
        .group_by(*choices)
    ).all()
    for place, question in enumerate(asked, 1):
        said = Counter({value: 0 for value, _ in question.choices} | {NOT_SAID: 0})
        for row in rows:
            said[row[place] if row[place] in said else NOT_SAID] += row[0]
        yield Answers(question, dict(zip(said, suppressed(list(said.values())), strict=True)))
