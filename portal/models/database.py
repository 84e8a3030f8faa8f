"""Opening the database: the pragmas that make an acknowledged write durable, and who may begin a write."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from portal.models.group import GroupCommit
from portal.models.sessions import connection_of, session_on, transaction

__all__ = ["Database", "NotDurable", "Session", "assert_durable", "connection_of", "open_database"]

BUSY_TIMEOUT_MS = 15_000
PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": BUSY_TIMEOUT_MS}


class NotDurable(RuntimeError):
    """The database would not keep what was acknowledged; the portal refuses to start."""


@dataclass(frozen=True)
class Database:
    """One pool of connections with two ways in. Only `write` takes the write lock, at its beginning.

    The driver is left in autocommit mode and BEGIN is said here: the driver's own BEGIN comes too late and
    cannot be IMMEDIATE.
    """

    engine: Engine
    together: GroupCommit = field(init=False)
    """Writes of many threads at once: one flush for all that wait at the same time."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "together", GroupCommit(self.engine))

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session on one consistent snapshot; nothing is committed."""
        with self.engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            with Session(connection, expire_on_commit=False, autoflush=False) as session:
                yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session in one transaction: committed at the end, rolled back on any error.

        Raises Unavailable where the write lock cannot be had within the busy timeout, or the disk is full.
        """
        with (
            self.engine.connect() as connection,
            transaction(connection),
            session_on(connection) as session,
        ):
            yield session

    def close(self) -> None:
        """Give back every connection."""
        self.together.close()
        self.engine.dispose()


def open_database(url: str, *, pool_size: int = 4) -> Database:
    """Open the SQLite database at `url` with `pool_size` connections. Creates the file, not the tables."""
    path = make_url(url).database
    if not path:
        raise ValueError("the database needs a file")
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        pool_size=pool_size + 1,  # group commit keeps one
        max_overflow=0,
        pool_timeout=30,
        hide_parameters=True,
    )
    event.listen(engine, "connect", _set_pragmas)
    return Database(engine)


def assert_durable(database: Database) -> None:
    """Raise NotDurable unless every pragma has the value that the receipts rely on."""
    with database.engine.connect() as connection:
        for name, wanted in PRAGMAS.items():
            value = connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            if value != wanted:
                raise NotDurable(f"PRAGMA {name} is {value}, must be {wanted}")


def _set_pragmas(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None
    for name, value in PRAGMAS.items():
        connection.execute(f"PRAGMA {name} = {value}")
