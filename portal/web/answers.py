"""My answers: collected under a code, in an address that is private to whoever holds it."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

from policy_text.redline import Runs, redline
from portal.errors import Conflict, ConsultationClosed, InvalidInput, NotFound, PortalError, TooMany
from portal.models.database import Session
from portal.services import answers, consultations, drafts, receipts, wordings
from portal.services.answers import SheetRow
from portal.services.checking import NewComment
from portal.services.rows import ClauseRow
from portal.web import door, forms, limits, pages, sending, troubles
from portal.web.forms import Form
from portal.web.public import Place
from portal.web.state import portal_of

AWAY = "away"
CONFIRMED = "confirmed"


async def keep_from_clause(request: Request, place: Place, typed: Mapping[str, str]) -> Response:
    """Begin a sheet with the answer typed on a clause page: 303 to its own page."""
    portal, now = portal_of(request), portal_of(request).clock()

    def act(session: Session) -> str:
        code = answers.begin(
            session,
            place.slug,
            place.version,
            _answer(typed, place.eid),
            key=typed["token"],
            user_agent=_user_agent(request),
            secret_key=portal.settings.secret_key,
            now=now,
        )
        answers.keep_sender(session, code, sending.kept_values(typed, of_comment=False), now=now)
        return code

    code = await door.write(request, act)
    return pages.see_other(_address(request, code))


async def resume(request: Request) -> Response:
    """The form that asks for a code."""
    form = Form(token=portal_of(request).pages.hole)
    return _private(request, pages.page(request, "public/answers_resume.html", nav="answers", form=form))


async def post_resume(request: Request) -> Response:
    """Lead to the answers under a code; this browser will be asked to confirm before it sends."""
    typed = await forms.read_form(request)
    code = receipts.read(typed.get("code", ""))
    if code is not None:
        return pages.see_other(f"{_address(request, code)}?{AWAY}=1")
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
    return _private(request, _page(request, "public/answers.html", row, Form(portal_of(request).pages.hole)))


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
    return await _clause_page(request, row, form, seen=answers.seen_of(answer))


async def post_clause(request: Request) -> Response:
    """Save or remove the answer on a clause, and go where the button says."""
    portal, typed = portal_of(request), await forms.read_form(request)
    code, eid = request.path_params["code"], request.path_params["eid"]
    now, go = portal.clock(), typed.get("go", "back")
    try:
        _our_token(request, typed)
        await limits.refuse_too_many(request, "", None)
        if go == "remove":
            await door.write(request, lambda session: answers.remove(session, code, eid, now=now))
        else:
            answer, seen = _answer(typed, eid), typed.get("seen")
            await door.write(request, lambda session: answers.save(session, code, answer, seen=seen, now=now))
    except (InvalidInput, Conflict, TooMany) as error:
        return await _clause_again(request, typed, error)
    limits.count_act(request)
    following = typed.get("next", "")
    if go == "next" and following:
        return pages.see_other(_address(request, code, following) + _carried(typed))
    return pages.see_other(_address(request, code) + _carried(typed))


async def review(request: Request) -> Response:
    """Everything once more, who is writing, and the button that sends."""
    row = await _read(request)
    form = Form(portal_of(request).pages.hole, values=row.sender)
    return _private(request, await _review_page(request, row, form))


async def post_send(request: Request) -> Response:
    """Send all answers together: 303 to the receipt."""
    portal, typed = portal_of(request), await forms.read_form(request)
    code, language, now = request.path_params["code"], pages.language_of(request), portal_of(request).clock()
    slug = typed.get("consultation", "")
    try:
        _our_token(request, typed)
        await limits.refuse_too_many(request, slug, f"answers:{receipts.read(code)}")
        kept = sending.kept_values(typed, of_comment=False)
        await _keep_sender(request, code, kept)
        if not _is_confirmed(request, typed, code):
            raise InvalidInput({CONFIRMED: ["error.answers.confirm"]})
        sent = await door.write(
            request,
            lambda session: answers.send(
                session,
                code,
                slug,
                sending.sender(typed, language),
                secret_key=portal.settings.secret_key,
                now=now,
            ),
        )
    except (InvalidInput, Conflict, TooMany, ConsultationClosed) as error:
        return await _review_again(request, typed, error)
    limits.count_act(request)
    return pages.see_other(f"/{language}/receipts/{sent if isinstance(sent, str) else sent.receipt}")


async def post_discard(request: Request) -> Response:
    """Delete everything under a code."""
    code, now = request.path_params["code"], portal_of(request).clock()
    typed = await forms.read_form(request)
    if not portal_of(request).tokens.is_ours(typed.get("token", "")):
        return pages.see_other(_address(request, code))
    row = await _read(request)
    await door.write(request, lambda session: answers.discard(session, code, now=now))
    return pages.see_other(f"/{pages.language_of(request)}/{row.consultation.slug}/")


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
    values = sending.kept_values(typed)
    errors = sending.field_errors(error) if isinstance(error, InvalidInput) else {}
    stale = errors.pop("token", None)
    summary = "error.token" if stale else None if isinstance(error, InvalidInput) else error.key
    form = Form(portal_of(request).pages.hole, values=values, errors=errors, summary=summary)
    answer = row.answer(request.path_params["eid"])
    other = answer if isinstance(error, Conflict) else None
    return await _clause_page(
        request, row, form, seen=answers.seen_of(answer), other=other, status=troubles.STATUS[type(error)][0]
    )


async def _clause_page(
    request: Request,
    row: SheetRow,
    form: Form,
    *,
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
        clause=found,
        clause_text=wordings.base_text(found, pages.language_of(request)),
        seen=seen,
        other=other,
    )
    return _private(request, html, status=status)


async def _review_again(request: Request, typed: Mapping[str, str], error: PortalError) -> Response:
    row = await _read(request)
    errors = sending.field_errors(error) if isinstance(error, InvalidInput) else {}
    stale = errors.pop("token", None)
    summary = "error.token" if stale else None if isinstance(error, InvalidInput) else error.key
    form = Form(
        portal_of(request).pages.hole,
        values=sending.kept_values(typed, of_comment=False),
        errors=errors,
        summary=summary,
    )
    html = await _review_page(request, row, form, away=typed.get(AWAY) == "1")
    return _private(request, html, status=troubles.STATUS[type(error)][0])


async def _review_page(request: Request, row: SheetRow, form: Form, *, away: bool | None = None) -> str:
    changes = await door.read(request, lambda session: _changes(session, row))
    seal = _seal(request, request.path_params["code"])
    return _page(request, "public/answers_review.html", row, form, away=away, seal=seal, changes=changes)


def _changes(session: Session, row: SheetRow) -> dict[str, tuple[Runs, str | None]]:
    """By eId the change that each answer suggests, and the language it is in."""
    found = {}
    for answer in row.answers:
        number = drafts.clause_id(session, row.draft_id, answer.eid)
        text, language = wordings.changed(session, number, answer.suggested_wording)
        if text is not None:
            base = wordings.base_texts(session, number).get(language or "", "")
            found[answer.eid] = (redline(base, text), language)
    return found


def _page(
    request: Request, template: str, row: SheetRow, form: Form, *, away: bool | None = None, **context: object
) -> str:
    return pages.page(
        request,
        template,
        nav="answers",
        path=None,
        consultation=row.consultation,
        sheet=row,
        form=form,
        away=_is_away(request, row) if away is None else away,
        **context,
    )


def _private(request: Request, html: str, *, status: int = 200) -> Response:
    response = pages.form_answer(request, html, status=status)
    response.headers.update(pages.NO_STORE)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _ask_again(request: Request, values: Mapping[str, str], key: str, status: int) -> Response:
    form = Form(portal_of(request).pages.hole, values=values, errors={"code": (key,)})
    path = f"/{pages.language_of(request)}/answers/"
    html = pages.page(request, "public/answers_resume.html", nav="answers", path=path, form=form)
    return _private(request, html, status=status)


def _is_away(request: Request, row: SheetRow) -> bool:
    """Whether these answers were begun elsewhere: another browser, or a page that none of ours led to."""
    site = request.headers.get("sec-fetch-site")
    foreign = site is not None and site != "same-origin"
    digest = answers.device_digest(row.code, _user_agent(request))
    return AWAY in request.query_params or foreign or digest != row.device_sha256


def _is_confirmed(request: Request, typed: Mapping[str, str], code: str) -> bool:
    """Ticked by hand, or sealed into the form for the browser in which the answers were begun."""
    given = typed.get(CONFIRMED, "")
    return given == "yes" or hmac.compare_digest(given.encode(), _seal(request, code).encode())


def _seal(request: Request, code: str) -> str:
    key = portal_of(request).settings.secret_key.encode()
    return hmac.new(key, b"same device\x00" + code.encode(), sha256).hexdigest()[:32]


def _our_token(request: Request, typed: Mapping[str, str]) -> None:
    if not portal_of(request).tokens.is_ours(typed.get("token", "")):
        raise InvalidInput({"token": ["error.token"]})


def _answer(typed: Mapping[str, str], eid: str) -> NewComment:
    clause_eid = None if eid == drafts.WHOLE else eid
    return NewComment(
        typed.get("body", ""), clause_eid, typed.get("position"), typed.get("suggested_wording")
    )


def _address(request: Request, code: str, eid: str = "") -> str:
    return f"/{pages.language_of(request)}/answers/{code}" + (f"/{eid}" if eid else "")


def _carried(typed: Mapping[str, str]) -> str:
    return f"?{AWAY}=1" if typed.get(AWAY) == "1" else ""


def _user_agent(request: Request) -> str:
    return request.headers.get("user-agent", "")
