"""One comment at the desk: read it, decide on it, and go on to the next of the list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from portal.errors import NotFound, PortalError
from portal.models.database import Session
from portal.services import (
    appeals,
    comments,
    concerns,
    consultations,
    detectors,
    identifiers,
    moderation,
    queues,
    redacting,
    themes,
    wordings,
    work,
)
from portal.services.desk_sessions import SignedIn
from portal.services.rows import REASONS
from portal.web import desk, door, forms, pages, troubles
from portal.web.forms import Form
from portal.web.state import portal_of

PLACES, PLACE = "places", "place_"
"""What a redaction is told, and how the boxes that a form ticks for it begin."""
MOST_PLACES = 1_000
"""A comment of 5,000 letters may be a list of telephone numbers, each with its box."""


async def comment(request: Request, who: SignedIn) -> Response:
    """One comment in any state, with everything an official may do about it."""
    name = request.query_params.get("list", "")
    form = Form(token=portal_of(request).pages.hole, values={"list": name})
    return pages.unkept_answer(request, await _page(request, who, form, None))


async def publish(request: Request, who: SignedIn) -> Response:
    """Show a comment."""
    return await _decide(request, who, moderation.publish, "note")


async def withhold(request: Request, who: SignedIn) -> Response:
    """Hide a comment, with a reason."""
    return await _decide(request, who, moderation.withhold, "reason", "note")


async def spam(request: Request, who: SignedIn) -> Response:
    """Put a comment aside as advertising or nonsense."""
    return await _decide(request, who, moderation.mark_spam)


async def redact(request: Request, who: SignedIn) -> Response:
    """Show a comment without some parts of it."""
    return await _decide(request, who, redacting.redact, "words", "reason", "note", PLACES)


async def restore(request: Request, who: SignedIn) -> Response:
    """Show a comment in full again."""
    return await _decide(request, who, redacting.restore, "note")


async def decide_appeal(request: Request, who: SignedIn) -> Response:
    """Answer the sender's objection: publish after all, or keep withheld and say why."""
    return await _decide(request, who, appeals.decide, "outcome", "note")


async def keep(request: Request, who: SignedIn) -> Response:
    """Leave a reported comment as it is."""

    def act(session: Session, number: int, *, seen: str | None, reviewer_id: int, now: datetime) -> None:
        del seen  # the comment stays as it is: there is nothing to overwrite
        concerns.keep_published(session, number, reviewer_id=reviewer_id, now=now)

    return await _decide(request, who, act)


async def original(request: Request, who: SignedIn) -> Response:
    """What was sent, before parts were taken out; that it was read is on record."""
    typed = await forms.read_form(request)
    number, now = _number(request), portal_of(request).clock()
    sent = await door.write(
        request,
        lambda session: redacting.read_original(session, number, reviewer_id=who.reviewer_id, now=now),
    )
    form = Form(token=portal_of(request).pages.hole, values={"list": forms.printable(typed).get("list", "")})
    return pages.unkept_answer(request, await _page(request, who, form, _address(request), sent))


async def _decide(request: Request, who: SignedIn, do: Callable[..., None], *names: str) -> Response:
    """Do it with what was typed under these names and lead on; else the page as it is now, nothing lost."""
    typed = await forms.read_form(request, MOST_PLACES)
    number, now = _number(request), portal_of(request).clock()
    given: dict[str, object] = {name: typed.get(name, "") for name in names if name != PLACES}
    if PLACES in names:
        given[PLACES] = [value for name, value in typed.items() if name.startswith(PLACE)]
    given["seen"] = typed.get("seen") or None
    error = await door.attempt(
        request, lambda session: do(session, number, **given, reviewer_id=who.reviewer_id, now=now)
    )
    if error is not None:
        form = _form(request, typed, error)
        html = await _page(request, who, form, _address(request))
        return pages.unkept_answer(request, html, status=troubles.status_of(error))
    return pages.see_other(await _onward(request, who, typed.get("list", "")))


async def _onward(request: Request, who: SignedIn, name: str) -> str:
    """Where an official is led after a decision: the next of the list, or the comment itself."""
    public_id = request.path_params["id"]
    if name not in queues.NAMES:
        return f"{_address(request)}?{urlencode({'done': public_id})}"

    def ask(session: Session) -> str:
        item = comments.desk_view(session, public_id)
        draft = themes.find_draft(session, item.comment.consultation, item.comment.draft)
        _, following = queues.around(session, draft.id, name, public_id, reviewer_id=who.reviewer_id)
        root = f"/{pages.language_of(request)}/desk"
        if following is None:
            asked = {"consultation": item.comment.consultation, "state": name, "done": public_id}
            return f"{root}/queue?{urlencode(asked)}"
        return f"{root}/comments/{following}?{urlencode({'list': name, 'done': public_id})}"

    return await door.read(request, ask)


def _form(request: Request, typed: Mapping[str, str], error: PortalError) -> Form:
    """The form as it was typed, which of the page's forms it was, and what is wrong."""
    form = desk.form_again(request, typed, error)
    return replace(form, values={**form.values, "act": request.url.path.rpartition("/")[2]})


async def _page(
    request: Request,
    who: SignedIn,
    form: Form,
    path: str | None,
    sent: redacting.Sent | None = None,
) -> str:
    public_id, now = request.path_params["id"], portal_of(request).clock()
    name = form.values.get("list", "")

    def ask(session: Session) -> str:
        item = comments.desk_view(session, public_id)
        number = _number(request)
        slug = item.comment.consultation
        draft = themes.find_draft(session, slug, item.comment.draft)
        before, after = queues.around(session, draft.id, name, public_id, reviewer_id=who.reviewer_id)
        return pages.page(
            request,
            "desk/comment.html",
            nav="queue",
            path=path,
            consultation=consultations.get(session, slug, now, counted=False),
            item=item,
            appeal=comments.appeal_of(session, number),
            may_decide=appeals.may_decide(session, number, who.reviewer_id),
            concerns=concerns.of_comment(session, number),
            change=wordings.runs(item.clause, item.comment),
            found=detectors.findings(item.comment.body) if not item.comment.redacted_for else (),
            sent=sent,
            notes=work.notes(session, comment=number),
            task=work.task_of(session, number),
            colleagues=work.colleagues(session, slug),
            tags=work.tags_of(session, number),
            codebook=work.tags_in_use(session, slug),
            reasons=REASONS,
            read=bool(work.read_by(session, who.reviewer_id, [number])),
            list=name if name in queues.NAMES else "",
            before=before,
            after=after,
            done=desk.just_decided(session, request, slug),
            form=form,
        )

    return await door.read(request, ask)


def _address(request: Request) -> str:
    return f"/{pages.language_of(request)}/desk/comments/{request.path_params['id']}"


def _number(request: Request) -> int:
    number = identifiers.comment_number(request.path_params["id"])
    if number is None:
        raise NotFound("error.not_found.comment")
    return number
