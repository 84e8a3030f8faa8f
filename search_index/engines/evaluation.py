"""Plans over posting lists as numpy arrays: which rows match, and how relevant they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from search_index.engines import scoring
from search_index.engines.table import Ints, Mask, Table
from search_index.expansion import Alternative, Both, Either, Everything, Leaf, Plan, Without, leaves

PLACE_BITS = 32
"""A place of a word in the whole index is row << 32 | position in the document."""


@dataclass(frozen=True)
class Postings:
    """The rows that have a form, in order, and how often each has it."""

    rows: Ints
    counts: Ints


@dataclass
class Evaluation:
    """One plan on one table. `postings` and `places` give a form's rows, and its places in order."""

    table: Table
    postings: Callable[[str], Postings]
    places: Callable[[str], Ints]
    _seen: dict[Leaf, npt.NDArray[np.float64]] = field(default_factory=dict)

    def matching(self, plan: Plan) -> Mask:
        match plan:
            case Leaf():
                return self._occurrences(plan) > 0
            case Both(parts):
                return self._joined(parts, np.logical_and)
            case Either(parts):
                return self._joined(parts, np.logical_or)
            case Without(part):
                return ~self.matching(part)
            case Everything():
                return self.table.alive

    def shared(self, plan: Plan) -> Ints:
        """How many of the plan's leaves each row has."""
        total = np.zeros(len(self.table.ids), dtype=np.int64)
        for leaf in leaves(plan):
            total += self._occurrences(leaf) > 0
        return total

    def scores(self, plan: Plan, rows: Ints) -> Ints:
        """Relevance of rows in millionths."""
        total = np.zeros(len(rows))
        lengths = self.table.lengths[rows]
        for leaf in leaves(plan):
            everywhere = self._occurrences(leaf)
            rarity = scoring.rarity(self.table.documents, int(np.count_nonzero(everywhere)))
            counts = everywhere[rows]
            having = np.flatnonzero(counts)
            total[having] += scoring.relevance(rarity, counts[having], lengths[having], self.table.average)
        return np.rint(total * scoring.PARTS).astype(np.int64)

    def _joined(self, parts: tuple[Plan, ...], join: np.ufunc) -> Mask:
        mask = self.matching(parts[0])
        for part in parts[1:]:
            mask = join(mask, self.matching(part))
        return mask

    def _occurrences(self, leaf: Leaf) -> npt.NDArray[np.float64]:
        """How often each row of the table has a leaf, weighted."""
        counts = self._seen.get(leaf)
        if counts is None:
            counts = self._seen[leaf] = np.zeros(len(self.table.ids))
            for alternative in leaf.alternatives:
                self._add(alternative, counts)
        return counts

    def _add(self, alternative: Alternative, counts: npt.NDArray[np.float64]) -> None:
        if len(alternative.slots) == 1:
            for form in alternative.slots[0]:
                postings = self.postings(form)
                counts[postings.rows] += alternative.weight * postings.counts
            return
        rows, times = np.unique(self._starts(alternative) >> PLACE_BITS, return_counts=True)
        counts[rows] += alternative.weight * times

    def _starts(self, alternative: Alternative) -> Ints:
        """Places where the forms of all slots stand in a row. The rarest slot goes first."""
        slots = []
        for offset, slot in enumerate(alternative.slots):
            rows = sum(len(self.postings(form).rows) for form in slot)
            slots.append((rows, offset, slot))
        starts: Ints | None = None
        for rows, offset, slot in sorted(slots):
            if not rows:
                return np.array([], dtype=np.int64)
            here = np.concatenate([self.places(form) for form in slot]) - offset
            starts = here if starts is None else np.intersect1d(starts, here, assume_unique=True)
            if not len(starts):
                break
        return np.array([], dtype=np.int64) if starts is None else starts
