"""The Report as JSON: what programs rely on, the same bytes for the same input but for `volatile`.

Written member by member, a theme or clause on a line, so that a large report needs no second copy in memory.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any, BinaryIO

from portal.formats.report import (
    SCHEMA,
    Panel,
    Rare,
    Report,
    ReportCampaign,
    ReportClause,
    ReportOutcome,
    ReportQuality,
    ReportQuote,
    ReportTheme,
    Sentence,
)
from portal.formats.texts import in_language, report_languages, timestamp, title_of

VOLATILE = ("generated_at",)


def write_to(report: Report, file: BinaryIO) -> None:
    """UTF-8, an entry a line, with a newline at the end."""
    before = "{\n"
    for name, value in members(report):
        file.write(f"{before} {json.dumps(name)}: ".encode())
        for piece in _lines(value):
            file.write(piece.encode("utf-8"))
        before = ",\n"
    file.write(b"\n}\n")


def members(report: Report) -> Iterator[tuple[str, Any]]:
    """The members in the order that the documentation gives them; long lists are made as they are read."""
    yield "schema", SCHEMA
    yield "consultation", report.consultation
    yield "draft", report.draft
    yield "language", report.language
    yield "generated_at", timestamp(report.generated_at)
    yield "volatile", list(VOLATILE)
    yield "input_sha256", report.input_sha256
    yield "demonstration", report.demonstration
    yield "totals", dict(report.totals)
    yield "clauses", (_clause(report, clause) for clause in report.clauses)
    yield "positions", dict(report.positions)
    yield "languages", dict(report.languages)
    yield "channels", dict(report.channels)
    yield "by_day", ({"date": day, "comments": count} for day, count in report.by_day)
    yield "themes", (_theme(report, theme) for theme in report.themes)
    yield "campaigns", (_campaign(report, campaign) for campaign in report.campaigns)
    yield "method", in_language(report, report.method)
    yield "limits", in_language(report, report.limits)
    yield "chosen", dict(report.chosen)
    yield "summary", _Row(_spoken(report, report.summary))
    yield "submitters", dict(report.submitters)
    yield "organisation_kinds", dict(report.kinds)
    yield "about", [_panel(report, panel) for panel in report.about]
    yield "rare", (_rare(report, rare) for rare in report.rare)
    yield "alone", list(report.alone)
    yield "unassigned", list(report.unassigned)
    yield "leftovers", [_quote(quote) for quote in report.leftovers]
    yield "quality", _quality(report.quality)
    yield "outcomes", [_outcome(report, outcome) for outcome in report.outcomes]
    yield "manifest", manifest(report)


def manifest(report: Report) -> dict[str, Any]:
    """By what this report can be made again and checked."""
    return {
        "schema": SCHEMA,
        "consultation": report.consultation,
        "draft": report.draft,
        "draft_sha256": report.draft_sha256,
        "language": report.language,
        "accepted_only": report.accepted_only,
        "scope": report.scope.as_json(),
        "comments": len(report.comments),
        "themes": len(report.themes),
        "themes_made_at": timestamp(report.themes_made_at) if report.themes_made_at else None,
        "input_sha256": report.input_sha256,
    }


class _Row:
    """Entries that are made one by one and written on one line."""

    def __init__(self, entries: Iterable[Any]) -> None:
        self.entries = entries


def _lines(value: Any) -> Iterator[str]:
    """A value on one line; what is made entry by entry, an entry a line."""
    if isinstance(value, _Row):
        before = "["
        for entry in value.entries:
            yield before + _compact(entry)
            before = ", "
        yield "[]" if before == "[" else "]"
        return
    if not isinstance(value, Iterator):
        yield _compact(value)
        return
    before = "[\n  "
    for entry in value:
        yield before + _compact(entry)
        before = ",\n  "
    yield "[]" if before[0] == "[" else "\n ]"


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _clause(report: Report, clause: ReportClause) -> dict[str, Any]:
    return {
        "eid": clause.eid,
        "number": clause.number,
        "heading": in_language(report, clause.heading),
        "comments": clause.comments,
        "positions": dict(clause.positions),
        "themes": list(clause.themes),
        "people": clause.people,
        "sentences": _sentences(report, clause.sentences),
    }


def _theme(report: Report, theme: ReportTheme) -> dict[str, Any]:
    return {
        "id": theme.id,
        "title": title_of(report, theme),
        "names": dict(theme.names),
        "keyphrases": list(theme.keyphrases),
        "comments": theme.comments,
        "distinct": theme.distinct,
        "positions": dict(theme.positions),
        "languages": dict(theme.languages),
        "comment_ids": list(theme.comment_ids),
        "quotes": [_quote(quote) for quote in theme.quotes],
        "status": theme.status,
        "sentences": _sentences(report, theme.sentences),
        "clause": theme.clause,
        "people": theme.people,
        "about": [_panel(report, panel) for panel in theme.about],
    }


def _quote(quote: ReportQuote) -> dict[str, Any]:
    return {
        "comment_id": quote.comment_id,
        "text": quote.text,
        "position": quote.position,
        "language": quote.language,
        "dissents": quote.dissents,
    }


def _sentences(report: Report, sentences: Iterable[Sentence]) -> list[dict[str, Any]]:
    return list(_spoken(report, sentences))


def _spoken(report: Report, sentences: Iterable[Sentence]) -> Iterator[dict[str, Any]]:
    """One entry a sentence and language: first all in English, then all in Urdu."""
    listed = list(sentences)
    return (
        {"text": sentence.text[language], "comment_ids": sentence.comment_ids, "query": sentence.query}
        for language in report_languages(report)
        for sentence in listed
        if sentence.text.get(language)
    )


def _campaign(report: Report, campaign: ReportCampaign) -> dict[str, Any]:
    return {
        "id": campaign.id,
        "comments": campaign.comments,
        "distinct": campaign.distinct,
        "comment_ids": campaign.comment_ids,
        "people": campaign.people,
        "added": campaign.added,
        "text": _quote(campaign.text) if campaign.text else None,
        "sentences": _sentences(report, campaign.sentences),
    }


def _panel(report: Report, panel: Panel) -> dict[str, Any]:
    """null: hidden, as fewer than five people are behind it or could be worked out from it."""
    return {
        "key": panel.key,
        "label": in_language(report, panel.label),
        "people": panel.people,
        "answered": panel.answered,
        "cells": [
            {
                "value": cell.value,
                "label": in_language(report, cell.label),
                "people": cell.people,
                "percent": cell.percent,
                "reference": cell.reference,
            }
            for cell in panel.cells
        ],
        "source": in_language(report, panel.source) or None,
    }


def _rare(report: Report, rare: Rare) -> dict[str, Any]:
    return {
        "theme": rare.theme,
        "title": title_of(report, rare),
        "comment_ids": rare.comment_ids,
        "quote": _quote(rare.quote),
    }


def _quality(quality: ReportQuality | None) -> dict[str, Any] | None:
    if quality is None:
        return None
    return {"sampled_at": timestamp(quality.sampled_at), "rows": [asdict(row) for row in quality.rows]}


def _outcome(report: Report, outcome: ReportOutcome) -> dict[str, Any]:
    return {"on": outcome.on, "outcome": outcome.code, "reason": in_language(report, outcome.reason)}
