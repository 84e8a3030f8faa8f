"""Vectors -> groups of texts that say much the same. Knows no text and no comment."""

from __future__ import annotations

from collections.abc import Sequence
from math import log2

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import AgglomerativeClustering, MiniBatchKMeans
from sklearn.preprocessing import normalize

from search_index.summarizer.themes import Vectors

Labels = NDArray[np.int64]

_WARD_LIMIT = 5_000  # Ward keeps every distance: 338 MB here, four times as much at twice the texts
_CELLS = 1_500
_STEPS = 3
_OWN_MEAN = 5  # texts of a language from which its mean says something


def how_many(texts: int) -> int:
    """Themes worth telling apart in so many distinct texts: grows with the logarithm."""
    if texts < 2:
        return texts
    return max(1, min(round(2 + 1.35 * log2(texts / 10)), texts // 2))


def centred(vectors: Vectors, languages: Sequence[str]) -> Vectors:
    """Without the mean of their language, so that subjects cluster and not languages."""
    moved = vectors - vectors.mean(axis=0) if len(vectors) > 2 else vectors.copy()
    names = np.array(languages)
    for name in sorted(set(languages)):
        own = names == name
        if own.sum() >= _OWN_MEAN:
            moved[own] = vectors[own] - vectors[own].mean(axis=0)
    unit: Vectors = normalize(moved)
    return unit


def clusters(vectors: Vectors, count: int) -> Labels:
    """A label 0..count-1 for every row (rows of length 1); the same rows in, the same labels out."""
    if count < 2 or len(vectors) < 2:
        return np.zeros(len(vectors), dtype=np.int64)
    if len(vectors) <= _WARD_LIMIT:
        labels = _ward(vectors, count)
    else:
        cells = MiniBatchKMeans(_CELLS, random_state=0, n_init=1, batch_size=4096).fit(vectors)
        labels = _ward(cells.cluster_centers_, count)[cells.labels_]
    return _refined(vectors, labels, count)


def centrality(vectors: Vectors) -> NDArray[np.float32]:
    """How near each row lies to the middle of all of them, -1 to 1."""
    middle = normalize(vectors.mean(axis=0, keepdims=True))
    near: NDArray[np.float32] = (vectors @ middle.T)[:, 0]
    return near


def _ward(vectors: Vectors, count: int) -> Labels:
    found: Labels = AgglomerativeClustering(count, linkage="ward").fit_predict(vectors).astype(np.int64)
    return found


def _refined(vectors: Vectors, labels: Labels, count: int) -> Labels:
    """Ward never takes a step back: a few rounds of moving every text to the nearest middle."""
    for _ in range(_STEPS):
        middles = normalize(np.stack([vectors[labels == label].mean(axis=0) for label in range(count)]))
        moved = (vectors @ middles.T).argmax(axis=1)
        if len(np.unique(moved)) < count or np.array_equal(moved, labels):
            break
        labels = moved
    return labels
