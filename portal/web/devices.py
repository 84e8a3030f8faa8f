"""Whether answers are gone on with where they were begun, and whether another device has confirmed."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from hashlib import sha256

from starlette.requests import Request

from portal.services import answers
from portal.services.answers import SheetRow
from portal.web.state import portal_of

AWAY = "away"
CONFIRMED = "confirmed"


def user_agent(request: Request) -> str:
    return request.headers.get("user-agent", "")


def is_away(request: Request, row: SheetRow, typed: Mapping[str, str]) -> bool:
    """Whether these answers were begun elsewhere: another browser, or a page that none of ours led to.

    Once away, every link and form of the pages carries it on.
    """
    site = request.headers.get("sec-fetch-site")
    foreign = site is not None and site != "same-origin"
    digest = answers.device_digest(row.code, user_agent(request))
    carried = AWAY in request.query_params or typed.get(AWAY) == "1"
    return carried or foreign or digest != row.device_sha256


def carried(typed: Mapping[str, str]) -> str:
    """The end of an address that carries on that a form came from elsewhere."""
    return f"?{AWAY}=1" if typed.get(AWAY) == "1" else ""


def seal(request: Request, code: str) -> str:
    """What only a page sent to the browser in which the answers were begun holds."""
    key = portal_of(request).settings.secret_key.encode()
    return hmac.new(key, b"same device\x00" + code.encode(), sha256).hexdigest()[:32]


def is_confirmed(request: Request, typed: Mapping[str, str], code: str) -> bool:
    """Ticked by hand, or sealed into the form."""
    given = typed.get(CONFIRMED, "")
    return given == "yes" or hmac.compare_digest(
        given.encode("utf-8", "replace"), seal(request, code).encode()
    )
