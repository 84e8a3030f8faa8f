"""Near-identical texts: MinHash proposes pairs, the exact Jaccard index of word triples decides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from rensa import RMinHash

from search_index.analysis import words

_HASHES = 128
_ROWS = 4  # bands of four: a pair of Jaccard 0.8 is missed less than once in ten million
_SEED = 42

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
        keys = _band_keys([sets[i] for i in long])
        for band in range(keys.shape[1]):
            for bucket in _buckets(keys[:, band]):
                _join_bucket(bucket, band, keys, sets, long, labels, threshold)
    return [int(label) for label in labels]


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


def _join_bucket(
    bucket: Labels,
    band: int,
    keys: Labels,
    sets: Sequence[Triples],
    long: Labels,
    labels: Labels,
    threshold: float,
) -> None:
    """Compare every pair that is still apart and did not meet in an earlier band already."""
    members = long[bucket]
    if (labels[members] == labels[members[0]]).all():
        return
    for at in range(1, len(bucket)):
        own = members[at]
        apart = np.flatnonzero(labels[members[:at]] != labels[own])
        new = apart[~(keys[bucket[apart], :band] == keys[bucket[at], :band]).any(axis=1)]
        for other in members[new]:
            if labels[other] != labels[own] and _reaches(sets[own], sets[other], threshold):
                low, high = sorted((labels[own], labels[other]))
                labels[labels == high] = low


def _reaches(a: Triples, b: Triples, threshold: float) -> bool:
    """Whether the Jaccard index is at least the threshold; sets of unlike size need no counting."""
    if min(len(a), len(b)) < threshold * max(len(a), len(b)):
        return False
    shared = len(a & b)
    return shared >= threshold * (len(a) + len(b) - shared)
