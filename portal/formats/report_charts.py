"""The one chart that only the report has: a column a clause, grouped by part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

HEIGHT = 132
_TOP, _BASE, _LABELS = 20, 108, 126
_HOLLOW = 'class="nought" fill="none" stroke="currentColor"'


@dataclass(frozen=True)
class Column:
    """One clause: what it is called and how many comments it has."""

    name: str
    count: int


def clause_columns(
    groups: Sequence[tuple[str, Sequence[Column]]], *, title: str, desc: str, rtl: bool = False
) -> Markup:
    """Columns on one scale, a gap of one column between groups, the group's label below its first column
    (the last one ends with the chart).

    Widths are per cent of the box, heights px. Nought is a short hollow mark, so that no clause is missing.
    """
    slots = sum(len(columns) for _, columns in groups) + max(len(groups) - 1, 0)
    largest = max((column.count for _, columns in groups for column in columns), default=0)
    body, start = [_label(0, 12, f"{largest:,}", rtl)], 0
    for number, (label, columns) in enumerate(groups, 1):
        body.extend(_group(columns, start, slots, largest, rtl))
        last = number == len(groups) > 1
        body.append(_label(100 if last else 100 * start / slots, _LABELS, label, rtl, last=last))
        start += len(columns) + 1
    return Markup(  # noqa: S704 (built from constants and numbers; words are escaped)
        f'<svg class="chart clause-columns" width="100%" height="{HEIGHT}" role="img" focusable="false">'
        f"<title>{escape(title)}</title><desc>{escape(desc)}</desc>"
        f'<rect class="track" y="{_TOP - 2}" width="100%" height="1" fill="currentColor" fill-opacity=".2"/>'
        f"{''.join(body)}</svg>"
    )


def _group(columns: Sequence[Column], start: int, slots: int, largest: int, rtl: bool) -> Iterator[str]:
    width = 100 / slots
    for place, column in enumerate(columns, start):
        across = _place(place * width + width * 0.1, width * 0.8, rtl)
        look = 'class="bar" fill="currentColor"' if column.count else _HOLLOW
        tall = max((_BASE - _TOP) * column.count / largest, 2) if column.count else 5
        yield (
            f'<rect {look} x="{across}" y="{_n(_BASE - tall)}" width="{_n(width * 0.8)}%"'
            f' height="{_n(tall)}">'
            f"<title>{escape(column.name)}: {column.count:,}</title></rect>"
        )
    line = _place(start * width, len(columns) * width, rtl)
    yield (
        f'<rect class="track" x="{line}" y="{_BASE}" width="{_n(len(columns) * width)}%" height="1"'
        ' fill="currentColor" fill-opacity=".6"/>'
    )


def _label(across: float, down: int, words: str, rtl: bool, *, last: bool = False) -> str:
    anchor = "end" if last else "start"
    return (
        f'<text class="axis" x="{_n(100 - across if rtl else across)}%" y="{down}" text-anchor="{anchor}"'
        f' direction="{"rtl" if rtl else "ltr"}" font-size="13" fill="currentColor">{escape(words)}</text>'
    )


def _place(start: float, width: float, rtl: bool) -> str:
    return f"{_n(100 - start - width if rtl else start)}%"


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
