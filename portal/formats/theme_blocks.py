"""Themes, sentences with what they rest on, quotes and panels as the blocks of a paper."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from portal.formats.paper import Block
from portal.formats.report import Panel, ReportClause, ReportQuote, Sentence
from portal.formats.report_view import HeatTable, ThemesView, ThemeView
from portal.formats.texts import in_one, title_in, written_in
from portal.words import Words, plain

STANCES = ("support", "oppose", "mixed", "question", "none")
MOST_NAMED = 60
"""So many comments are named under a sentence; where there are more, the query beside it finds them all."""


def themes_blocks(words: Words, themes: ThemesView, caption: str) -> Iterator[Block]:
    """Those over the whole draft with their chart, where they come up, then clause by clause."""
    if themes.whole:
        yield _block(words, "heading", words.plain("report.h.whole_draft"), level=3)
        bars = [_bar(words, view.letter, view) for view in themes.whole]
        yield _block(words, "bars", words.plain(caption), rows=bars)
        yield _block(words, "key", rows=[(key, words.plain(f"position.{key}")) for key in STANCES])
        for view in themes.whole:
            yield from _theme(words, view)
        for table in themes.heat:
            yield from _heat(words, table)
    if themes.by_clause:
        yield _block(words, "heading", words.plain("report.h.by_clause"), level=3)
    for clause, views in themes.by_clause:
        yield _block(words, "heading", _clause_name(words, clause), level=4)
        yield _block(words, "bars", rows=[_bar(words, "", view) for view in views])
        for view in views:
            yield from _theme(words, view)


def said_block(words: Words, sentence: Sentence, *, shown: bool = False) -> Block:
    """A sentence with its word of scale, and beside it, if `shown`, the query that finds its comments."""
    text, lead = (in_one(each, words.language)[1] for each in (sentence.text, sentence.lead))
    query = (sentence.query or words.plain("report.query.all")) if shown else ""
    return _block(words, "said", text, rows=[(lead, query)])


def basis(words: Words, ids: Sequence[str]) -> tuple[str, ...]:
    """Names of comments, cut where there are too many to print."""
    if len(ids) <= MOST_NAMED:
        return tuple(ids)
    return (*ids[:MOST_NAMED], plain(words.plural("report.more", len(ids) - MOST_NAMED)))


def quoted(words: Words, quote: ReportQuote) -> Block:
    """A quote with its comment, the position it takes and whether it dissents."""
    position = quote.position or "none"
    dissents = words.plain("report.quote.dissents") if quote.dissents else ""
    row = (quote.comment_id, position, words.plain(f"position.{position}"), dissents, words.language)
    return Block("quote", quote.text, written_in(quote.text), rows=(row,))


def panel_block(words: Words, panel: Panel) -> Block:
    """Answers to one question as a table; reference shares where the consultation gives them."""
    compared = bool(panel.source)
    head = [words.plain(f"report.{name}") for name in ("value", "people", "in_100")]
    rows = [(*head, words.plain("report.panel.reference")) if compared else tuple(head)]
    for cell in panel.cells:
        n = words.plain("report.panel.under") if cell.people is None else words.number(cell.people)
        row = (in_one(cell.label, words.language)[1], n, "" if cell.percent is None else str(cell.percent))
        reference = "" if cell.reference is None else f"{cell.reference:g}"
        rows.append((*row, reference) if compared else row)
    return _block(words, "grid", _answered(words, panel), level=1, rows=rows)


def panel_line(words: Words, panel: Panel) -> Block:
    """The same in a line: who answered most often first, choices that nobody took left out."""
    cells = [(cell, in_one(cell.label, words.language)[1]) for cell in panel.cells]
    said = []
    for cell, label in sorted(cells, key=lambda it: -(it[0].people or 0)):
        if cell.people and cell.percent is None:
            said.append(f"{label} {words.number(cell.people)}")
        elif cell.people:
            values = {"label": label, "n": words.number(cell.people), "percent": cell.percent}
            said.append(words.plain("report.panel.cell", **values))
    hidden = [label for cell, label in cells if cell.people is None]
    if hidden:
        said.append(words.plain("report.panel.cells.hidden", list=words.listed(hidden)))
    asked = in_one(panel.label, words.language)[1]
    return _block(words, "fine", f"{asked} {_answered(words, panel)} {' · '.join(said)}")


def _answered(words: Words, panel: Panel) -> str:
    if panel.answered is None:
        return plain(words.plural("report.panel.people", panel.people))
    return plain(words.plural("report.panel.answered", panel.people, answered=panel.answered))


def _theme(words: Words, view: ThemeView) -> Iterator[Block]:
    theme = view.theme
    title = title_in(theme, words.language)
    heading = f"{view.letter} {title}".strip()
    yield Block("heading", heading, written_in(title), 4, ((view.letter,),))
    left = [said_block(words, sentence) for sentence in theme.sentences]
    rests = plain(words.plural("report.rests", len(theme.comment_ids)))
    left.append(_block(words, "basis", rests, rows=[(f"theme:{theme.id}",)]))
    for position, ids in view.ids_by_position:
        label = f"{words.plain(f'position.{position}')} {words.number(len(ids))}"
        left.append(_block(words, "ids", label, rows=[(position,), basis(words, ids)]))
    phrases = " · ".join(theme.keyphrases)
    known = f" · {words.plain('report.keyphrases')} {phrases}" if phrases else ""
    left.append(_block(words, "fine", f"{theme.id}{known}"))
    if view.outcome:
        code = words.plain(f"report.outcome.{view.outcome.code}")
        answer = f"{words.plain('report.outcome')}: {code}"
        reason = in_one(view.outcome.reason, words.language)[1]
        left.append(_block(words, "said", f"{answer}. {reason}".strip(), rows=[(answer, "")]))
    quotes = [quoted(words, quote) for quote in theme.quotes]
    if quotes:
        yield Block("beside", "", words.language, len(left), inner=(*left, *quotes))
    else:
        yield from left
    yield from (panel_line(words, panel) for panel in theme.about)


def _heat(words: Words, table: HeatTable) -> Iterator[Block]:
    rows: list[tuple[str, ...]] = [("", *(view.letter for view in table.columns))]
    for clause, counts in table.rows:
        rows.append((_clause_name(words, clause), *(words.number(n) if n else "·" for n in counts)))
    yield _block(words, "heading", words.plain("report.h.where"), level=3)
    yield _block(words, "heat", words.plain("report.heat.caption"), rows=rows)
    yield _block(words, "fine", words.plain("report.heat.note"))


def _bar(words: Words, letter: str, view: ThemeView) -> tuple[str, ...]:
    counts = [str(view.theme.positions.get(key, 0)) for key in STANCES]
    title = title_in(view.theme, words.language)
    return (letter, title, written_in(title), str(view.theme.comments), *counts)


def _clause_name(words: Words, clause: ReportClause) -> str:
    return f"{clause.number or ''} {in_one(clause.heading, words.language)[1]}".strip()


def _block(
    words: Words, kind: str, text: str = "", *, level: int = 2, rows: Iterable[Sequence[str]] = ()
) -> Block:
    return Block(kind, text, words.language, level, tuple(tuple(row) for row in rows))
