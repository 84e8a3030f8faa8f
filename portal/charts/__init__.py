"""Numbers to accessible inline SVG: classes and presentation attributes only, never a style attribute.

Widths are per cent of the box a chart stands in, heights are px, so labels keep their size on a phone. Colour
comes from `currentColor` and the classes `p-support`, `p-oppose`, …; without a style sheet shape and pattern
still tell positions apart. `rtl=True` mirrors a chart. No chart needs an id, so one page can hold many.
"""

from __future__ import annotations

from portal.charts.days import day_columns
from portal.charts.heat import heat_cell_class, heat_map
from portal.charts.rows import bars, diverging_bars
from portal.charts.small import POSITION_KEYS, count_bar, day_ticks, mark, person_squares, positions_bar

__all__ = [
    "POSITION_KEYS",
    "bars",
    "count_bar",
    "day_columns",
    "day_ticks",
    "diverging_bars",
    "heat_cell_class",
    "heat_map",
    "mark",
    "person_squares",
    "positions_bar",
]
