"""Durable comments a second: the portal's service against a bare sqlite3 loop with WAL and synchronous=FULL.

The bare loop inserts one row a transaction into one table. The portal checks the comment, makes its receipt,
and stores submission, comment, log line, audit record and index job, asked by one thread and by as many
threads as a web process has. Nobody is answered before the commit.
Run: python -m benchmarks.submit [--comments 500] [--rounds 5]
"""

from __future__ import annotations

import argparse
import itertools
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks import parts
from portal.app import THREADS

BARE = "bare sqlite3, WAL, synchronous=FULL, one row a transaction"
ONE = "portal, one thread"
MANY = f"portal, {THREADS} threads of one process"


def main() -> None:
    """Measure all in turn, several rounds after one that does not count, and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--comments", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    rates: dict[str, list[float]] = {BARE: [], ONE: [], MANY: []}
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(THREADS) as pool:
        prepared = parts.prepare(Path(folder) / "portal")
        bare = _bare(Path(folder) / "bare.db")
        numbers = itertools.count()
        for _ in range(asked.rounds + 1):
            rates[BARE].append(_rate(asked.comments, lambda n: _bare_insert(bare, n)))
            rates[ONE].append(_rate(asked.comments, lambda _: parts.comment(prepared, next(numbers))))
            rates[MANY].append(
                _rate_of(pool, asked.comments, lambda _: parts.comment(prepared, next(numbers)))
            )
    medians = {name: statistics.median(found[1:]) for name, found in rates.items()}
    ratios = {
        name: statistics.median(ours / bare for ours, bare in zip(found[1:], rates[BARE][1:], strict=True))
        for name, found in rates.items()
    }
    parts.show(
        "submit",
        ("what", "median comments/s", "of bare"),
        [(name, f"{medians[name]:.0f}", f"{ratios[name]:.2f}") for name in rates],
        {
            "bare_per_second": round(medians[BARE]),
            "one_thread_per_second": round(medians[ONE]),
            "one_thread_ratio": round(ratios[ONE], 3),
            "threads_per_second": round(medians[MANY]),
            "threads_ratio": round(ratios[MANY], 3),
        },
    )


def _rate(count: int, act: Callable[[int], None]) -> float:
    begun = time.perf_counter()
    for number in range(count):
        act(number)
    return count / (time.perf_counter() - begun)


def _rate_of(pool: ThreadPoolExecutor, count: int, act: Callable[[int], None]) -> float:
    """Each thread does its share: handing over one act after the other would measure the pool."""

    def share(numbers: range) -> None:
        for number in numbers:
            act(number)

    begun = time.perf_counter()
    list(pool.map(share, [range(first, count, THREADS) for first in range(THREADS)]))
    return count / (time.perf_counter() - begun)


def _bare(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(
        "CREATE TABLE comment (id INTEGER PRIMARY KEY, clause TEXT, body TEXT, received_at TEXT)"
    )
    return connection


def _bare_insert(connection: sqlite3.Connection, number: int) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(
        "INSERT INTO comment (clause, body, received_at) VALUES (?, ?, ?)",
        (parts.CLAUSE, parts.body(number), "2026-11-24T10:00:00.000000Z"),
    )
    connection.execute("COMMIT")


if __name__ == "__main__":
    main()
