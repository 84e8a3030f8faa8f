"""A Report in the shapes people ask for: Report in, a file out."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from portal.formats import to_csv, to_docx, to_html, to_json, to_pdf, to_xlsx
from portal.formats.report import Report

_OFFICE = "application/vnd.openxmlformats-officedocument"


@dataclass(frozen=True)
class Format:
    """How one format is written, and what it is called on the wire."""

    write_to: Callable[[Report, BinaryIO], None]
    media_type: str


FORMATS: dict[str, Format] = {
    "html": Format(to_html.write_to, "text/html; charset=utf-8"),
    "json": Format(to_json.write_to, "application/json"),
    "csv": Format(to_csv.write_to, "text/csv; charset=utf-8"),
    "docx": Format(to_docx.write_to, f"{_OFFICE}.wordprocessingml.document"),
    "xlsx": Format(to_xlsx.write_to, f"{_OFFICE}.spreadsheetml.sheet"),
    "pdf": Format(to_pdf.write_to, "application/pdf"),
}


def write_to(report: Report, kind: str, file: BinaryIO) -> None:
    """The report in one of FORMATS into an open file; a large one is never whole in memory."""
    FORMATS[kind].write_to(report, file)


def write(report: Report, kind: str) -> bytes:
    """The same as bytes."""
    made = io.BytesIO()
    write_to(report, kind, made)
    return made.getvalue()
