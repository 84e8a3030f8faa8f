"""Search: its engine beside others, then asked over HTTP.

    python -m benchmarks.search [--comments 100000] [--hostile 1000] [--only engine|http]

Each part prints a table and the same as a JSON line. Leaves with 1 where a bound is missed;
the bounds are those of 100,000 comments.
"""

from __future__ import annotations

import argparse

from benchmarks import search_engines, search_http
from benchmarks.parts import end


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--comments", "--documents", type=int, default=100_000)
    parser.add_argument("--hostile", type=int, default=1_000)
    parser.add_argument("--only", choices=("engine", "http"))
    asked = parser.parse_args()
    made = list(search_engines.comments(asked.comments))
    bounds = []
    if asked.only != "http":
        bounds += search_engines.run(made)
    if asked.only != "engine":
        bounds += search_http.run(made, asked.hostile)
    end(bounds)


if __name__ == "__main__":
    main()
