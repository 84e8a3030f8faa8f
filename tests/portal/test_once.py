"""Each person once, in the order in which they came."""

from __future__ import annotations

from portal.services.once import once


def test_the_first_item_of_each_number_stays_in_order() -> None:
    items = [(3, "a"), (0, "b"), (3, "c"), (70_000, "d"), (0, "e"), (1, "f")]
    assert list(once(items, lambda item: item[0])) == [(3, "a"), (0, "b"), (70_000, "d"), (1, "f")]


def test_nobody_gives_nobody() -> None:
    assert list(once([], int)) == []
