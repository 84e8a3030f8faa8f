"""Signing officials in and out: one-time links, a session cookie, and the guard of every desk page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from portal.errors import NotFound
from portal.models.database import Session
from portal.services import reviewers
from portal.services.reviewers import SESSION_LASTS, SignedIn
from portal.web import door, forms, pages, troubles
from portal.web.state import portal_of

DeskHandler = Callable[[Request, SignedIn], Awaitable[Response]]
Subject = Callable[[Session, str], str | None]


async def sign_in(request: Request) -> Response:
    """How an official gets in."""
    return pages.answer(pages.page(request, "desk/sign_in.html", nav=""), headers=pages.NO_STORE)


async def link(request: Request) -> Response:
    """The page behind a sign-in link: a button. Looking at it uses nothing up."""
    token, now = request.path_params["token"], portal_of(request).clock()
    if not await door.read(request, lambda session: reviewers.link_works(session, token, now=now)):
        return troubles.answer(request, "link", 404)
    html = pages.page(request, "desk/link.html", nav="", token=token)
    return pages.answer(html, headers=pages.NO_STORE)


async def post_link(request: Request) -> Response:
    """Use the link up and open a session."""
    await forms.read_form(request)
    token, now = request.path_params["token"], portal_of(request).clock()
    try:
        secret = await door.write(request, lambda session: reviewers.sign_in(session, token, now=now))
    except NotFound:
        return troubles.answer(request, "link", 404)
    response = pages.see_other(f"/{pages.language_of(request)}/desk/queue")
    _set_cookie(request, response, secret, int(SESSION_LASTS.total_seconds()))
    return response


async def sign_out(request: Request, who: SignedIn) -> Response:
    """End the session."""
    await forms.read_form(request)
    now = portal_of(request).clock()
    await door.write(request, lambda session: reviewers.sign_out(session, who, now=now))
    response = pages.answer(pages.page(request, "desk/signed_out.html", nav=""), headers=pages.NO_STORE)
    _set_cookie(request, response, "", 0)
    return response


async def who_asks(request: Request) -> SignedIn | None:
    """The official behind a request, None where nobody is signed in."""
    secret = request.cookies.get(cookie_name(request), "")
    if not secret:
        return None
    now = portal_of(request).clock()
    found = await door.read(request, lambda session: reviewers.signed_in(session, secret, now=now))
    if found is None:
        return None
    who, renew = found
    if renew:
        await door.write(request, lambda session: reviewers.seen(session, who.session_id, now=now))
    return who


def for_officials(
    handler: DeskHandler, subject: Subject | None = None
) -> Callable[[Request], Awaitable[Response]]:
    """A handler for signed-in officials: others are led to the sign-in page, their posts refused.

    `subject` tells the consultation of the address's `{id}`: one that is not open to the official is 404.
    """

    async def guarded(request: Request) -> Response:
        who = await who_asks(request)
        if who is not None:
            if subject is not None and not await _may_see(request, who, subject):
                return troubles.answer(request, "not_found", 404)
            request.state.who = who
            return await handler(request, who)
        if request.method in ("GET", "HEAD"):
            return pages.see_other(f"/{pages.language_of(request)}/desk/sign-in")
        return troubles.answer(request, "not_allowed", 403)

    return guarded


async def _may_see(request: Request, who: SignedIn, subject: Subject) -> bool:
    if who.slugs is None:
        return True
    slug = await door.read(request, lambda session: subject(session, request.path_params["id"]))
    return slug is not None and who.may_see(slug)


def for_admins(handler: DeskHandler) -> Callable[[Request], Awaitable[Response]]:
    """A handler for admins alone; a reviewer is told that this is not theirs."""

    async def checked(request: Request, who: SignedIn) -> Response:
        if not who.is_admin:
            return troubles.answer(request, "not_allowed", 403)
        return await handler(request, who)

    return for_officials(checked)


def cookie_name(request: Request) -> str:
    """With the prefix that ties it to this host wherever https is spoken."""
    return "__Host-desk" if portal_of(request).settings.secure else "desk"


def _set_cookie(request: Request, response: Response, value: str, seconds: int) -> None:
    response.set_cookie(
        cookie_name(request),
        value,
        max_age=seconds,
        path="/",
        secure=portal_of(request).settings.secure,
        httponly=True,
        samesite="lax",
    )
