"""Opening exported reports again: the text of each format, and the comments that a sentence's query finds."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import openpyxl
import pypdfium2
from docx import Document

from portal.formats import FORMATS, write
from portal.formats.report import Report, Sentence

Row = dict[str, Any]


def everything_said(report: Report) -> Iterator[Sentence]:
    """Every sentence of a report."""
    yield from report.summary
    for group in (*report.themes, *report.clauses, *report.campaigns):
        yield from group.sentences


def table_rows(report: Report) -> list[Row]:
    """The rows of the workbook's first sheet."""
    book = openpyxl.load_workbook(io.BytesIO(write(report, "xlsx")))
    heads, *rows = book["comments"].iter_rows(values_only=True)
    return [dict(zip(heads, row, strict=True)) for row in rows]


def found_by(query: str, rows: list[Row]) -> tuple[str, ...]:
    """The ids of the rows that a query such as `theme:T-0001 position:oppose` finds."""
    return tuple(row["id"] for row in rows if all(_fits(row, term) for term in query.split()))


def _fits(row: Row, term: str) -> bool:
    name, _, value = term.partition(":")
    themes = (row["themes"] or "").split("; ")
    known = {
        "theme": not row["themes"] if value == "none" else value in themes,
        "clause": not row["clause"] if value == "whole" else value in (row["clause"], row["number"]),
        "position": (row["position"] or "none") in value.split(","),
        "campaign": row["campaign"] == value,
        "submitter": row["submitter"] == value,
    }
    return known[name]


def texts(report: Report) -> dict[str, str]:
    """All that can be read in each format, without white space."""
    return {kind: "".join(_text(kind, write(report, kind)).split()) for kind in FORMATS}


def _text(kind: str, content: bytes) -> str:
    reader = {"html": _html, "xlsx": _xlsx, "docx": _docx, "pdf": _pdf, "json": _json}.get(kind)
    return reader(content) if reader else content.decode("utf-8-sig")


def _json(content: bytes) -> str:
    json.loads(content)
    return content.decode("utf-8").replace("\\n", " ").replace('\\"', '"')


def _html(content: bytes) -> str:
    found: list[str] = []

    class Reader(HTMLParser):
        def handle_data(self, data: str) -> None:
            found.append(data)

    Reader().feed(content.decode("utf-8"))
    return " ".join(found)


def _xlsx(content: bytes) -> str:
    book = openpyxl.load_workbook(io.BytesIO(content))
    rows = (row for sheet in book for row in sheet.iter_rows(values_only=True))
    return " ".join(str(cell) for row in rows for cell in row if cell is not None)


def _docx(content: bytes) -> str:
    body: Any = Document(io.BytesIO(content)).element.body
    return " ".join(body.itertext())


def _pdf(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    found = [page.get_textpage().get_text_bounded() for page in document]
    document.close()
    return " ".join(found)
