"""Written in a moment."""

from __future__ import annotations

from portal.formats.report import Report


def write(report: Report) -> bytes:
    """."""
    return report.consultation.encode()
