"""Accounts of officials, for admins: who there is, inviting, role and consultations, disabling, resetting."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response

from portal.errors import Conflict, NotFound, PortalError
from portal.models.database import Session
from portal.services import consultations, invitations, reviewers
from portal.services.desk_sessions import SignedIn
from portal.services.rows import ConsultationRow
from portal.web import accounts, door, forms, pages, troubles
from portal.web.forms import Form
from portal.web.state import portal_of

Typed = Mapping[str, str]
OPEN = "open_"
"""Before the name of a consultation: the field that opens it."""
MOST_OPENED = 1_000


async def listing(request: Request, who: SignedIn) -> Response:  # noqa: ARG001
    """Every account."""

    def ask_for(session: Session) -> str:
        rows, shown = reviewers.colleagues(session), _consultations(request, session)
        return pages.page(
            request, "desk/colleagues.html", nav="colleagues", colleagues=rows, consultations=shown
        )

    return pages.unkept_answer(request, await door.read(request, ask_for))


async def ask(request: Request, who: SignedIn) -> Response:  # noqa: ARG001
    """The form that invites a colleague."""
    form = Form(portal_of(request).pages.hole, values={"role": "reviewer", "access": "all"})
    return await _invite_page(request, form)


async def invite(request: Request, who: SignedIn) -> Response:
    """Add an account; its link is shown once, and mailed where mail is set up."""
    typed, now = await forms.read_form(request, MOST_OPENED), portal_of(request).clock()

    def act(session: Session) -> str:
        return reviewers.add(
            session,
            typed.get("email", ""),
            role=typed.get("role", ""),
            slugs=_slugs(typed),
            actor=f"reviewer:{who.reviewer_id}",
            now=now,
        )

    try:
        token = await _with_link(request, act)
    except PortalError as error:
        form = accounts.returned(request, error, typed)
        return await _invite_page(request, form, status=troubles.status_of(error))
    return _link_page(request, token)


async def show(request: Request, who: SignedIn) -> Response:
    """One account."""
    return await _colleague_page(request, who, None)


async def set_rights(request: Request, who: SignedIn) -> Response:
    """Give an account another role or other consultations."""
    typed, number, now = (
        await forms.read_form(request, MOST_OPENED),
        _number(request),
        portal_of(request).clock(),
    )

    def act(session: Session) -> None:
        role, slugs = typed.get("role", ""), _slugs(typed)
        reviewers.set_rights(
            session, number, role=role, slugs=slugs, seen=typed.get("seen"), by=who.reviewer_id, now=now
        )

    return await _act(request, who, act, typed)


async def disable(request: Request, who: SignedIn) -> Response:
    """Take an account's access away at once."""
    await forms.read_form(request)
    number, now = _number(request), portal_of(request).clock()
    return await _act(
        request, who, lambda session: reviewers.disable(session, number, by=who.reviewer_id, now=now)
    )


async def enable(request: Request, who: SignedIn) -> Response:
    """Give a disabled account its access back."""
    await forms.read_form(request)
    number, now = _number(request), portal_of(request).clock()
    return await _act(
        request, who, lambda session: reviewers.enable(session, number, by=who.reviewer_id, now=now)
    )


async def reset(request: Request, who: SignedIn) -> Response:
    """A new link for who lost everything; sessions, password and second step end."""
    await forms.read_form(request)
    number, now = _number(request), portal_of(request).clock()
    try:
        token = await _with_link(
            request, lambda session: reviewers.reset(session, number, by=who.reviewer_id, now=now)
        )
    except Conflict as error:
        form = accounts.returned(request, error, {})
        return await _colleague_page(request, who, form, status=troubles.status_of(error))
    return _link_page(request, token)


async def _act(
    request: Request, who: SignedIn, act: Callable[[Session], None], typed: Typed | None = None
) -> Response:
    """Do it and lead back to the account's page; where it cannot be done, that page with the reason."""
    error = await door.attempt(request, act)
    if error is not None:
        form = accounts.returned(request, error, typed or {})
        return await _colleague_page(request, who, form, status=troubles.status_of(error))
    return pages.see_other(_path(request, f"/{_number(request)}"))


async def _with_link(request: Request, act: Callable[[Session], str]) -> str:
    """The token that `act` makes, promised to be mailed where mail is set up."""
    portal, language = portal_of(request), pages.language_of(request)
    key, now = portal.settings.secret_key, portal.clock()

    def both(session: Session) -> str:
        token = act(session)
        if _is_mailed(request):
            invitations.promise(session, token, language=language, secret_key=key, now=now)
        return token

    return await door.write(request, both)


def _is_mailed(request: Request) -> bool:
    """The console is for whoever runs the portal: no mail reaches anybody by it."""
    return portal_of(request).settings.mail_url != "console:"


def _link_page(request: Request, token: str) -> Response:
    public_url = portal_of(request).settings.public_url
    html = pages.page(
        request,
        "desk/colleague_link.html",
        nav="colleagues",
        path=_path(request),
        link=f"{public_url}/{pages.language_of(request)}/desk/sign-in/{token}",
        mailed=_is_mailed(request),
    )
    return pages.unkept_answer(request, html)


async def _invite_page(request: Request, form: Form, *, status: int = 200) -> Response:
    def ask_for(session: Session) -> str:
        shown = _consultations(request, session)
        return pages.page(
            request, "desk/colleague_invite.html", nav="colleagues", consultations=shown, form=form
        )

    return pages.unkept_answer(request, await door.read(request, ask_for), status=status)


async def _colleague_page(
    request: Request, who: SignedIn, form: Form | None, *, status: int = 200
) -> Response:
    number = _number(request)

    def ask_for(session: Session) -> str:
        row = reviewers.colleague(session, number)
        return pages.page(
            request,
            "desk/colleague.html",
            nav="colleagues",
            path=_path(request, f"/{number}"),
            colleague=row,
            own=row.id == who.reviewer_id,
            consultations=_consultations(request, session),
            form=_form(request, row, form),
        )

    return pages.unkept_answer(request, await door.read(request, ask_for), status=status)


def _form(request: Request, row: reviewers.Colleague, form: Form | None) -> Form:
    """The rights as they are, or as they were typed where they could not be taken."""
    opened = {f"{OPEN}{slug}": "yes" for slug in row.slugs or ()}
    values = {"role": row.role, "access": "all" if row.slugs is None else "chosen", **opened}
    if form is None:
        return Form(portal_of(request).pages.hole, values=values)
    return Form(form.token, values=form.values or values, errors=form.errors, summary=form.summary)


def _slugs(typed: Typed) -> list[str] | None:
    if typed.get("access") == "all":
        return None
    return [name.removeprefix(OPEN) for name in typed if name.startswith(OPEN)]


def _consultations(request: Request, session: Session) -> list[ConsultationRow]:
    return consultations.listing(session, portal_of(request).clock())


def _number(request: Request) -> int:
    text = request.path_params["id"]
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        raise NotFound("error.not_found.reviewer")
    return int(text)


def _path(request: Request, rest: str = "") -> str:
    return f"/{pages.language_of(request)}/desk/colleagues{rest}"
