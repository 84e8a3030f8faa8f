"""Themes: how fast texts become vectors, how well form letters are found, how fast themes of very many.

    python -m benchmarks.themes [--only encoder|letters|kept|quality] [--comments 20000] [--vectors 100000]

`encoder`: texts a second on two threads beside the package that the weights are from. `letters`: planted form
letters found again. `kept`: comments whose vectors are there become themes, and one new comment joins them.
`quality`: themes beside k-means on TF-IDF, on few comments. Each runs in a process of its own, so that its
memory is told apart. Prints a table and the same as a JSON line; leaves with 1 where a bound is missed, which
are those of the sizes that are set.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

from benchmarks import campaigns, encoding, kept_vectors, theme_quality
from benchmarks.parts import Bound, end, show

TEXTS_A_SECOND = 40.0
LIKENESS = 0.99
"""Cosine of a vector with the package's own, without the adapter."""
PAIR_F1 = 0.97
MOST_SECONDS, MOST_MB = 60.0, 1_000
"""For themes of 100,000 comments from kept vectors."""
NEW_COMMENT_MS = 1.0
Facts = dict[str, dict[str, Any]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--comments", type=int, default=20_000, help="with planted letters")
    parser.add_argument("--vectors", type=int, default=100_000, help="comments whose vectors are kept")
    parser.add_argument("--compared", type=int, default=3_000, help="comments for the quality of themes")
    parser.add_argument("--only", choices=("encoder", "letters", "kept", "quality"))
    asked = parser.parse_args()
    facts = {}
    if asked.only in (None, "encoder"):
        facts["encoder"] = alone(encoding.encoded)
    if asked.only in (None, "letters"):
        facts["letters"] = alone(campaigns.letters_found, asked.comments)
    if asked.only in (None, "kept"):
        facts["kmeans"] = alone(kept_vectors.cells_alone, asked.vectors)
        facts["kept"] = alone(kept_vectors.themes_found, asked.vectors)
    if asked.only in (None, "quality"):
        facts["quality"] = alone(theme_quality.compared, asked.compared)
    drawn_together(facts)
    rows = [(part, name, value) for part, own in facts.items() for name, value in own.items()]
    show("themes", ("part", "measure", "value"), rows, facts)
    end(bounds(facts))


def alone(work: Callable[..., dict[str, Any]], *arguments: int) -> dict[str, Any]:
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as process:
        return process.submit(work, *arguments).result()


def drawn_together(facts: Facts) -> None:
    """What follows from two parts."""
    if "kept" in facts:
        kept, plain = facts["kept"], facts["kmeans"]
        kept["time_ratio"] = round(kept["processor_seconds"] / plain["processor_seconds"], 2)
        if "encoder" in facts:
            kept["vectors_minutes"] = round(kept["sayings"] / facts["encoder"]["per_second"] / 60)


def bounds(facts: Facts) -> list[Bound]:
    found = []
    if encoder := facts.get("encoder"):
        found += [
            Bound("texts a second", encoder["per_second"], TEXTS_A_SECOND, least=True),
            Bound("likeness to the package's vectors", encoder["likeness"], LIKENESS, least=True),
        ]
    if letters := facts.get("letters"):
        found.append(Bound("planted letters, F1 of pairs", letters["pairs"]["f1"], PAIR_F1, least=True))
    if kept := facts.get("kept"):
        found += [
            Bound("themes from kept vectors, seconds", kept["seconds"], MOST_SECONDS),
            Bound("themes from kept vectors, MB", kept["peak_mb"], MOST_MB),
            Bound("one new comment, ms", kept["new_comment_ms"], NEW_COMMENT_MS),
        ]
    return found


if __name__ == "__main__":
    main()
