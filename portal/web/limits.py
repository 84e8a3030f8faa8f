"""The limit on posts: who is over it, and that a request stored before is answered and not counted."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request

from portal.errors import TooMany
from portal.models.database import Session
from portal.services import submissions
from portal.services.answers import Begun
from portal.web import door
from portal.web.guards import client_address
from portal.web.state import portal_of


async def refuse_too_many(request: Request, is_stored: Callable[[Session], bool] | None = None) -> None:
    """Raise TooMany where the sender's address is over the limit, unless the request is stored already."""
    portal = portal_of(request)
    if not portal.rates.is_over(_address(request), portal.clock()):
        return
    if is_stored is None or not await door.read(request, is_stored):
        _, seconds = portal.rates.left(_address(request), portal.clock())
        raise TooMany({**headers(request), "Retry-After": str(seconds)})


def is_submitted(slug: str, key: str | None) -> Callable[[Session], bool]:
    """What finds out whether a submission with this idempotency key is stored."""
    return lambda session: key is not None and submissions.is_known(session, slug, key)


def count(request: Request, stored: submissions.Acknowledgement | Begun) -> None:
    """Note a post that stored something new."""
    if not stored.repeated:
        count_act(request)


def count_act(request: Request) -> None:
    """Note a post that did something else than bring a comment."""
    portal = portal_of(request)
    portal.rates.count(_address(request), portal.clock())


def headers(request: Request) -> dict[str, str]:
    """What a program may know of its limit (draft-ietf-httpapi-ratelimit-headers); empty without one."""
    portal = portal_of(request)
    if portal.rates.most == 0:
        return {}
    left, seconds = portal.rates.left(_address(request), portal.clock())
    return {
        "RateLimit-Policy": f'"posts";q={portal.rates.most};w=60',
        "RateLimit": f'"posts";r={left};t={seconds}',
    }


def _address(request: Request) -> str:
    return client_address(request, portal_of(request).settings.trusted_proxies)
