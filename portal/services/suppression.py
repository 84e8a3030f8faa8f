"""Counts of people small enough to point at somebody are not shown, nor what would give them away.

The total is taken as known. A count below five is replaced by the words "fewer than 5". Where the total and
the other counts would still say more about it than that, the smallest of the others are hidden too, until
every value from 0 to 4 is possible for every small count; and where even hiding all is not enough, no count
says that it is small. Method: primary and complementary cell suppression, with the interval that someone
who knows these rules could work out checked for each cell (see docs/fairness.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

LEAST = 5
FEWER: Final = "fewer"
"""Below five."""
HIDDEN: Final = "hidden"
"""Five or more, left out so that the others cannot be worked out."""
Shown = int | Literal["fewer", "hidden"]


def suppressed(counts: Sequence[int]) -> tuple[Shown, ...]:
    """The counts of one question's answers, "not said" among them, as they may be shown."""
    small = [count for count in counts if count < LEAST]
    if not small or not sum(counts):
        return tuple(counts)
    others = sorted((count, place) for place, count in enumerate(counts) if count >= LEAST)
    hidden = 0
    while not _is_safe(sum(small), len(small), [count for count, _ in others], hidden):
        if hidden == len(others):
            return tuple(HIDDEN for _ in counts)
        hidden += 1
    away = {place for _, place in others[:hidden]}
    return tuple(
        FEWER if count < LEAST else HIDDEN if place in away else count for place, count in enumerate(counts)
    )


def _is_safe(in_small: int, small: int, others: Sequence[int], hidden: int) -> bool:
    """Whether each small count could be anything from 0 to 4, for all that total and shown counts say.

    The hidden ones are the smallest of `others`: each is at least five and at most the smallest shown one.
    """
    unseen = in_small + sum(others[:hidden])
    highest = unseen - LEAST * hidden
    most_elsewhere: float = (LEAST - 1) * (small - 1)
    if hidden:
        most_elsewhere += hidden * (others[hidden] if hidden < len(others) else float("inf"))
    return highest >= LEAST - 1 and unseen <= most_elsewhere
