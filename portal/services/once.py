"""Each person once, where comments are many: a byte a number instead of a set of numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def once(items: Iterable[T], number: Callable[[T], int]) -> Iterator[T]:
    """The first item of each number, in order. Numbers are those of a table: from 0, with few gaps."""
    seen = bytearray()
    for item in items:
        place = number(item)
        if place >= len(seen):
            seen.extend(bytes(place + 1 - len(seen) + len(seen) // 8))
        if not seen[place]:
            seen[place] = 1
            yield item
