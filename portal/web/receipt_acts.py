"""What a sender does with a receipt: change a comment, withdraw, object to a decision, ask to be told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from portal.errors import Conflict, ConsultationClosed, InvalidInput, NotFound, PortalError, TooMany
from portal.models.database import Session
from portal.services import amending, comments, consultations, drafts, receipts, wordings
from portal.services.identifiers import comment_id, comment_number
from portal.services.rows import ClauseRow, ReceiptComment, ReceiptRow
from portal.web import door, forms, limits, pages, troubles
from portal.web.forms import Form
from portal.web.receipts import address_of, receipt_page, unknown
from portal.web.state import portal_of

SAID_HERE = {"error.conflict.state": "receipt.conflict", "error.too_many": "receipt.too_many"}
"""Sentences that speak to a sender with a receipt, for keys that speak to officials or of new comments."""
Again = Callable[[Form, int], Awaitable[Response]]
"""The page with the form as it was typed, under a status."""


@dataclass(frozen=True)
class Opened:
    """One comment under its receipt, with its clause (None: the draft as a whole)."""

    receipt: ReceiptRow
    comment: ReceiptComment
    clause: ClauseRow | None

    def clause_text(self, language: str) -> str:
        """The clause's own words, in the language that the sender's wording is to replace."""
        if self.clause is None:
            return ""
        return wordings.base_text(self.clause, self.comment.wording_language or language)


async def edit(request: Request) -> Response:
    """The form that changes one comment, with what was sent in it."""
    try:
        opened = await door.read(request, lambda session: _open(request, session))
    except NotFound as error:
        return _not_found(request, error)
    comment = opened.comment
    if not opened.receipt.consultation.open:
        return _closed(request, comment.body or "", comment.suggested_wording or "")
    if not comment.editable:
        return pages.see_other(address_of(request))
    form = Form(
        token=portal_of(request).pages.hole,
        values={
            "body": comment.body or "",
            "position": comment.position or "",
            "suggested_wording": comment.suggested_wording or "",
        },
    )
    return pages.unkept_answer(request, _edit_page(request, opened, form))


async def post_edit(request: Request) -> Response:
    """Store the change; the version before stays on record."""
    typed = await forms.read_form(request)
    code, now = request.path_params["receipt"], portal_of(request).clock()

    def act(session: Session) -> str:
        changed = amending.edit(
            session,
            code,
            request.path_params["id"],
            body=typed.get("body", ""),
            position=typed.get("position"),
            suggested_wording=typed.get("suggested_wording"),
            now=now,
        )
        return "edited" if changed else "unchanged"

    async def again(form: Form, status: int) -> Response:
        opened = await door.read(request, lambda session: _open(request, session))
        return pages.unkept_answer(request, _edit_page(request, opened, form), status=status)

    names = ("body", "position", "suggested_wording")
    return await _try(request, typed, act, again, {name: name for name in names})


async def withdraw(request: Request) -> Response:
    """Take one comment back, or all of them, once the sender has ticked that it is meant."""
    typed = await forms.read_form(request)
    now = portal_of(request).clock()

    def act(session: Session) -> str:
        if typed.get("confirm") != "yes":
            amending.find(session, request.path_params["receipt"])
            raise InvalidInput({"confirm": ["error.withdraw.confirm"]})
        one = typed.get("comment") or None
        amending.withdraw(session, request.path_params["receipt"], one, now=now)
        return "withdrawn"

    names = {"comment": "comment", "confirm": "confirm"}
    return await _try(request, typed, act, _receipt_again(request), names)


async def appeal(request: Request) -> Response:
    """Object, once, to the withholding of a comment."""
    typed = await forms.read_form(request)
    number, now = comment_number(typed.get("comment", "")), portal_of(request).clock()
    name = comment_id(number or 0)

    def act(session: Session) -> str:
        code, text = request.path_params["receipt"], typed.get("text", "")
        amending.appeal(session, code, name, text=text, now=now)
        return "appealed"

    return await _try(request, typed, act, _receipt_again(request), {"text": f"text-{name}"})


async def tell(request: Request) -> Response:
    """Be told of the answer at an address; an empty one takes it away."""
    typed = await forms.read_form(request)
    now, secret_key = portal_of(request).clock(), portal_of(request).settings.secret_key
    code, email = request.path_params["receipt"], typed.get("email", "")

    def act(session: Session) -> str:
        amending.tell(session, code, email=email, secret_key=secret_key, now=now)
        return "told"

    return await _try(request, typed, act, _receipt_again(request), {"email": "email"})


async def _try(
    request: Request,
    typed: Mapping[str, str],
    act: Callable[[Session], str],
    again: Again,
    names: Mapping[str, str],
) -> Response:
    """303 to the receipt, which says what was done; else the form again with everything typed.

    `names`: fields of the form -> what the page calls them, where it has several forms.
    """
    try:
        await limits.refuse_too_many(request)
        forms.require_token(request, typed)
        done = await door.write(request, act)
    except NotFound as error:
        return _not_found(request, error)
    except ConsultationClosed:
        return _closed(request, typed.get("body", ""), typed.get("suggested_wording", ""))
    except (InvalidInput, Conflict, TooMany) as error:
        return await _again(request, typed, error, again, names)
    limits.count_act(request)
    return pages.see_other(f"{address_of(request)}?done={done}")


async def _again(
    request: Request, typed: Mapping[str, str], error: PortalError, again: Again, names: Mapping[str, str]
) -> Response:
    fields = dict(error.fields) if isinstance(error, InvalidInput) else {}
    stale = fields.pop("token", None)
    form = Form(
        token=portal_of(request).pages.hole,
        values=forms.printable({shown: typed.get(name, "") for name, shown in names.items()}),
        errors={names.get(name, name): keys for name, keys in fields.items()},
        summary="error.token"
        if stale
        else "receipt.not_done"
        if fields
        else SAID_HERE.get(error.key, error.key),
    )
    status = troubles.status_of(error)
    try:
        response = await again(form, status)
    except NotFound as missing:
        return _not_found(request, missing)
    if status in troubles.RETRY_AFTER:
        response.headers["Retry-After"] = troubles.RETRY_AFTER[status]
    return response


def _receipt_again(request: Request) -> Again:
    async def again(form: Form, status: int) -> Response:
        return pages.unkept_answer(request, await receipt_page(request, form), status=status)

    return again


def _not_found(request: Request, error: NotFound) -> Response:
    if receipts.read(request.path_params["receipt"]) is None or error.key == "error.not_found.receipt":
        return unknown(request)
    return troubles.on_portal_error(request, error)


def _closed(request: Request, *texts: str) -> Response:
    """The consultation is closed: nothing was changed, and what was written stands there to be copied."""
    kept = "\n\n".join(text for text in texts if text.strip())
    values = forms.printable({"kept": kept})
    return troubles.answer(request, "closed", 403, kept=values["kept"] or None, back=address_of(request))


def _open(request: Request, session: Session) -> Opened:
    """The comment that the address names under its receipt. Raises NotFound."""
    row = comments.find_receipt(session, request.path_params["receipt"], now=portal_of(request).clock())
    name = comment_id(comment_number(request.path_params["id"]) or 0)
    for comment in row.comments:
        if comment.id == name:
            _, draft = consultations.find_draft(session, row.consultation.slug, row.draft)
            clause = drafts.clause(session, draft, comment.clause) if comment.clause else None
            return Opened(row, comment, clause)
    raise NotFound("error.not_found.comment")


def _edit_page(request: Request, opened: Opened, form: Form) -> str:
    address = address_of(request)
    return pages.page(
        request,
        "public/receipt_edit.html",
        nav="receipts",
        path=f"{address}/comments/{opened.comment.id}",
        consultation=opened.receipt.consultation,
        address=address,
        receipt=opened.receipt,
        comment=opened.comment,
        clause=opened.clause,
        clause_text=opened.clause_text(pages.language_of(request)),
        form=form,
    )
