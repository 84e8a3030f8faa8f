"""Static files under names that hold their hash: kept for a year, compressed once."""

from __future__ import annotations

import gzip
import re
from functools import cache

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from portal.templating import static_files, static_url

_PLAIN_NAME = re.compile(rb"(?<=url\(\")([a-z]+\.woff2)(?=\"\))")
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}


async def static(request: Request) -> Response:
    """One file by its hashed name."""
    name = request.path_params["name"]
    if name not in static_files():
        raise HTTPException(404)
    plain, packed, kind = _file(name)
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
    if packed and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(packed, media_type=kind, headers={**headers, "Content-Encoding": "gzip"})
    return Response(plain, media_type=kind, headers=headers)


@cache
def _file(name: str) -> tuple[bytes, bytes, str]:
    path = static_files()[name]
    content = path.read_bytes()
    if path.suffix == ".css":  # a sheet names other files plainly, and leads to their hashed names
        content = _PLAIN_NAME.sub(lambda found: static_url(found.group(1).decode()).encode(), content)
    kind = TYPES.get(path.suffix, "application/octet-stream")
    packed = gzip.compress(content, 9, mtime=0) if not kind.startswith(("image/png", "font/")) else b""
    return content, packed, kind
