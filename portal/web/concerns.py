"""Telling the officials that a published comment should be looked at again. No account; limited."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from portal.errors import InvalidInput, PortalError, TooMany
from portal.models.database import Session
from portal.services import comments, concerns, consultations
from portal.web import door, forms, limits, pages, sending, troubles
from portal.web.forms import Form
from portal.web.state import portal_of


async def ask(request: Request) -> Response:
    """The form: why should it be looked at?"""
    return await _page(request, Form(portal_of(request).pages.hole))


async def post(request: Request) -> Response:
    """Note the concern, and say so."""
    portal, typed = portal_of(request), await forms.read_form(request)
    slug, public_id = request.path_params["slug"], request.path_params["id"]
    now = portal.clock()
    try:
        forms.require_token(request, typed)
        await limits.refuse_too_many(request)
        await door.write(
            request,
            lambda session: concerns.raise_one(
                session,
                slug,
                public_id,
                reason=typed.get("reason", ""),
                note=typed.get("note", ""),
                now=now,
            ),
        )
    except (InvalidInput, TooMany) as error:
        return await _again(request, typed, error)
    limits.count_act(request)
    return await _page(request, Form(portal.pages.hole), said=True)


async def _again(request: Request, typed: Mapping[str, str], error: PortalError) -> Response:
    values = forms.printable({name: typed.get(name, "") for name in ("reason", "note")})
    form = sending.returned(request, values, error)
    return await _page(request, form, status=troubles.status_of(error))


async def _page(request: Request, form: Form, *, said: bool = False, status: int = 200) -> Response:
    slug, public_id = request.path_params["slug"], request.path_params["id"]
    now = portal_of(request).clock()

    def ask_for(session: Session) -> str:
        return pages.page(
            request,
            "public/concern.html",
            nav="consultations",
            consultation=consultations.get(session, slug, now),
            comment=comments.get(session, slug, public_id),
            reasons=concerns.REASONS,
            said=said,
            form=form,
        )

    return pages.form_answer(request, await door.read(request, ask_for), status=status)
