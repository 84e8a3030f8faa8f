"""Receipts: look one up, and see what was received. Never stored by a browser or on the way."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from portal.errors import NotFound
from portal.services import comments, receipts
from portal.web import door, forms, pages
from portal.web.forms import Form
from portal.web.state import portal_of


async def lookup(request: Request) -> Response:
    """The form that asks for a code."""
    form = Form(token=portal_of(request).pages.hole)
    return pages.form_answer(
        request, pages.page(request, "public/receipt_lookup.html", nav="receipts", form=form)
    )


async def post_lookup(request: Request) -> Response:
    """Lead to the receipt of a code, or say that the code is wrong."""
    typed = await forms.read_form(request)
    code = receipts.read(typed.get("receipt", ""))
    if code is not None:
        return pages.see_other(f"/{pages.language_of(request)}/receipts/{code}")
    values = forms.printable({"receipt": typed.get("receipt", "")[:200]})
    key = "error.receipt.check" if values["receipt"].strip() else "error.receipt.empty"
    form = Form(token=portal_of(request).pages.hole, values=values, errors={"receipt": (key,)})
    html = pages.page(request, "public/receipt_lookup.html", nav="receipts", form=form)
    return pages.form_answer(request, html, status=404 if key == "error.receipt.check" else 422)


async def receipt(request: Request) -> Response:
    """What was received under a code, and what became of it."""
    typed = request.path_params["receipt"]
    language = pages.language_of(request)
    code = receipts.read(typed)
    if code is not None and code != typed:
        return pages.see_other(f"/{language}/receipts/{code}")
    now = portal_of(request).clock()
    try:
        row = await door.read(request, lambda session: comments.find_receipt(session, typed, now=now))
    except NotFound:
        return _unknown(request, typed)
    html = pages.page(
        request, "public/receipt.html", nav="receipts", consultation=row.consultation, receipt=row
    )
    return pages.answer(html, headers=pages.NO_STORE)


def _unknown(request: Request, typed: str) -> Response:
    form = Form(
        token=portal_of(request).pages.hole,
        values=forms.printable({"receipt": typed[:200]}),
        errors={"receipt": ("error.receipt.unknown",)},
    )
    html = pages.page(
        request,
        "public/receipt_lookup.html",
        nav="receipts",
        path=f"/{pages.language_of(request)}/receipts/",
        form=form,
    )
    response = pages.form_answer(request, html, status=404)
    response.headers["Cache-Control"] = "no-store"
    return response
