"""How near a text is to a point, seen beside its neighbours and beside the other points."""

from __future__ import annotations

import numpy as np

from search_index.summarizer.frames import Vectors

_NEIGHBOURS = 8
_BLOCK = 500  # texts that are held against all others at a time
_RIVAL = 0.5  # of the nearest other point


def against_rivals(near: Vectors) -> Vectors:
    """(n, k) nearness to each point -> how well a text tells it: less where another point is near as well."""
    if near.shape[1] < 2:
        return near
    two = np.partition(near, -2, axis=1)[:, -2:]
    rival = np.where(near == two[:, 1:], two[:, :1], two[:, 1:])
    told: Vectors = (near - _RIVAL * rival).astype(np.float32, copy=False)
    return told


def with_neighbours(vectors: Vectors, told: Vectors) -> Vectors:
    """`told` (n, m), and to each row added the mean of those of the nearest texts, the nearer the more.

    `vectors` (n, d) say which those are. A handful of texts has no neighbours.
    """
    found = told.copy()
    for start in range(0, len(vectors) if len(vectors) > _NEIGHBOURS + 1 else 0, _BLOCK):
        near = vectors[start : start + _BLOCK] @ vectors.T
        near[np.arange(len(near)), start + np.arange(len(near))] = 0
        least = np.partition(near, -_NEIGHBOURS, axis=1)[:, -_NEIGHBOURS, None]
        near[near < np.maximum(least, 0)] = 0
        near /= near.sum(axis=1, keepdims=True) + np.float32(1e-9)
        found[start : start + len(near)] += near @ told
    return found
