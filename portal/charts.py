"""Numbers to accessible inline SVG: classes and presentation attributes only, never a style attribute.

Widths are per cent of the box a chart stands in, heights are px, so labels keep their size on a phone. Colour
comes from `currentColor` and the classes `p-support`, `p-oppose`, …; without a style sheet shape and pattern
still tell positions apart. `rtl=True` mirrors a chart. No chart needs an id, so one page can hold many.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from markupsafe import Markup, escape

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
_BAR_HEIGHT = 24
_COLUMNS_AT_MOST = 184
_TICKS_AT_MOST = 122
_SQUARES_AT_MOST = 600
_SQUARES_A_ROW = 23


def mark(position: str | None) -> Markup:
    """The shape of a position (▲ ▼ ◆ ? —); the word must stand beside it."""
    key = position if position in _MARK_SHAPES else "none"
    return _svg(
        f'<svg class="mark p-{key}" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"'
        f' focusable="false">{_MARK_SHAPES[key]}</svg>'
    )


def count_bar(value: int, largest: int, *, rtl: bool = False) -> Markup:
    """A small bar on a track; the figure must stand beside it. Nought shows the empty track."""
    if value > 0:
        share = max(_share(value, largest), 3)
        bar = f'<rect class="bar" x="{_start(0, share, rtl)}" y="1" {_width(share)} height="9"'
    else:
        bar = f'<rect class="nought" x="{_start(0, 1, rtl)}" y="2" width="1" height="8"'
    return _svg(
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
        share = _share(positions.get(key, 0), max(largest or total, total))
        if share > 0:
            segments.append(_segment(key, start, share, rtl))
            start += share
    return _image("positions-bar", _BAR_HEIGHT, title, figures, "".join(segments))


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
            left = _start(index * width + width * 0.06, width * 0.88, rtl)
            rects.append(
                f'<rect class="bar" x="{left}" y="{_n(82 - max(height, 1.5))}" {_width(width * 0.88)}'
                f' height="{_n(max(height, 1.5))}" fill="currentColor"/>'
            )
    body = (
        '<rect class="track" y="18" width="100%" height="1" fill="currentColor" fill-opacity=".2"/>'
        + _text(0, 12, f"{largest:,}", "start", rtl)
        + "".join(rects)
        + '<rect class="track" y="82" width="100%" height="1" fill="currentColor" fill-opacity=".6"/>'
        + "".join(_day_labels([day for day, _ in columns], label, rtl))
    )
    return _image("day-columns", 108, title, desc, body)


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
            f'<rect class="tick {kind}{extra}" x="{_start(share, 1.1, rtl)}" y="{0 if tall else 5}"'
            f' width="{4 if tall else 3}" height="{15 if tall else 10}" fill="currentColor"'
            f' fill-opacity="{1 if kind != "ahead" or extra else 0.35}"/>'
        )
    return _image("day-ticks", 15, title, "", "".join(ticks))


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
    return _svg(
        f'<svg class="person-squares p-{key}" width="{_SQUARES_A_ROW * 11}" height="{rows * 11}"'
        f' aria-hidden="true" focusable="false"><path d="{"".join(path)}" fill="currentColor"/></svg>'
    )


def heat_cell_class(count: int) -> str:
    """Class of a heat map's cell: nothing, 1 to 3, 4 to 9, 10 to 19, 20 and more."""
    step = sum(count >= least for least in (1, 4, 10, 20))
    return f"heat heat-{step}"


def _segment(key: str, start: float, share: float, rtl: bool) -> str:
    ground = '<rect width="100%" height="100%" fill="currentColor"/>'
    patterns = {
        "support": ground,
        "oppose": ground
        + f'<line class="on" x1="-{_BAR_HEIGHT}" y1="12" x2="100%" y2="12" stroke="#fff" stroke-opacity=".55"'
        f' stroke-width="{_BAR_HEIGHT}" stroke-dasharray="2.5 5.5" transform="translate(24 0) skewX(-45)"/>',
        "mixed": ground
        + "".join(
            f'<line class="on" x1="{4 + 3.5 * (row % 2)}" y1="{4 + 5.3 * row:.1f}" x2="100%"'
            f' y2="{4 + 5.3 * row:.1f}" stroke="#fff" stroke-opacity=".8" stroke-width="2.4"'
            ' stroke-linecap="round" stroke-dasharray="0 7"/>'
            for row in range(4)
        ),
        "question": ground
        + "".join(
            f'<line class="on" x1="0" y1="{4 + 5.3 * row:.1f}" x2="100%" y2="{4 + 5.3 * row:.1f}"'
            ' stroke="#fff" stroke-opacity=".75" stroke-width="1.6"/>'
            for row in range(4)
        ),
        "none": '<rect x=".75" y=".75" width="100%" height="22.5" fill="none" stroke="currentColor"'
        ' stroke-width="1.5"/><line x1="100%" x2="100%" y1="0" y2="24" stroke="currentColor"'
        ' stroke-width="3"/>',
    }
    inner = f'<svg class="p-{key}" x="{_start(start, share, rtl)}" {_width(share)} height="{_BAR_HEIGHT}">'
    edge = 100 - start if rtl else start
    gap = f'<rect class="gap" x="{_n(edge)}%" width="2" height="{_BAR_HEIGHT}" fill="#fff"/>' if start else ""
    return f"{inner}{patterns[key]}</svg>{gap}"


def _columns(days: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    counts = {date.fromisoformat(day): count for day, count in days}
    if not counts:
        return []
    first, length = min(counts), (max(counts) - min(counts)).days + 1
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
    yield _text(0, 102, label(days[0]), "start", rtl)
    middle = len(days) // 2
    if len(days) > 6:
        yield _text(100 * (middle + 0.5) / len(days), 102, label(days[middle]), "middle", rtl)
    if len(days) > 1:
        yield _text(100, 102, label(days[-1]), "end", rtl)


def _text(across: float, down: float, words: str, anchor: str, rtl: bool) -> str:
    place = 100 - across if rtl else across
    direction = "rtl" if rtl else "ltr"
    return (
        f'<text class="axis" x="{_n(place)}%" y="{_n(down)}" text-anchor="{anchor}" direction="{direction}"'
        f' font-size="13" fill="currentColor">{escape(words)}</text>'
    )


def _image(kind: str, height: int, title: str, desc: str, body: str) -> Markup:
    described = f"<desc>{escape(desc)}</desc>" if desc else ""
    return _svg(
        f'<svg class="chart {kind}" width="100%" height="{height}" role="img" focusable="false">'
        f"<title>{escape(title)}</title>{described}{body}</svg>"
    )


def _svg(text: str) -> Markup:
    return Markup(text)  # noqa: S704 (built from constants, numbers and words escaped above)


def _share(value: int, largest: int) -> float:
    """Per cent of the width."""
    return 100 * min(max(value, 0) / largest, 1) if largest > 0 else 0


def _start(start: float, share: float, rtl: bool) -> str:
    return f"{_n(100 - start - share if rtl else start)}%"


def _width(share: float) -> str:
    return f'width="{_n(share)}%"'


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
