"""Near-identical texts: MinHash proposes pairs, the exact Jaccard index of word triples decides."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rensa import RMinHash

from search_index.analysis import words

_HASHES = 128
_ROWS = 4  # bands of four: a pair of Jaccard 0.8 is missed less than once in ten million
_SEED = 42
_AT_ONCE = 500  # texts whose signatures are Python lists for a moment
_HASHED = 16_384  # words whose hashes are remembered: the frequent ones
_FEW = 3  # sets of a group from which one can be more typical than the others
_FIRST, _SECOND = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)

Numbers = NDArray[np.int64]


def groups(texts: Sequence[str], *, threshold: float = 0.8) -> list[list[int]]:
    """Indexes of near-identical texts together, the text that speaks for them first, by first member.

    Every text of a group has a Jaccard index of word triples of at least `threshold` with that first
    text, which is the most typical of them; a third text joins nothing. Texts of fewer than three words
    have to have the same words, texts without words the same characters.
    """
    if not texts:
        return []
    sets = _sets(texts)
    same: defaultdict[bytes, list[int]] = defaultdict(list)
    for index in range(len(texts)):
        same[sets.key(index)].append(index)
    copies = list(same.values())
    leaders = _Claims(sets.of([own[0] for own in copies]), threshold).settled([len(own) for own in copies])
    found: defaultdict[int, list[int]] = defaultdict(list)
    for place, leader in enumerate(leaders):
        found[leader].extend(copies[place])
    spoken = [[copies[leader][0], *sorted(set(own) - {copies[leader][0]})] for leader, own in found.items()]
    return sorted(spoken, key=min)


def distinct(texts: Sequence[str]) -> int:
    return len(groups(texts))


class Sets:
    """Texts as sets of word triples, to be held against each other."""

    def __init__(self, columns: NDArray[np.int32], ends: Numbers, hashes: NDArray[np.uint64]) -> None:
        """`columns`: the triples of one text after the other, none twice in a text, never none; `ends`
        (n + 1): where those of a text begin and end; `hashes` of the columns."""
        self._columns, self._ends, self._hashes = columns, ends, hashes
        self._sizes = np.diff(ends)
        self._mine = np.zeros(len(hashes), dtype=np.int32)  # one set at a time, made once

    def __len__(self) -> int:
        return len(self._sizes)

    def of(self, places: Sequence[int]) -> Sets:
        """The sets of these texts alone."""
        chosen = np.array(places)
        ends = np.concatenate([[0], np.cumsum(self._sizes[chosen])])
        return Sets(self._columns[self._where(chosen)], ends, self._hashes)

    def key(self, place: int) -> bytes:
        """The same for two texts with the same triples."""
        return self._of(place).tobytes()

    def jaccard(self, place: int, others: Numbers) -> NDArray[np.float64]:
        if not len(others):
            return np.empty(0)
        mine = self._of(place)
        self._mine[mine] = 1
        shared = self._summed(self._mine[self._columns[self._where(others)]], others)
        self._mine[mine] = 0
        found: NDArray[np.float64] = shared / (self._sizes[others] + self._sizes[place] - shared)
        return found

    def most_typical(self, places: Numbers, weights: Numbers) -> int:
        """The text that is most like all of these together; the first among equals."""
        known, columns = np.unique(self._columns[self._where(places)], return_inverse=True)
        sizes = self._sizes[places]
        often = np.bincount(columns, np.repeat(weights, sizes), len(known)) / weights.sum()
        shared = self._summed(often[columns], places)
        alike = shared / (sizes + often.sum() - shared)
        return int(places[np.argmax(np.round(alike, 9))])

    def bands(self) -> Numbers:
        """(n, bands): where two rows agree in a column, the MinHash of the sets agrees in that band."""
        found = []
        for start in range(0, len(self), _AT_ONCE):
            ends = self._ends[start : start + _AT_ONCE + 1].astype(np.uint64)
            hashes = self._hashes[self._columns[int(ends[0]) : int(ends[-1])]]
            matrix = RMinHash.digest_matrix_from_flat_token_hashes(hashes, ends - ends[0], _HASHES, _SEED)
            found.append(np.array(matrix.to_rows(), dtype=np.uint32))
        digests = np.vstack(found).reshape(len(self), _HASHES // _ROWS, _ROWS)
        keys = [
            np.unique(digests[:, band], axis=0, return_inverse=True)[1] for band in range(digests.shape[1])
        ]
        return np.stack([key.reshape(-1) for key in keys], axis=1).astype(np.int64)

    def _of(self, place: int) -> NDArray[np.int32]:
        return self._columns[self._ends[place] : self._ends[place + 1]]

    def _where(self, places: Numbers) -> Numbers:
        """Where the triples of these texts stand among all, one text after the other."""
        sizes = self._sizes[places]
        before = np.cumsum(sizes) - sizes
        found: Numbers = np.arange(sizes.sum()) + np.repeat(self._ends[places] - before, sizes)
        return found

    def _summed(self, values: NDArray[Any], places: Numbers) -> NDArray[Any]:
        """What was looked up for the triples of these texts, added up text by text."""
        sizes = self._sizes[places]
        found: NDArray[Any] = np.add.reduceat(values, np.cumsum(sizes) - sizes)
        return found


class _Claims:
    """Texts take turns: each that is still free leads a group and claims all free texts that are like it."""

    def __init__(self, sets: Sets, threshold: float) -> None:
        self._sets = sets
        self._threshold = threshold
        keys = sets.bands()
        self._keys = keys.T
        self._order = [np.argsort(own, kind="stable") for own in self._keys]
        self._starts = [np.concatenate([[0], np.cumsum(np.bincount(own))]) for own in self._keys]
        met = [np.diff(start)[own] > 1 for start, own in zip(self._starts, self._keys, strict=True)]
        self._meets = np.any(met, axis=0)

    def settled(self, copies: Sequence[int]) -> list[int]:
        """The leader of every text: what was sent most often, then the most typical of its group."""
        counts = np.array(copies)
        order = np.argsort(-counts, kind="stable").tolist()
        leaders = self._claimed(order)
        members: defaultdict[int, list[int]] = defaultdict(list)
        for place in np.flatnonzero(self._meets):
            members[int(leaders[place])].append(int(place))
        large = sorted(
            (own for own in members.values() if len(own) >= _FEW), key=lambda own: (-counts[own].sum(), own)
        )
        if not large:
            return leaders
        typical = [self._sets.most_typical(np.array(own), counts[own]) for own in large]
        return self._claimed([*typical, *order])

    def _claimed(self, order: Iterable[int]) -> list[int]:
        leaders = np.full(len(self._sets), -1)
        for own in order:
            if leaders[own] >= 0:
                continue
            leaders[own] = own
            if self._meets[own]:
                free = self._met(own)
                free = free[leaders[free] < 0]
                leaders[free[self._sets.jaccard(own, free) >= self._threshold]] = own
        found: list[int] = leaders.tolist()
        return found

    def _met(self, own: int) -> Numbers:
        """Texts that share a band with this one."""
        buckets = []
        for keys, order, starts in zip(self._keys, self._order, self._starts, strict=True):
            buckets.append(order[starts[keys[own]] : starts[keys[own] + 1]])
        return np.unique(np.concatenate(buckets))


def _sets(texts: Sequence[str]) -> Sets:
    """The hash of a triple is the same in every company, so that MinHash proposes the same pairs."""
    flat = array("Q")
    lengths: list[int] = []
    for text in texts:
        found = words(text)
        if len(found) < 3:
            # One element that never equals a triple, nor words the characters of a text without words.
            found = [f" {' '.join(found)}" if found else f"  {text.strip()}", "", ""]
        flat.extend(map(_hash, found))
        lengths.append(len(found))
    numbers = np.frombuffer(flat, dtype=np.uint64)
    rows = np.repeat(np.arange(len(texts)), lengths)
    whole = np.flatnonzero(rows[2:] == rows[:-2])  # no triple lies across two texts
    hashes = (numbers[whole] * _FIRST + numbers[whole + 1]) * _SECOND + numbers[whole + 2]
    known, columns = np.unique(hashes, return_inverse=True)
    own = np.unique(rows[whole] * len(known) + columns)  # none twice in a text
    ends = np.searchsorted(own, np.arange(len(texts) + 1) * len(known))
    return Sets((own % len(known)).astype(np.int32), ends, known)


@lru_cache(maxsize=_HASHED)
def _hash(word: str) -> int:
    return int.from_bytes(blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")
