"""My answers: collected under a code, in an address that is private to whoever holds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from policy_text.redline import Runs
from portal.errors import Conflict, ConsultationClosed, InvalidInput, NotFound, PortalError, TooMany
from portal.models.database import Session
from portal.services import answers, consultations, drafts, receipts, wordings
from portal.services.answers import SheetRow
from portal.services.checking import NewComment
from portal.services.rows import ClauseRow
from portal.services.submissions import Acknowledgement
from portal.web import devices, door, forms, limits, pages, sending, troubles
from portal.web.forms import Form
from portal.web.public import Place
from portal.web.state import portal_of

NOTHING_TYPED = {"body": ("error.body.empty",)}


async def keep_from_clause(request: Request, place: Place, typed: Mapping[str, str]) -> Response:
    """Begin a sheet with the answer typed on a clause page: 303 to its own page."""
    portal, now = portal_of(request), portal_of(request).clock()

    def act(session: Session) -> answers.Begun:
        begun = answers.begin(
            session,
            place.slug,
            place.version,
            _answer(typed, place.eid),
            key=typed["token"],
            user_agent=devices.user_agent(request),
            secret_key=portal.settings.secret_key,
            now=now,
        )
        answers.keep_sender(session, begun.code, sending.kept_values(typed, of_comment=False), now=now)
        return begun

    begun = await door.write(request, act)
    limits.count(request, begun)
    return pages.see_other(_address(request, begun.code))


def is_begun(request: Request, place: Place, token: str) -> Callable[[Session], bool]:
    """What finds out whether this form began answers before."""
    secret_key = portal_of(request).settings.secret_key
    return lambda session: answers.is_begun(session, place.slug, token, secret_key=secret_key)


async def resume(request: Request) -> Response:
    """The form that asks for a code."""
    form = Form(token=portal_of(request).pages.hole)
    return _private(request, pages.page(request, "public/answers_resume.html", nav="answers", form=form))


async def post_resume(request: Request) -> Response:
    """Lead to the answers under a code; this browser will be asked to confirm before it sends."""
    typed = await forms.read_form(request)
    code = receipts.read(typed.get("code", ""))
    if code is not None:
        return pages.see_other(f"{_address(request, code)}?{devices.AWAY}=1")
    values = forms.printable({"code": typed.get("code", "")[:200]})
    key = "error.receipt.check" if values["code"].strip() else "error.receipt.empty"
    return _ask_again(request, values, key, 404 if key == "error.receipt.check" else 422)


async def overview(request: Request) -> Response:
    """What is answered so far, and the contents to go on with."""
    code = request.path_params["code"]
    if (own := receipts.read(code)) and own != code:
        return pages.see_other(_address(request, own))
    try:
        row = await _read(request)
    except NotFound:
        values = forms.printable({"code": code[:200]})
        return _ask_again(request, values, "error.not_found.answers", 404)
    form = Form(portal_of(request).pages.hole)
    return _private(request, _page(request, "public/answers.html", row, form, at="", typed={}))


async def to_overview(request: Request) -> Response:
    """The address of an act, opened as a page: to the answers."""
    return pages.see_other(_address(request, request.path_params["code"]))


async def to_review(request: Request) -> Response:
    """The address that sends, opened as a page: to what it would send."""
    return pages.see_other(_address(request, request.path_params["code"], "review"))


async def clause(request: Request) -> Response:
    """One clause with the answer on it."""
    row = await _read(request)
    answer = row.answer(request.path_params["eid"])
    values = {}
    if answer is not None:
        values = {
            "body": answer.body,
            "position": answer.position or "",
            "suggested_wording": answer.suggested_wording or "",
        }
    form = Form(portal_of(request).pages.hole, values=values)
    return await _clause_page(request, row, form, typed={}, seen=answers.seen_of(answer))


async def post_clause(request: Request) -> Response:
    """Save or remove the answer on a clause, and go where the button says. Passing one over is no error."""
    portal, typed = portal_of(request), await forms.read_form(request)
    code, eid = request.path_params["code"], request.path_params["eid"]
    now, go = portal.clock(), typed.get("go", "back")
    following = typed.get("next", "") if go == "next" else ""
    on = _address(request, code, following) + devices.carried(typed)
    try:
        forms.require_token(request, typed)
        await limits.refuse_too_many(request)
        if go == "remove":
            await door.write(request, lambda session: answers.remove(session, code, eid, now=now))
        else:
            answer, seen = _answer(typed, eid), typed.get("seen")
            await door.write(request, lambda session: answers.save(session, code, answer, seen=seen, now=now))
    except (InvalidInput, Conflict, TooMany) as error:
        nothing = isinstance(error, InvalidInput) and error.fields == NOTHING_TYPED
        if nothing and following and not typed.get("seen"):
            return pages.see_other(on)
        return await _clause_again(request, typed, error)
    limits.count_act(request)
    return pages.see_other(on)


async def review(request: Request) -> Response:
    """Everything once more, who is writing, and the button that sends."""
    row = await _read(request)
    form = Form(portal_of(request).pages.hole, values=row.sender)
    return _private(request, await _review_page(request, row, form, typed={}))


async def post_send(request: Request) -> Response:
    """Send all answers together: 303 to the receipt."""
    typed, code = await forms.read_form(request), receipts.read(request.path_params["code"]) or ""
    slug = typed.get("consultation", "")
    try:
        forms.require_token(request, typed)
        await limits.refuse_too_many(request, limits.is_submitted(slug, answers.key_of(code)))
        await _keep_sender(request, code, sending.kept_values(typed, of_comment=False))
        if not devices.is_confirmed(request, typed, code):
            raise InvalidInput({devices.CONFIRMED: ["error.answers.confirm"]})
        sent = await _send(request, code, slug, typed)
    except (InvalidInput, Conflict, TooMany, ConsultationClosed) as error:
        return await _review_again(request, typed, error)
    if not isinstance(sent, str):
        limits.count(request, sent)
    receipt = sent if isinstance(sent, str) else sent.receipt
    return pages.see_other(f"/{pages.language_of(request)}/receipts/{receipt}")


async def post_discard(request: Request) -> Response:
    """Delete everything under a code."""
    code, now = request.path_params["code"], portal_of(request).clock()
    typed = await forms.read_form(request)
    if not portal_of(request).tokens.is_ours(typed.get("token", "")):
        return pages.see_other(_address(request, code))
    try:
        row = await _read(request)
        await door.write(request, lambda session: answers.discard(session, code, now=now))
    except NotFound:
        return pages.see_other(f"/{pages.language_of(request)}/answers/")
    return pages.see_other(f"/{pages.language_of(request)}/{row.consultation.slug}/")


async def _send(request: Request, code: str, slug: str, typed: Mapping[str, str]) -> Acknowledgement | str:
    portal, sender = portal_of(request), sending.sender(typed, pages.language_of(request))
    now = portal.clock()
    return await door.write(
        request,
        lambda session: answers.send(
            session,
            code,
            slug,
            sender,
            seen=typed.get("seen"),
            secret_key=portal.settings.secret_key,
            now=now,
        ),
    )


async def _read(request: Request) -> SheetRow:
    code, now = request.path_params["code"], portal_of(request).clock()
    return await door.read(request, lambda session: answers.open_sheet(session, code, now=now))


async def _keep_sender(request: Request, code: str, kept: Mapping[str, str]) -> None:
    """What was typed about the sender survives an error; where all is sent there is nothing to keep."""
    now = portal_of(request).clock()
    try:
        await door.write(request, lambda session: answers.keep_sender(session, code, kept, now=now))
    except NotFound:
        return


async def _clause_again(request: Request, typed: Mapping[str, str], error: PortalError) -> Response:
    row = await _read(request)
    form = sending.returned(request, sending.kept_values(typed), error)
    answer = row.answer(request.path_params["eid"])
    other = answer if isinstance(error, Conflict) else None
    status = troubles.status_of(error)
    seen = answers.seen_of(answer)
    return await _clause_page(request, row, form, typed=typed, seen=seen, other=other, status=status)


async def _clause_page(
    request: Request,
    row: SheetRow,
    form: Form,
    *,
    typed: Mapping[str, str],
    seen: str,
    other: answers.AnswerRow | None = None,
    status: int = 200,
) -> Response:
    eid = request.path_params["eid"]

    def ask(session: Session) -> ClauseRow:
        _, draft = consultations.find_draft(session, row.consultation.slug, row.draft)
        found = drafts.clause(session, draft, eid)
        if not found.commentable:
            raise NotFound("error.not_found.clause")
        return found

    found = await door.read(request, ask)
    html = _page(
        request,
        "public/answers_clause.html",
        row,
        form,
        at=eid,
        typed=typed,
        clause=found,
        clause_text=wordings.base_text(found, pages.language_of(request)),
        seen=seen,
        other=other,
    )
    return _private(request, html, status=status)


async def _review_again(request: Request, typed: Mapping[str, str], error: PortalError) -> Response:
    row = await _read(request)
    confirmed = "yes" if typed.get(devices.CONFIRMED) == "yes" else ""
    values = {**sending.kept_values(typed, of_comment=False), devices.CONFIRMED: confirmed}
    form = sending.returned(request, values, error)
    html = await _review_page(request, row, form, typed=typed)
    return _private(request, html, status=troubles.status_of(error))


async def _review_page(request: Request, row: SheetRow, form: Form, *, typed: Mapping[str, str]) -> str:
    changes = await door.read(request, lambda session: _changes(session, row))
    return _page(
        request,
        "public/answers_review.html",
        row,
        form,
        at="review",
        typed=typed,
        seal=devices.seal(request, row.code),
        changes=changes,
    )


def _changes(session: Session, row: SheetRow) -> dict[str, tuple[Runs, str | None]]:
    """By eId the change that each answer suggests, and the language it is in."""
    found = {}
    for answer in row.answers:
        number = drafts.clause_id(session, row.draft_id, answer.eid)
        change = wordings.change(session, number, answer.suggested_wording)
        if change is not None:
            found[answer.eid] = change
    return found


def _page(
    request: Request,
    template: str,
    row: SheetRow,
    form: Form,
    *,
    at: str,
    typed: Mapping[str, str],
    **context: Any,
) -> str:
    """A page under a code; `at` is the end of its own address, `typed` the form that led to it, if any."""
    away = devices.is_away(request, row, typed)
    return pages.page(
        request,
        template,
        nav="answers",
        path=_address(request, row.code, at) + (f"?{devices.AWAY}=1" if away else ""),
        consultation=row.consultation,
        sheet=row,
        form=form,
        away=away,
        **context,
    )


def _private(request: Request, html: str, *, status: int = 200) -> Response:
    response = pages.unkept_answer(request, html, status=status)
    response.headers["X-Robots-Tag"] = "noindex"
    if status in troubles.RETRY_AFTER:
        response.headers["Retry-After"] = troubles.RETRY_AFTER[status]
    return response


def _ask_again(request: Request, values: Mapping[str, str], key: str, status: int) -> Response:
    form = Form(portal_of(request).pages.hole, values=values, errors={"code": (key,)})
    path = f"/{pages.language_of(request)}/answers/"
    html = pages.page(request, "public/answers_resume.html", nav="answers", path=path, form=form)
    return _private(request, html, status=status)


def _answer(typed: Mapping[str, str], eid: str) -> NewComment:
    clause_eid = None if eid == drafts.WHOLE else eid
    return NewComment(
        typed.get("body", ""), clause_eid, typed.get("position"), typed.get("suggested_wording")
    )


def _address(request: Request, code: str, eid: str = "") -> str:
    return f"/{pages.language_of(request)}/answers/{code}" + (f"/{eid}" if eid else "")
