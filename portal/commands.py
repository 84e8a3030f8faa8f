"""What the commands do beyond printing: opening and preparing the data, serving, keeping the index fresh."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

import typer
import uvicorn
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

import policy_text
from policy_text.reader import read_draft
from portal import demo as demonstration
from portal import locks, logs, migrations, settings, supervisor
from portal.app import build_app, utc_now
from portal.formats import FORMATS, write_to
from portal.formats.report import Report
from portal.models import Job, Reviewer
from portal.models.database import Database, assert_durable, open_database
from portal.outside.mail import open_mailer, sender_of
from portal.progress import progress
from portal.services import (
    audit,
    consistency,
    drafts,
    erasing,
    importing,
    jobs,
    mails,
    report_files,
    reports,
    reports_full,
    reviewers,
    search,
    theme_runs,
    themes,
)
from portal.services.submissions import Acknowledgement
from portal.settings import Settings
from portal.worker import AnotherWorker, Worker, only_worker
from search_index.engines import IndexUnavailable, SearchEngine, open_engine
from search_index.summarizer import Embedder, Summarizer, converse, open_embedder, open_summarizer

SHIPPED = "national-ai-policy"
SHIPPED_VERSION = "v1"
SHIPPED_FOLDER = Path(policy_text.__file__).parent / "drafts" / SHIPPED / SHIPPED_VERSION
DEMO_REVIEWER = "reviewer@demo.example"
ADDRESS_FILE = "address"
"""In the data dir: where `serve` last answered, so that other commands print links that work."""
REINDEX_WAIT_SECONDS = 600.0
log = logging.getLogger("portal")


class Stop(Exception):
    """Wrong use or bad input; the text is one plain sentence."""


class AlreadyServed(locks.Held):
    """One data dir has one `serve`."""


@dataclass(frozen=True)
class Opened:
    """Settings with their database, at the revision this program needs."""

    settings: Settings
    database: Database
    revision: str


def open_data() -> Opened:
    """The data of the settings. Raises Stop where there is none or it is of another revision."""
    found = settings.read()
    path = found.data_dir / "portal.db"
    named = Path(found.database_url.removeprefix("sqlite:///"))
    if not found.data_dir.is_dir() or not (named if named.is_absolute() else path).exists():
        raise Stop(f"There is no data in {found.data_dir}. Start with: portal migrate")
    found = settings.with_secret_key(settings.read(public_url=_last_address(found.data_dir)))
    database = open_database(found.database_url)
    revision = migrations.head()
    with _usable():
        current = migrations.current(database.engine)
    if current != revision:
        raise Stop("The database is of another version of the program. Run: portal migrate")
    return Opened(found, database, revision)


def prepare(found: Settings) -> Opened:
    """Make the data dir, the secret key and the tables where they are missing; one process at a time."""
    _make_dir(found)
    found = settings.with_secret_key(found)
    database = open_database(found.database_url)
    with locks.wait_for(found.data_dir / "migrate.lock"), _usable():
        migrations.upgrade(database.engine)
        assert_durable(database)
    return Opened(found, database, migrations.head())


def _make_dir(found: Settings) -> None:
    found.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)


def serve(host: str, port: int, workers: int, *, demo: bool, empty: bool) -> int:
    """Serve a data dir until told to stop. Raises AlreadyServed, PortTaken, Stop."""
    found = settings.read()
    if found.search_url == "memory:":
        raise Stop("PORTAL_SEARCH_URL=memory: works in one process only; serve needs whoosh:DIR.")
    _make_dir(found)
    with _only_server(found.data_dir):
        return _serve(host, port, workers, demo=demo, empty=empty)


@contextmanager
def _only_server(data_dir: Path) -> Iterator[None]:
    refusal = AlreadyServed(
        f"Another portal serve runs on {data_dir}. Stop it first, or name another folder in PORTAL_DATA_DIR."
    )
    with locks.hold(data_dir / "serve.lock", otherwise=refusal):
        yield


def _serve(host: str, port: int, workers: int, *, demo: bool, empty: bool) -> int:
    """Prepare everything, then hold the port while children serve it."""
    bound = supervisor.listen(host, port)
    address = _address(host, bound.getsockname()[1])
    found = settings.read(public_url=address)
    logs.start(found.log_format)
    opened = prepare(found)
    link = _load(opened, demo=demo, empty=empty)
    lines = _said_at_start(opened, link, demo=demo)
    line = f"{opened.settings.public_url}\n".encode()
    _write_file(found.data_dir / ADDRESS_FILE, lambda file: file.write(line))
    opened.database.close()

    def ready() -> None:
        for line in lines:
            typer.echo(line)

    return supervisor.supervise(bound, workers, settings.for_children(opened.settings), ready, demo=demo)


def web_process(socket_number: int, lifeline: int, *, demo: bool = False) -> int:
    """Serve HTTP on an inherited socket until the parent goes."""
    found = settings.with_secret_key(settings.read())
    logs.start(found.log_format)
    app = build_app(found, revision=migrations.head(), demo=demo)
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            access_log=False,
            log_config=None,
            lifespan="off",
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=10,
        )
    )
    supervisor.end_with(lifeline, lambda: setattr(server, "should_exit", True))
    server.run(sockets=[socket.socket(fileno=socket_number)])
    return 0


def work(lifeline: int | None, *, demo: bool = False) -> int:
    """Be the worker until told to stop. Raises AnotherWorker where one runs."""
    opened = open_data()
    logs.start(opened.settings.log_format)
    stopped = threading.Event()
    supervisor.stop_on_signals(stopped.set)
    if lifeline is not None:
        supervisor.end_with(lifeline, stopped.set)
    with _waiting_worker(opened.settings.data_dir, stopped):
        worker_of(opened, engine_of(opened.settings), demo=demo).run(stopped)
    return 0


def worker_of(opened: Opened, engine: SearchEngine, *, demo: bool = False) -> Worker:
    """A worker on opened data."""
    return Worker(
        opened.database,
        engine,
        lambda: summarizer_of(opened.settings),
        utc_now,
        post_of(opened.settings, demo=demo),
        embedder=lambda: embedder_of(opened.settings.embedder_url),
        reports=opened.settings.data_dir / report_files.FOLDER,
    )


def post_of(found: Settings, *, demo: bool) -> mails.Post:
    """What sending mail needs, from the settings; the demonstration's console shows codes and addresses."""
    return mails.Post(
        mailer=open_mailer(found.mail_url, masked=not demo),
        sender=sender_of(found.mail_url, urlsplit(found.public_url).hostname or "localhost"),
        public_url=found.public_url,
        secret_key=found.secret_key,
        to_admins=not (demo and found.mail_url == "console:"),
    )


def summarizer_of(found: Settings) -> Summarizer:
    """The summarizer of the settings."""
    return open_summarizer(found.summarizer_url, embedder_of(found.embedder_url))


@cache
def embedder_of(url: str) -> Embedder:
    """The embedder of a process: opened once, for it holds an encoder's weights."""
    return open_embedder(url)


def themes_engine(lines: Iterable[str], say: Callable[[str], None]) -> int:
    """Answer requests of the themes engine with the summarizer of the settings; no data is opened."""
    found = settings.read()
    embedder = embedder_of(found.embedder_url)
    converse(lines, say, open_summarizer(found.summarizer_url, embedder), embedder)
    return 0


def engine_of(found: Settings) -> SearchEngine:
    """The search engine of the settings."""
    return open_engine(found.search_url)


def fresh_engine(opened: Opened) -> SearchEngine:
    """The search engine; where no worker runs, brought up to date first."""
    catch_up(opened)
    return engine_of(opened.settings)


def catch_up(opened: Opened) -> None:
    """Keep open index jobs here and now, unless a worker is there to do it."""
    try:
        with only_worker(opened.settings.data_dir):
            engine = engine_of(opened.settings)
            keep_index(opened, engine)
            engine.close()
    except AnotherWorker:
        return


def keep_index(opened: Opened, engine: SearchEngine) -> None:
    """Bring the index up to the database's last promise, rebuilding it where it is not usable."""
    try:
        while search.apply(opened.database, engine, now=utc_now()):
            pass
    except IndexUnavailable:
        search.rebuild(opened.database, engine, now=utc_now())


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


def write_private(path: Path, content: bytes) -> None:
    """A file that only its owner may read, also where it was there and others could."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(content)


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


def sign_in_address(found: Settings, token: str) -> str:
    """The link that signs a reviewer in."""
    return f"{found.public_url}/en/desk/sign-in/{token}"


def write_report(path: Path, report: Report, kind: str) -> None:
    """A report in one of FORMATS. Raises Stop for a folder."""
    _write_file(path, lambda file: write_to(report, kind, file))


def _write_file(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Write beside, then move into place: a reader never sees half a file. Raises Stop for a folder."""
    path = Path(os.path.normpath(path))
    if path.is_dir() or not path.name:
        raise Stop(f"{path} is a folder; name a file.")
    if path.exists() and not path.is_file():
        raise Stop(f"{path} is no ordinary file; name another.")
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("wb") as file:
            write(file)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def read_text(path: Path) -> str:
    """A UTF-8 text file, with or without a byte order mark. Raises Stop."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise Stop(f"{path} is not UTF-8 text.") from None


def _load(opened: Opened, *, demo: bool, empty: bool) -> str | None:
    """Publish the shipped draft and load the demonstration where asked; the demonstration's sign-in link."""
    if empty:
        return None
    now = utc_now()
    if demo:
        with opened.database.read() as session:
            demonstration.is_loaded(session)
        now -= demonstration.OPENED_BEFORE
    with opened.database.write() as session:
        if drafts.count(session) == 0:
            text = read_draft(SHIPPED_FOLDER)
            drafts.publish(session, text, slug=SHIPPED, version=SHIPPED_VERSION, actor="command", now=now)
    return _demonstrate(opened) if demo else None


def _demonstrate(opened: Opened) -> str:
    now = utc_now()
    with progress("Storing demonstration comments") as say:
        loaded = demonstration.load(
            opened.database,
            slug=SHIPPED,
            version=SHIPPED_VERSION,
            secret_key=opened.settings.secret_key,
            now=now,
            progress=say,
        )
    if loaded:
        catch_up(opened)
        with opened.database.read() as session:
            draft = themes.find_draft(session, SHIPPED, SHIPPED_VERSION)
        with progress("Looking for themes") as say:
            theme_runs.suggest(
                opened.database,
                summarizer_of(opened.settings),
                draft.id,
                embedder=embedder_of(opened.settings.embedder_url),
                now=now,
                progress=say,
            )
        _export_all(opened, now)
    return _demo_link(opened, now)


def _export_all(opened: Opened, now: datetime) -> None:
    for kind in FORMATS:
        with opened.database.read() as session:
            made = reports_full.gather(session, SHIPPED, SHIPPED_VERSION, language="both", now=now)
        write_report(opened.settings.data_dir / "reports" / reports.file_name(made, kind), made, kind)
        with opened.database.write() as session:
            reports.note_export(session, made, format=kind, actor="command", now=now)


def _demo_link(opened: Opened, now: datetime) -> str:
    with opened.database.write() as session:
        known = session.scalar(select(Reviewer.id).where(Reviewer.email == DEMO_REVIEWER))
        act = reviewers.add if known is None else reviewers.reset
        token = act(session, DEMO_REVIEWER, now=now)
    return sign_in_address(opened.settings, token)


def _said_at_start(opened: Opened, link: str | None, *, demo: bool) -> list[str]:
    address = opened.settings.public_url
    lines = [f"Mashwara serves {address}/"]
    if demo:
        lines += [
            f"  in English   {address}/en/{SHIPPED}/",
            f"  in Urdu      {address}/ur/{SHIPPED}/",
            f"  reports      {opened.settings.data_dir / 'reports'}",
            f"  the desk     {link}",
            "The desk's link signs in once, within 24 hours. Stop with Ctrl+C.",
        ]
    return lines


def _address(host: str, port: int) -> str:
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{shown}:{port}"


def _last_address(data_dir: Path) -> str | None:
    path = data_dir / ADDRESS_FILE
    return path.read_text(encoding="utf-8").strip() if path.exists() else None


@contextmanager
def _usable() -> Iterator[None]:
    """Raises Stop where the file is no database, or cannot be opened."""
    try:
        yield
    except DatabaseError as error:
        raise Stop(f"The database cannot be used: {error.orig}.") from None


@contextmanager
def _waiting_worker(data_dir: Path, stopped: threading.Event) -> Iterator[None]:
    """The worker's lock; the worker of a killed predecessor gets a moment to end."""
    deadline = time.monotonic() + supervisor.BIND_SECONDS
    while True:
        try:
            with only_worker(data_dir):
                yield
                return
        except AnotherWorker:
            if time.monotonic() > deadline or stopped.is_set():
                raise
            stopped.wait(0.2)


def _wait_for(database: Database, job_id: int) -> None:
    deadline = time.monotonic() + REINDEX_WAIT_SECONDS
    while time.monotonic() < deadline:
        with database.read() as session:
            if session.execute(select(Job.kept_at).where(Job.id == job_id)).scalar_one() is not None:
                return
        time.sleep(0.2)
    raise Stop("The worker has not rebuilt the index yet; it goes on.")
