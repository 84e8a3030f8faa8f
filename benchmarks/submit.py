"""Durable comments a second: the portal's service against a bare sqlite3 loop with WAL and synchronous=FULL.

Run: python -m benchmarks.submit [--comments 500] [--rounds 5]
"""

from __future__ import annotations

import argparse
import sqlite3
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks import parts


def main() -> None:
    """Measure both in turn, several rounds, and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--comments", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        prepared = parts.prepare(Path(folder) / "portal")
        bare = _bare(Path(folder) / "bare.db")
        ours, theirs = [], []
        for round_number in range(asked.rounds + 1):
            pair = (
                _rate(asked.comments, lambda n: _bare_insert(bare, n)),
                _rate(
                    asked.comments, lambda n, r=round_number: parts.comment(prepared, r * asked.comments + n)
                ),
            )
            if round_number:
                theirs.append(pair[0])
                ours.append(pair[1])
    ratio = statistics.median(o / t for o, t in zip(ours, theirs, strict=True))
    parts.show(
        "submit",
        ("what", "median comments/s"),
        (
            (
                "bare sqlite3, WAL, synchronous=FULL, one insert a transaction",
                f"{statistics.median(theirs):.0f}",
            ),
            (
                "portal: check, receipt, log, audit, job, one submission a transaction",
                f"{statistics.median(ours):.0f}",
            ),
            ("ratio", f"{ratio:.2f}"),
        ),
        {
            "portal_per_second": round(statistics.median(ours)),
            "bare_per_second": round(statistics.median(theirs)),
            "ratio": round(ratio, 3),
        },
    )


def _rate(count: int, act: object) -> float:
    begun = time.perf_counter()
    for number in range(count):
        act(number)  # type: ignore[operator]
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
        (
            parts.CLAUSE,
            f"Comment {number}: live face recognition needs a court's order.",
            "2026-11-24T10:00:00Z",
        ),
    )
    connection.execute("COMMIT")


if __name__ == "__main__":
    main()
