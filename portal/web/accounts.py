"""Signing officials in and out: links, password and code, cookies, and the guard of every desk page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response

from portal.errors import NotAllowed, NotFound, PortalError, TooMany
from portal.models.database import Session
from portal.services import desk_sessions, passwords
from portal.services import sign_in as signing_in
from portal.services.desk_sessions import SESSION_LASTS, Opened, SignedIn
from portal.services.sign_in import Attempt
from portal.web import door, forms, limits, pages, troubles
from portal.web.forms import Form
from portal.web.state import portal_of

DeskHandler = Callable[[Request, SignedIn], Awaitable[Response]]
Subject = Callable[[Session, str], str | None]
KNOWN_FOR = 400 * 24 * 60 * 60
"""Seconds for which a browser is known: as long as browsers keep a cookie (RFC 6265bis, 5.5)."""


async def sign_in(request: Request) -> Response:
    """The form that asks for address, password and code."""
    return _sign_in_page(request, Form(portal_of(request).pages.hole))


async def post_sign_in(request: Request) -> Response:
    """Open a session; whatever was wrong, the answer is the same."""
    typed = await forms.read_form(request)
    try:
        opened = await _enter(request, typed)
    except (NotAllowed, TooMany) as error:
        limits.count_act(request)
        values = forms.printable({"email": typed.get("email", "")})
        form = Form(portal_of(request).pages.hole, values=values, summary=error.key)
        return _sign_in_page(request, form, status=troubles.status_of(error))
    return _begun(request, opened, "queue")


async def _enter(request: Request, typed: Mapping[str, str]) -> Opened:
    portal = portal_of(request)
    try:
        await limits.refuse_too_many(request)
    except TooMany:
        raise TooMany(key="error.too_many.sign_in") from None
    attempt, right = await attempted(request, typed, lambda _: typed.get("email", ""))
    return await door.write(
        request,
        lambda session: signing_in.sign_in(
            session,
            attempt,
            right=right,
            code=typed.get("code", ""),
            devices=_devices(request),
            before=_secret(request),
            secret_key=portal.settings.secret_key,
            now=portal.clock(),
        ),
    )


async def attempted(
    request: Request, typed: Mapping[str, str], whose: Callable[[Session], str]
) -> tuple[Attempt, bool]:
    """A counted try for an address, and whether the password is right. Raises TooMany."""
    devices, now = _devices(request), portal_of(request).clock()
    attempt = await door.write(
        request, lambda session: signing_in.begin(session, whose(session), devices=devices, now=now)
    )
    password = typed.get("password", "")
    right = await door.hash_password(request, lambda: passwords.matches(attempt.password_hash, password))
    return attempt, right


async def link(request: Request) -> Response:
    """The page behind a sign-in link: a button. Looking at it uses nothing up."""
    token, now = request.path_params["token"], portal_of(request).clock()
    if not await door.read(request, lambda session: desk_sessions.link_works(session, token, now=now)):
        return troubles.answer(request, "link", 404)
    html = pages.page(request, "desk/link.html", nav="", token=token)
    return pages.answer(html, headers=pages.NO_STORE)


async def post_link(request: Request) -> Response:
    """Use the link up and open a session; without a password yet it leads on to choosing one."""
    await forms.read_form(request)
    token, portal, now = request.path_params["token"], portal_of(request), portal_of(request).clock()
    devices, before = _devices(request), _secret(request)
    try:
        opened = await door.write(
            request,
            lambda session: desk_sessions.use_link(session, token, devices=devices, before=before, now=now),
        )
    except NotFound:
        return troubles.answer(request, "link", 404)
    return _begun(request, opened, "queue" if opened.has_password or portal.demo else "account/setup")


async def sign_out(request: Request, who: SignedIn) -> Response:
    """End the session."""
    await forms.read_form(request)
    now = portal_of(request).clock()
    await door.write(request, lambda session: desk_sessions.sign_out(session, who, now=now))
    return signed_out(request)


def signed_out(request: Request) -> Response:
    """The page of who has no session any more; the browser forgets it."""
    request.state.who = None
    response = pages.answer(pages.page(request, "desk/signed_out.html", nav=""), headers=pages.NO_STORE)
    _set_cookie(request, response, cookie_name(request), "", 0)
    return response


async def who_asks(request: Request) -> SignedIn | None:
    """The official behind a request, None where nobody is signed in."""
    secret = _secret(request)
    if not secret:
        return None
    now = portal_of(request).clock()
    found = await door.read(request, lambda session: desk_sessions.signed_in(session, secret, now=now))
    if found is None:
        return None
    who, renew = found
    if renew:
        await door.write(request, lambda session: desk_sessions.seen(session, who.session_id, now=now))
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


def returned(request: Request, error: PortalError, values: Mapping[str, str]) -> Form:
    """A form with what may be shown again of it, and what was wrong with it."""
    fields = getattr(error, "fields", {})
    shown = forms.printable(values)
    summary = None if fields else error.key
    return Form(portal_of(request).pages.hole, values=shown, errors=fields, summary=summary)


def cookie_name(request: Request) -> str:
    """With the prefix that ties it to this host wherever https is spoken."""
    return f"{_prefix(request)}desk"


def _secret(request: Request) -> str:
    """What the browser holds of its session; empty where it holds nothing that we can have made."""
    secret = request.cookies.get(cookie_name(request), "")
    return secret if secret.isascii() else ""


def _prefix(request: Request) -> str:
    return "__Host-" if portal_of(request).settings.secure else ""


def _devices(request: Request) -> tuple[str, ...]:
    """Tokens by which this browser is known, one for each official who signed in in it."""
    begin = f"{_prefix(request)}known-"
    return tuple(value for name, value in request.cookies.items() if name.startswith(begin))


def _begun(request: Request, opened: Opened, place: str) -> Response:
    """Lead to a place at the desk with a new session, in a browser that is known from now on."""
    response = pages.see_other(f"/{pages.language_of(request)}/desk/{place}")
    _set_cookie(request, response, cookie_name(request), opened.secret, int(SESSION_LASTS.total_seconds()))
    if opened.device is not None:
        known = f"{_prefix(request)}known-{opened.reviewer_id}"
        _set_cookie(request, response, known, opened.device, KNOWN_FOR)
    return response


def _sign_in_page(request: Request, form: Form, *, status: int = 200) -> Response:
    html = pages.page(request, "desk/sign_in.html", nav="", form=form)
    return pages.unkept_answer(request, html, status=status)


def _set_cookie(request: Request, response: Response, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path="/",
        secure=portal_of(request).settings.secure,
        httponly=True,
        samesite="lax",
    )
