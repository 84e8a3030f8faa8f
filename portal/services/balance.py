"""The books of a consultation: what was received against what became of it, counted from two sides.

What came is read from the log, which gains one opening line for each comment and never loses one. What
became of it is read from the comments as they stand now. Whole, clauses and channels are counted each on
their own, so that a sum that does not fit shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, func, literal_column, select
from sqlalchemy.orm import Session, aliased

from portal.models import Appeal, Clause, Comment, Draft, Redaction, StatusChange, Submission
from portal.services import consultations
from portal.services.rows import CHANNELS, REASONS, STATES, Text
from portal.services.walking import walked

DECIDED = ("published", "withheld", "spam")
UNNAMED = "other"
"""The reason of a comment that was withheld without one."""


@dataclass(frozen=True)
class Line:
    """One line of the books. `states` counts comments as they stand, `withheld` the withheld by reason."""

    key: str
    """"all", a channel, or the eId of a clause ("whole": the document as a whole)."""
    received: int
    states: Mapping[str, int]
    withheld: Mapping[str, int]
    draft: str = ""
    number: str | None = None
    heading: Text = field(default_factory=dict)

    @property
    def accounted(self) -> int:
        """Everything that is somewhere; those withheld are counted by their reasons."""
        others = sum(count for state, count in self.states.items() if state != "withheld")
        return others + sum(self.withheld.values())

    @property
    def holds(self) -> bool:
        """Whether all that was received is somewhere, and every withheld comment has its reason."""
        return self.received == self.accounted == sum(self.states.values())


@dataclass(frozen=True)
class Appeals:
    """Objections to a withholding. Those erased with their comment are in none of these."""

    made: int
    published: int
    withheld: int
    waiting: int
    moot: int
    """Not decided, and the comment is no longer withheld: its sender changed or withdrew it."""


@dataclass(frozen=True)
class Waiting:
    """Comments that waited and were decided, and the middle one's days from arrival to the first decision."""

    decided: int
    median_days: float | None


@dataclass(frozen=True)
class Balance:
    """Everything of one consultation, over all of its drafts."""

    total: Line
    clauses: tuple[Line, ...]
    """In reading order, draft by draft; clauses on which nothing came are left out."""
    channels: tuple[Line, ...]
    appeals: Appeals
    redactions: Mapping[str, int]
    """Passages that are not shown, by reason."""
    redacted: int
    """Comments with such a passage."""
    waiting: Waiting
    lost: int
    """Opening lines of the log whose comment is nowhere: no way to tell of which consultation it was."""

    @property
    def holds(self) -> bool:
        """Whether nothing is lost, every line holds, and clauses and channels each add up to the whole."""
        if self.lost:
            return False
        return all(line.holds for line in (self.total, *self.clauses, *self.channels)) and all(
            _adds_up(self.total, lines) for lines in (self.clauses, self.channels)
        )


def of(session: Session, slug: str) -> Balance:
    """The balance of a consultation. Raises NotFound."""
    number = consultations.find(session, slug).id
    return Balance(
        total=_whole(session, number),
        clauses=tuple(_clauses(session, number)),
        channels=tuple(_channels(session, number)),
        appeals=_appeals(session, number),
        redactions=_redactions(session, number),
        redacted=_redacted(session, number),
        waiting=_waiting(session, number),
        lost=_lost(session),
    )


def _adds_up(total: Line, lines: Iterable[Line]) -> bool:
    lines = tuple(lines)
    return (
        total.received == sum(line.received for line in lines)
        and all(total.states[state] == sum(line.states[state] for line in lines) for state in STATES)
        and all(
            count == sum(line.withheld.get(reason, 0) for line in lines)
            for reason, count in total.withheld.items()
        )
    )


def _whole(session: Session, consultation: int) -> Line:
    counted = _count(session, consultation, literal_column("'all'"))
    return _line("all", counted.get("all", _Counted()))


def _channels(session: Session, consultation: int) -> Iterable[Line]:
    counted = _count(session, consultation, Submission.channel)
    known = [channel for channel in CHANNELS if channel in counted]
    return [_line(channel, counted[channel]) for channel in (*known, *sorted(counted.keys() - set(known)))]


def _clauses(session: Session, consultation: int) -> Iterable[Line]:
    """The clause's key alone tells draft and clause, but for the whole, which has none."""
    lines = []
    for draft in session.scalars(
        select(Draft).where(Draft.consultation_id == consultation).order_by(Draft.published_at, Draft.id)
    ):
        counted = _count(session, consultation, Comment.clause_id, Comment.draft_id == draft.id)
        if not counted:
            continue
        headings = consultations.headings_of(session, draft.id)
        clauses = select(Clause).where(Clause.draft_id == draft.id).order_by(Clause.ordinal)
        for clause in session.scalars(clauses):
            if clause.id in counted:
                heading = headings.get(clause.eid, {})
                line = _line(clause.eid, counted[clause.id], draft.version, clause.number, heading)
                lines.append(line)
        if None in counted:
            lines.append(_line("whole", counted[None], draft.version))
    return lines


@dataclass
class _Counted:
    received: int = 0
    states: dict[str, int] = field(default_factory=dict)
    withheld: dict[str, int] = field(default_factory=dict)


def _line(
    key: str, counted: _Counted, draft: str = "", number: str | None = None, heading: Text | None = None
) -> Line:
    """Every state and every reason has its place, with nought where there is nothing."""
    reasons = (*REASONS, *sorted(counted.withheld.keys() - set(REASONS)))
    return Line(
        key=key,
        received=counted.received,
        states={state: counted.states.get(state, 0) for state in STATES},
        withheld={reason: counted.withheld.get(reason, 0) for reason in reasons},
        draft=draft,
        number=number,
        heading=heading or {},
    )


def _count(session: Session, consultation: int, by: Any, *where: ColumnElement[bool]) -> dict[Any, _Counted]:
    """By the values of a column: opening lines of the log, comments by state, withheld ones by reason."""
    counted: dict[Any, _Counted] = {}

    def at(value: Any) -> _Counted:
        return counted.setdefault(value, _Counted())

    here = (*_of(consultation), *where)
    opened = _from_comments(by, func.count(StatusChange.id)).join(
        StatusChange, StatusChange.comment_id == Comment.id
    )
    for value, count in session.execute(opened.where(*here, StatusChange.before.is_(None)).group_by(by)):
        at(value).received = count
    standing = _from_comments(by, Comment.status, func.count(Comment.id))
    for value, state, count in session.execute(standing.where(*here).group_by(by, Comment.status)):
        at(value).states[state] = count
    for value, reason, count in session.execute(_withheld(by, here)):
        at(value).withheld[reason or UNNAMED] = at(value).withheld.get(reason or UNNAMED, 0) + count
    return counted


def _from_comments(by: Any, *columns: Any) -> Any:
    query = select(by, *columns).select_from(Comment)
    if by is Submission.channel:
        query = query.join(Submission, Submission.id == Comment.submission_id)
    return query


def _withheld(by: Any, here: tuple[ColumnElement[bool], ...]) -> Any:
    """The reason stands in the last line of the log by which the comment was withheld."""
    line = aliased(StatusChange)
    last = select(func.max(line.id)).where(line.comment_id == Comment.id, line.after == "withheld")
    return (
        _from_comments(by, StatusChange.reason, func.count(Comment.id))
        .join(StatusChange, StatusChange.id == last.scalar_subquery(), isouter=True)
        .where(*here, Comment.status == "withheld")
        .group_by(by, StatusChange.reason)
    )


def _of(consultation: int) -> tuple[ColumnElement[bool], ...]:
    drafts = select(Draft.id).where(Draft.consultation_id == consultation)
    return (walked(Comment.draft_id).in_(drafts),)


def _appeals(session: Session, consultation: int) -> Appeals:
    rows = session.execute(
        select(Appeal.outcome, Comment.status == "withheld", func.count(Appeal.id))
        .select_from(Appeal)
        .join(Comment, Comment.id == Appeal.comment_id)
        .where(*_of(consultation))
        .group_by(Appeal.outcome, Comment.status == "withheld")
    ).all()
    return Appeals(
        made=sum(count for _, _, count in rows),
        published=sum(count for outcome, _, count in rows if outcome == "published"),
        withheld=sum(count for outcome, _, count in rows if outcome not in (None, "published")),
        waiting=sum(count for outcome, held, count in rows if outcome is None and held),
        moot=sum(count for outcome, held, count in rows if outcome is None and not held),
    )


def _redactions(session: Session, consultation: int) -> dict[str, int]:
    rows = session.execute(
        select(Redaction.reason, func.count(Redaction.id))
        .join(Comment, Comment.id == Redaction.comment_id)
        .where(*_of(consultation))
        .group_by(Redaction.reason)
    )
    counted = dict(rows.all())
    known = [reason for reason in REASONS if reason in counted]
    return {reason: counted[reason] for reason in (*known, *sorted(counted.keys() - set(known)))}


def _redacted(session: Session, consultation: int) -> int:
    return session.execute(
        select(func.count(Redaction.comment_id.distinct()))
        .join(Comment, Comment.id == Redaction.comment_id)
        .where(*_of(consultation))
    ).scalar_one()


def _waiting(session: Session, consultation: int) -> Waiting:
    """Comments that were shown at once have waited for nobody, and are not counted."""
    days = func.julianday(StatusChange.at) - func.julianday(Comment.received_at)
    rows = session.execute(
        select(StatusChange.comment_id, days)
        .join(Comment, Comment.id == StatusChange.comment_id)
        .where(*_of(consultation), StatusChange.before == "pending", StatusChange.after.in_(DECIDED))
    )
    first: dict[int, float] = {}
    for number, waited in rows:
        first[number] = min(waited, first.get(number, waited))
    return Waiting(len(first), round(median(first.values()), 1) if first else None)


def _lost(session: Session) -> int:
    gone = ~select(Comment.id).where(Comment.id == StatusChange.comment_id).exists()
    return session.execute(
        select(func.count(StatusChange.id)).where(StatusChange.before.is_(None), gone)
    ).scalar_one()
