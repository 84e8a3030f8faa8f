"""Conditional requests (RFC 9110, 13): an ETag on what may be kept, and 304 to whoever has it. Pure ASGI.

The tag is weak: the same bytes may go out packed or plain. Pages with a form are private, never the same
twice, and carry none; neither does what no one may store.
"""

from __future__ import annotations

from hashlib import sha256

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE = ("GET", "HEAD")
KEPT_OUT = ("no-store", "private")


class Conditional:
    """Adds the ETag to answers of one piece, and answers 304 where the reader has them."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in SAFE:
            await self.app(scope, receive, send)
            return
        known = _tags(Headers(scope=scope).get("if-none-match", ""))
        started: Message | None = None

        async def tagged(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = message
                return
            if started is None:
                await send(message)
                return
            start, started = started, None
            headers = MutableHeaders(scope=start)
            if start["status"] == 200 and not message.get("more_body") and _may_be_kept(headers):
                tag = f'W/"{sha256(message.get("body", b"")).hexdigest()[:32]}"'
                headers["ETag"] = tag
                if tag in known or "*" in known:
                    start = {**start, "status": 304}
                    del headers["Content-Length"]
                    message = {"type": "http.response.body", "body": b""}
                    start["headers"] = headers.raw
            await send(start)
            await send(message)

        await self.app(scope, receive, tagged)


def _may_be_kept(headers: Headers) -> bool:
    kept = headers.get("cache-control", "")
    return not any(word in kept for word in KEPT_OUT)


def _tags(header: str) -> frozenset[str]:
    """The tags that the reader has, as weak ones."""
    parts = (part.strip() for part in header.split(","))
    return frozenset(part if part.startswith("W/") or part == "*" else f"W/{part}" for part in parts if part)
