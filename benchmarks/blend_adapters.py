"""Average adapters of several training runs into one: runs differ by chance, their mean less so.

    python -m benchmarks.blend_adapters adapter.npz run1.npz run2.npz run3.npz [--rank 12]

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
    parser.add_argument("--rank", type=int, default=12)
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
            other = f"{name.removesuffix(' first')} second"
            first = np.concatenate([run.parts[name] for run in runs]) / len(runs)
            second = np.concatenate([run.parts[other] for run in runs])
            parts[name], parts[other] = thin(first, second, rank)
        elif not name.endswith(" second"):
            parts[name] = np.mean([run.parts[name] for run in runs], axis=0)
    return parts


def thin(first: Array, second: Array, rank: int) -> tuple[Array, Array]:
    """(r, in) and (r, out) -> (rank, in) and (rank, out) whose product is nearest to theirs.

    The large matrix is never made: both sides are turned to be orthogonal first.
    """
    turned, small = np.linalg.qr(first.T)
    other, other_small = np.linalg.qr(second.T)
    left, sizes, right = np.linalg.svd(small @ other_small.T)
    roots = np.sqrt(sizes[:rank])[:, None]
    return roots * (turned @ left[:, :rank]).T, roots * (right[:rank] @ other.T)


if __name__ == "__main__":
    main()
