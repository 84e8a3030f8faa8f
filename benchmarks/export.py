"""Exports of many comments against the bare writer loop: python -m benchmarks.export [--comments N]

A portal gets N generated comments with themes and campaigns on record. For each of CSV, JSON and XLSX a new
process makes the report from the database and writes it, then another writes the same rows with the library
alone, from a list, without guard, languages or checks. "writing" is our writer's time, "bare" the library's,
"gathering" what making the Report takes before any format is written, all in seconds of processor time, so
that other work on the machine does not count. "peak" is the most memory of the whole process, in MB as the
kernel counts them, "libraries" what of it was there before the first comment was read, "own" the rest. The
last line is the same as JSON. Leaves with 1 where a bound is missed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from sqlalchemy import Table, insert, select

from benchmarks.parts import Bound, Prepared, end, prepare, show
from benchmarks.search_engines import comments as generated
from portal.models import Clause, Comment, Submission, Theme, ThemeMember, ThemeRun
from portal.services import themes
from portal.services.canonical import sha256_text
from portal.serving import SHIPPED, SHIPPED_VERSION

KINDS = ("csv", "json", "xlsx")
MOST_OF_BARE = 2.0
"""Our writer takes at most so many times as long as the library alone."""
MOST_MB = 150
"""Of the whole process that exports."""
THEMES, CAMPAIGN = 40, 2_000
AT_ONCE = 5_000
_COLUMNS = ("gathering", "writing", "bare", "ratio", "libraries", "peak", "own", "bare_peak", "megabytes")
START = datetime(2026, 11, 1, tzinfo=UTC)
MADE = datetime(2026, 12, 1, tzinfo=UTC)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--comments", type=int, default=100_000)
    chosen = arguments.parse_args()
    with TemporaryDirectory() as folder:
        fill(prepare(Path(folder)), chosen.comments)
        results = {kind: measure(kind, folder) for kind in KINDS}
    rows = [[kind, *(f[column] for column in _COLUMNS)] for kind, f in results.items()]
    show("export", ("format", *_COLUMNS), rows, {"comments": chosen.comments, **results})
    end(
        [
            *(Bound(f"{kind}, times the bare loop", f["ratio"], MOST_OF_BARE) for kind, f in results.items()),
            *(Bound(f"{kind}, MB at most", f["peak"], MOST_MB) for kind, f in results.items()),
        ]
    )


def measure(kind: str, folder: str) -> dict[str, Any]:
    """Both ways, each in a process of its own."""
    ours, bare = (child(way, kind, folder) for way in ("ours", "bare"))
    return {
        **ours,
        "bare": bare["writing"],
        "bare_peak": bare["peak"],
        "ratio": round(ours["writing"] / bare["writing"], 2),
    }


def child(way: str, kind: str, folder: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.export_one", way, kind, folder]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return cast("dict[str, Any]", json.loads(done.stdout))


# What is exported


def fill(prepared: Prepared, count: int) -> None:
    """Comments, each of its own submission, themes over them and a campaign, straight into the tables."""
    print(f"filling with {count:,} comments …", file=sys.stderr)
    with prepared.database.write() as session:
        draft = themes.find_draft(session, SHIPPED, SHIPPED_VERSION)
        clauses = session.scalars(
            select(Clause.id).where(Clause.draft_id == draft.id, Clause.commentable)
        ).all()
        together: list[tuple[dict[str, Any], dict[str, Any]]] = []
        for number, document in enumerate(generated(count), start=1):
            together.append(_rows(number, document, draft, clauses))
            if len(together) == AT_ONCE or number == count:
                session.execute(insert(Submission), [submission for submission, _ in together])
                session.execute(insert(Comment), [comment for _, comment in together])
                together.clear()
        _fill_themes(session, draft.id, count)


def _rows(number: int, document: Any, draft: Any, clauses: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    received = START + timedelta(seconds=20 * number)
    submission = {
        "id": number,
        "consultation_id": draft.consultation_id,
        "draft_id": draft.id,
        "receipt_sha256": sha256_text(f"receipt {number}"),
        "content_sha256": sha256_text(f"content {number}"),
        "channel": "web",
        "submitter": ("individual", "anonymous", "organisation")[number % 3],
        "name": f"Sender {number}" if number % 3 == 0 else None,
        "name_public": True,
        "tell_me": False,
        "ui_language": "en",
        "about": {"province": ("punjab", "sindh", "balochistan")[number % 3]} if number % 2 else {},
        "received_at": received,
        "demonstration": False,
    }
    body = "The same text, sent by many people to the ministry." if number <= CAMPAIGN else document.text
    comment = {
        "id": number,
        "submission_id": number,
        "draft_id": draft.id,
        "clause_id": clauses[number % len(clauses)],
        "body": body,
        "shadow": "",
        "position": None if document.position == "none" else document.position,
        "language": document.language,
        "status": "published",
        "flags": [],
        "sha256": sha256_text(f"{number} {body}"),
        "received_at": received,
        "revisions": 0,
    }
    return submission, comment


def _fill_themes(session: Any, draft: int, count: int) -> None:
    """Themes over the whole draft that hold four comments in five, as a finished run would leave them."""
    run = ThemeRun(
        draft_id=draft,
        made_at=MADE,
        summarizer="made up",
        comments=count,
        distinct_texts=count - CAMPAIGN + 1,
        campaigns=[{"comment_ids": list(range(1, CAMPAIGN + 1)), "distinct": 1}],
        unassigned=[],
    )
    session.add(run)
    session.flush()
    for ordinal in range(THEMES):
        members = range(ordinal + 1, count + 1, THEMES + THEMES // 4)
        theme = Theme(
            run_id=run.id,
            draft_id=draft,
            clause_id=None,
            ordinal=ordinal,
            status="accepted",
            title=f"Theme {ordinal}",
            machine_title=f"Theme {ordinal}",
            title_comment_id=members[0],
            language="en",
            keyphrases=["one", "two"],
            quotes=[],
        )
        session.add(theme)
        session.flush()
        member = cast(Table, ThemeMember.__table__)
        session.execute(insert(member), [{"theme_id": theme.id, "comment_id": n} for n in members])


if __name__ == "__main__":
    main()
