"""The Report as CSV: one row a published comment, safe to open in a spreadsheet."""

from __future__ import annotations

import codecs
import csv
import io
import unicodedata
from collections.abc import Callable
from typing import BinaryIO

from portal.formats.report import Report, ReportComment
from portal.formats.texts import in_language

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

_NAME, _ORGANISATION, _BODY = (COLUMNS.index(name) for name in ("name", "organisation", "body"))
_GUARD = "'"
_STARTS_A_FORMULA = frozenset("=+-@\t\r＝＋－＠")
_QUOTES = frozenset("'\"`´‘’‚‛“”„‟«»‹›＇＂")
_PASSED_OVER = frozenset(("Zs", "Zl", "Zp", "Cc", "Cf"))
"""Categories of white space, controls and invisible signs, before which a formula may hide."""


def write_to(report: Report, file: BinaryIO) -> None:
    """UTF-8 with a byte order mark, as spreadsheets ask; rows end in CRLF, line breaks stay in quotes."""
    file.write(codecs.BOM_UTF8)
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    headings = Headings(report, guarded)
    writer.writerows(guarded_cells(comment, headings[comment]) for comment in report.comments)
    text.flush()
    text.detach()


class Headings:
    """The heading of a comment's clause in the report's language, made once for each clause."""

    def __init__(self, report: Report, make: Callable[[str], str] = str) -> None:
        self._report, self._make = report, make
        self._made: dict[str | None, str] = {}

    def __getitem__(self, comment: ReportComment) -> str:
        if comment.clause not in self._made:
            self._made[comment.clause] = self._make(in_language(self._report, comment.heading))
        return self._made[comment.clause]


def guarded(cell: str) -> str:
    """The cell with an apostrophe before it where a spreadsheet could take it for a formula; without NUL."""
    if cell[:1].isalnum() and "\0" not in cell:
        return cell  # what nearly all are: told at once
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


def cells(comment: ReportComment, heading: str) -> tuple[str, ...]:
    """In the order of COLUMNS; what is not given is empty."""
    return (
        comment.id,
        comment.clause or "",
        comment.number or "",
        heading,
        comment.position or "",
        comment.language,
        comment.submitter,
        comment.name or "",
        comment.organisation or "",
        comment.channel,
        comment.received_at,
        "yes" if comment.demonstration else "no",
        "; ".join(comment.themes),
        comment.body,
    )


def guarded_cells(comment: ReportComment, heading: str) -> list[str]:
    """The same, what people wrote made safe to open; the other cells are ours, and `heading` is safe."""
    made = list(cells(comment, heading))
    made[_BODY] = guarded(comment.body)
    if comment.name:
        made[_NAME] = guarded(comment.name)
    if comment.organisation:
        made[_ORGANISATION] = guarded(comment.organisation)
    return made
