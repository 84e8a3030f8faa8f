"""Vectors -> groups of texts that say much the same, each around a point. Knows no text and no comment."""

from __future__ import annotations

from dataclasses import dataclass
from math import log2

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import MiniBatchKMeans

from search_index.summarizer.assign import FAR
from search_index.summarizer.frames import unit
from search_index.summarizer.themes import Vectors

Labels = NDArray[np.int64]
Mask = NDArray[np.bool_]


_AT_ONCE = 3_000  # texts that are held against every candidate; of more, cells of near texts are
_CELLS = 1_500
_CANDIDATES = 1_500
_ALIKE = 0.85  # quantile of all similarities above which two texts say the same thing in part
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
        places = np.flatnonzero(candidates if candidates.sum() >= count else np.ones_like(candidates))
        offered = vectors[places[:: -(-len(places) // _CANDIDATES)]]
        points = _key_points(vectors, weights, offered, count, held.centres)
    else:
        cells = MiniBatchKMeans(_CELLS, random_state=0, n_init=1, batch_size=4096).fit(vectors)
        sizes = np.bincount(cells.labels_, weights=weights, minlength=_CELLS).astype(np.float32)
        middles = unit(cells.cluster_centers_.astype(np.float32))
        points = _key_points(middles, sizes, middles, count, held.centres)
    return _refined(vectors, weights, np.vstack([held.centres, points]), held)


def nearest(vectors: Vectors, centres: Vectors, barred: Mask | None = None) -> tuple[Labels, Vectors]:
    """The nearest centre of each row and how near it is; -1 where it is far."""
    if not len(centres):
        return np.full(len(vectors), -1), np.full(len(vectors), -1, np.float32)
    near = vectors @ centres.T
    if barred is not None:
        near[:, : barred.shape[1]][barred] = -1
    labels = near.argmax(axis=1)
    best = near[np.arange(len(near)), labels]
    # One theme is all there is: that of two or three texts, whose common middle was taken from them.
    far = ~vectors.any(axis=1) if len(centres) == 1 else best < FAR
    return np.where(far, -1, labels), best


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


def _refined(vectors: Vectors, weights: Vectors, centres: Vectors, held: Held) -> Found:
    for _ in range(_STEPS):
        labels, _near = nearest(vectors, centres, held.barred)
        labels = np.where(held.bound >= 0, held.bound, labels)
        centres = _middles(vectors, weights, labels, centres)
    labels, near = nearest(vectors, centres, held.barred)
    bound = np.flatnonzero(held.bound >= 0)
    labels[bound] = held.bound[bound]
    near[bound] = np.einsum("ij,ij->i", vectors[bound], centres[labels[bound]])
    return Found(labels, near, centres)


def _middles(vectors: Vectors, weights: Vectors, labels: Labels, centres: Vectors) -> Vectors:
    """A theme that lost all its texts stays where it was."""
    moved = centres.copy()
    for label in range(len(centres)):
        own = labels == label
        if own.any():
            moved[label] = weights[own] @ vectors[own]
    return unit(moved)
