"""The Report as JSON: what programs rely on, the same bytes for the same input but for `volatile`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from portal.formats.report import SCHEMA, Report, ReportTheme, Text

VOLATILE = ("generated_at",)


def write(report: Report) -> bytes:
    """UTF-8, indented, with a newline at the end."""
    return (json.dumps(as_dict(report), ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def as_dict(report: Report) -> dict[str, Any]:
    """The report as plain objects."""
    return {
        "schema": SCHEMA,
        "consultation": report.consultation,
        "draft": report.draft,
        "language": report.language,
        "generated_at": _timestamp(report.generated_at),
        "volatile": list(VOLATILE),
        "input_sha256": report.input_sha256,
        "demonstration": report.demonstration,
        "totals": dict(report.totals),
        "clauses": [
            {
                "eid": clause.eid,
                "number": clause.number,
                "heading": _in_language(report, clause.heading),
                "comments": clause.comments,
                "positions": dict(clause.positions),
                "themes": list(clause.themes),
            }
            for clause in report.clauses
        ],
        "positions": dict(report.positions),
        "languages": dict(report.languages),
        "channels": dict(report.channels),
        "by_day": [{"date": day, "comments": count} for day, count in report.by_day],
        "themes": [_theme(report, theme) for theme in report.themes],
        "campaigns": [
            {"id": c.id, "comments": c.comments, "distinct": c.distinct, "comment_ids": list(c.comment_ids)}
            for c in report.campaigns
        ],
        "method": _in_language(report, report.method),
        "limits": _in_language(report, report.limits),
    }


def _theme(report: Report, theme: ReportTheme) -> dict[str, Any]:
    return {
        "id": theme.id,
        "title": theme.title,
        "keyphrases": list(theme.keyphrases),
        "comments": theme.comments,
        "distinct": theme.distinct,
        "positions": dict(theme.positions),
        "languages": dict(theme.languages),
        "comment_ids": list(theme.comment_ids),
        "quotes": [{"comment_id": quote.comment_id, "text": quote.text} for quote in theme.quotes],
        "status": theme.status,
        "sentences": [
            {"text": sentence.text[language], "comment_ids": list(sentence.comment_ids)}
            for language in _languages(report)
            for sentence in theme.sentences
        ],
        "clause": theme.clause,
    }


def _languages(report: Report) -> tuple[str, ...]:
    return ("en", "ur") if report.language == "both" else (report.language,)


def _in_language(report: Report, text: Text) -> str:
    """The text in the report's language (both: joined), else in the one there is."""
    found = [text[language] for language in _languages(report) if language in text]
    return " · ".join(found) or next(iter(text.values()), "")


def _timestamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
