"""The Report as a printed paper: tagged PDF (PDF/UA-1), charts drawn, Urdu in Amiri."""

from __future__ import annotations

from typing import BinaryIO

from portal.formats.report import Report
from portal.formats.report_paper import paper_of
from portal.formats.typeset import pdf

TEMPLATE = "report"
SECONDS = 600
"""Large reports are made by the worker."""


def write_to(report: Report, file: BinaryIO) -> None:
    """The same report gives the same bytes. Raises Unavailable where it takes too long."""
    file.write(pdf(paper_of(report), template=TEMPLATE, seconds=SECONDS))
