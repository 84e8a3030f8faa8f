"""The embedded index as of one commit: words in use, posting lists, and the answer to a search."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

import numpy as np
import numpy.typing as npt

from search_index.documents import Filters, Page
from search_index.engines import cursors
from search_index.engines.damage import damage_is_unavailable
from search_index.engines.evaluation import PLACE_BITS, Evaluation, Postings
from search_index.engines.likeness import FEWEST_SHARED, telling
from search_index.engines.suggestion import did_you_mean
from search_index.engines.table import Columns, Ints, Labels, Table
from search_index.engines.whoosh import Segment
from search_index.expansion import Everything, expand
from search_index.query import Query, Word
from search_index.synonyms import Glossary
from search_index.vocabulary import Vocabularies

CACHED_NUMBERS = 4_000_000
"""Numbers (8 bytes each) of posting lists kept from one search to the next."""


class Snapshot(Vocabularies):
    """Never changes; any number of threads may search it."""

    def __init__(
        self, segments: Sequence[tuple[str, Segment, list[int]]], sequence: int, labels: Labels
    ) -> None:
        super().__init__([segment.vocabulary for _, segment, _ in segments])
        self.sequence = sequence
        self.segments = {name: segment for name, segment, _ in segments}
        parts = [segment.columns for _, segment, _ in segments]
        self._bases = np.cumsum([0, *(len(part.ids) for part in parts)]).tolist()
        self.table = Table(parts, _alive(segments, parts), labels)
        self._cache = _Cache()
        self._english, self._roman = (
            int(labels.numbers("language", [name])[0]) for name in ("en", "ur-Latn")
        )

    def is_used(self, form: str) -> bool:
        return len(self.postings(form).rows) > 0

    def count(self, form: str) -> int:
        return len(self.postings(form).rows)

    def is_roman(self, form: str) -> bool:
        languages = self.table.labels["language"][self.postings(form).rows]
        roman, english = (np.count_nonzero(languages == one) for one in (self._roman, self._english))
        return int(roman) >= int(english)

    def postings(self, form: str) -> Postings:
        cached = self._cache.get(form)
        if cached is None:
            rows, counts, _ = self._read(form)
            keep = self.table.alive[rows]
            cached = self._cache.put(form, (rows[keep], counts[keep]))
        return Postings(*cached)

    def places(self, form: str) -> Ints:
        cached = self._cache.get("\x00" + form)
        if cached is None:
            rows, counts, positions = self._read(form, positions=True)
            each = np.repeat(rows, counts)
            places = (each << PLACE_BITS) + positions
            cached = self._cache.put("\x00" + form, (places[self.table.alive[each]],))
        return cached[0]

    def find(self, query: Query, filters: Filters, order: str, limit: int, after: cursors.Key | None) -> Page:
        expansion = expand(query, self)
        evaluation = Evaluation(self.table, self.postings, self.places)
        visible = self.table.within(filters) & self.table.within(query.filters)
        found = np.flatnonzero(evaluation.matching(expansion.plan) & visible)
        ranked = order == "relevance" and not isinstance(expansion.plan, Everything)
        scores = evaluation.scores(expansion.plan, found) if ranked else np.zeros(len(found), dtype=np.int64)
        by_score = scores if order == "relevance" else None
        rows, more = self.table.page(found, by_score, order, after, limit)
        return Page(
            ids=tuple(self.table.ids[row] for row in rows),
            total=len(found),
            next=self._cursor(order, rows[-1], found, by_score) if more and len(rows) else None,
            facets=self.table.facets(found),
            did_you_mean=self._did_you_mean(query, filters) if expansion.guessed or not len(found) else None,
            also=expansion.also,
            by_day=self.table.by_day(found),
        )

    def like(
        self, text: str, filters: Filters, without: str, limit: int, synonyms: Glossary | None
    ) -> tuple[str, ...]:
        query = telling(text, self, self.table.documents, synonyms)
        plan = expand(query, self, guessing=False).plan
        evaluation = Evaluation(self.table, self.postings, self.places)
        found = np.flatnonzero((evaluation.shared(plan) >= FEWEST_SHARED) & self.table.within(filters))
        rows, _ = self.table.page(found, evaluation.scores(plan, found), "relevance", None, limit + 1)
        ids = (self.table.ids[row] for row in rows)
        return tuple(id_ for id_ in ids if id_ != without)[:limit]

    def _did_you_mean(self, query: Query, filters: Filters) -> str | None:
        seen = self.table.within(Filters(kinds=filters.kinds, statuses=filters.statuses))

        def uses(word: Word) -> int:
            plan = expand(Query(query.text, word, glossary=query.glossary), self, guessing=False).plan
            matching = Evaluation(self.table, self.postings, self.places).matching(plan)
            return int(np.count_nonzero(matching & seen))

        return did_you_mean(query, self, uses)

    def _cursor(self, order: str, row: np.int64, found: Ints, scores: Ints | None) -> str:
        score = 0 if scores is None else int(scores[np.searchsorted(found, row)])
        return cursors.write(order, cursors.Key(score, int(self.table.received[row]), self.table.ids[row]))

    def _read(self, form: str, *, positions: bool = False) -> tuple[Ints, Ints, Ints]:
        """Rows, counts and, where asked for, positions of a form in all segments, dead rows too."""
        parts: list[tuple[Ints, Ints, Ints]] = []
        for base, segment in zip(self._bases, self.segments.values(), strict=False):
            if form in segment.vocabulary:
                with damage_is_unavailable():
                    rows, counts = segment.postings(form)
                    parts.append((rows + base, counts, segment.positions(form) if positions else rows[:0]))
        if not parts:
            return _NO_ROWS, _NO_ROWS, _NO_ROWS
        rows, counts, places = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
        return rows, counts, places


_NO_ROWS: Ints = np.array([], dtype=np.int64)


def _alive(
    segments: Sequence[tuple[str, Segment, list[int]]], parts: Sequence[Columns]
) -> npt.NDArray[np.bool_]:
    alive = []
    for (_, segment, taken_out), part in zip(segments, parts, strict=True):
        here = np.ones(len(part.ids), dtype=np.bool_)
        here[taken_out] = False
        here[segment.bookkeeping] = False
        alive.append(here)
    return np.concatenate(alive)


class _Cache:
    """Arrays last used, up to a total size."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._held: OrderedDict[str, tuple[Ints, ...]] = OrderedDict()
        self._numbers = 0

    def get(self, key: str) -> tuple[Ints, ...] | None:
        with self._lock:
            arrays = self._held.get(key)
            if arrays is not None:
                self._held.move_to_end(key)
            return arrays

    def put(self, key: str, arrays: tuple[Ints, ...]) -> tuple[Ints, ...]:
        with self._lock:
            if key not in self._held:
                self._held[key] = arrays
                self._numbers += sum(map(len, arrays)) + 16
            while self._numbers > CACHED_NUMBERS:
                _, dropped = self._held.popitem(last=False)
                self._numbers -= sum(map(len, dropped)) + 16
        return arrays
