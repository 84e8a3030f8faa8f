"""The only join of asyncio and plain code: into a thread, one transaction, commit, then the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import anyio.to_thread
from starlette.requests import Request

from portal.errors import NotFound, PortalError
from portal.models.database import Session
from portal.web.state import portal_of

T = TypeVar("T")


async def read(request: Request, ask: Callable[[Session], T]) -> T:
    """Run `ask` on one snapshot of the database, in a thread."""
    portal = portal_of(request)

    def in_thread() -> T:
        with portal.database.read() as session:
            return ask(session)

    return await anyio.to_thread.run_sync(in_thread, limiter=portal.threads)


async def write(request: Request, act: Callable[[Session], T]) -> T:
    """Run `act` in a write transaction, in a thread; returns after the commit, raises after a rollback."""
    portal = portal_of(request)

    def in_thread() -> T:
        done = portal.database.together.run(act)
        portal.stamps.forget()
        return done

    return await anyio.to_thread.run_sync(in_thread, limiter=portal.threads)


async def attempt(request: Request, act: Callable[[Session], T]) -> T | PortalError:
    """The same for what may be refused: why it was is given back, for the caller's page to say.

    Raises NotFound: there is no page about what is not there.
    """
    try:
        return await write(request, act)
    except NotFound:
        raise
    except PortalError as error:
        return error


async def think(request: Request, work: Callable[[], T]) -> T:
    """Run work that needs no database in a thread, before any lock is taken."""
    return await anyio.to_thread.run_sync(work, limiter=portal_of(request).threads)


async def export(request: Request, make: Callable[[], T]) -> T:
    """Run long work (`make` opens its own sessions) where it cannot hold up reading and commenting."""
    return await anyio.to_thread.run_sync(make, limiter=portal_of(request).export_threads)


async def hash_password(request: Request, work: Callable[[], T]) -> T:
    """Run work on a password, few at a time and never inside a transaction."""
    return await anyio.to_thread.run_sync(work, limiter=portal_of(request).hash_threads)


async def export_read(request: Request, ask: Callable[[Session], T]) -> T:
    """Run a long `ask` on one snapshot of the database, where it cannot hold up reading and commenting."""
    portal = portal_of(request)

    def in_thread() -> T:
        with portal.database.read() as session:
            return ask(session)

    return await anyio.to_thread.run_sync(in_thread, limiter=portal.export_threads)
