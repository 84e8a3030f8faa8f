"""Rows of text as a file for a spreadsheet: CSV or XLSX, one row after the other, no cell a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import BinaryIO

import xlsxwriter

from portal.formats.texts import xml_text
from portal.formats.to_csv import guarded
from portal.formats.to_xlsx import LONGEST_CELL, OPTIONS

_MADE = datetime(2026, 1, 1, tzinfo=UTC)
"""So that the same rows give the same bytes."""

Rows = Iterable[Sequence[str]]


def write_csv(header: Sequence[str], rows: Rows, file: BinaryIO) -> int:
    """UTF-8 with a byte order mark, rows end in CRLF; how many rows were written."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([guarded(name) for name in header])
    written = 0
    for row in rows:
        writer.writerow([guarded(cell) for cell in row])
        written += 1
    text.detach()
    return written


def csv_bytes(header: Sequence[str], rows: Rows) -> bytes:
    """A small table as a CSV file."""
    file = io.BytesIO()
    write_csv(header, rows, file)
    return file.getvalue()


def write_xlsx(header: Sequence[str], rows: Rows, file: BinaryIO, *, rtl: bool = False) -> int:
    """One sheet, every cell a text; how many rows were written."""
    book = xlsxwriter.Workbook(file, OPTIONS)
    book.set_properties({"created": _MADE.replace(tzinfo=None)})
    sheet = book.add_worksheet()
    if rtl:
        sheet.right_to_left()
    sheet.freeze_panes(1, 0)
    bold = book.add_format({"bold": True})
    for column, name in enumerate(header):
        sheet.write_string(0, column, name, bold)
    written = 0
    for row in rows:
        written += 1
        for column, cell in enumerate(row):
            sheet.write_string(written, column, xml_text(cell)[:LONGEST_CELL])
    book.close()
    return written


WRITERS: dict[str, tuple[Callable[..., int], str]] = {
    "csv": (write_csv, "text/csv; charset=utf-8"),
    "xlsx": (write_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
