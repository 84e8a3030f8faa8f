"""The annexes of a printed report: the comments, how to check, and which comments a number counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from portal.formats.paper import Block
from portal.formats.report import Report, ReportComment
from portal.formats.report_view import ReportView
from portal.formats.texts import BETWEEN_LANGUAGES, in_language, written_in
from portal.formats.theme_blocks import basis
from portal.templating import grouped
from portal.words import Words, plain

MOST_PRINTED = 2_000
"""So many comments are printed in full; where there are more, those that are quoted are."""


def annexes(report: Report, view: ReportView, tongues: Sequence[Words]) -> Iterator[Block]:
    """Both annexes, labelled in each language of the report."""
    first = tongues[0]
    yield Block("break")
    yield Block("heading", _each(tongues, "report.h.annex_a"), first.language, rows=(("A",),))
    for words in tongues:
        yield Block("para", words.plain("report.annex_a.text"), words.language)
    printed = _printed(report)
    if printed is not None:
        for words in tongues:
            text = plain(words.plural("report.annex_a.long", len(report.comments), most=MOST_PRINTED))
            yield Block("note", text, words.language)
    for comment in report.comments:
        if printed is None or comment.id in printed:
            yield _comment(report, tongues, comment)
    yield Block("break")
    yield Block("heading", _each(tongues, "report.h.annex_b"), first.language, rows=(("B",),))
    for words in tongues:
        yield from _how_to_check(report, words)
    yield Block("heading", _each(tongues, "report.h.index"), first.language, 3)
    for words in tongues:
        yield Block("para", words.plain("report.index.text"), words.language)
    yield from _index(report, view, tongues)


def _printed(report: Report) -> frozenset[str] | None:
    """The comments that are quoted, where there are too many to print them all; else None."""
    if len(report.comments) <= MOST_PRINTED:
        return None
    quotes = [quote for theme in report.themes for quote in theme.quotes]
    quotes += [rare.quote for rare in report.rare] + list(report.leftovers)
    quotes += [campaign.text for campaign in report.campaigns if campaign.text]
    return frozenset(quote.comment_id for quote in quotes)


def _comment(report: Report, tongues: Sequence[Words], comment: ReportComment) -> Block:
    position = comment.position or "none"
    place = f"{comment.number or ''} {in_language(report, comment.heading)}".strip()
    received = datetime.fromisoformat(comment.received_at)
    about = [
        *(part for part in (comment.name, comment.organisation) if part),
        _each(tongues, f"submitter.{comment.submitter}"),
        _each(tongues, f"language.{comment.language}"),
        _each(tongues, f"channel.{comment.channel}"),
        BETWEEN_LANGUAGES.join(words.date(received) for words in tongues),
        *([_each(tongues, "report.running.demonstration")] if comment.demonstration else []),
        *([" ".join(comment.themes)] if comment.themes else []),
    ]
    row = (
        comment.id,
        position,
        _each(tongues, f"position.{position}"),
        place,
        " · ".join(about),
        grouped(comment.sha256[:16]),
        tongues[0].language,
    )
    return Block("comment", comment.body, written_in(comment.body), rows=(row,))


def _how_to_check(report: Report, words: Words) -> Iterator[Block]:
    yield Block("para", words.plain("report.annex_b.text"), words.language)
    yield Block("check", _export(report, "json", "report"), "en")
    yield Block(
        "para", f"{words.plain('report.annex_b.input')} {grouped(report.input_sha256)}", words.language
    )
    yield Block("para", words.plain("report.annex_b.csv"), words.language)
    yield Block("check", _export(report, "csv", "comments"), "en")
    for name in ("search", "terms", "fingerprint"):
        yield Block("para", words.plain(f"report.annex_b.{name}"), words.language)


def _export(report: Report, kind: str, file: str) -> str:
    chosen = f"--draft {report.draft} --language {report.language} --as {kind}"
    return f"portal report {report.consultation} {chosen} --output {file}.{kind}"


def _index(report: Report, view: ReportView, tongues: Sequence[Words]) -> Iterator[Block]:
    first = tongues[0]
    for clause, rows in view.ids_by_clause:
        name = f"{clause.number or ''} {in_language(report, clause.heading)}".strip()
        yield Block("heading", f"{name}: {first.number(clause.comments)}", first.language, 4)
        for position, ids in rows:
            text = f"{_each(tongues, f'position.{position}')} {first.number(len(ids))}"
            yield Block("ids", text, first.language, rows=((position,), basis(first, ids)))


def _each(tongues: Sequence[Words], key: str) -> str:
    return BETWEEN_LANGUAGES.join(words.plain(key) for words in tongues)
