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
import json
import random
import resource
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import numpy as np
from sklearn.cluster import MiniBatchKMeans

from benchmarks.parts import show
from search_index.summarizer import CommentText, assign_new, open_summarizer, said
from search_index.summarizer.campaigns import campaigns
from search_index.summarizer.themes import Suggestion, Vectors
from search_index.summarizer.voices import read
from tests.search_index.planted import Planted, planted

DIMENSIONS = 384
SUBJECTS = 24
CLAUSES = 30
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
    themes["time_ratio"] = round(themes["seconds"] / plain["seconds"], 2)
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
