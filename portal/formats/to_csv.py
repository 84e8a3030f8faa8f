"""The Report's comments as a table: one row a published comment, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io

from portal.formats.report import Report, ReportComment, Text

COLUMNS = (
    "id",
    "clause",
    "number",
    "heading",
    "position",
    "language",
    "submitter",
    "name",
    "organisation",
    "channel",
    "received_at",
    "demonstration",
    "themes",
    "body",
)
FORMULA_SIGNS = frozenset("=+-@\t\r＝＋－＠")
BYTE_ORDER_MARK = "\ufeff"


def write(report: Report) -> bytes:
    """UTF-8 with a byte order mark, CRLF rows; line breaks of a comment stay inside its quotes."""
    page = io.StringIO()
    table = csv.writer(page, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for comment in report.comments:
        table.writerow([guarded(cell) for cell in _cells(report, comment)])
    return (BYTE_ORDER_MARK + page.getvalue()).encode("utf-8")


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe before a first sign that begins one.

    Source: OWASP, CSV Injection. White space and quotes before the sign do not hide it.
    """
    first = cell.lstrip(" \n\v\f\u00a0\u3000\"'").removeprefix(BYTE_ORDER_MARK)[:1]
    return f"'{cell}" if first in FORMULA_SIGNS and first else cell


def _cells(report: Report, comment: ReportComment) -> list[str]:
    return [
        comment.id,
        comment.clause or "",
        comment.number or "",
        _heading(report, comment.heading),
        comment.position or "",
        comment.language,
        comment.submitter,
        comment.name or "",
        comment.organisation or "",
        comment.channel,
        comment.received_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "yes" if comment.demonstration else "no",
        "; ".join(comment.themes),
        comment.body,
    ]


def _heading(report: Report, text: Text) -> str:
    languages = ("en", "ur") if report.language == "both" else (report.language,)
    return " · ".join(text[language] for language in languages if language in text)
