"""Rows of bars with their labels above them, so that a label has the whole width and no two can meet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from markupsafe import Markup

from portal.charts.labels import label
from portal.charts.svg import BAR_HEIGHT, image, n, rule, segment, share_of, start_at, text, width_of

_THIN = 12
_GAP = 10
_BARS_END = 82
"""Per cent; behind it there is room for six digits on a phone."""
_AXIS, _SIDE, _NEUTRAL, _NEUTRAL_WIDTH = 37, 21, 74, 11
"""Per cent: where oppose and support part, how long each can be; where the others begin, and their length."""
_HEAD = 34


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
    unit = _unit([positions for _, positions in rows])
    body, down = list(_heads(names, rtl)), float(_HEAD)
    for name, positions in rows:
        words, down = label(name, down, rtl)
        body.append(words)
        body.append(f'<svg y="{n(down + 2)}" width="100%" height="{BAR_HEIGHT}" overflow="visible">')
        body.extend(_sides(positions, unit, rtl))
        body.extend(rule(across, -2, BAR_HEIGHT + 4, rtl) for across in (_AXIS, _NEUTRAL))
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
    return track + bar + text(share + 1.5, base, f"{value:,}", "start", rtl)


def _unit(rows: Sequence[Mapping[str, int]]) -> float:
    """Per cent a comment, so that the longest bar of either kind has room."""
    side = max((max(row.get("oppose", 0), row.get("support", 0)) for row in rows), default=0)
    neutral = max((_neutral(row) for row in rows), default=0)
    return min(_SIDE / max(side, 1), _NEUTRAL_WIDTH / max(neutral, 1))


def _neutral(row: Mapping[str, int]) -> int:
    return sum(row.get(key, 0) for key in ("mixed", "question", "none"))


def _heads(names: Mapping[str, str], rtl: bool) -> Iterator[str]:
    yield text(_AXIS - 1.5, 24, names["oppose"], "end", rtl)
    yield text(_AXIS + 1.5, 24, names["support"], "start", rtl)
    yield text(_NEUTRAL + 1.5, 24, names["neutral"], "start", rtl)


def _sides(row: Mapping[str, int], unit: float, rtl: bool) -> Iterator[str]:
    """Each bar and, behind it, its figure; nought has neither."""
    oppose, support = row.get("oppose", 0), row.get("support", 0)
    if oppose:
        yield segment("oppose", _AXIS - oppose * unit, oppose * unit, rtl, gap=False)
        yield text(_AXIS - oppose * unit - 1.5, 17, f"{oppose:,}", "end", rtl)
    if support:
        yield segment("support", _AXIS, support * unit, rtl, gap=False)
        yield text(_AXIS + support * unit + 1.5, 17, f"{support:,}", "start", rtl)
    start = float(_NEUTRAL)
    for key in ("mixed", "question", "none"):
        if share := row.get(key, 0) * unit:
            yield segment(key, start, share, rtl, gap=start > _NEUTRAL)
            start += share
    if start > _NEUTRAL:
        yield text(start + 1.5, 17, f"{_neutral(row):,}", "start", rtl)
