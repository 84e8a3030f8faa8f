"""Vectors -> groups of texts that say much the same, each around a point. Knows no text and no comment."""

from __future__ import annotations

from dataclasses import dataclass
from math import log2

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.cluster import MiniBatchKMeans

from search_index.summarizer.assign import FAR
from search_index.summarizer.frames import unit
from search_index.summarizer.nearness import with_neighbours
from search_index.summarizer.themes import Vectors

Labels = NDArray[np.int64]
Mask = NDArray[np.bool_]


_AT_ONCE = 3_000  # texts that are held against every candidate; of more, cells of near texts are
_CELLS = 1_000
_SAMPLE = 10_000  # texts from which the cells are made
_PASSES = 5
_CANDIDATES = 1_500
_ALIKE = 0.8  # quantile of all similarities above which two texts say the same thing in part
_STEPS = 3


@dataclass(frozen=True)
class Held:
    """Themes that are there already, before any is looked for.

    `centres` (h, d); `bound` (n,) the held theme that a text belongs to whatever its vector says, or -1;
    `barred` (n, h) where a text must not join.
    """

    centres: Vectors
    bound: Labels
    barred: Mask

    @classmethod
    def none(cls, texts: int, dimensions: int) -> Held:
        return cls(
            np.zeros((0, dimensions), np.float32), np.full(texts, -1), np.zeros((texts, 0), dtype=bool)
        )


@dataclass(frozen=True)
class Found:
    """`labels` (n,) places in `centres` or -1; held themes come first. `near` (n,) is the cosine to it."""

    labels: Labels
    near: Vectors
    centres: Vectors


def how_many(texts: int) -> int:
    """Themes worth telling apart in so many distinct texts: grows with the logarithm."""
    if texts < 2:
        return texts
    return max(1, min(round(2 + 1.35 * log2(texts / 10)), texts // 2))


def themes(
    vectors: Vectors, count: int, *, weights: Vectors, candidates: Mask, held: Held | None = None
) -> Found:
    """`count` themes around key points, and the held ones. Rows of length 1; the same in, the same out.

    Key points are chosen greedily (facility location): each is the candidate that covers best what those
    before it leave uncovered. Then every text moves to the nearest middle, a few times.
    """
    held = held or Held.none(*vectors.shape)
    if not len(vectors):
        return Found(np.zeros(0, np.int64), np.zeros(0, np.float32), held.centres)
    if len(vectors) <= _AT_ONCE:
        leaning = _leaning(vectors)
        places = np.flatnonzero(candidates if candidates.sum() >= count else np.ones_like(candidates))
        offered = leaning[places[:: -(-len(places) // _CANDIDATES)]]
        points = _key_points(leaning, weights, offered, count, held.centres)
        labels, _ = _refined(leaning, weights, np.vstack([held.centres, points]), held)
        centres = _middles(vectors, weights, labels, np.vstack([held.centres, points]))
    else:
        cells, sizes = _cells(vectors, weights)
        middles = _leaning(cells)
        points = _key_points(middles, sizes, middles, count, held.centres)
        labels, centres = _refined(vectors, weights, np.vstack([held.centres, points]), held)
    return _kept(vectors, labels, centres, held)


def _key_points(vectors: Vectors, weights: Vectors, offered: Vectors, count: int, held: Vectors) -> Vectors:
    alike = vectors @ offered.T
    least = np.quantile(alike, _ALIKE)
    np.maximum(alike - least, 0, out=alike)
    covered = np.zeros(len(vectors), dtype=np.float32)
    if len(held):
        covered = np.maximum((vectors @ held.T).max(axis=1) - least, 0)
    chosen: list[int] = []
    for _ in range(min(count, len(offered))):
        gains = weights @ np.maximum(alike - covered[:, None], 0)
        gains[chosen] = -1
        chosen.append(int(gains.argmax()))
        covered = np.maximum(covered, alike[:, chosen[-1]])
    points: Vectors = offered[chosen]
    return points


def _leaning(vectors: Vectors) -> Vectors:
    """Every row moved towards its nearest rows: two texts without a common word meet through a third."""
    return unit(with_neighbours(vectors, vectors))


def _cells(vectors: Vectors, weights: Vectors) -> tuple[Vectors, Vectors]:
    """Middles (c, d) of many small groups, from evenly spread texts, and the weight of all texts in each."""
    some = vectors[:: -(-len(vectors) // _SAMPLE)]
    means = MiniBatchKMeans(
        _CELLS, init="random", random_state=0, n_init=1, max_iter=_PASSES, batch_size=2048
    ).fit(some)
    middles = unit(means.cluster_centers_.astype(np.float32))
    sizes = np.zeros(len(middles), dtype=np.float32)
    for start in range(0, len(vectors), _SAMPLE):
        own = (vectors[start : start + _SAMPLE] @ middles.T).argmax(axis=1)
        sizes += np.bincount(own, weights=weights[start : start + _SAMPLE], minlength=len(middles))
    return middles[sizes > 0], sizes[sizes > 0]


def _refined(vectors: Vectors, weights: Vectors, centres: Vectors, held: Held) -> tuple[Labels, Vectors]:
    """Every text to the nearest middle, a few times."""
    for step in range(_STEPS + 1):
        near = vectors @ centres.T
        near[:, : held.barred.shape[1]][held.barred] = -1
        labels = np.where(held.bound >= 0, held.bound, near.argmax(axis=1))
        if step < _STEPS:
            centres = _middles(vectors, weights, labels, centres)
    return labels, centres


def _kept(vectors: Vectors, labels: Labels, centres: Vectors, held: Held) -> Found:
    """Without what is far from everything, but for what is bound."""
    near: Vectors = (vectors @ centres.T)[np.arange(len(labels)), labels]
    # One theme is all there is: that of two or three texts, whose common middle was taken from them.
    far = ~vectors.any(axis=1) if len(centres) == 1 else near < FAR
    return Found(np.where(far & (held.bound < 0), -1, labels), near, centres)


def _middles(vectors: Vectors, weights: Vectors, labels: Labels, centres: Vectors) -> Vectors:
    """A theme that lost all its texts stays where it was."""
    members = csr_array((weights, (labels, np.arange(len(labels)))), shape=(len(centres), len(labels)))
    moved: Vectors = (members @ vectors).astype(np.float32, copy=False)
    lost = np.bincount(labels, minlength=len(centres)) == 0
    moved[lost] = centres[lost]
    return unit(moved)
