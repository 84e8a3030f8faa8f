"""A heat map: how often two things meet, the figure in every cell, so that nobody depends on the shade."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from markupsafe import Markup, escape

from portal.charts.labels import width
from portal.charts.svg import n, svg

_CELL, _ROW = 58, 34
_SHADES = ("0", ".09", ".2", ".31", "1")


def heat_cell_class(count: int) -> str:
    """Class of a heat map's cell: nothing, 1 to 3, 4 to 9, 10 to 19, 20 and more."""
    step = sum(count >= least for least in (1, 4, 10, 20))
    return f"heat heat-{step}"


def heat_map(
    rows: Sequence[str],
    columns: Sequence[str],
    counts: Mapping[tuple[int, int], int],
    *,
    title: str,
    desc: str,
    rtl: bool = False,
) -> Markup:
    """A cell for each row and column; `counts` by their places, what is missing is nought.

    It has a width of its own, in px: where that is too much, the box around it scrolls. Names are short
    codes; the whole names stand in the table beside it.
    """
    side = max((width(name) for name in rows), default=0) + 12
    across, tall = side + _CELL * len(columns), _ROW * (len(rows) + 1)
    largest = max(counts.values(), default=0)
    body = [*_names(rows, columns, side, across, rtl)]
    for row in range(len(rows)):
        for column in range(len(columns)):
            left = across - side - (column + 1) * _CELL if rtl else side + column * _CELL
            count = counts.get((row, column), 0)
            body.append(_cell(count, _step(count, largest), left, row + 1))
    return svg(
        f'<svg class="chart heat-map" width="{n(across)}" height="{tall}" viewBox="0 0 {n(across)} {tall}"'
        ' direction="ltr" role="img" focusable="false">'
        f"<title>{escape(title)}</title><desc>{escape(desc)}</desc>{''.join(body)}</svg>"
    )


def _names(
    rows: Sequence[str], columns: Sequence[str], side: float, across: float, rtl: bool
) -> Iterator[str]:
    for number, name in enumerate(columns):
        middle = side + (number + 0.5) * _CELL
        yield _words(across - middle if rtl else middle, 0, name, "middle", "axis")
    for number, name in enumerate(rows, 1):
        yield _words(across if rtl else 0, number, name, "end" if rtl else "start", "axis")


def _cell(count: int, step: int, left: float, row: int) -> str:
    look = "axis on-solid" if step == len(_SHADES) - 1 else "axis"
    return (
        f'<rect class="shade" x="{n(left + 1)}" y="{row * _ROW + 1}" width="{_CELL - 2}"'
        f' height="{_ROW - 2}" fill="currentColor" fill-opacity="{_SHADES[step]}"/>'
        + _words(left + _CELL / 2, row, f"{count:,}", "middle", look)
    )


def _step(count: int, largest: int) -> int:
    """Nought, then up to a tenth, three tenths, seven tenths of the largest, and above."""
    return 0 if count <= 0 else 1 + sum(count > part * largest for part in (0.1, 0.3, 0.7))


def _words(across: float, row: int, words: str, anchor: str, look: str) -> str:
    fill = "currentColor" if look == "axis" else "#fff"
    return (
        f'<text class="{look}" x="{n(across)}" y="{row * _ROW + 22}" text-anchor="{anchor}"'
        f' font-size="13" fill="{fill}">{escape(words)}</text>'
    )
