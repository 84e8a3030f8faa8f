"""Answers about senders: small cells hidden, and none of them left to be worked out from the others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.services.representativeness import FEWEST, hidden, panels, panels_within
from portal.services.rows import QuestionRow

QUESTION = QuestionRow(
    key="province",
    label={"en": "Where?", "ur": "کہاں؟"},
    choices=(("punjab", {"en": "Punjab"}), ("sindh", {"en": "Sindh"}), ("kp", {"en": "KP"})),
    reference={"punjab": 0.529, "sindh": 0.231},
    reference_source={"en": "A census.", "ur": "مردم شماری۔"},
)
COUNTS = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 30), min_size=2)


def people(**counts: int) -> dict[int, dict[str, str]]:
    """Numbers of submissions with their answers; "none" gives none."""
    answers = [value for value, n in counts.items() for _ in range(n)]
    return {n: {} if value == "none" else {"province": value} for n, value in enumerate(answers)}


@given(COUNTS)
def test_no_small_cell_is_shown(counts: dict[str, int]) -> None:
    unseen = hidden(counts)
    assert all(value in unseen for value, n in counts.items() if 0 < n < FEWEST)


@given(COUNTS)
def test_a_hidden_cell_cannot_be_worked_out_from_the_sum_of_its_row(counts: dict[str, int]) -> None:
    unseen = hidden(counts)
    gap = sum(counts[value] for value in unseen)
    if unseen:
        assert len(unseen) >= 2
        assert gap >= FEWEST or unseen == set(counts)


@given(COUNTS, st.data())
def test_a_hidden_cell_cannot_be_worked_out_from_the_row_over_all(
    counts: dict[str, int], data: st.DataObject
) -> None:
    rest = {value: data.draw(st.integers(0, 30)) for value in counts}
    unseen = hidden(counts, rest)
    for value in counts:
        assert value in unseen or not 0 < rest[value] < FEWEST


@pytest.mark.parametrize(("small", "others"), [(1, 5), (1, 20), (4, 5), (4, 20)])
def test_a_second_cell_is_hidden_with_a_single_small_one(small: int, others: int) -> None:
    about = people(punjab=others + 9, sindh=others, kp=small, none=90)
    (panel,) = panels([QUESTION], about, about)
    shown = {cell.value: cell.people for cell in panel.cells}
    assert shown == {"punjab": others + 9, "sindh": None, "kp": None}
    assert panel.answered == 2 * others + 9 + small


def test_the_number_of_answers_is_hidden_where_too_few_gave_none() -> None:
    about = people(punjab=30, sindh=20, kp=10, none=2)
    (panel,) = panels([QUESTION], about, about)
    assert panel.answered is None
    assert [cell.people for cell in panel.cells] == [30, 20, None]
    assert [cell.percent for cell in panel.cells] == [None, None, None]


def test_shares_stand_beside_those_of_the_population() -> None:
    about = people(punjab=30, sindh=20, kp=10, none=40)
    (panel,) = panels([QUESTION], about, about)
    assert (panel.people, panel.answered) == (100, 60)
    assert [(cell.people, cell.percent, cell.reference) for cell in panel.cells] == [
        (30, 50, 52.9),
        (20, 33, 23.1),
        (10, 17, None),
    ]
    assert panel.source == {"en": "A census.", "ur": "مردم شماری۔"}


def test_a_theme_that_nearly_all_of_a_province_wrote_about_does_not_tell_of_the_rest() -> None:
    about = people(punjab=30, sindh=20, kp=10, none=10)
    members = [n for n in about if n != 0]
    (panel,) = panels_within([QUESTION], about, members, about)
    assert {cell.value: cell.people for cell in panel.cells}["punjab"] is None


def test_a_theme_s_panel_that_shows_nothing_is_left_out() -> None:
    about = people(punjab=30, none=10)
    assert panels_within([QUESTION], about, list(about)[:3], about) == ()
