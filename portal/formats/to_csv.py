"""The Report as CSV: one row a published comment, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence

from portal.formats.report import Report, ReportComment
from portal.formats.texts import in_language, timestamp

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

_GUARD = "'"
_STARTS_A_FORMULA = frozenset("=+-@\t\r＝＋－＠")
_QUOTES = frozenset("'\"`´‘’‚‛“”„‟«»‹›＇＂")
_PASSED_OVER = frozenset(("Zs", "Zl", "Zp", "Cc", "Cf"))
"""Categories of white space, controls and invisible signs, before which a formula may hide."""


def write(report: Report) -> bytes:
    """UTF-8 with a byte order mark, as spreadsheets ask; rows end in CRLF, line breaks stay in quotes."""
    return write_table(COLUMNS, (_cells(report, comment) for comment in report.comments))


def write_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Any table in the same form, every cell guarded."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([guarded(cell) for cell in columns])
    for row in rows:
        writer.writerow([guarded(cell) for cell in row])
    return text.getvalue().encode("utf-8-sig")


def guarded(cell: str) -> str:
    """The cell with an apostrophe before it where a spreadsheet could take it for a formula; without NUL."""
    cell = cell.replace("\0", "\N{REPLACEMENT CHARACTER}")
    return _GUARD + cell if could_be_formula(cell) else cell


def could_be_formula(cell: str) -> bool:
    """Whether = + - @, a full-width form, tab or CR comes first, or after blanks, quotes, hidden signs."""
    for letter in cell:
        if letter in _STARTS_A_FORMULA:
            return True
        if letter not in _QUOTES and unicodedata.category(letter) not in _PASSED_OVER:
            return False
    return False


def _cells(report: Report, comment: ReportComment) -> tuple[str, ...]:
    """In the order of COLUMNS; what is not given is empty."""
    return (
        comment.id,
        comment.clause or "",
        comment.number or "",
        in_language(report, comment.heading),
        comment.position or "",
        comment.language,
        comment.submitter,
        comment.name or "",
        comment.organisation or "",
        comment.channel,
        timestamp(comment.received_at),
        "yes" if comment.demonstration else "no",
        "; ".join(comment.themes),
        comment.body,
    )
