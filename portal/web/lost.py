"""A lost receipt: sent again to the address that was given, and nobody learns whether there is one."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from portal.errors import InvalidInput, TooMany
from portal.services import mails
from portal.services.texts import clean, email_fault
from portal.web import door, forms, limits, pages, sending, troubles
from portal.web.forms import Form
from portal.web.state import portal_of


async def ask(request: Request) -> Response:
    """The form that asks for the address."""
    return _page(request, Form(portal_of(request).pages.hole))


async def post(request: Request) -> Response:
    """Always the same answer, whatever is known of the address."""
    portal, typed = portal_of(request), await forms.read_form(request)
    email = clean(typed.get("email", "")).strip()
    now = portal.clock()
    try:
        forms.require_token(request, typed)
        if (key := email_fault(email)) is not None:
            raise InvalidInput({"email": [key]})
        await limits.refuse_too_many(request)
        await door.write(request, lambda session: mails.ask_again(session, email, now=now))
    except (InvalidInput, TooMany) as error:
        values = forms.printable({"email": typed.get("email", "")[:300]})
        form = sending.returned(request, values, error)
        return _page(request, form, status=troubles.status_of(error))
    limits.count_act(request)
    return _page(request, Form(portal.pages.hole), said=True)


def _page(request: Request, form: Form, *, said: bool = False, status: int = 200) -> Response:
    html = pages.page(request, "public/receipt_lost.html", nav="receipts", form=form, said=said)
    return pages.unkept_answer(request, html, status=status)
