"""Keying in what came another way: a letter, an e-mail, minutes. Its sender gets a receipt too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time

from starlette.requests import Request
from starlette.responses import Response

from portal.errors import Conflict, InvalidInput, PortalError
from portal.models.database import Session
from portal.services import importing, submissions, themes
from portal.services.checking import NewComment
from portal.services.desk_sessions import SignedIn
from portal.services.texts import clean, fault
from portal.templating import address
from portal.web import desk, door, forms, pages, sending, troubles
from portal.web.forms import Form
from portal.web.state import portal_of
from portal.words import PAKISTAN

CHANNELS = ("letter", "email", "meeting")
KEPT = ("channel", "received_at", "postmarked_at")
"""What stays for the next letter of a pile."""
OF_LETTER = (*KEPT, "clause", "reference", *sending.OF_COMMENT, *sending.OF_SENDER)


async def ask(request: Request, who: SignedIn) -> Response:
    """The empty form, with what stays from the letter before."""
    values = {name: request.query_params.get(name, "")[:40] for name in KEPT}
    form = Form(portal_of(request).pages.hole, values=forms.printable(values))
    done = request.query_params.get("receipt", "")[:40]
    return await _page(request, who, form, done=forms.printable({"code": done})["code"])


async def post(request: Request, who: SignedIn) -> Response:
    """Store one letter: 303 to the form for the next one, with the receipt on top."""
    portal, typed = portal_of(request), await forms.read_form(request)
    try:
        forms.require_token(request, typed)
        moments = _moments(typed, portal.clock())
        answer = await door.write(request, lambda session: _submit(request, session, typed, moments, who))
    except (InvalidInput, Conflict) as error:
        return await _again(request, who, typed, error)
    kept = {name: typed.get(name, "") for name in KEPT}
    following = {**kept, "receipt": answer.receipt, "consultation": typed.get("consultation", "")}
    return pages.see_other(address(f"/{pages.language_of(request)}/desk/letters", **following))


def _submit(
    request: Request,
    session: Session,
    typed: Mapping[str, str],
    moments: Mapping[str, datetime | None],
    who: SignedIn,
) -> submissions.Acknowledgement:
    portal = portal_of(request)
    row, _ = desk.scope(request, session, who, typed.get("consultation") or None)
    draft = themes.find_draft(session, row.slug, None)
    clause = importing.clause_of_code(session, draft.id, typed.get("clause", "").strip())
    comment = NewComment(
        typed.get("body", ""), clause, typed.get("position"), typed.get("suggested_wording") or None
    )
    reference = clean(typed.get("reference", "")).strip()
    sent = replace(
        sending.sender(typed, pages.language_of(request)),
        comments=(comment,),
        reference=reference or None,
        received_at=moments["received_at"],
        postmarked_at=moments["postmarked_at"],
    )
    return submissions.submit(
        session,
        row.slug,
        draft.version,
        sent,
        channel=typed["channel"],
        key=typed["token"],
        secret_key=portal.settings.secret_key,
        now=portal.clock(),
        actor=f"reviewer:{who.reviewer_id}",
    )


def _moments(typed: Mapping[str, str], now: datetime) -> dict[str, datetime | None]:
    """The days on the letter. Raises InvalidInput, also for a channel that there is not."""
    problems: dict[str, list[str]] = {}
    moments: dict[str, datetime | None] = {}
    if typed.get("channel") not in CHANNELS:
        problems["channel"] = ["error.channel.choose"]
    if (key := fault(typed.get("reference", ""))) is not None:
        problems["reference"] = [key]
    for name in ("received_at", "postmarked_at"):
        text = typed.get(name, "").strip()
        try:
            day = datetime.combine(date.fromisoformat(text), time(), PAKISTAN) if text else None
        except ValueError:
            day = None
            problems[name] = ["error.letter.day"]
        if day is not None and (day > now or day.year < 1970):
            problems[name] = ["error.letter.day"]
        moments[name] = day
    if problems:
        raise InvalidInput(problems)
    return moments


async def _again(request: Request, who: SignedIn, typed: Mapping[str, str], error: PortalError) -> Response:
    values = forms.printable({name: typed.get(name, "") for name in OF_LETTER})
    form = sending.returned(request, values, error)
    return await _page(request, who, form, status=troubles.status_of(error))


async def _page(
    request: Request, who: SignedIn, form: Form, *, done: str = "", status: int = 200
) -> Response:
    def ask_for(session: Session) -> str:
        row, _ = desk.scope(request, session, who)
        return pages.page(
            request,
            "desk/letter.html",
            nav="letters",
            consultation=row,
            channels=CHANNELS,
            done=done,
            form=form,
        )

    return pages.unkept_answer(request, await door.read(request, ask_for), status=status)
