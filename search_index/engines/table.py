"""What is known of every document besides its words, as numpy columns: limits, counts and order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt

from search_index.documents import FACETS, NONE, Document, Filters, clause_lies_in
from search_index.engines.cursors import Key

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

LABELLED = (
    "kind", "consultation", "draft", "clause", "number", "language",
    "position", "submitter", "channel", "status",
)  # fmt: skip
FILTERED = {
    "kind": "kinds", "consultation": "consultations", "draft": "drafts", "language": "languages",
    "position": "positions", "submitter": "submitters", "channel": "channels", "status": "statuses",
}  # fmt: skip
MOST_MASKS = 32
A_DAY = 86_400_000_000
PAKISTAN = 5 * 3_600_000_000


def row_of(document: Document, length: int) -> list[str | int]:
    """A document as one row: id, time, number of words, then the labelled columns."""
    return [document.id, document.received, length, *(getattr(document, name) for name in LABELLED)]


class Labels:
    """Numbers for the values of each column, the same for all tables of an engine. It only grows."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.values: dict[str, list[str]] = {name: [] for name in LABELLED}
        self._numbers: dict[str, dict[str, int]] = {name: {} for name in LABELLED}

    def numbers(self, name: str, values: Iterable[str]) -> npt.NDArray[np.int32]:
        known, in_order = self._numbers[name], self.values[name]
        with self._lock:
            numbers = []
            for value in values:
                number = known.get(value)
                if number is None:
                    number = known[value] = len(in_order)
                    in_order.append(value)
                numbers.append(number)
        return np.array(numbers, dtype=np.int32)


@dataclass(frozen=True)
class Columns:
    """Rows of one segment of an index, in its own order."""

    ids: list[str]
    received: Ints
    lengths: npt.NDArray[np.float64]
    labels: Mapping[str, npt.NDArray[np.int32]]

    @classmethod
    def of(cls, rows: Sequence[Sequence[Any]], labels: Labels) -> Columns:
        return cls(
            [row[0] for row in rows],
            np.array([row[1] for row in rows], dtype=np.int64),
            np.array([row[2] for row in rows], dtype=np.float64),
            {name: labels.numbers(name, [row[at] for row in rows]) for at, name in enumerate(LABELLED, 3)},
        )


class Table:
    """All rows of an index as of one commit. Rows that were taken out stay in place but are not `alive`."""

    def __init__(self, parts: Sequence[Columns], alive: Mask, labels: Labels) -> None:
        self.ids = [id_ for part in parts for id_ in part.ids]
        self.alive = alive
        self.received: Ints = np.concatenate([part.received for part in parts])
        self.lengths = np.concatenate([part.lengths for part in parts])
        self.labels = {name: np.concatenate([part.labels[name] for part in parts]) for name in LABELLED}
        self._values = labels.values
        self._masks: dict[Filters, Mask] = {}
        self.documents = int(np.count_nonzero(alive))
        self.average = float(self.lengths[alive].sum()) / self.documents if self.documents else 0.0

    def within(self, filters: Filters) -> Mask:
        """Rows that are alive and within the filters; not to be written to."""
        mask = self._masks.get(filters)
        if mask is None:
            mask = self._within(filters)
            if len(self._masks) >= MOST_MASKS:
                self._masks.clear()
            self._masks[filters] = mask
        return mask

    def facets(self, rows: Ints) -> dict[str, dict[str, int]]:
        return {name: self._counts(name, rows) for name in FACETS}

    def by_day(self, rows: Ints) -> tuple[tuple[str, int], ...]:
        days, counts = np.unique((self.received[rows] + PAKISTAN) // A_DAY, return_counts=True)
        return tuple((_date(day), count) for day, count in zip(days.tolist(), counts.tolist(), strict=True))

    def page(
        self, rows: Ints, scores: Ints | None, order: str, after: Key | None, limit: int
    ) -> tuple[Ints, bool]:
        """The rows to show, in order, and whether more follow. Scores are in the order of `rows`."""
        keys = self._ranks[rows]
        if order == "oldest":
            keys = -keys
        if scores is not None:
            keys = keys + (scores << 32)
        if after:
            follows = self._follows(rows, scores, order, after)
            rows, keys = rows[follows], keys[follows]
        more = len(rows) > limit
        if more:
            best = (
                np.argpartition(keys, len(keys) - limit)[-limit:] if limit else np.array([], dtype=np.int64)
            )
            rows, keys = rows[best], keys[best]
        return rows[np.argsort(-keys)], more

    @cached_property
    def _ranks(self) -> Ints:
        """Places of rows when sorted by time, then id."""
        order = np.argsort(self.received, kind="stable")
        times = self.received[order]
        starts = (
            np.flatnonzero(np.r_[True, times[1:] != times[:-1]])
            if len(order)
            else np.array([], dtype=np.int64)
        )
        ends = np.r_[starts[1:], len(order)]
        for tied in np.flatnonzero(ends - starts > 1):
            span = slice(starts[tied], ends[tied])
            order[span] = sorted(order[span].tolist(), key=self.ids.__getitem__)
        ranks = np.empty(len(order), dtype=np.int64)
        ranks[order] = np.arange(len(order))
        return ranks

    def _within(self, filters: Filters) -> Mask:
        mask = self.alive.copy()
        for name, of_filters in FILTERED.items():
            wanted = getattr(filters, of_filters)
            if wanted:
                mask &= self._having(name, [value in wanted for value in self._values[name]])
        if filters.clauses:
            mask &= self._in_clauses(filters.clauses)
        if filters.received_from is not None:
            mask &= self.received >= filters.received_from
        if filters.received_before is not None:
            mask &= self.received < filters.received_before
        return mask

    def _having(self, name: str, allowed: Sequence[bool]) -> Mask:
        flags: Mask = np.array(allowed, dtype=np.bool_)[self.labels[name]]
        return flags

    def _in_clauses(self, wanted: Sequence[str]) -> Mask:
        """Rows whose eId or number is or lies below one wanted; NONE wants those without a clause."""
        eids, numbers = self._values["clause"], self._values["number"]
        by_eid = [any(clause_lies_in(eid, "", one) for one in wanted) for eid in eids]
        by_number = [any(clause_lies_in("-", number, one) for one in wanted) for number in numbers]
        on_a_clause = self._having("clause", [bool(eid) for eid in eids])
        inside = on_a_clause & (self._having("clause", by_eid) | self._having("number", by_number))
        return inside | ~on_a_clause if NONE in wanted else inside

    def _counts(self, name: str, rows: Ints) -> dict[str, int]:
        values = self._values[name]
        counts = np.bincount(self.labels[name][rows])
        return {values[number] or NONE: int(counts[number]) for number in np.flatnonzero(counts)}

    def _follows(self, rows: Ints, scores: Ints | None, order: str, after: Key) -> Mask:
        received = self.received[rows]
        tied = received == after.received
        later = received > after.received if order == "oldest" else received < after.received
        for place in np.flatnonzero(tied):
            id_ = self.ids[rows[place]]
            later[place] = id_ > after.id if order == "oldest" else id_ < after.id
        if scores is None:
            return later
        return np.asarray((scores < after.score) | ((scores == after.score) & later))


def _date(day: int) -> str:
    return datetime.fromtimestamp(day * 86_400, UTC).date().isoformat()
