"""The Report arranged for reading: clauses by part, themes with letters, weeks, where themes come up."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from portal.formats.report import (
    WHOLE,
    Report,
    ReportClause,
    ReportOutcome,
    ReportTheme,
    Text,
)

STATES = ("published", "pending", "withheld", "withdrawn", "spam", "erased")
_HEAT_COLUMNS = 10
Place = tuple[str, str]
"""Clause and position of a comment."""
IdsByClause = tuple[tuple[ReportClause, tuple[tuple[str, tuple[str, ...]], ...]], ...]


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
class ThemeView:
    """A theme with its letter (whole-draft themes only), its comments and the ministry's answer, if any."""

    theme: ReportTheme
    letter: str
    ids_by_position: tuple[tuple[str, tuple[str, ...]], ...]
    """Positions without comments are left out."""
    outcome: ReportOutcome | None


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
    ids_by_clause: IdsByClause
    """Clause -> (position, comment ids), positions without comments left out."""
    known_ids: Collection[str]
    """Of comments that stand in the annex."""
    shown_themes: frozenset[str]
    outcomes: Mapping[str, ReportOutcome]
    """By theme or clause."""


def arrange(report: Report) -> ReportView:
    """The view of a report: nothing is counted here that the report does not hold comment by comment."""
    example = _example(report)
    accepted = [theme for theme in report.themes if theme.status == "accepted"]
    candidates = [] if report.accepted_only else [t for t in report.themes if t.status != "accepted"]
    lettered = sum(theme.clause is None for theme in accepted)
    place_of, ids_by_clause = _index(report)
    outcomes = {outcome.on: outcome for outcome in report.outcomes}
    return ReportView(
        parts=_parts(report),
        largest_clause=max((clause.comments for clause in report.clauses), default=0),
        example=example,
        example_position=max(example.positions, key=lambda key: example.positions[key])
        if example
        else "none",
        weeks=_weeks(report.by_day),
        accepted=_themes(report, accepted, 0, place_of, outcomes),
        candidates=_themes(report, candidates, lettered, place_of, outcomes),
        ids_by_clause=ids_by_clause,
        known_ids=place_of.keys(),
        shown_themes=frozenset(theme.id for theme in (*accepted, *candidates)),
        outcomes=outcomes,
    )


def letter(index: int) -> str:
    """A to Z, then AA, AB and so on."""
    name = ""
    index += 1
    while index:
        index, place = divmod(index - 1, 26)
        name = chr(ord("A") + place) + name
    return name


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


def _themes(
    report: Report,
    themes: Sequence[ReportTheme],
    lettered: int,
    place_of: Mapping[str, Place],
    outcomes: Mapping[str, ReportOutcome],
) -> ThemesView:
    def view(theme: ReportTheme, name: str = "") -> ThemeView:
        return ThemeView(theme, name, _by_position(theme, place_of), outcomes.get(theme.id))

    whole = tuple(
        view(theme, letter(lettered + place))
        for place, theme in enumerate(theme for theme in themes if theme.clause is None)
    )
    on_clauses = [
        (clause, tuple(view(theme) for theme in themes if theme.clause == clause.eid))
        for clause in report.clauses
    ]
    return ThemesView(
        whole=whole,
        heat=_heat(report, whole, place_of),
        by_clause=tuple((clause, views) for clause, views in on_clauses if views),
    )


def _heat(
    report: Report, themes: Sequence[ThemeView], place_of: Mapping[str, Place]
) -> tuple[HeatTable, ...]:
    counted = [
        Counter(place_of[name][0] for name in view.theme.comment_ids if name in place_of) for view in themes
    ]
    tables = []
    for start in range(0, len(themes), _HEAT_COLUMNS):
        columns = counted[start : start + _HEAT_COLUMNS]
        on_clauses = [(clause, tuple(counts[clause.eid] for counts in columns)) for clause in report.clauses]
        rows = tuple((clause, numbers) for clause, numbers in on_clauses if any(numbers))
        tables.append(HeatTable(tuple(themes[start : start + _HEAT_COLUMNS]), rows))
    return tuple(tables)


def _by_position(
    theme: ReportTheme, place_of: Mapping[str, Place]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    found: dict[str, list[str]] = {position: [] for position in theme.positions}
    for name in theme.comment_ids:
        found.setdefault(place_of.get(name, ("", "none"))[1], []).append(name)
    return tuple((position, tuple(ids)) for position, ids in found.items() if ids)


def _index(report: Report) -> tuple[dict[str, Place], IdsByClause]:
    """Comment -> where it stands; clause -> positions -> comments."""
    places: dict[Place, Place] = {}
    place_of: dict[str, Place] = {}
    on: dict[str, dict[str, list[str]]] = {}
    for comment in report.comments:
        place = (comment.clause or WHOLE, comment.position or "none")
        place_of[comment.id] = places.setdefault(place, place)
        on.setdefault(place[0], {}).setdefault(place[1], []).append(comment.id)
    found = []
    for clause in report.clauses:
        positions = on.get(clause.eid, {})
        rows = tuple((key, tuple(positions[key])) for key in clause.positions if key in positions)
        if rows:
            found.append((clause, rows))
    return place_of, tuple(found)
