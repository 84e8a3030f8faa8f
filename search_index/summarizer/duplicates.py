"""Near-identical texts: MinHash proposes pairs, the exact Jaccard index of word triples decides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from rensa import RMinHash
from scipy.sparse import csr_array

from search_index.analysis import words

_HASHES = 128
_ROWS = 4  # bands of four: a pair of Jaccard 0.8 is missed less than once in ten million
_SEED = 42
_AT_ONCE = 8

Triples = frozenset[tuple[str, ...]]
Labels = NDArray[np.int64]


def groups(texts: Sequence[str], *, threshold: float = 0.8) -> list[list[int]]:
    """Indexes of near-identical texts together, a text alone in a group of one, by first member.

    Two texts are near-identical where the Jaccard index of their word triples reaches `threshold`, or
    where a third text joins them. Texts of fewer than three words have to have the same words, texts
    without words the same characters.
    """
    firsts: dict[Triples, int] = {}
    same = [firsts.setdefault(_triples(text), len(firsts)) for text in texts]
    labels = _similar(list(firsts), threshold)
    found: defaultdict[int, list[int]] = defaultdict(list)
    for index, place in enumerate(same):
        found[labels[place]].append(index)
    return list(found.values())


def distinct(texts: Sequence[str]) -> int:
    return len(groups(texts))


def _triples(text: str) -> Triples:
    found = words(text)
    if len(found) < 3:
        # A shorter tuple never equals a triple, nor words the characters of a text without words.
        return frozenset([(*found,) if found else ("", text.strip(), "", "")])
    return frozenset(zip(found, found[1:], found[2:], strict=False))


def _similar(sets: Sequence[Triples], threshold: float) -> list[int]:
    """A label for every set, the same for sets that are similar or joined through others."""
    labels = np.arange(len(sets))
    long = np.array([i for i, triples in enumerate(sets) if len(next(iter(triples))) == 3], dtype=np.int64)
    if len(long) > 1:
        labels[long] = long[_Comparison([sets[i] for i in long], threshold).labels()]
    return [int(label) for label in labels]


class _Comparison:
    """Every pair that MinHash proposes, compared once and only while its two sets are still apart."""

    def __init__(self, sets: Sequence[Triples], threshold: float) -> None:
        self._threshold = threshold
        self._rows = _rows(sets)
        self._mine = np.zeros(self._rows.shape[1], dtype=np.int32)  # one row at a time, made once
        self._sizes = np.array([len(triples) for triples in sets])
        self._keys = _band_keys(sets)
        self._labels = np.arange(len(sets))

    def labels(self) -> Labels:
        for band in range(self._keys.shape[1]):
            for bucket in _buckets(self._keys[:, band]):
                self._join(bucket, band)
        return self._labels

    def _join(self, bucket: Labels, band: int) -> None:
        if (self._labels[bucket] == self._labels[bucket[0]]).all():
            return
        for at in range(1, len(bucket)):
            own = int(bucket[at])
            apart = bucket[:at][self._labels[bucket[:at]] != self._labels[own]]
            met = (self._keys[apart, :band] == self._keys[own, :band]).any(axis=1)
            self._compare(own, apart[~met])

    def _compare(self, own: int, others: Labels) -> None:
        """A few at a time, then more: in a campaign the first few join all the rest."""
        size = _AT_ONCE
        while len(others):
            near = others[:size][self._jaccard(own, others[:size]) >= self._threshold]
            if len(near):
                joined = self._labels[[own, *near]]
                self._labels[np.isin(self._labels, joined)] = joined.min()
            others = others[size:]
            others = others[self._labels[others] != self._labels[own]]
            size *= 2

    def _jaccard(self, own: int, others: Labels) -> NDArray[np.float64]:
        start, end = self._rows.indptr[own : own + 2]
        columns = self._rows.indices[start:end]
        self._mine[columns] = 1
        shared = self._rows[others] @ self._mine
        self._mine[columns] = 0
        found: NDArray[np.float64] = shared / (self._sizes[others] + self._sizes[own] - shared)
        return found


def _rows(sets: Sequence[Triples]) -> csr_array:
    """(n, triples) of 0 and 1."""
    numbers: dict[tuple[str, ...], int] = {}
    columns = [numbers.setdefault(triple, len(numbers)) for triples in sets for triple in sorted(triples)]
    ends = np.cumsum([0, *map(len, sets)])
    return csr_array((np.ones(len(columns), dtype=np.int32), columns, ends), shape=(len(sets), len(numbers)))


def _band_keys(sets: Sequence[Triples]) -> Labels:
    """(n, bands): where two rows agree in a column, the MinHash of the sets agrees in that band."""
    tokens = [[" ".join(triple) for triple in sorted(triples)] for triples in sets]
    digests = np.array(RMinHash.digests_from_token_sets(tokens, _HASHES, _SEED), dtype=np.uint32)
    bands = np.ascontiguousarray(digests).reshape(len(sets), _HASHES // _ROWS, _ROWS)
    keys = [np.unique(bands[:, band], axis=0, return_inverse=True)[1] for band in range(bands.shape[1])]
    return np.stack([key.reshape(-1) for key in keys], axis=1).astype(np.int64)


def _buckets(keys: Labels) -> Iterator[Labels]:
    """Places with the same key, where there is more than one."""
    order = np.argsort(keys, kind="stable")
    for bucket in np.split(order, np.flatnonzero(np.diff(keys[order])) + 1):
        if len(bucket) > 1:
            yield bucket
