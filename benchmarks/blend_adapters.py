"""Average adapters of several training runs into one: runs differ by chance, their mean less so.

    python -m benchmarks.blend_adapters adapter.npz run1.npz run2.npz run3.npz [--rank 16]

The changes of a matrix are averaged and factored again (singular value decomposition) to the given rank.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from search_index.summarizer.adapter import Adapter, read, written
from search_index.summarizer.weights import Array


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("output", type=Path)
    parser.add_argument("runs", type=Path, nargs="+")
    parser.add_argument("--rank", type=int, default=16)
    given = parser.parse_args()
    runs = [read(path) for path in given.runs]
    for run in runs:
        run.check(runs[0].base)
    content = written(runs[0].base, blended(runs, given.rank))
    given.output.write_bytes(content)
    print(f"{given.output}: {len(content)} bytes")


def blended(runs: Sequence[Adapter], rank: int) -> dict[str, Array]:
    """Parts of the averaged adapter."""
    parts: dict[str, Array] = {}
    for name in runs[0].parts:
        if name.endswith(" first"):
            matrix = name.removesuffix(" first")
            parts[name], parts[f"{matrix} second"] = thin(mean_change(runs, matrix), rank)
        elif not name.endswith(" second"):
            parts[name] = np.mean([run.parts[name] for run in runs], axis=0)
    return parts


def mean_change(runs: Sequence[Adapter], matrix: str) -> Array:
    """(out, in)."""
    changes = [run.parts[f"{matrix} second"].T @ run.parts[f"{matrix} first"] for run in runs]
    mean: Array = np.mean(changes, axis=0)
    return mean


def thin(change: Array, rank: int) -> tuple[Array, Array]:
    """(rank, in) and (rank, out) whose product is nearest to the change."""
    left, sizes, right = np.linalg.svd(change, full_matrices=False)
    roots = np.sqrt(sizes[:rank])[:, None]
    return roots * right[:rank], roots * left.T[:rank]


if __name__ == "__main__":
    main()
