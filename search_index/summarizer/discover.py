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
_NEIGHBOURS = 8
_PULL = 2.0
_TIE = 0.6
_OVER = 2
_FAR = 0.2  # cosine to the middle of a theme below which a text is in none
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
        vectors = _leaning(vectors)
        labels = _ward(vectors, count)
    else:
        cells = MiniBatchKMeans(_CELLS, random_state=0, n_init=1, batch_size=4096).fit(vectors)
        labels = _ward(_leaning(normalize(cells.cluster_centers_)), count)[cells.labels_]
    return _refined(vectors, labels, count)


def tied(vectors: Vectors, names: Sequence[str | None]) -> Vectors:
    """With the clause of each text beside its words: what was said on one clause is near, in any language."""
    known = sorted({name for name in names if name is not None})
    if len(known) < 2:
        return vectors
    places = {name: place for place, name in enumerate(known)}
    beside = np.zeros((len(names), len(known)), dtype=np.float32)
    for row, name in enumerate(names):
        if name is not None:
            beside[row, places[name]] = _TIE
    unit: Vectors = normalize(np.hstack([vectors, beside]))
    return unit


def prominent(vectors: Vectors, count: int, weights: Sequence[float]) -> Labels:
    """The `count` weightiest of many small clusters, with all that is near one; the rest is -1.

    For texts on many subjects at once, where a handful of clusters over everything would each hold
    a remainder that has nothing in common.
    """
    labels = clusters(vectors, min(_OVER * count, len(vectors) // 2))
    heavy = np.argsort(-np.bincount(labels, weights=weights), kind="stable")[:count]
    middles = _middles(vectors, [labels == label for label in heavy])
    for _ in range(_STEPS):
        near = vectors @ middles.T
        labels = np.where(near.max(axis=1) < _FAR, -1, near.argmax(axis=1))
        kept = [labels == label for label in range(len(middles)) if (labels == label).any()]
        if not kept:
            break
        middles = _middles(vectors, kept)
    return labels


def _middles(vectors: Vectors, members: Sequence[NDArray[np.bool_]]) -> Vectors:
    unit: Vectors = normalize(np.stack([vectors[own].mean(axis=0) for own in members]))
    return unit


def centrality(vectors: Vectors) -> NDArray[np.float32]:
    """How near each row lies to the middle of all of them, -1 to 1."""
    middle = normalize(vectors.mean(axis=0, keepdims=True))
    near: NDArray[np.float32] = (vectors @ middle.T)[:, 0]
    return near


def _leaning(vectors: Vectors) -> Vectors:
    """Every row moved towards its nearest rows: two texts without a common word meet through a third."""
    if len(vectors) <= _NEIGHBOURS + 1:
        return vectors
    near = vectors @ vectors.T
    np.fill_diagonal(near, 0)
    least = np.partition(near, -_NEIGHBOURS, axis=1)[:, -_NEIGHBOURS, None]
    near[near < np.maximum(least, 0)] = 0
    near /= near.sum(axis=1, keepdims=True) + 1e-9
    leaning: Vectors = normalize(vectors + _PULL * (near @ vectors))
    return leaning


def _ward(vectors: Vectors, count: int) -> Labels:
    found: Labels = AgglomerativeClustering(count, linkage="ward").fit_predict(vectors).astype(np.int64)
    return found


def _refined(vectors: Vectors, labels: Labels, count: int) -> Labels:
    """Ward never takes a step back: a few rounds of moving every text to the nearest middle."""
    for _ in range(_STEPS):
        moved = (vectors @ _middles(vectors, [labels == label for label in range(count)]).T).argmax(axis=1)
        if len(np.unique(moved)) < count or np.array_equal(moved, labels):
            break
        labels = moved
    return labels
