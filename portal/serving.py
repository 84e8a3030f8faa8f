"""`serve` and its children: the data prepared, the demonstration loaded, web processes and the worker."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import typer
import uvicorn
from sqlalchemy import select

import policy_text
from policy_text.reader import read_draft
from portal import demo as demonstration
from portal import locks, logs, migrations, settings, supervisor
from portal.app import build_app, utc_now
from portal.commands import write_report
from portal.formats import FORMATS
from portal.models import Reviewer
from portal.opening import (
    ADDRESS_FILE,
    Opened,
    Stop,
    catch_up,
    embedder_of,
    engine_of,
    make_dir,
    open_data,
    prepare,
    sign_in_address,
    summarizer_of,
    write_file,
)
from portal.outside.mail import open_mailer, sender_of
from portal.progress import progress
from portal.services import (
    drafts,
    mails,
    report_files,
    reports,
    reports_full,
    reviewers,
    theme_runs,
    themes,
)
from portal.settings import Settings
from portal.worker import AnotherWorker, Worker, only_worker
from search_index.engines import SearchEngine

SHIPPED = "national-ai-policy"
SHIPPED_VERSION = "v1"
SHIPPED_FOLDER = Path(policy_text.__file__).parent / "drafts" / SHIPPED / SHIPPED_VERSION
DEMO_REVIEWER = "reviewer@demo.example"


class AlreadyServed(locks.Held):
    """One data dir has one `serve`."""


def serve(host: str, port: int, workers: int, *, demo: bool, empty: bool) -> int:
    """Serve a data dir until told to stop. Raises AlreadyServed, PortTaken, Stop."""
    found = settings.read()
    if found.search_url == "memory:":
        raise Stop("PORTAL_SEARCH_URL=memory: works in one process only; serve needs whoosh:DIR.")
    make_dir(found)
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
    write_file(found.data_dir / ADDRESS_FILE, lambda file: file.write(line))
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
