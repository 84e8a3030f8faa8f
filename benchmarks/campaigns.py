"""How well and how fast form letters are found, and how fast themes of very many comments.

    python -m benchmarks.campaigns [--comments 20000] [--vectors 100000]

Letters are made up from a seed and sent with small edits, names filled in and sentences added, among single
comments, of which some quote part of a letter or say on what a letter says in other words. `pairs` are
precision, recall and F1 of two comments being of one letter, and `additions` of one having words of its own.
Then as many comments as asked for, with made-up vectors that are there already, are sorted into themes,
beside mini-batch k-means alone on the same vectors. Each part runs in a process of its own, so that its
memory is told apart.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import MiniBatchKMeans
from sklearn.metrics import adjusted_mutual_info_score

from benchmarks.parts import show
from benchmarks.planted import Planted, planted
from benchmarks.themes import COMMON_WORDS, OWN_WORDS, SUBJECTS, text, word
from search_index.summarizer import (
    CommentText,
    KeptVector,
    Suggestion,
    Vectors,
    assign_new,
    open_summarizer,
    said,
)
from search_index.summarizer.campaigns import campaigns
from search_index.summarizer.voices import read

DIMENSIONS = 384
CLAUSES = 12
OWN_DIRECTION = 0.6  # how far a subject lies from what all texts share, beside what is only a text's own
CELLS = 100
NEW = 500


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--comments", type=int, default=20_000)
    parser.add_argument("--vectors", type=int, default=100_000)
    asked = parser.parse_args()
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as alone:
        letters = alone.submit(letters_found, asked.comments).result()
        plain = alone.submit(cells_alone, asked.vectors).result()
        themes = alone.submit(themes_found, asked.vectors).result()
    themes["time_ratio"] = round(themes["processor_seconds"] / plain["processor_seconds"], 2)
    facts = {"letters": letters, "kmeans": plain, "themes": themes}
    rows = [(part, name, value) for part, own in facts.items() for name, value in own.items()]
    show("campaigns", ("part", "measure", "value"), rows, facts)


def letters_found(count: int) -> dict[str, Any]:
    made = planted(count, letters=max(4, count // 500), seed=20260)
    start = time.perf_counter()
    voices = read(made.comments)
    found = campaigns([voices.comments[place] for place in group] for group in voices.groups)
    seconds = time.perf_counter() - start
    labels = {comment: number for number, own in enumerate(found) for comment in own.comment_ids}
    added = {comment for own in found for comment in own.own_additions}
    return {
        "comments": count,
        "seconds": round(seconds, 1),
        "pairs": pair_scores(made, labels),
        "additions": scores(len(added & made.added), len(added), len(made.added)),
        "peak_mb": peak(),
    }


def pair_scores(made: Planted, labels: dict[str, int]) -> dict[str, float]:
    """Of all pairs of comments that were sent as one letter, and of those that were found to be."""
    both = Counter((made.letters[c], labels[c]) for c in labels if c in made.letters)
    return scores(
        pairs(both.values()),
        pairs(Counter(labels.values()).values()),
        pairs(Counter(made.letters.values()).values()),
    )


def pairs(sizes: Iterable[int]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes)


def scores(right: int, found: int, there: int) -> dict[str, float]:
    precision, recall = right / max(found, 1), right / max(there, 1)
    both = 2 * precision * recall / max(precision + recall, 1e-9)
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(both, 4)}


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


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
