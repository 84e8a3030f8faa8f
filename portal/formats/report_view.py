"""The Report arranged for reading: clauses by part, themes with letters, weeks, where themes come up."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from portal.formats.report import (
    Counts,
    Report,
    ReportClause,
    ReportComment,
    ReportTheme,
    Sentence,
    Text,
)

STATES = ("published", "pending", "withheld", "withdrawn", "spam", "erased")
WHOLE = "whole"
SCALE_FROM = 10
"""Words of scale are used from so many comments on; below, "most" could be two people."""

_SCALE = ((10, "few"), (30, "some"), (60, "many"), (90, "most"))
_HEAT_COLUMNS = 10
_NOTABLE = 10
"""Positions that fewer than so many in 100 take are left to the figures."""


@dataclass(frozen=True)
class Part:
    """Clauses of one part; number and heading are empty for those that lie in none."""

    eid: str
    number: str | None
    heading: Text
    clauses: tuple[ReportClause, ...]

    @property
    def comments(self) -> int:
        return sum(clause.comments for clause in self.clauses)


@dataclass(frozen=True)
class Stance:
    """A position within a theme and the word of scale for its share."""

    position: str
    scale: str
    comments: int


@dataclass(frozen=True)
class Grounded:
    """Sentences that rest on the same comments."""

    sentences: tuple[Sentence, ...]
    comment_ids: tuple[str, ...]


@dataclass(frozen=True)
class ThemeView:
    """A theme with its letter (whole-draft themes only), its main positions and its sentences."""

    theme: ReportTheme
    letter: str
    stances: tuple[Stance, ...]
    grounded: tuple[Grounded, ...]


@dataclass(frozen=True)
class HeatTable:
    """How many comments of a theme stand on a clause; rows are (clause, counts by column)."""

    columns: tuple[ThemeView, ...]
    rows: tuple[tuple[ReportClause, tuple[int, ...]], ...]


@dataclass(frozen=True)
class ThemesView:
    """Themes of one status: over the whole draft, where they come up, and clause by clause."""

    whole: tuple[ThemeView, ...]
    heat: tuple[HeatTable, ...]
    by_clause: tuple[tuple[ReportClause, tuple[ThemeView, ...]], ...]

    @property
    def number(self) -> int:
        return len(self.whole) + sum(len(themes) for _, themes in self.by_clause)

    @property
    def largest(self) -> int:
        return max((view.theme.comments for view in self.whole), default=0)


@dataclass(frozen=True)
class ReportView:
    """What the page shows beside the Report itself."""

    parts: tuple[Part, ...]
    largest_clause: int
    example: ReportClause | None
    """The clause with most comments and a number, for the query that is shown."""
    example_position: str
    weeks: tuple[tuple[dt.date, tuple[int | None, ...]], ...]
    """Monday -> counts from Monday to Sunday; None lies before the first or after the last day."""
    accepted: ThemesView
    candidates: ThemesView
    ids_by_clause: tuple[tuple[ReportClause, tuple[tuple[str, tuple[str, ...]], ...]], ...]
    """Clause -> (position, comment ids), positions without comments left out."""
    known_ids: frozenset[str]
    """Of comments that stand in the annex."""
    shown_themes: frozenset[str]
    first_of: Mapping[str, ReportComment | None]
    """Campaign id -> its first comment."""


def arrange(report: Report) -> ReportView:
    """The view of a report: nothing is counted here that the report does not hold comment by comment."""
    example = _example(report)
    accepted = [theme for theme in report.themes if theme.status == "accepted"]
    candidates = [] if report.accepted_only else [t for t in report.themes if t.status != "accepted"]
    lettered = sum(theme.clause is None for theme in accepted)
    comments = {comment.id: comment for comment in report.comments}
    return ReportView(
        parts=_parts(report),
        largest_clause=max((clause.comments for clause in report.clauses), default=0),
        example=example,
        example_position=max(example.positions, key=lambda key: example.positions[key])
        if example
        else "none",
        weeks=_weeks(report.by_day),
        accepted=_themes(report, accepted, 0),
        candidates=_themes(report, candidates, lettered),
        ids_by_clause=_ids_by_clause(report),
        known_ids=frozenset(comments),
        shown_themes=frozenset(theme.id for theme in (*accepted, *candidates)),
        first_of={
            campaign.id: next((comments[name] for name in campaign.comment_ids if name in comments), None)
            for campaign in report.campaigns
        },
    )


def letter(index: int) -> str:
    """A to Z, then AA, AB and so on."""
    name = ""
    index += 1
    while index:
        index, place = divmod(index - 1, 26)
        name = chr(ord("A") + place) + name
    return name


def scale(comments: int, total: int) -> str:
    """The word for a share: few, some, many, most or nearly_all, by whole per cent rounded down."""
    share = 100 * comments // total
    return next((word for below, word in _SCALE if share < below), "nearly_all")


def _parts(report: Report) -> tuple[Part, ...]:
    named = {eid: (number, heading) for eid, number, heading in report.parts}
    parts = []
    for eid, clauses in groupby(report.clauses, key=lambda c: WHOLE if c.eid == WHOLE else c.part or ""):
        number, heading = named.get(eid, (None, {}))
        parts.append(Part(eid, number, heading, tuple(clauses)))
    return tuple(parts)


def _example(report: Report) -> ReportClause | None:
    numbered = [clause for clause in report.clauses if clause.number and clause.comments]
    return max(numbered, key=lambda clause: clause.comments, default=None)


def _weeks(by_day: Sequence[tuple[str, int]]) -> tuple[tuple[dt.date, tuple[int | None, ...]], ...]:
    counts = {dt.date.fromisoformat(day): count for day, count in by_day}
    if not counts:
        return ()
    first, last = min(counts), max(counts)
    monday = first - dt.timedelta(days=first.weekday())
    weeks = []
    for number in range((last - monday).days // 7 + 1):
        starts = monday + dt.timedelta(weeks=number)
        days = [starts + dt.timedelta(days=place) for place in range(7)]
        weeks.append((starts, tuple(counts.get(d, 0) if first <= d <= last else None for d in days)))
    return tuple(weeks)


def _themes(report: Report, themes: Sequence[ReportTheme], lettered: int) -> ThemesView:
    whole = tuple(
        _view(theme, letter(lettered + place))
        for place, theme in enumerate(theme for theme in themes if theme.clause is None)
    )
    on_clauses = [
        (clause, tuple(_view(theme) for theme in themes if theme.clause == clause.eid))
        for clause in report.clauses
    ]
    return ThemesView(
        whole=whole,
        heat=_heat(report, whole),
        by_clause=tuple((clause, views) for clause, views in on_clauses if views),
    )


def _view(theme: ReportTheme, name: str = "") -> ThemeView:
    return ThemeView(theme, name, _stances(theme.positions, theme.comments), _grounded(theme.sentences))


def _stances(positions: Counts, total: int) -> tuple[Stance, ...]:
    if total < SCALE_FROM:
        return ()
    found = [
        Stance(position, scale(count, total), count)
        for position, count in positions.items()
        if position != "none" and 100 * count // total >= _NOTABLE
    ]
    return tuple(sorted(found, key=lambda stance: -stance.comments))


def _grounded(sentences: Iterable[Sentence]) -> tuple[Grounded, ...]:
    return tuple(
        Grounded(tuple(together), ids)
        for ids, together in groupby(sentences, key=lambda sentence: sentence.comment_ids)
    )


def _heat(report: Report, themes: Sequence[ThemeView]) -> tuple[HeatTable, ...]:
    clause_of = {comment.id: comment.clause or WHOLE for comment in report.comments}
    counted = [Counter(clause_of.get(name) for name in view.theme.comment_ids) for view in themes]
    tables = []
    for start in range(0, len(themes), _HEAT_COLUMNS):
        columns = counted[start : start + _HEAT_COLUMNS]
        on_clauses = [(clause, tuple(counts[clause.eid] for counts in columns)) for clause in report.clauses]
        rows = tuple((clause, numbers) for clause, numbers in on_clauses if any(numbers))
        tables.append(HeatTable(tuple(themes[start : start + _HEAT_COLUMNS]), rows))
    return tuple(tables)


def _ids_by_clause(
    report: Report,
) -> tuple[tuple[ReportClause, tuple[tuple[str, tuple[str, ...]], ...]], ...]:
    on: dict[str, list[ReportComment]] = {}
    for comment in report.comments:
        on.setdefault(comment.clause or WHOLE, []).append(comment)
    return tuple(
        (clause, _ids_by_position(clause.positions, on[clause.eid]))
        for clause in report.clauses
        if clause.eid in on
    )


def _ids_by_position(
    positions: Mapping[str, int], comments: Sequence[ReportComment]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    rows = []
    for position in positions:
        ids = tuple(comment.id for comment in comments if (comment.position or "none") == position)
        if ids:
            rows.append((position, ids))
    return tuple(rows)
