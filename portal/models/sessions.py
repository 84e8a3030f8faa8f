"""A session on a connection whose transaction someone else began and will end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection
from sqlalchemy.orm import Session


@contextmanager
def session_on(connection: Connection) -> Iterator[Session]:
    """A session for one act; what it holds is written at the end. It never commits."""
    with Session(connection, expire_on_commit=False, join_transaction_mode="rollback_only") as session:
        yield session
        session.flush()


def connection_of(session: Session) -> Connection:
    """The connection itself: asking the session for it would cost a transaction of the session's own."""
    bind = session.bind
    return bind if isinstance(bind, Connection) else session.connection()
