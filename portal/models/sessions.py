"""Transactions that write, and sessions inside them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from portal.errors import Unavailable


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """One transaction with the write lock from its beginning; rolled back on any error.

    Raises Unavailable where the lock cannot be had within the busy timeout.
    """
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield
        connection.commit()
    except BaseException as error:
        connection.rollback()
        if isinstance(error, OperationalError) and "locked" in str(error.orig):
            raise Unavailable from error
        raise


@contextmanager
def savepoint(connection: Connection) -> Iterator[None]:
    """A part that can fail alone. Said in SQL: SQLAlchemy's own costs half as much as storing a comment."""
    connection.exec_driver_sql("SAVEPOINT act")
    try:
        yield
    except BaseException:
        connection.exec_driver_sql("ROLLBACK TO act")
        raise
    finally:
        connection.exec_driver_sql("RELEASE act")


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
