"""A Report in the shapes people ask for: Report in, a file out."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import BinaryIO

from portal.formats.report import Report

_OFFICE = "application/vnd.openxmlformats-officedocument"


@dataclass(frozen=True)
class Format:
    """How one format is written, and what it is called on the wire."""

    write_to: Callable[[Report, BinaryIO], None]
    media_type: str


def _by(name: str) -> Callable[[Report, BinaryIO], None]:
    """The writer in the module of this name. It is loaded for its first file, with the library it needs:
    nobody who takes a table along waits for a typesetter, or keeps one in memory."""

    def write_to(report: Report, file: BinaryIO) -> None:
        import_module(f"portal.formats.{name}").write_to(report, file)

    return write_to


FORMATS: dict[str, Format] = {
    "html": Format(_by("to_html"), "text/html; charset=utf-8"),
    "json": Format(_by("to_json"), "application/json"),
    "csv": Format(_by("to_csv"), "text/csv; charset=utf-8"),
    "docx": Format(_by("to_docx"), f"{_OFFICE}.wordprocessingml.document"),
    "xlsx": Format(_by("to_xlsx"), f"{_OFFICE}.spreadsheetml.sheet"),
    "pdf": Format(_by("to_pdf"), "application/pdf"),
}


def write_to(report: Report, kind: str, file: BinaryIO) -> None:
    """The report in one of FORMATS into an open file; a large one is never whole in memory."""
    FORMATS[kind].write_to(report, file)


def write(report: Report, kind: str) -> bytes:
    """The same as bytes."""
    made = io.BytesIO()
    write_to(report, kind, made)
    return made.getvalue()
