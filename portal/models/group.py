"""Group commit: acts that wait at the same time share one transaction, and so one flush to the disk.

The first to come leads: it runs its own act and those that queued meanwhile, each in a savepoint, commits
once, and only then does anyone get an answer. Source: group commit, DeWitt et al., "Implementation
Techniques for Main Memory Database Systems" (1984).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from portal.models.sessions import is_passing, session_on, transaction

T = TypeVar("T")
MOST_TOGETHER = 32


@dataclass
class _Entry(Generic[T]):
    act: Callable[[Session], T]
    woken: threading.Event = field(default_factory=threading.Event)
    leads: bool = False
    result: T | None = None
    error: BaseException | None = None

    def do(self, connection: Connection) -> None:
        with session_on(connection) as session:
            self.result = self.act(session)

    def outcome(self) -> T:
        if self.error is not None:
            raise self.error
        return self.result  # type: ignore[return-value]


class GroupCommit:
    """Runs acts of many threads through one writer's transaction after the other."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        """Kept, because only one leader writes at a time: the pool's work for each commit is saved."""
        self._lock = threading.Lock()
        self._queue: list[_Entry[Any]] = []
        self._led = False
        self._busy = False

    def run(self, act: Callable[[Session], T]) -> T:
        """The act's result after the commit, or its error after its savepoint was rolled back."""
        mine = _Entry(act)
        with self._lock:
            self._queue.append(mine)
            mine.leads, self._led = not self._led, True
        if not mine.leads:
            mine.woken.wait()
        if mine.leads:
            self._lead()
        return mine.outcome()

    def close(self) -> None:
        """Give back the connection; the next act takes a new one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _lead(self) -> None:
        if self._busy:
            time.sleep(0)  # lets those who are about to ask come along: they share the flush
        with self._lock:
            together, self._queue = self._queue[:MOST_TOGETHER], self._queue[MOST_TOGETHER:]
        self._busy = len(together) > 1
        try:
            self._commit(together)
        except BaseException as error:
            for entry in together:
                entry.error = entry.error or error
        with self._lock:
            following = self._queue[0] if self._queue else None
            self._led = following is not None
        if following is not None:
            following.leads = True
            following.woken.set()
        for entry in together:
            entry.woken.set()

    def _commit(self, together: list[_Entry[Any]]) -> None:
        connection = self._connection = self._connection or self._engine.connect()
        with transaction(connection):
            if len(together) == 1:
                together[0].do(connection)
                return
            for entry in together:
                _do_in_savepoint(entry, connection)


def _do_in_savepoint(entry: _Entry[Any], connection: Connection) -> None:
    """Keep the act's error to itself. Raises, for all, where the database gave up the whole transaction.

    Said in SQL, since SQLAlchemy's own savepoint costs half as much as storing a comment.
    """
    connection.exec_driver_sql("SAVEPOINT act")
    try:
        entry.do(connection)
    except Exception as error:
        if is_passing(error, connection):
            raise
        connection.exec_driver_sql("ROLLBACK TO act")  # fails where there is no transaction any more
        entry.error = error
    connection.exec_driver_sql("RELEASE act")
