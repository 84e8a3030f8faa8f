"""What commands do beyond printing: import, erase, reindex, check, reports, the themes engine."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import typer
from sqlalchemy import select

from portal import settings
from portal.app import utc_now
from portal.formats import write_to
from portal.formats.report import Report
from portal.models import Job
from portal.models.database import Database
from portal.opening import (
    Stop,
    catch_up,
    embedder_of,
    engine_of,
    open_data,
    read_text,
    write_file,
    write_private,
)
from portal.progress import progress
from portal.services import (
    audit,
    consistency,
    erasing,
    importing,
    jobs,
    report_files,
    search,
)
from portal.services.submissions import Acknowledgement
from portal.worker import AnotherWorker, only_worker
from search_index.summarizer import converse, open_summarizer

REINDEX_WAIT_SECONDS = 600.0
log = logging.getLogger("portal")


def themes_engine(lines: Iterable[str], say: Callable[[str], None]) -> int:
    """Answer requests of the themes engine with the summarizer of the settings; no data is opened."""
    found = settings.read()
    embedder = embedder_of(found.embedder_url)
    converse(lines, say, open_summarizer(found.summarizer_url, embedder), embedder)
    return 0


@dataclass(frozen=True)
class Imported:
    """A hand-in that is stored: its name, and what each sender is answered."""

    batch: str
    answers: Sequence[Acknowledgement]


def import_comments(
    file: Path, *, slug: str, version: str, channel: str, batch: str | None, receipts: Path | None
) -> Imported:
    """Store a file of comments; what is wrong with it is found before the database is locked."""
    if receipts is not None and not receipts.absolute().parent.is_dir():
        raise Stop(f"{receipts}: there is no folder {receipts.parent}. Nothing was stored.")
    opened = open_data()
    text = read_text(file)
    name = batch or sha256(file.read_bytes()).hexdigest()[:16]
    rows, now = importing.read_rows(text, file.name), utc_now()
    with opened.database.read() as session:
        groups = importing.check_rows(session, rows, slug=slug, version=version, now=now)
    with progress("Storing comments") as say, opened.database.write() as session:
        answers = importing.import_rows(
            session,
            rows,
            slug=slug,
            version=version,
            channel=channel,
            secret_key=opened.settings.secret_key,
            now=now,
            batch=name,
            progress=say,
        )
    catch_up(opened)
    if receipts is not None:
        references = [sent.reference or "" for _, sent in groups]
        write_private(receipts, importing.receipt_table(references, answers))
    return Imported(name, answers)


def erase(code: str) -> erasing.Erased:
    """Erase what a receipt opens from database and index; returns when both hold nothing of it."""
    opened = open_data()
    with opened.database.write() as session:
        erased = erasing.erase(session, code, now=utc_now())
    for name in erased.files:
        (opened.settings.data_dir / report_files.FOLDER / name).unlink(missing_ok=True)
    erasing.scrub(opened.database)
    try:
        with only_worker(opened.settings.data_dir):
            engine = engine_of(opened.settings)
            search.rebuild(opened.database, engine, now=utc_now())
            engine.close()
            with opened.database.write() as session:
                jobs.keep(session, erased.rebuild_job, now=utc_now())
    except AnotherWorker:
        _wait_for(opened.database, erased.rebuild_job)
    return erased


def reindex() -> int:
    """Rebuild the index here, or by the worker that runs."""
    opened = open_data()
    try:
        with only_worker(opened.settings.data_dir):
            engine = engine_of(opened.settings)
            with progress("Reading documents") as say:
                held = search.rebuild(opened.database, engine, now=utc_now(), progress=say)
            engine.close()
    except AnotherWorker:
        with opened.database.write() as session:
            job = jobs.promise(session, jobs.REBUILD, {}, now=utc_now())
        _wait_for(opened.database, job)
        typer.echo("The worker has rebuilt the index.")
        return 0
    typer.echo(f"Rebuilt the index: {held} documents.")
    return 0


def check(expected: Sequence[str] = ()) -> list[str]:
    """Everything that does not agree, one sentence each. `expected`: NUMBER:HASH as they were sent out."""
    sent_out = [audit.expectation(one) for one in expected]
    opened = open_data()
    engine = engine_of(opened.settings)
    with opened.database.read() as session:
        if damage := consistency.file(session):
            return damage
        problems = audit.check(session, sent_out)
        problems += consistency.database(session)
        problems += consistency.jobs(session, now=utc_now())
        problems += consistency.index(session, engine)
    return problems


def write_report(path: Path, report: Report, kind: str) -> None:
    """A report in one of FORMATS. Raises Stop for a folder."""
    write_file(path, lambda file: write_to(report, kind, file))


def _wait_for(database: Database, job_id: int) -> None:
    deadline = time.monotonic() + REINDEX_WAIT_SECONDS
    while time.monotonic() < deadline:
        with database.read() as session:
            if session.execute(select(Job.kept_at).where(Job.id == job_id)).scalar_one() is not None:
                return
        time.sleep(0.2)
    raise Stop("The worker has not rebuilt the index yet; it goes on.")
