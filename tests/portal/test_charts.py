"""Charts: every figure in words beside the picture, mirrored where the page is, no inline style."""

from __future__ import annotations

import re
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest

from portal import charts
from portal.charts import labels

NAMES = {"support": "Support", "oppose": "Oppose", "mixed": "Mixed", "question": "Question", "none": "None"}
POSITIONS = {"support": 19, "oppose": 51, "mixed": 9, "question": 4, "none": 1}
HEADS = {"support": "Support", "oppose": "Oppose", "neutral": "Others"}
LONG = "5.4.2 Biometric identification and surveillance in every public place of a city or a village"
URDU = "5.4.2 عوامی مقامات پر بائیو میٹرک شناخت اور نگرانی کے نظاموں کی ذمہ داریاں اور ان کی حدود"
ROWS: list[tuple[str, int | str]] = [(LONG, 41), (URDU, 100_000), ("x" * 500, 0), ("<Sindh>", "fewer than 5")]
DIVERGING = [(LONG, POSITIONS), (URDU, {"support": 1}), ("None", {}), ("Mixed", {"mixed": 12_000})]
DAYS = [("2026-11-23", 3), ("2026-11-26", 12)]


def all_charts(*, rtl: bool) -> list[str]:
    return [
        str(charts.count_bar(3, 9, rtl=rtl)),
        str(charts.count_bar(0, 0, rtl=rtl)),
        str(charts.positions_bar(POSITIONS, title="Positions", names=NAMES, rtl=rtl)),
        str(charts.positions_bar({}, title="Positions", names=NAMES, rtl=rtl)),
        str(charts.day_columns(DAYS, title="Days", desc="15 comments", label=str, rtl=rtl)),
        str(charts.day_columns([], title="Days", desc="none", label=str, rtl=rtl)),
        str(charts.bars(ROWS, title="Clauses", desc="", rtl=rtl)),
        str(charts.bars([], title="Clauses", desc="", rtl=rtl)),
        str(charts.diverging_bars(DIVERGING, title="Positions", desc="", names=HEADS, rtl=rtl)),
        str(charts.diverging_bars([], title="Positions", desc="", names=HEADS, rtl=rtl)),
        str(charts.heat_map(["1.1.1", "<whole>"], ["T-0001"], {(0, 0): 7}, title="T", desc="D", rtl=rtl)),
        str(charts.heat_map([], [], {}, title="T", desc="D", rtl=rtl)),
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


def rects(chart: str, kind: str) -> list[tuple[float, float]]:
    """(x, width) of the shapes of a class, per cent."""
    found = re.findall(rf'class="{kind}" x="([\d.-]+)%"[^>]*?width="([\d.]+)%"', chart)
    return [(float(left), float(width)) for left, width in found]


def test_bars_share_one_scale_and_their_figures_stand_behind_them() -> None:
    chart = str(charts.bars([("A", 10), ("B", 5), ("C", 0)], title="T", desc="D"))
    (_, first), (_, second) = rects(chart, "bar")
    assert first == 2 * second
    assert re.findall(r">([\d,]+)</text>", chart) == ["10", "5", "0"]


def test_words_instead_of_a_figure_have_no_bar() -> None:
    chart = str(charts.bars([("Sindh", "fewer than 5")], title="T", desc="D"))
    assert rects(chart, "bar") == []
    assert ">fewer than 5</text>" in chart


@pytest.mark.parametrize("rtl", [False, True])
def test_a_mirrored_bar_ends_where_the_other_begins(rtl: bool) -> None:
    ((left, width),) = rects(str(charts.bars([("A", 10)], title="T", desc="D", rtl=rtl)), "bar")
    assert (left + width == 100) if rtl else (left == 0)


@pytest.mark.parametrize("rtl", [False, True])
def test_oppose_and_support_part_at_one_line_and_the_others_come_after(rtl: bool) -> None:
    row = [("A", {"support": 3, "oppose": 6, "mixed": 2, "question": 1})]
    chart = str(charts.diverging_bars(row, title="T", desc="D", names=HEADS, rtl=rtl))
    oppose, support, mixed, question = (
        rects(chart, f"p-{key}")[0] for key in ("oppose", "support", "mixed", "question")
    )
    order = [question, mixed, support, oppose] if rtl else [oppose, support, mixed, question]
    assert order == sorted(order)
    meet = (support, oppose) if rtl else (oppose, support)
    assert meet[0][0] + meet[0][1] == pytest.approx(meet[1][0], abs=0.02)
    assert oppose[1] == pytest.approx(2 * support[1], abs=0.02) == pytest.approx(3 * mixed[1], abs=0.05)


def test_no_line_of_a_label_is_longer_than_the_smallest_screen() -> None:
    for words in (LONG, URDU, "W" * 300, "a " * 300, "—" * 99, ""):
        lines = labels.lines_of(words)
        assert 1 <= len(lines) <= 3
        assert all(labels.width(line) <= labels.NARROWEST for line in lines)


def test_a_label_loses_no_word_where_it_has_room() -> None:
    assert " ".join(labels.lines_of(LONG)) == LONG


def test_a_heat_map_has_a_figure_in_every_cell_and_shades_by_the_largest() -> None:
    counts = {(0, 0): 100, (0, 1): 8, (1, 0): 30}
    chart = str(charts.heat_map(["1.1.1", "1.1.2"], ["T-0001", "T-0002"], counts, title="T", desc="D"))
    assert re.findall(r">([\d,]+)</text>", chart) == ["100", "8", "30", "0"]
    assert re.findall(r'fill-opacity="([\d.]+)"', chart) == ["1", ".09", ".2", "0"]


def test_one_day_is_a_column_and_no_wall() -> None:
    ((_, width),) = rects(str(charts.day_columns([("2026-11-23", 9)], title="T", desc="", label=str)), "bar")
    assert width < 15


def test_four_hundred_days_are_columns_that_can_be_seen() -> None:
    days = [((date(2026, 1, 1) + timedelta(days=day)).isoformat(), 1) for day in range(400)]
    found = rects(str(charts.day_columns(days, title="T", desc="", label=str)), "bar")
    assert 100 < len(found) <= 184
