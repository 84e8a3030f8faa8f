"""Before every handler: host, spelling of the address, cross-site check, security headers. Pure ASGI."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.settings import Settings
from portal.web import troubles

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
}
TRANSPORT = "max-age=63072000; includeSubDomains"
KEEPS_CASE_AFTER = frozenset({"receipts", "answers", "comments", "themes", "theme"})
ENDS_WITH_SLASH = re.compile(r"/(?:en|ur)(?:/(?!help$|privacy$|accessibility$)[^/]+)?")
WATCHED = frozenset({"/healthz", "/readyz"})
LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})


class SecurityHeaders:
    """Adds the security headers to every answer."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.headers = dict(HEADERS)
        if settings.secure:
            self.headers["Strict-Transport-Security"] = TRANSPORT

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


class KnownHost:
    """Refuses a Host that is not ours: no address that we write may come from outside."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.hosts = _hosts(settings.public_host)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._knows(scope):
            await troubles.answer(Request(scope), "bad_host", 400)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _knows(self, scope: Scope) -> bool:
        """Whoever watches the service asks by an address of the machine, not by the public name."""
        return scope["path"] in WATCHED or Headers(scope=scope).get("host", "").lower() in self.hosts


class OwnSpelling:
    """Leads upper case and stray or missing slashes to an address's own spelling; posts go on at once."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        own = own_spelling(path)
        if own == path:
            await self.app(scope, receive, send)
        elif scope["method"] in SAFE:
            query = scope["query_string"].decode("latin-1")
            address = quote(own) + (f"?{query}" if query else "")
            await RedirectResponse(address, status_code=308)(scope, receive, send)
        else:
            await self.app({**scope, "path": own, "raw_path": quote(own).encode()}, receive, send)


class SameSite:
    """Refuses writes that another site's page sends. Sec-Fetch-Site is believed, else Origin must be ours,

    else (old phones, programs) public forms are allowed and the desk is refused.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.hosts = _hosts(settings.public_host)
        self.scheme = urlsplit(settings.public_url).scheme

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in SAFE and not self._allows(scope):
            await troubles.answer(Request(scope), "not_allowed", 403)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _allows(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        if (site := headers.get("sec-fetch-site")) is not None:
            return site in ("same-origin", "none")
        if (origin := headers.get("origin")) is not None:
            scheme, _, host = origin.lower().partition("://")
            return scheme == self.scheme and host in self.hosts
        return not is_desk(scope["path"])


def is_desk(path: str) -> bool:
    """Whether an address belongs to the officials' side."""
    return path.split("/")[2:3] == ["desk"]


def own_spelling(path: str) -> str:
    """The one spelling of an address: lower case but for codes, a slash only at the end of folders."""
    if path.startswith("/static/") or path == "/" or "//" in path:
        return path
    segments = path.rstrip("/").split("/")
    for place, segment in enumerate(segments):
        if place and segments[place - 1] in KEEPS_CASE_AFTER and place > 2:
            continue
        segments[place] = segment.lower()
    own = "/".join(segments)
    return f"{own}/" if ENDS_WITH_SLASH.fullmatch(own) else own


def client_address(request: Request, trusted: tuple[str, ...]) -> str:
    """The address a request came from; forwarded ones are believed only from trusted proxies."""
    address = request.client.host if request.client else ""
    if address not in trusted:
        return address
    for hop in reversed(request.headers.get("x-forwarded-for", "").split(",")):
        if hop.strip() and hop.strip() not in trusted:
            return hop.strip()
    return address


def _hosts(host: str) -> frozenset[str]:
    name, colon, port = host.rpartition(":") if ":" in host.rpartition("]")[2] else (host, "", "")
    if name in LOOPBACK:
        return frozenset(f"{other}{colon}{port}" for other in LOOPBACK)
    return frozenset({host})
