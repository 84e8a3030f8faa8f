"""Columns of days: one a day, over half a year one for several days."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

from markupsafe import Markup

from portal.charts.svg import image, n, start_at, text, width_of

_COLUMNS_AT_MOST = 184
_COLUMNS_AT_LEAST = 7
"""So that one day is a column, not a wall."""


def day_columns(
    days: Sequence[tuple[str, int]],
    *,
    title: str,
    desc: str,
    label: Callable[[str], str],
    rtl: bool = False,
) -> Markup:
    """Columns of ("2026-11-23", 4); missing days are noughts. Over half a year a column is several days."""
    columns = _columns(days)
    largest = max((count for _, count in columns), default=0)
    width = 100 / max(len(columns), 1)
    rects = []
    for index, (_, count) in enumerate(columns):
        height = round(64 * count / largest, 2) if largest and count else 0
        if height:
            left = start_at(index * width + width * 0.06, width * 0.88, rtl)
            rects.append(
                f'<rect class="bar" x="{left}" y="{n(82 - max(height, 1.5))}" {width_of(width * 0.88)}'
                f' height="{n(max(height, 1.5))}" fill="currentColor"/>'
            )
    body = (
        '<rect class="track" y="18" width="100%" height="1" fill="currentColor" fill-opacity=".2"/>'
        + text(0, 12, f"{largest:,}", "start", rtl)
        + "".join(rects)
        + '<rect class="track" y="82" width="100%" height="1" fill="currentColor" fill-opacity=".6"/>'
        + "".join(_day_labels([day for day, _ in columns], label, rtl))
    )
    return image("day-columns", 108, title, desc, body)


def _columns(days: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    counts = {date.fromisoformat(day): count for day, count in days}
    if not counts:
        return []
    last = max(counts)
    first = min(*counts, last - timedelta(days=_COLUMNS_AT_LEAST - 1))
    length = (last - first).days + 1
    step = -(-length // _COLUMNS_AT_MOST)
    columns = [0] * -(-length // step)
    for day, count in counts.items():
        columns[(day - first).days // step] += count
    return [
        ((first + timedelta(days=index * step)).isoformat(), count) for index, count in enumerate(columns)
    ]


def _day_labels(days: Sequence[str], label: Callable[[str], str], rtl: bool) -> Iterator[str]:
    if not days:
        return
    yield text(0, 102, label(days[0]), "start", rtl)
    middle = len(days) // 2
    if len(days) > 6:
        yield text(100 * (middle + 0.5) / len(days), 102, label(days[middle]), "middle", rtl)
    if len(days) > 1:
        yield text(100, 102, label(days[-1]), "end", rtl)
