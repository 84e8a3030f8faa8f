"""Receipts: look one up, and see what was received. Never stored by a browser or on the way."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from policy_text.redline import Runs, redline
from portal.errors import NotFound
from portal.models.database import Session
from portal.services import comments, receipts, results
from portal.services.rows import ReceiptRow
from portal.web import door, forms, pages
from portal.web.forms import Form
from portal.web.state import portal_of

DONE = ("edited", "unchanged", "withdrawn", "appealed", "told")
"""What a receipt can say on top about the act that led to it."""


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
    code = receipts.read(typed)
    if code is not None and code != typed:
        return pages.see_other(f"/{pages.language_of(request)}/receipts/{code}")
    try:
        html = await receipt_page(request, Form(token=portal_of(request).pages.hole))
    except NotFound:
        return unknown(request)
    return pages.unkept_answer(request, html)


async def back(request: Request) -> Response:
    """The address of an act, opened as a page: to its receipt."""
    return pages.see_other(address_of(request))


async def receipt_page(request: Request, form: Form) -> str:
    """The receipt at its own address, with its forms. Raises NotFound."""
    now, path = portal_of(request).clock(), address_of(request)
    done = request.query_params.get("done")

    def ask(session: Session) -> str:
        row = comments.find_receipt(session, request.path_params["receipt"], now=now)
        return pages.page(
            request,
            "public/receipt.html",
            nav="receipts",
            path=path,
            consultation=row.consultation,
            receipt=row,
            changes=_changes(row),
            went=results.of_comments(
                session, [comment.id for comment in row.comments], language=pages.language_of(request)
            ),
            qr=f"{portal_of(request).settings.public_url}{path}",
            form=form,
            done=done if done in DONE else None,
        )

    return await door.read(request, ask)


def address_of(request: Request) -> str:
    """The receipt's own address, whichever way its code was typed."""
    typed = request.path_params["receipt"]
    return f"/{pages.language_of(request)}/receipts/{receipts.read(typed) or typed}"


def _changes(row: ReceiptRow) -> dict[str, Runs]:
    """The suggested wordings as changes of their clauses, by the comment's name."""
    return {
        comment.id: redline(comment.wording_base or "", comment.suggested_wording)
        for comment in row.comments
        if comment.suggested_wording is not None
    }


def unknown(request: Request) -> Response:
    """No receipt has the code of this address: the form that asks for one, with what was typed."""
    form = Form(
        token=portal_of(request).pages.hole,
        values=forms.printable({"receipt": request.path_params["receipt"][:200]}),
        errors={"receipt": ("error.receipt.unknown",)},
    )
    html = pages.page(
        request,
        "public/receipt_lookup.html",
        nav="receipts",
        path=f"/{pages.language_of(request)}/receipts/",
        form=form,
    )
    return pages.unkept_answer(request, html, status=404)
