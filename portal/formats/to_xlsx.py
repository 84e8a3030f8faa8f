"""The Report as a workbook: comments, themes, clauses, positions and the method, each on a sheet.

Rows go to the file as they come, so that a large report needs little memory. Texts are written as texts:
a spreadsheet calculates nothing and links to nothing that people sent.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

import xlsxwriter

from portal.formats import to_csv
from portal.formats.report import Report, Sentence
from portal.formats.scope_words import scope_lines
from portal.formats.texts import in_language, paragraphs, report_languages, timestamp, title_of, xml_text
from portal.formats.to_json import manifest
from portal.words import words_for

STANCES = ("support", "oppose", "mixed", "question", "none")
LONGEST_CELL = 32_767
"""Characters that a cell of a spreadsheet can hold."""
MOST_ROWS = 1_048_575
"""Rows that a sheet can hold under its heads."""
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,
}
_WIDE, _NARROW = 60, 14
_WIDE_COLUMNS = ("body", "text", "title", "heading", "sentences", "comment_ids", "reason", "keyphrases")

_BOTH = ("en", "ur")
Row = Sequence[str | int | float | None]


@dataclass(frozen=True)
class _Looks:
    head: Any
    text: Any
    guarded: Any


def write_to(report: Report, file: BinaryIO) -> None:
    """The same report made at the same moment gives the same bytes."""
    first = report_languages(report)[0]
    book = xlsxwriter.Workbook(file, OPTIONS)
    looks = _Looks(
        head=book.add_format({"bold": True, "bottom": 1, "bg_color": "#f4f1ea", "text_wrap": True}),
        text=book.add_format({"valign": "top"}),
        guarded=book.add_format({"valign": "top", "quote_prefix": True}),
    )
    book.set_properties(
        {
            "title": xml_text(in_language(report, report.title)),
            "author": "Mashwara",
            "created": report.generated_at.replace(tzinfo=None),
        }
    )
    sheets = (
        ("comments", (*to_csv.COLUMNS, "campaign"), _comments(report)),
        ("themes", _THEMES, _themes(report)),
        ("clauses", _CLAUSES, _clauses(report)),
        ("positions", _POSITIONS, _positions(report)),
        ("method", ("what", "text", "comment_ids", "query"), _method(report)),
    )
    for name, columns, rows in sheets:
        sheet = book.add_worksheet(name)
        if words_for(first).rtl:
            sheet.right_to_left()
        _fill(sheet, columns, rows, looks)
    book.close()


def _fill(sheet: Any, columns: Sequence[str], rows: Iterable[Row], looks: _Looks) -> None:
    """Heads that stay in sight, then the rows; numbers as numbers, all else as text."""
    sheet.freeze_panes(1, 1)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, _WIDE if column in _WIDE_COLUMNS else _NARROW, looks.text)
        sheet.write_string(0, place, column, looks.head)
    last = 0
    for last, row in enumerate(rows, start=1):
        if last > MOST_ROWS:
            break
        for place, value in enumerate(row):
            if isinstance(value, int | float):
                sheet.write_number(last, place, value)
            elif value:
                _write_text(sheet, last, place, value, looks)
    sheet.autofilter(0, 0, max(last, 1), len(columns) - 1)


def _write_text(sheet: Any, row: int, place: int, value: str, looks: _Looks) -> None:
    if not value.isascii() or not value.isprintable():
        value = xml_text(value)
    if value[:1].isalnum() or not to_csv.could_be_formula(value):
        sheet.write_string(row, place, value[:LONGEST_CELL])
    else:
        sheet.write_string(row, place, value[:LONGEST_CELL], looks.guarded)


def _comments(report: Report) -> Iterator[Row]:
    headings = to_csv.Headings(report)
    for comment in report.comments:
        yield (*to_csv.cells(comment, headings[comment]), comment.campaign)


_THEMES = (
    *("id", "status", "clause", "number", "title", "comments", "people", "distinct", *STANCES),
    *("keyphrases", "outcome", "reason", "sentences"),
    *(f"quote_{n}{part}" for n in (1, 2, 3) for part in ("", "_id")),
    "comment_ids",
)


def _themes(report: Report) -> Iterator[Row]:
    outcomes = {outcome.on: outcome for outcome in report.outcomes}
    for theme in report.themes:
        answer = outcomes.get(theme.id)
        quotes = [part for quote in theme.quotes[:3] for part in (quote.text, quote.comment_id)]
        yield (
            *(theme.id, theme.status, theme.clause, theme.number, title_of(report, theme)),
            *(theme.comments, theme.people, theme.distinct),
            *(theme.positions.get(key, 0) for key in STANCES),
            "; ".join(theme.keyphrases),
            answer.code if answer else None,
            in_language(report, answer.reason) if answer else None,
            _said(report, theme.sentences),
            *quotes,
            *[None] * (6 - len(quotes)),
            _ids(theme.comment_ids),
        )


_CLAUSES = (
    *("eid", "number", "heading", "comments", "people", *STANCES),
    *("themes", "outcome", "reason", "sentences"),
)


def _clauses(report: Report) -> Iterator[Row]:
    outcomes = {outcome.on: outcome for outcome in report.outcomes}
    for clause in report.clauses:
        answer = outcomes.get(clause.eid)
        yield (
            *(clause.eid, clause.number, in_language(report, clause.heading)),
            *(clause.comments, clause.people),
            *(clause.positions.get(key, 0) for key in STANCES),
            "; ".join(clause.themes),
            answer.code if answer else None,
            in_language(report, answer.reason) if answer else None,
            _said(report, clause.sentences),
        )


_POSITIONS = ("what", "value", "label", "count", "percent", "reference")


def _positions(report: Report) -> Iterator[Row]:
    """Every table of counts, one below the other; an empty count is one that is not shown."""
    yield from _counts(report, "position", report.positions, "position")
    yield from _counts(report, "language", report.languages, "language")
    yield from _counts(report, "channel", report.channels, "channel")
    yield from _counts(report, "submitter", report.submitters, "summary.as")
    yield from _counts(report, "organisation_kind", report.kinds, "summary.kind")
    yield from (("day", day, None, n, None, None) for day, n in report.by_day)
    for panel in report.about:
        for cell in panel.cells:
            label = in_language(report, cell.label)
            yield (panel.key, cell.value, label, cell.people, cell.percent, cell.reference)


def _counts(report: Report, what: str, counts: Any, domain: str) -> Iterator[Row]:
    total = sum(counts.values())
    for value, n in counts.items():
        label = in_language(report, {each: words_for(each).plain(f"{domain}.{value}") for each in _BOTH})
        yield (what, value, label, n, round(100 * n / total, 1) if total else None, None)


def _method(report: Report) -> Iterator[Row]:
    for language in report_languages(report):
        for what, text in (("method", report.method), ("limits", report.limits), ("notice", report.notice)):
            for paragraph in paragraphs(text, language):
                yield (what, paragraph, None, None)
        for line in scope_lines(report, words_for(language)):
            yield ("scope", line, None, None)
    for sentence in report.summary:
        yield ("summary", in_language(report, sentence.text), _ids(sentence.comment_ids), sentence.query)
    for campaign in report.campaigns:
        for sentence in campaign.sentences:
            yield (
                campaign.id,
                in_language(report, sentence.text),
                _ids(sentence.comment_ids),
                sentence.query,
            )
        if campaign.text:
            yield (campaign.id, campaign.text.text, campaign.text.comment_id, None)
    for rare in report.rare:
        yield ("rare", rare.quote.text, _ids(rare.comment_ids), f"theme:{rare.theme or 'none'}")
    for quote in report.leftovers:
        yield ("leftover", quote.text, quote.comment_id, "theme:none")
    yield from _quality(report)
    yield ("totals", json.dumps(dict(report.totals)), None, None)
    yield ("chosen", json.dumps(dict(report.chosen)), None, None)
    for name, value in manifest(report).items():
        shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        yield (f"manifest.{name}", shown, None, None)
    yield ("generated_at", timestamp(report.generated_at), None, None)


def _quality(report: Report) -> Iterator[Row]:
    words = words_for(report_languages(report)[0])
    for row in report.quality.rows if report.quality else ():
        measured = [
            f"{words.plain(key)}: {value.value:.2f} ({value.low:.2f}–{value.high:.2f})"
            for key, value in (("report.quality.f1", row.f1), ("report.quality.agreement", row.agreement))
            if value and row.judged
        ]
        verdict = "; ".join(measured) or words.plain("report.quality.too_few")
        language = words.plain(f"language.{row.language}")
        yield ("quality", f"{language}: {row.reviewed}: {verdict}", None, None)


def _said(report: Report, sentences: Iterable[Sentence]) -> str:
    return "\n".join(in_language(report, sentence.text) for sentence in sentences)


def _ids(ids: Sequence[str]) -> str:
    """In one cell, as far as it holds them; all of them are the rows of the first sheet."""
    text = " ".join(ids)
    return text if len(text) <= LONGEST_CELL else text[: text.rfind(" ", 0, LONGEST_CELL - 2)] + " …"
