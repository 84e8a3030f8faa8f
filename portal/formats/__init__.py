"""A Report in the shapes people ask for: Report in, a file out."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from portal.formats.report import Report
from portal.formats.to_csv import write_to as to_csv
from portal.formats.to_html import write_to as to_html
from portal.formats.to_json import write_to as to_json
from portal.formats.to_xlsx import write_to as to_xlsx


@dataclass(frozen=True)
class Format:
    """How one format is written, and what it is called on the wire."""

    write_to: Callable[[Report, BinaryIO], None]
    media_type: str


FORMATS: dict[str, Format] = {
    "html": Format(to_html, "text/html; charset=utf-8"),
    "json": Format(to_json, "application/json"),
    "csv": Format(to_csv, "text/csv; charset=utf-8"),
    "xlsx": Format(to_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def write_to(report: Report, kind: str, file: BinaryIO) -> None:
    """The report in one of FORMATS into an open file; a large one is never whole in memory."""
    FORMATS[kind].write_to(report, file)


def write(report: Report, kind: str) -> bytes:
    """The same as bytes."""
    made = io.BytesIO()
    write_to(report, kind, made)
    return made.getvalue()
