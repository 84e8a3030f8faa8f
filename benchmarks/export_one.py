"""One export in its own process, for benchmarks.export: python -m benchmarks.export_one WAY KIND FOLDER"""

from __future__ import annotations

import csv
import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from benchmarks.memory import peak
from portal import settings
from portal.formats import write_to
from portal.formats.report import Report
from portal.formats.to_csv import COLUMNS, cells
from portal.models.database import open_database
from portal.services import reports

SLUG = "national-ai-policy"
MADE = datetime(2026, 12, 1, tzinfo=UTC)


def main() -> None:
    way, kind, folder = sys.argv[1:]
    print(json.dumps(_WAYS[way](kind, Path(folder))))


def ours(kind: str, folder: Path) -> dict[str, Any]:
    libraries = peak()
    start = time.process_time()
    report = gather(folder)
    gathered = time.process_time()
    target = folder / f"ours.{kind}"
    with target.open("wb") as file:
        write_to(report, kind, file)
    written = time.process_time()
    return {
        "gathering": round(gathered - start, 2),
        "writing": round(written - gathered, 2),
        "libraries": libraries,
        "peak": peak(),
        "own": peak() - libraries,
        "megabytes": round(target.stat().st_size / 1e6, 1),
    }


def bare(kind: str, folder: Path) -> dict[str, Any]:
    """The library alone. JSON: the finished members in one call, as there is nothing less to write."""
    report = gather(folder)
    if kind == "json":
        made = folder / "ours.json"
        members = json.loads(made.read_text(encoding="utf-8"))
        return timed(lambda: _bare_json(members, folder / "bare.json"))
    rows = [cells(comment, "") for comment in report.comments]
    write = _bare_csv if kind == "csv" else _bare_xlsx
    return timed(lambda: write(rows, folder / f"bare.{kind}"))


def timed(write: Callable[[], None]) -> dict[str, Any]:
    start = time.process_time()
    write()
    return {"writing": round(time.process_time() - start, 3), "peak": peak()}


def _bare_csv(rows: list[tuple[str, ...]], target: Path) -> None:
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for row in rows:
            writer.writerow(row)


def _bare_json(members: dict[str, Any], target: Path) -> None:
    with target.open("w", encoding="utf-8") as file:
        file.write(json.dumps(members, ensure_ascii=False))


def _bare_xlsx(rows: list[tuple[str, ...]], target: Path) -> None:
    book = xlsxwriter.Workbook(target, {"constant_memory": True})
    sheet = book.add_worksheet()
    for place, row in enumerate(rows):
        for column, cell in enumerate(row):
            sheet.write_string(place, column, cell)
    book.close()


_WAYS: dict[str, Callable[[str, Path], dict[str, Any]]] = {"ours": ours, "bare": bare}


def gather(folder: Path) -> Report:
    found = settings.with_secret_key(
        settings.read({"PORTAL_DATA_DIR": str(folder)}, public_url="http://127.0.0.1:8000")
    )
    database = open_database(found.database_url)
    with database.read() as session:
        report = reports.gather(session, SLUG, now=MADE)
    database.close()
    return report


if __name__ == "__main__":
    main()
