"""The Report as JSON: what programs rely on, the same bytes for the same input but for `volatile`."""

from __future__ import annotations

import json
from typing import Any

from portal.formats.report import SCHEMA, Report, ReportCampaign, ReportClause, ReportTheme
from portal.formats.texts import in_language, report_languages, timestamp

VOLATILE = ("generated_at",)


def write(report: Report) -> bytes:
    """UTF-8, indented, with a newline at the end."""
    return (json.dumps(as_dict(report), ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def as_dict(report: Report) -> dict[str, Any]:
    """The report as plain objects, members in the order that the documentation gives them."""
    return {
        "schema": SCHEMA,
        "consultation": report.consultation,
        "draft": report.draft,
        "language": report.language,
        "generated_at": timestamp(report.generated_at),
        "volatile": list(VOLATILE),
        "input_sha256": report.input_sha256,
        "demonstration": report.demonstration,
        "totals": dict(report.totals),
        "clauses": [_clause(report, clause) for clause in report.clauses],
        "positions": dict(report.positions),
        "languages": dict(report.languages),
        "channels": dict(report.channels),
        "by_day": [{"date": day, "comments": count} for day, count in report.by_day],
        "themes": [_theme(report, theme) for theme in report.themes],
        "campaigns": [_campaign(campaign) for campaign in report.campaigns],
        "method": in_language(report, report.method),
        "limits": in_language(report, report.limits),
    }


def _clause(report: Report, clause: ReportClause) -> dict[str, Any]:
    return {
        "eid": clause.eid,
        "number": clause.number,
        "heading": in_language(report, clause.heading),
        "comments": clause.comments,
        "positions": dict(clause.positions),
        "themes": list(clause.themes),
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
        "sentences": _sentences(report, theme),
        "clause": theme.clause,
    }


def _sentences(report: Report, theme: ReportTheme) -> list[dict[str, Any]]:
    """One entry a sentence and language: first all in English, then all in Urdu."""
    return [
        {"text": sentence.text[language], "comment_ids": list(sentence.comment_ids)}
        for language in report_languages(report)
        for sentence in theme.sentences
        if sentence.text.get(language)
    ]


def _campaign(campaign: ReportCampaign) -> dict[str, Any]:
    return {
        "id": campaign.id,
        "comments": campaign.comments,
        "distinct": campaign.distinct,
        "comment_ids": list(campaign.comment_ids),
    }
