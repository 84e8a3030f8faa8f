"""Near-identical texts: MinHash proposes pairs, the exact Jaccard index of word triples decides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from rensa import RMinHash

from search_index.analysis import words

_HASHES = 128
_ROWS = 4  # bands of four: a pair of Jaccard 0.8 is missed less than once in ten million
_SEED = 42

Triples = frozenset[tuple[str, ...]]


def groups(texts: Sequence[str], *, threshold: float = 0.8) -> list[list[int]]:
    """Indexes of near-identical texts together, a text alone in a group of one, by first member.

    Two texts are near-identical where the Jaccard index of their word triples reaches `threshold`, or
    where a third text joins them. Texts of fewer than three words have to have the same words, texts
    without words the same characters.
    """
    sets = [_triples(text) for text in texts]
    firsts: dict[Triples, int] = {}
    trees = _Trees(len(texts))
    for index, triples in enumerate(sets):
        trees.join(firsts.setdefault(triples, index), index)
    unique = [firsts[triples] for triples in firsts if len(next(iter(triples))) == 3]
    for bucket in _buckets([sets[index] for index in unique]):
        _join_similar([unique[place] for place in bucket], sets, trees, threshold)
    return trees.groups()


def distinct(texts: Sequence[str]) -> int:
    return len(groups(texts))


def _triples(text: str) -> Triples:
    found = words(text)
    if len(found) < 3:
        # A shorter tuple never equals a triple, nor words the characters of a text without words.
        return frozenset([(*found,) if found else ("", text.strip(), "", "")])
    return frozenset(zip(found, found[1:], found[2:], strict=False))


def _buckets(sets: Sequence[Triples]) -> Iterator[list[int]]:
    """Groups of places whose MinHash agrees in some band: candidates, among them nearly all true pairs."""
    if len(sets) < 2:
        return
    tokens = [[" ".join(triple) for triple in sorted(triples)] for triples in sets]
    digests = np.array(RMinHash.digests_from_token_sets(tokens, _HASHES, _SEED), dtype=np.uint32)
    for start in range(0, _HASHES, _ROWS):
        band: defaultdict[bytes, list[int]] = defaultdict(list)
        for place, key in enumerate(np.ascontiguousarray(digests[:, start : start + _ROWS])):
            band[key.tobytes()].append(place)
        yield from (places for places in band.values() if len(places) > 1)


def _join_similar(members: Sequence[int], sets: Sequence[Triples], trees: _Trees, threshold: float) -> None:
    """Compare within one bucket, once per pair of groups that are still apart."""
    together: dict[int, list[int]] = {}
    for index in members:
        for root, others in list(together.items()):
            if trees.root(root) != trees.root(index) and any(
                _jaccard(sets[index], sets[other]) >= threshold for other in others
            ):
                trees.join(root, index)
        together.setdefault(trees.root(index), []).append(index)


def _jaccard(a: Triples, b: Triples) -> float:
    shared = len(a & b)
    return shared / (len(a) + len(b) - shared)


class _Trees:
    """Union-find whose roots are the smallest index of their group."""

    def __init__(self, size: int) -> None:
        self._parents = list(range(size))

    def root(self, index: int) -> int:
        while self._parents[index] != index:
            self._parents[index] = self._parents[self._parents[index]]
            index = self._parents[index]
        return index

    def join(self, a: int, b: int) -> None:
        low, high = sorted((self.root(a), self.root(b)))
        self._parents[high] = low

    def groups(self) -> list[list[int]]:
        found: defaultdict[int, list[int]] = defaultdict(list)
        for index in range(len(self._parents)):
            found[self.root(index)].append(index)
        return list(found.values())
