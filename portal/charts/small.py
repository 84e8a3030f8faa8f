"""Small charts without labels: marks of positions, a bar with a figure beside it, days, squares."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from markupsafe import Markup

from portal.charts.svg import BAR_HEIGHT, image, segment, share_of, start_at, svg, width_of

POSITION_KEYS = ("support", "oppose", "mixed", "question", "none")

_MARK_SHAPES = {
    "support": '<path d="M8 1.5 15.2 14H.8z" fill="currentColor"/>',
    "oppose": '<path d="M.8 2h14.4L8 14.5z" fill="currentColor"/>',
    "mixed": '<path d="M8 .8 15.2 8 8 15.2.8 8z" fill="currentColor"/>',
    "question": (
        '<path d="M4.2 5.2C4.2 2.9 5.9 1.6 8 1.6s3.9 1.3 3.9 3.4c0 2.7-3.6 2.9-3.6 5.7"'
        ' fill="none" stroke="currentColor" stroke-width="2.4"/>'
        '<circle cx="8.3" cy="13.8" r="1.6" fill="currentColor"/>'
    ),
    "none": '<path d="M2 6.8h12v2.4H2z" fill="currentColor"/>',
}
_TICKS_AT_MOST = 122
_SQUARES_AT_MOST = 600
_SQUARES_A_ROW = 23


def mark(position: str | None) -> Markup:
    """The shape of a position (▲ ▼ ◆ ? —); the word must stand beside it."""
    key = position if position in _MARK_SHAPES else "none"
    return svg(
        f'<svg class="mark p-{key}" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"'
        f' focusable="false">{_MARK_SHAPES[key]}</svg>'
    )


def count_bar(value: int, largest: int, *, rtl: bool = False) -> Markup:
    """A small bar on a track; the figure must stand beside it. Nought shows the empty track."""
    if value > 0:
        share = max(share_of(value, largest), 3)
        bar = f'<rect class="bar" x="{start_at(0, share, rtl)}" y="1" {width_of(share)} height="9"'
    else:
        bar = f'<rect class="nought" x="{start_at(0, 1, rtl)}" y="2" width="1" height="8"'
    return svg(
        '<svg class="count-bar" width="100%" height="11" aria-hidden="true" focusable="false">'
        '<rect class="track" y="9" width="100%" height="1" fill="currentColor" fill-opacity=".3"/>'
        f'{bar} fill="currentColor"/></svg>'
    )


def positions_bar(
    positions: Mapping[str, int],
    *,
    title: str,
    names: Mapping[str, str],
    rtl: bool = False,
    largest: int | None = None,
) -> Markup:
    """A stacked bar: solid, hatched, dotted, lined, empty. `largest` puts several bars on one scale."""
    total = sum(positions.get(key, 0) for key in POSITION_KEYS)
    comma = "، " if rtl else ", "
    figures = comma.join(f"{names[key]} {positions.get(key, 0):,}" for key in POSITION_KEYS if key in names)
    segments, start = [], 0.0
    for key in POSITION_KEYS:
        share = share_of(positions.get(key, 0), max(largest or total, total))
        if share > 0:
            segments.append(segment(key, start, share, rtl))
            start += share
    return image("positions-bar", BAR_HEIGHT, title, figures, "".join(segments))


def day_ticks(opens: date, today: date, closes: date, *, title: str, rtl: bool = False) -> Markup:
    """One tick a day from opening to closing: days past, today, days to come, and the last day tall."""
    length = max((closes - opens).days, 1)
    step = -(-length // _TICKS_AT_MOST)
    offsets = sorted({*range(0, length, step), length})
    now = min(max((today - opens).days, -1), length + 1)
    now = next((offset for offset in reversed(offsets) if offset <= now), -1) if now <= length else now
    ticks = []
    for offset in offsets:
        kind = "past" if offset < now else "today" if offset == now else "ahead"
        tall = kind == "today" or offset == length
        extra = " last" if offset == length else ""
        share = 98.9 * offset / length
        ticks.append(
            f'<rect class="tick {kind}{extra}" x="{start_at(share, 1.1, rtl)}" y="{0 if tall else 5}"'
            f' width="{4 if tall else 3}" height="{15 if tall else 10}" fill="currentColor"'
            f' fill-opacity="{1 if kind != "ahead" or extra else 0.35}"/>'
        )
    return image("day-ticks", 15, title, "", "".join(ticks))


def person_squares(people: int, position: str | None = None, *, rtl: bool = False) -> Markup:
    """One small square a person, for a campaign; the figure must stand beside it."""
    shown = min(people, _SQUARES_AT_MOST)
    rows = -(-shown // _SQUARES_A_ROW)
    path = []
    for index in range(shown):
        row, place = divmod(index, _SQUARES_A_ROW)
        across = (_SQUARES_A_ROW - 1 - place if rtl else place) * 11
        path.append(f"M{across} {row * 11}h9v9h-9z")
    key = position if position in _MARK_SHAPES else "none"
    return svg(
        f'<svg class="person-squares p-{key}" width="{_SQUARES_A_ROW * 11}" height="{rows * 11}"'
        f' aria-hidden="true" focusable="false"><path d="{"".join(path)}" fill="currentColor"/></svg>'
    )
