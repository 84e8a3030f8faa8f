"""The words of scale of a report: which word stands for which share. Printed with every report."""

from __future__ import annotations

SCALE_FROM = 10
"""Words of scale are used from so many comments on; below, "most" could be two people."""
WORDS = (("few", 0), ("some", 10), ("many", 30), ("most", 60), ("nearly_all", 90))
"""(word, per cent from which on it is used)"""
NOTABLE = 10
"""Positions that fewer than so many in 100 take are left to the figures."""


def scale(comments: int, total: int) -> str:
    """The word for a share: few, some, many, most or nearly_all, by whole per cent rounded down."""
    share = 100 * comments // total
    return next(word for word, least in reversed(WORDS) if share >= least)
