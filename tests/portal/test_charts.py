"""Charts: every figure in words beside the picture, mirrored where the page is, no inline style."""

from __future__ import annotations

import re
from datetime import date
from xml.etree import ElementTree

import pytest

from portal import charts

NAMES = {"support": "Support", "oppose": "Oppose", "mixed": "Mixed", "question": "Question", "none": "None"}
POSITIONS = {"support": 19, "oppose": 51, "mixed": 9, "question": 4, "none": 1}
DAYS = [("2026-11-23", 3), ("2026-11-26", 12)]


def all_charts(*, rtl: bool) -> list[str]:
    return [
        str(charts.count_bar(3, 9, rtl=rtl)),
        str(charts.count_bar(0, 0, rtl=rtl)),
        str(charts.positions_bar(POSITIONS, title="Positions", names=NAMES, rtl=rtl)),
        str(charts.positions_bar({}, title="Positions", names=NAMES, rtl=rtl)),
        str(charts.day_columns(DAYS, title="Days", desc="15 comments", label=str, rtl=rtl)),
        str(charts.day_columns([], title="Days", desc="none", label=str, rtl=rtl)),
        str(charts.day_ticks(date(2026, 11, 3), date(2026, 11, 24), date(2027, 1, 2), title="Days", rtl=rtl)),
        str(charts.person_squares(46, "oppose", rtl=rtl)),
        *(str(charts.mark(key)) for key in (*NAMES, None, "other")),
    ]


@pytest.mark.parametrize("rtl", [False, True])
def test_every_chart_is_well_formed_and_carries_no_style(rtl: bool) -> None:
    for chart in all_charts(rtl=rtl):
        ElementTree.fromstring(chart)
        assert "style=" not in chart
        assert "nan" not in chart.lower()


def test_the_figures_of_a_bar_stand_in_its_description() -> None:
    bar = str(charts.positions_bar(POSITIONS, title="Positions", names=NAMES))
    assert "<title>Positions</title><desc>Support 19, Oppose 51, Mixed 9, Question 4, None 1</desc>" in bar
    assert 'role="img"' in bar


def test_words_in_charts_are_escaped() -> None:
    bar = str(charts.positions_bar(POSITIONS, title="<script>", names=NAMES))
    assert "<script>" not in bar


def test_days_without_comments_are_gaps() -> None:
    chart = str(charts.day_columns(DAYS, title="Days", desc="", label=str))
    assert len(re.findall(r'<rect class="bar"', chart)) == 2
    assert "2026-11-23" in chart
    assert "2026-11-26" in chart


def test_a_mirrored_chart_begins_at_the_other_side() -> None:
    left = str(charts.count_bar(1, 4))
    right = str(charts.count_bar(1, 4, rtl=True))
    assert 'x="0%"' in left
    assert 'x="75%"' in right


def test_a_heat_cell_has_five_steps() -> None:
    classes = [charts.heat_cell_class(count) for count in (0, 1, 4, 10, 20, 500)]
    assert classes == [
        "heat heat-0",
        "heat heat-1",
        "heat heat-2",
        "heat heat-3",
        "heat heat-4",
        "heat heat-4",
    ]
