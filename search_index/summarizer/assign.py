"""A new comment joins the themes of the last run at once, without a new run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from search_index.summarizer.frames import Frame, Vectors, unit

FAR = 0.2
"""Cosine to the middle of a theme below which a text is in none."""

FULL_RUN = 0.15
"""Share of new comments without a theme above which the themes should be found anew."""


def assign_new(
    vectors: Vectors,
    centroids: Vectors,
    frame: Frame,
    *,
    scope: str | None,
    clause: str | None,
    language: str,
    closed: Sequence[int] = (),
    far: float = FAR,
) -> list[int]:
    """Places in `centroids` (k, d) of the themes that a comment joins, the nearest first; none: left over.

    `vectors` (m, d) are of what the comment says (`said`), on the clause `clause`. `scope` is the clause of
    the themes, None for those of the draft as a whole. Themes in `closed` take nobody in.
    """
    if not len(centroids) or not len(vectors):
        return []
    points = frame.place(vectors.copy(), scope, [clause] * len(vectors), [language] * len(vectors))
    near = points @ unit(centroids.copy()).T
    near[:, list(closed)] = -1
    best = near.argmax(axis=1)
    strength = near[np.arange(len(near)), best]
    strongest: dict[int, float] = {}
    for place, own in zip(best.tolist(), strength.tolist(), strict=True):
        if own >= far:
            strongest[place] = max(own, strongest.get(place, own))
    return sorted(strongest, key=lambda place: (-strongest[place], place))


def leftover_share(joined: Iterable[Sequence[int]]) -> float:
    """Of what `assign_new` answered for comments since the last run, the share that found no theme."""
    answers = [bool(places) for places in joined]
    return answers.count(False) / len(answers) if answers else 0.0
