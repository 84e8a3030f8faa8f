"""How well and how fast form letters are found, for benchmarks.themes.

Letters are made up from a seed and sent with small edits, names filled in and sentences added, among single
comments, of which some quote part of a letter or say on what a letter says in other words. `pairs` are
precision, recall and F1 of two comments being of one letter, and `additions` of one having words of its own.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from typing import Any

from benchmarks.memory import peak
from benchmarks.planted import Planted, planted
from search_index.summarizer.campaigns import campaigns
from search_index.summarizer.voices import read


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
