"""Fixtures: the portal on a temporary folder with the memory engine, and a client that speaks HTTP to it."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path
from shutil import copy

import httpx
import pytest
from starlette.applications import Starlette

from portal import migrations, settings
from portal.app import build_app
from portal.models.database import Database, open_database
from portal.settings import Settings
from portal.words import words_for
from search_index.engines import SearchEngine, open_engine
from tests import make
from tests.house.officials import WITHOUT_HASHES
from tests.make import Clock, House


@pytest.fixture
def clock() -> Clock:
    """The time that the portal believes it is; tests move it."""
    return Clock()


@pytest.fixture
def config(tmp_path: Path) -> Settings:
    return settings.read(
        {
            "PORTAL_DATA_DIR": str(tmp_path / "data"),
            "PORTAL_SECRET_KEY": "a secret key for tests, 32 letters",
            "PORTAL_PUBLIC_URL": "https://test",
            "PORTAL_SEARCH_URL": "memory:",
            "PORTAL_EMBEDDER_URL": "tfidf:",
        }
    )


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with its tables and no rows, made once."""
    path = tmp_path_factory.mktemp("migrated") / "portal.db"
    made = open_database(f"sqlite:///{path}")
    migrations.upgrade(made.engine)
    with made.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    made.close()
    return path


@pytest.fixture
def database(config: Settings, migrated: Path) -> Iterator[Database]:
    config.data_dir.mkdir()
    copy(migrated, config.data_dir / "portal.db")
    opened = open_database(config.database_url)
    yield opened
    acts, unproved = acts_of(config.data_dir / "portal.db"), unproved_in(config.data_dir / "portal.db")
    opened.close()
    assert [act for act in acts if not words_for("en").has(f"act.{act}")] == [], "an act without its sentence"
    assert unproved == [], "an official's act whose record tells before from after by no hash"


def acts_of(path: Path) -> list[str]:
    """The acts on record, but those that tests made up; none where a test broke the table."""
    with closing(sqlite3.connect(path)) as connection:
        try:
            rows = connection.execute(
                "SELECT DISTINCT act FROM audit_record WHERE act NOT LIKE 'test.%'"
            ).fetchall()
        except sqlite3.DatabaseError:
            return []
    return [act for (act,) in rows]


def unproved_in(path: Path) -> list[str]:
    """The officials' acts on record without the hashes that they should have (tests/house/officials.py)."""
    with closing(sqlite3.connect(path)) as connection:
        try:
            rows = connection.execute(
                "SELECT DISTINCT act FROM audit_record WHERE act NOT LIKE 'test.%' AND json_valid(details)"
                " AND json_type(details) = 'object'"
                " AND (actor = 'command' OR actor LIKE 'reviewer:%')"
                " AND (json_extract(details, '$.before_sha256') IS NULL"
                " OR json_extract(details, '$.after_sha256') IS NULL)"
            ).fetchall()
        except sqlite3.DatabaseError:
            return []
    return [act for (act,) in rows if act not in WITHOUT_HASHES]


@pytest.fixture
def engine(config: Settings) -> Iterator[SearchEngine]:
    opened = open_engine(config.search_url)
    yield opened
    opened.close()


@pytest.fixture
def app(config: Settings, database: Database, engine: SearchEngine, clock: Clock) -> Starlette:
    return build_app(config, revision=migrations.head(), database=database, engine=engine, clock=clock)


@pytest.fixture
def house(config: Settings, database: Database, engine: SearchEngine, clock: Clock, app: Starlette) -> House:
    """Everything opened, with one small consultation published in English and Urdu."""
    built = House(config, database, engine, clock, app)
    make.consultation(built)
    return built


@pytest.fixture
async def client(house: House) -> AsyncIterator[httpx.AsyncClient]:
    """A citizen's browser without cookies or scripts."""
    async with make.client(house) as opened:
        yield opened


@pytest.fixture
async def official(house: House) -> AsyncIterator[httpx.AsyncClient]:
    """A browser in which a reviewer has signed in."""
    async with make.client(house) as opened:
        await make.sign_in(house, opened)
        yield opened
