"""Health: whether the process lives, and whether it can do its work."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from portal.models.database import Session
from portal.services import jobs, readiness
from portal.web import door
from portal.web.state import portal_of
from search_index.engines import IndexUnavailable

LOOPBACK = ("127.0.0.1", "::1")
HEADERS = {"Cache-Control": "no-store"}


async def alive(request: Request) -> Response:  # noqa: ARG001
    """The process answers."""
    return PlainTextResponse("ok\n", headers=HEADERS)


async def ready(request: Request) -> Response:
    """200 where the database takes writes at the right revision; details only to this machine."""
    portal = portal_of(request)
    now = portal.clock()
    try:
        details = await door.write(request, lambda session: _details(session, portal.revision, now))
    except Exception:
        details = {"database": "unavailable", "ready": False}
    details["index"] = await anyio.to_thread.run_sync(lambda: _index(request), limiter=portal.threads)
    status = 200 if details["ready"] else 503
    near = request.client is not None and request.client.host in LOOPBACK
    direct = "x-forwarded-for" not in request.headers and "forwarded" not in request.headers
    return JSONResponse(
        details if near and direct else {"ready": details["ready"]},
        status_code=status,
        headers=HEADERS,
    )


def _details(session: Session, revision: str, now: datetime) -> dict[str, Any]:
    current = readiness.revision(session)
    return {
        "ready": current == revision,
        "database": "writable",
        "revision": current,
        "waiting_jobs": jobs.waiting(session),
        "index_age_seconds": jobs.oldest_waiting(session, now=now),
    }


def _index(request: Request) -> str:
    try:
        return f"applied {portal_of(request).engine.applied()}"
    except IndexUnavailable:
        return "rebuilding"
