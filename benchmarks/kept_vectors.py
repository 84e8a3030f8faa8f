"""How fast very many comments become themes when their vectors are there, for benchmarks.themes.

As many comments as asked for, with made-up vectors, are sorted into themes, beside mini-batch k-means alone
on the same vectors; then new comments join these themes one by one.
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import MiniBatchKMeans
from sklearn.metrics import adjusted_mutual_info_score

from benchmarks.memory import peak
from benchmarks.speech import COMMON_WORDS, OWN_WORDS, SUBJECTS, text, word
from search_index.summarizer import (
    CommentText,
    KeptVector,
    Suggestion,
    Vectors,
    assign_new,
    open_summarizer,
    said,
)

DIMENSIONS = 384
CLAUSES = 12
OWN_DIRECTION = 0.6  # how far a subject lies from what all texts share, beside what is only a text's own
CELLS = 100
NEW = 500


def cells_alone(count: int) -> dict[str, Any]:
    """Mini-batch k-means of the library on the same vectors: groups without a name, a count or a word."""
    _, vectors, _ = spoken(count)
    table = np.stack(list(vectors.values())).astype(np.float32)
    start, busy = time.perf_counter(), time.process_time()
    MiniBatchKMeans(CELLS, random_state=0, n_init=1, batch_size=4096).fit(table)
    return {**taken(start, busy), "peak_mb": peak()}


def themes_found(count: int) -> dict[str, Any]:
    """All of it, from comments and kept vectors: duplicates, themes, clauses, titles, words, campaigns."""
    comments, vectors, subjects = spoken(count)
    before = peak()
    start, busy = time.perf_counter(), time.process_time()
    found = open_summarizer("extractive:", Kept()).suggest(comments, vectors=vectors)
    facts = {**taken(start, busy), "peak_mb": peak(), "before_mb": before}
    themes = {c: number for number, theme in enumerate(found.themes) for c in theme.comment_ids}
    labels = [themes.get(comment.id, -1) for comment in comments]
    return {
        "comments": count,
        "sayings": len(vectors),
        **facts,
        "themes": len(found.themes),
        "agreement": round(float(adjusted_mutual_info_score(subjects, labels)), 3),
        "new_comment_ms": new_comment(found, list(vectors.values())[:NEW]),
    }


def new_comment(found: Suggestion, vectors: Sequence[KeptVector]) -> float:
    """Milliseconds until a comment has joined the themes of the whole draft."""
    assert found.frame is not None
    centroids = np.stack([theme.centroid for theme in found.themes])
    start = time.perf_counter()
    for vector in vectors:
        assign_new(
            vector[None, :].astype(np.float32), centroids, found.frame, scope=None, clause="c1", language="en"
        )
    return round((time.perf_counter() - start) / len(vectors) * 1000, 3)


class Kept:
    """Stands for an encoder all of whose vectors are there already."""

    stored = True
    name = "kept"

    def vectors(self, texts: Sequence[str]) -> Vectors:
        raise AssertionError(f"{len(texts)} texts have no kept vector")


def spoken(count: int) -> tuple[list[CommentText], dict[str, KeptVector], list[int]]:
    """Comments of several sentences on one of many subjects each, a vector for every saying, the subjects."""
    chance = random.Random(20260)
    own = [[word(chance) for _ in range(OWN_WORDS)] for _ in range(SUBJECTS)]
    common = [word(chance) for _ in range(COMMON_WORDS)]
    shares = [1 / (rank + 1) for rank in range(SUBJECTS)]
    subjects = chance.choices(range(SUBJECTS), shares, k=count)
    comments = [
        CommentText(
            f"C-{number:06d}", text(chance, own[subject], common), f"c{subject % CLAUSES}", language, None
        )
        for number, (subject, language) in enumerate(
            zip(subjects, chance.choices(["en", "ur"], [2, 1], k=count), strict=True)
        )
    ]
    of = {
        piece: subject
        for comment, subject in zip(comments, subjects, strict=True)
        for piece in said(comment.text)
    }
    return comments, dict(zip(of, made_vectors(list(of.values())), strict=True)), subjects


def made_vectors(subjects: Sequence[int]) -> NDArray[np.float16]:
    """(n, d), as they are kept: what all share, the subject's direction and a direction of its own."""
    chance = np.random.default_rng(20260)
    directions = chance.normal(size=(SUBJECTS + 1, DIMENSIONS)).astype(np.float32)
    table = np.empty((len(subjects), DIMENSIONS), dtype=np.float16)
    for row, subject in enumerate(subjects):
        own = chance.standard_normal(DIMENSIONS, dtype=np.float32)
        own += directions[-1] + OWN_DIRECTION * directions[subject]
        table[row] = own / np.linalg.norm(own)
    return table


def taken(start: float, busy: float) -> dict[str, float]:
    """Seconds on the clock, which a busy machine stretches, and of the processor."""
    return {
        "seconds": round(time.perf_counter() - start, 1),
        "processor_seconds": round(time.process_time() - busy, 1),
    }
