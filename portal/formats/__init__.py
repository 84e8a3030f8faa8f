"""A Report in the shapes people ask for: Report in, bytes out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from portal.formats.report import Report
from portal.formats.to_csv import write as to_csv
from portal.formats.to_html import write as to_html
from portal.formats.to_json import write as to_json


@dataclass(frozen=True)
class Format:
    """How one format is written, and what it is called on the wire."""

    write: Callable[[Report], bytes]
    media_type: str


FORMATS: dict[str, Format] = {
    "html": Format(to_html, "text/html; charset=utf-8"),
    "json": Format(to_json, "application/json"),
    "csv": Format(to_csv, "text/csv; charset=utf-8"),
}


def write(report: Report, kind: str) -> bytes:
    """The report in one of FORMATS."""
    return FORMATS[kind].write(report)
