"""What the benchmarks share: a prepared portal in a temporary folder, and how results are printed."""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from policy_text.reader import read_draft
from portal import migrations, settings
from portal.models.database import Database, open_database
from portal.services import drafts, submissions
from portal.services.checking import NewComment, NewSubmission
from portal.serving import SHIPPED, SHIPPED_FOLDER, SHIPPED_VERSION
from portal.settings import Settings

CLAUSE = "part_5__sec_4__cl_2"


@dataclass(frozen=True)
class Prepared:
    """The shipped draft, published, without comments."""

    settings: Settings
    database: Database


def prepare(folder: Path, public_url: str = "http://127.0.0.1:8000") -> Prepared:
    """A portal in `folder`."""
    environment = {"PORTAL_DATA_DIR": str(folder), "PORTAL_POSTS_PER_MINUTE": "0"}
    folder.mkdir(parents=True, exist_ok=True)
    found = settings.with_secret_key(settings.read(environment, public_url=public_url))
    database = open_database(found.database_url)
    migrations.upgrade(database.engine)
    with database.write() as session:
        text = read_draft(SHIPPED_FOLDER)
        drafts.publish(
            session, text, slug=SHIPPED, version=SHIPPED_VERSION, actor="command", now=datetime.now(UTC)
        )
    return Prepared(found, database)


def body(number: int) -> str:
    """The text of one comment."""
    return f"Comment {number}: live face recognition needs a court's order, an end date and a yearly account."


def comment(prepared: Prepared, number: int, *, clause: str = CLAUSE) -> None:
    """Store one comment; returns after its commit."""
    prepared.database.together.run(
        lambda session: submissions.submit(
            session,
            SHIPPED,
            SHIPPED_VERSION,
            NewSubmission(comments=(NewComment(body(number), clause, "mixed"),)),
            channel="web",
            key=f"key {number}",
            secret_key=prepared.settings.secret_key,
            now=datetime.now(UTC),
        )
    )


@dataclass(frozen=True)
class Bound:
    """What a requirement asks of a figure."""

    what: str
    measured: float
    limit: float
    least: bool = False
    """At least the limit, instead of at most."""

    @property
    def held(self) -> bool:
        return self.measured >= self.limit if self.least else self.measured <= self.limit

    def __str__(self) -> str:
        verdict = "held" if self.held else "MISSED"
        asked = f"at {'least' if self.least else 'most'} {self.limit:g}"
        return f"{verdict}: {self.what} {self.measured:g} ({asked})"


def end(bounds: Sequence[Bound]) -> None:
    """Say of each bound whether it was held, on stderr; leave with 1 where one was missed."""
    for bound in bounds:
        print(bound, file=sys.stderr)
    if not all(bound.held for bound in bounds):
        sys.exit(1)


def show(name: str, columns: Sequence[str], rows: Sequence[Sequence[object]], facts: dict[str, Any]) -> None:
    """A table for people and one JSON line for programs."""
    cells = [list(columns), *[[str(cell) for cell in row] for row in rows]]
    widths = [max(len(row[place]) for row in cells) for place in range(len(columns))]
    for row in cells:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    print(json.dumps({"benchmark": name, "python": platform.python_version(), **facts}))
