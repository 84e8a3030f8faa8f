"""Charts as pages show them: the picture, what it says in words, and the table that holds its figures.

Draw one with `parts/charts.html`: `{{ charts.figure(chart) }}`. The CSV of a chart is made of the same table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from portal import charts
from portal.services.figures import MOST_THEMES, NOT_SAID, Answers, ClauseFigures, Figures, ThemeFigures
from portal.services.rows import Text
from portal.services.suppression import Shown
from portal.words import UI_LANGUAGES, Words

Cell = str | int
NEUTRAL = ("mixed", "question", "none")


@dataclass(frozen=True)
class Chart:
    """One chart. `columns` and `rows` are its table; the first cell of a row names it."""

    name: str
    """Of its CSV and its place on the page: "days", "clauses", "answers-province"."""
    title: str
    desc: str
    picture: Markup
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    heads: tuple[str, ...] = ()
    """Shorter words for `columns`, where the page has no room for them."""
    note: str = ""
    wide: bool = False
    """The picture has a width of its own and scrolls in its box."""
    key: tuple[tuple[str, str], ...] = ()
    """(code, what it stands for), for pictures that name things by codes."""
    marks: bool = False
    """Whether the patterns of positions are to be explained."""

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(cell for row in self.rows for cell in row[1:])


def by_day(words: Words, days: Sequence[tuple[str, int]], *, name: str = "days", title: str = "") -> Chart:
    """Comments by day; days in order, those without comments left out."""
    title = title or words.plain("figures.days")
    total = sum(count for _, count in days)
    desc = ""
    if days:
        desc = words.plain(
            "figures.days.desc",
            comments=words.plural("count.comments", total),
            first=words.date(days[0][0]),
            last=words.date(days[-1][0]),
        )
    return Chart(
        name=name,
        title=title,
        desc=desc,
        picture=charts.day_columns(days, title=title, desc=desc, label=words.day, rtl=words.rtl),
        columns=(words.plain("figures.day"), words.plain("figures.comments")),
        rows=tuple((words.date(day), count) for day, count in days),
    )


def bars(
    words: Words,
    rows: Sequence[tuple[str, int | str]],
    *,
    name: str,
    title: str,
    column: str,
    unit: str = "",
    note: str = "",
) -> Chart:
    """A bar for each (label, count); words instead of a count are shown as they are.

    `column` heads the labels, `unit` the counts (else "Comments").
    """
    desc = _largest(words, rows)
    return Chart(
        name=name,
        title=title,
        desc=desc,
        picture=charts.bars(rows, title=title, desc=desc, rtl=words.rtl),
        columns=(column, unit or words.plain("figures.comments")),
        rows=tuple(rows),
        note=note,
    )


def of(words: Words, figures: Figures) -> tuple[Chart, ...]:
    """All charts of a draft, in the order of the page."""
    return (
        by_day(words, figures.by_day),
        _clauses(words, figures.clauses),
        _positions(words, figures.clauses),
        _themes(words, figures.themes, figures.clauses),
        _named(words, "languages", "language", figures.languages),
        _named(words, "channels", "channel", figures.channels),
        *(_answers(words, answers) for answers in figures.answers),
    )


def _largest(words: Words, rows: Sequence[tuple[str, int | str]]) -> str:
    counted = [(count, label) for label, count in rows if isinstance(count, int) and count]
    if not counted:
        return ""
    count, label = max(counted, key=lambda row: row[0])
    return words.plain("figures.largest", label=label, n=count)


def _named(words: Words, name: str, prefix: str, counts: Mapping[str, int]) -> Chart:
    rows = [(words.plain(f"{prefix}.{value}"), count) for value, count in counts.items()]
    title = words.plain(f"figures.{name}")
    return bars(words, rows, name=name, title=title, column=words.plain(f"figures.{prefix}"))


def _clauses(words: Words, clauses: Sequence[ClauseFigures]) -> Chart:
    rows = [(_clause(words, clause), clause.comments) for clause in clauses]
    title = words.plain("figures.clauses")
    return bars(words, rows, name="clauses", title=title, column=words.plain("figures.clause"))


def _positions(words: Words, clauses: Sequence[ClauseFigures]) -> Chart:
    shown = [clause for clause in clauses if clause.comments]
    total = {key: sum(clause.positions[key] for clause in shown) for key in charts.POSITION_KEYS}
    title = words.plain("figures.positions")
    names = {key: words.plain(f"position.{key}") for key in charts.POSITION_KEYS}
    desc = words.plain("list.comma").join(f"{names[key]} {total[key]:,}" for key in charts.POSITION_KEYS)
    heads = {**names, "neutral": words.plain("figures.neutral")}
    order = ("oppose", "support", *NEUTRAL)
    return Chart(
        name="positions",
        title=title,
        desc=desc,
        picture=charts.diverging_bars(
            [(_clause(words, clause), clause.positions) for clause in shown],
            title=title,
            desc=desc,
            names=heads,
            rtl=words.rtl,
        ),
        columns=(words.plain("figures.clause"), *(names[key] for key in order)),
        rows=tuple((_clause(words, clause), *(clause.positions[key] for key in order)) for clause in shown),
        note=words.plain("figures.positions.note"),
        marks=True,
    )


def _themes(words: Words, themes: Sequence[ThemeFigures], clauses: Sequence[ClauseFigures]) -> Chart:
    shown = themes[:MOST_THEMES]
    held = [clause for clause in clauses if any(theme.by_clause.get(clause.eid) for theme in shown)]
    title, count = words.plain("figures.themes"), len(shown)
    cells = [[theme.by_clause.get(clause.eid, 0) for theme in shown] for clause in held]
    desc = words.plain("figures.themes.desc", themes=words.plural("count.themes", count), clauses=len(held))
    codes = [clause.number or words.plain("figures.whole") for clause in held]
    counts = {(row, column): n for row, line in enumerate(cells) for column, n in enumerate(line) if n}
    left = len(themes) - count
    return Chart(
        name="themes",
        title=title,
        desc=desc,
        picture=charts.heat_map(
            codes, [theme.id for theme in shown], counts, title=title, desc=desc, rtl=words.rtl
        ),
        columns=(words.plain("figures.clause"), *(f"{theme.id} {theme.title}" for theme in shown)),
        rows=tuple((_clause(words, clause), *line) for clause, line in zip(held, cells, strict=True)),
        heads=(words.plain("figures.clause"), *(theme.id for theme in shown)),
        note=str(words.plural("figures.themes.left", left)) if left else words.plain("figures.themes.note"),
        wide=True,
        key=tuple((theme.id, theme.title) for theme in shown),
    )


def _answers(words: Words, answers: Answers) -> Chart:
    question = answers.question
    labels = {value: _text(words, label) for value, label in question.choices}
    labels[NOT_SAID] = words.plain("figures.not_said")
    label = _text(words, question.label)
    rows = [(labels[value], _shown(words, count)) for value, count in answers.people.items()]
    return bars(
        words,
        rows,
        name=f"answers-{question.key}",
        title=words.plain("figures.answers", question=label),
        column=label,
        unit=words.plain("figures.people"),
        note=words.plain("figures.answers.note"),
    )


def _shown(words: Words, count: Shown) -> int | str:
    return count if isinstance(count, int) else words.plain(f"figures.{count}")


def _clause(words: Words, clause: ClauseFigures) -> str:
    name = _text(words, clause.heading) or words.plain("figures.whole")
    return f"{clause.number or ''} {name}".strip()


def _text(words: Words, text: Text) -> str:
    return text.get(words.language) or next((text[name] for name in UI_LANGUAGES if text.get(name)), "")
