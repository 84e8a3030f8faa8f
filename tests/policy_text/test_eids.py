"""EIds: what is one, what stands above it, and what a printed number names."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_text import eids

NUMBERS = st.lists(st.integers(0, 999), min_size=1, max_size=6).map(tuple)


@pytest.mark.parametrize(
    "eid",
    [
        "preface",
        "part_2",
        "part_2__sec_3",
        "part_2__sec_3__cl_1",
        "sec_1",
        "sec_4__cl_2",
        "cl_7",
        "part_1__cl_2",
        "part_2__sec_2_2",
        "part_1__sec_1__cl_3__cl_1",
        "part_0",
    ],
)
def test_a_name_made_of_part_section_and_clause_in_order_is_an_eid(eid: str) -> None:
    assert eids.check(eid)


@pytest.mark.parametrize(
    "eid",
    [
        "",
        "whole",
        "part",
        "part_",
        "part_02",
        "part_2__part_3",
        "sec_1__part_1",
        "part_1_sec_2",
        "part_1__",
        "PART_1",
        "part_1/../x",
        "part_1\n",
        "cl_1__sec_1",
        "sec_1_1",
        "part_۲",
        "preface__cl_1",
        "part_1__preface",
    ],
)
def test_anything_else_is_not(eid: str) -> None:
    assert not eids.check(eid)


@given(st.text(max_size=40))
def test_any_text_can_be_checked_and_looked_up(text: str) -> None:
    assert eids.check(text) in (True, False)
    assert eids.from_number(text) is None or eids.check(eids.from_number(text).eid)


def test_the_parent_is_one_step_up() -> None:
    assert eids.parent("part_2__sec_3__cl_1") == "part_2__sec_3"
    assert eids.parent("part_2") is None
    assert eids.parent("preface") is None


def test_ancestors_end_with_the_nearest() -> None:
    assert eids.ancestors("part_2__sec_3__cl_1__cl_4") == ("part_2", "part_2__sec_3", "part_2__sec_3__cl_1")
    assert eids.ancestors("part_2") == ()


@pytest.mark.parametrize(
    ("number", "kind", "eid"),
    [
        ("2", "part", "part_2"),
        ("2.2", "section", "part_2__sec_2"),
        ("2.2.3", "clause", "part_2__sec_2__cl_3"),
        ("2.2.3.1", "clause", "part_2__sec_2__cl_3__cl_1"),
        (" ۲.۲.۳ ", "clause", "part_2__sec_2__cl_3"),
        ("۲۔۲", "section", "part_2__sec_2"),
        ("02.1", "section", "part_2__sec_1"),
    ],
)
def test_a_number_names_a_kind_and_an_eid(number: str, kind: str, eid: str) -> None:
    assert eids.from_number(number) == (kind, eid)


@pytest.mark.parametrize(
    "number", ["", "2.", ".2", "2..2", "two", "2.2.x", "2026", "1.2.3.4.5.6.7", "²", "2 2"]
)
def test_what_is_no_number_names_nothing(number: str) -> None:
    assert eids.from_number(number) is None


@settings(deadline=None)
@given(NUMBERS)
def test_the_numbers_of_an_eid_are_those_it_was_made_of(numbers: tuple[int, ...]) -> None:
    place = eids.from_numbers(numbers)

    assert eids.check(place.eid)
    assert eids.ordinals(place.eid) == numbers
    assert eids.kind(place.eid) == place.kind
    assert len(eids.ancestors(place.eid)) == len(numbers) - 1


def test_a_repeated_one_is_known_by_its_mark() -> None:
    assert eids.is_repeated("part_2__sec_2_2__cl_1")
    assert not eids.is_repeated("part_2__sec_2__cl_12")
    assert eids.ordinals("part_2__sec_2_2") == (2, 2)
