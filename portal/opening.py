"""Opening what a data dir holds: settings, database, index, summarizer; files are written whole or not."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.exc import DatabaseError

from portal import locks, migrations, settings
from portal.app import utc_now
from portal.models.database import Database, assert_durable, open_database
from portal.services import search
from portal.settings import Settings
from portal.worker import AnotherWorker, only_worker
from search_index.engines import IndexUnavailable, SearchEngine, open_engine
from search_index.summarizer import Embedder, Summarizer, open_embedder, open_summarizer

ADDRESS_FILE = "address"
"""In the data dir: where `serve` last answered, so that other commands print links that work."""
log = logging.getLogger("portal")


class Stop(Exception):
    """Wrong use or bad input; the text is one plain sentence."""


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
    make_dir(found)
    found = settings.with_secret_key(found)
    database = open_database(found.database_url)
    with locks.wait_for(found.data_dir / "migrate.lock"), _usable():
        migrations.upgrade(database.engine)
        assert_durable(database)
    return Opened(found, database, migrations.head())


def make_dir(found: Settings) -> None:
    found.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)


@contextmanager
def _usable() -> Iterator[None]:
    """Raises Stop where the file is no database, or cannot be opened."""
    try:
        yield
    except DatabaseError as error:
        raise Stop(f"The database cannot be used: {error.orig}.") from None


def _last_address(data_dir: Path) -> str | None:
    path = data_dir / ADDRESS_FILE
    return path.read_text(encoding="utf-8").strip() if path.exists() else None


def sign_in_address(found: Settings, token: str) -> str:
    """The link that signs a reviewer in."""
    return f"{found.public_url}/en/desk/sign-in/{token}"


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


def summarizer_of(found: Settings) -> Summarizer:
    """The summarizer of the settings."""
    return open_summarizer(found.summarizer_url, embedder_of(found.embedder_url))


@cache
def embedder_of(url: str) -> Embedder:
    """The embedder of a process: opened once, for it holds an encoder's weights."""
    return open_embedder(url)


def write_file(path: Path, write: Callable[[BinaryIO], object]) -> None:
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


def write_private(path: Path, content: bytes) -> None:
    """A file that only its owner may read, also where it was there and others could."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(content)


def read_text(path: Path) -> str:
    """A UTF-8 text file, with or without a byte order mark. Raises Stop."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise Stop(f"{path} is not UTF-8 text.") from None
