"""A Report in the shapes people ask for: Report in, bytes out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from portal.formats import to_csv, to_html, to_json
from portal.formats.report import Report


@dataclass(frozen=True)
class Format:
    """How one format is written, and what it is called on the wire."""

    write: Callable[[Report], bytes]
    media_type: str


FORMATS: dict[str, Format] = {
    "html": Format(to_html.write, "text/html; charset=utf-8"),
    "json": Format(to_json.write, "application/json"),
    "csv": Format(to_csv.write, "text/csv; charset=utf-8"),
}


def write(report: Report, kind: str) -> bytes:
    """The report in one of FORMATS."""
    return FORMATS[kind].write(report)
