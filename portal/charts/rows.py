"""Rows of bars with their labels above them, so that a label has the whole width and no two can meet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from portal.charts.labels import label
from portal.charts.svg import BAR_HEIGHT, image, n, rule, segment, share_of, start_at, text, width_of

_THIN = 12
_GAP = 10
_BARS_END = 80
"""Per cent; behind it there is room for six digits on a phone."""
_SMALLEST, _DIGIT = 288, 7.8
"""px: the narrowest picture, and a digit; figures get the room they need even there."""
_APART = 1.5
"""Per cent between a bar and its figure."""
_HEAD = 34


@dataclass(frozen=True)
class _Scale:
    """Per cent: where oppose and support part, where the others begin, and how long one comment is."""

    axis: float
    neutral: float
    unit: float


def bars(
    rows: Sequence[tuple[str, int | str]],
    *,
    title: str,
    desc: str,
    rtl: bool = False,
) -> Markup:
    """A bar a row, on one scale, its figure behind it. Words instead of a figure stand without a bar."""
    largest = max((value for _, value in rows if isinstance(value, int)), default=0)
    body, down = [], 0.0
    for name, value in rows:
        words, down = label(name, down, rtl)
        body.append(words)
        body.append(_bar(value, largest, down, rtl))
        down += _THIN + _GAP
    return image("bars", round(max(down, 1)), title, desc, "".join(body))


def diverging_bars(
    rows: Sequence[tuple[str, Mapping[str, int]]],
    *,
    title: str,
    desc: str,
    names: Mapping[str, str],
    rtl: bool = False,
) -> Markup:
    """Oppose to the side where reading begins, support to the other, the neutral ones after; one scale.

    `names`: the words of `oppose` and `support`, and under `neutral` one for mixed, question and none.
    """
    scale = _scale([positions for _, positions in rows])
    body, down = list(_heads(names, scale, rtl)), float(_HEAD)
    for name, positions in rows:
        words, down = label(name, down, rtl)
        body.append(words)
        body.append(f'<svg y="{n(down + 2)}" width="100%" height="{BAR_HEIGHT}" overflow="visible">')
        body.extend(_sides(positions, scale, rtl))
        body.extend(rule(across, -2, BAR_HEIGHT + 4, rtl) for across in (scale.axis, scale.neutral))
        body.append("</svg>")
        down += BAR_HEIGHT + _GAP
    return image("diverging-bars", round(down), title, desc, "".join(body))


def _bar(value: int | str, largest: int, down: float, rtl: bool) -> str:
    base = down + _THIN - 1.5
    if isinstance(value, str):
        return text(0, base, value, "start", rtl)
    share = share_of(value, largest) * _BARS_END / 100
    track = (
        f'<rect class="track" x="{start_at(0, _BARS_END, rtl)}" y="{n(down + _THIN)}"'
        f' {width_of(_BARS_END)} height="1" fill="currentColor" fill-opacity=".3"/>'
    )
    drawn = f'<rect class="bar" x="{start_at(0, share, rtl)}" y="{n(down)}" {width_of(max(share, 0.4))}'
    bar = f'{drawn} height="{_THIN}" fill="currentColor"/>' if value > 0 else ""
    return track + bar + text(share + _APART, base, f"{value:,}", "start", rtl)


def _scale(rows: Sequence[Mapping[str, int]]) -> _Scale:
    """The longest bar of each kind and its figure have room: two sides alike, the others half as long."""
    side = max((max(row.get("oppose", 0), row.get("support", 0)) for row in rows), default=0)
    neutral = max((_neutral(row) for row in rows), default=0)
    room = 100 * (_DIGIT * len(f"{max(side, neutral):,}") + 2) / _SMALLEST + _APART
    length = (100 - 3 * room - 2 * _APART) / 2.5
    unit = min(length / max(side, 1), length / 2 / max(neutral, 1))
    return _Scale(room + length, 2 * (room + length + _APART), unit)


def _neutral(row: Mapping[str, int]) -> int:
    return sum(row.get(key, 0) for key in ("mixed", "question", "none"))


def _heads(names: Mapping[str, str], scale: _Scale, rtl: bool) -> Iterator[str]:
    yield text(scale.axis - _APART, 24, names["oppose"], "end", rtl)
    yield text(scale.axis + _APART, 24, names["support"], "start", rtl)
    yield text(scale.neutral + _APART, 24, names["neutral"], "start", rtl)


def _sides(row: Mapping[str, int], scale: _Scale, rtl: bool) -> Iterator[str]:
    """Each bar and, behind it, its figure; nought has neither."""
    axis, unit = scale.axis, scale.unit
    oppose, support = row.get("oppose", 0), row.get("support", 0)
    if oppose:
        yield segment("oppose", axis - oppose * unit, oppose * unit, rtl, gap=False)
        yield text(axis - oppose * unit - _APART, 17, f"{oppose:,}", "end", rtl)
    if support:
        yield segment("support", axis, support * unit, rtl, gap=False)
        yield text(axis + support * unit + _APART, 17, f"{support:,}", "start", rtl)
    start = scale.neutral
    for key in ("mixed", "question", "none"):
        if share := row.get(key, 0) * unit:
            yield segment(key, start, share, rtl, gap=start > scale.neutral)
            start += share
    if start > scale.neutral:
        yield text(start + _APART, 17, f"{_neutral(row):,}", "start", rtl)
