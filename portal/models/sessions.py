"""Transactions that write, and sessions inside them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from portal.errors import Unavailable

PASSING = ("locked", "disk is full")
"""Faults after which trying again can help."""


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """One transaction with the write lock from its beginning; rolled back on any error.

    Raises Unavailable where the lock cannot be had within the busy timeout, or the disk is full.
    """
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield
        connection.commit()
    except BaseException as error:
        connection.rollback()
        if is_passing(error, connection):
            raise Unavailable from error
        raise


def is_passing(error: BaseException, connection: Connection) -> bool:
    """Whether the database could not do it now; SQLAlchemy's errors and the driver's own are both met."""
    cause = error.orig if isinstance(error, OperationalError) else error
    fault = isinstance(cause, connection.dialect.loaded_dbapi.OperationalError)
    return fault and any(words in str(cause) for words in PASSING)


@contextmanager
def session_on(connection: Connection) -> Iterator[Session]:
    """A session inside a transaction, which somebody else commits.

    Where objects are used it works in a savepoint of its own, so that a failed flush takes only its own
    rows along; statements on `connection_of` need none.
    """
    with Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session:
        yield session
        session.flush()
        if session.in_transaction():
            session.commit()


def connection_of(session: Session) -> Connection:
    """The connection itself: asking the session for it would cost a transaction of the session's own."""
    bind = session.bind
    return bind if isinstance(bind, Connection) else session.connection()
