"""Small counts of people: what is shown must not let anybody work out what is not."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.services.suppression import FEWER, HIDDEN, LEAST, Shown, suppressed

MOST = 9


def possible(shown: tuple[Shown, ...], total: int) -> list[set[int]]:
    """For each count, every value that someone who knows rules and total must think possible."""
    seen = [count for count in shown if isinstance(count, int)]
    ceiling = min(seen, default=total)
    plain = FEWER not in shown and HIDDEN in shown
    ranges = []
    for count in shown:
        if isinstance(count, int):
            ranges.append(range(count, count + 1))
        elif count == FEWER:
            ranges.append(range(LEAST))
        else:
            ranges.append(range(0 if plain else LEAST, ceiling + 1))
    fitting = [values for values in product(*ranges) if sum(values) == total]
    return [{values[place] for values in fitting} for place in range(len(shown))]


@given(st.lists(st.integers(0, MOST), min_size=2, max_size=4))
def test_no_small_count_can_be_worked_out(counts: list[int]) -> None:
    shown = suppressed(counts)
    values = possible(shown, sum(counts))
    for count, what, could_be in zip(counts, shown, values, strict=True):
        assert isinstance(what, str) or what == count
        if sum(counts):
            assert isinstance(what, str) or count >= LEAST
            assert what != FEWER or could_be == set(range(LEAST))
            assert count >= LEAST or len(could_be) > 1


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([7, 12, 5], (7, 12, 5)),
        ([0, 0, 0], (0, 0, 0)),
        ([3, 12, 7, 40], (FEWER, 12, HIDDEN, 40)),
        ([1, 3, 40], (FEWER, FEWER, 40)),
        ([4, 4, 40, 41, 60], (FEWER, FEWER, HIDDEN, HIDDEN, 60)),
        ([0, 5], (HIDDEN, HIDDEN)),
        ([1, 0], (HIDDEN, HIDDEN)),
    ],
    ids=[
        "nothing is small",
        "nobody answered",
        "one small count takes the next smallest along",
        "two small counts hide each other",
        "two that together say they are as large as they can be do not",
        "what is too little to hide anything in says nothing at all",
        "one person is nowhere",
    ],
)
def test_what_is_shown(counts: list[int], shown: tuple[Shown, ...]) -> None:
    assert suppressed(counts) == shown
