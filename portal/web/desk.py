"""The officials' side: queue, search, one comment, themes, reports. Every handler knows who asks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date

from starlette.requests import Request
from starlette.responses import Response

from portal.errors import InvalidInput, NotFound, PortalError
from portal.models.database import Session
from portal.services import (
    appeals,
    comments,
    concerns,
    consultations,
    identifiers,
    moderation,
    search,
    themes,
    wordings,
)
from portal.services.reviewers import SignedIn
from portal.services.rows import STATES, ConsultationRow
from portal.web import door, forms, pages, public, troubles
from portal.web.forms import Form
from portal.web.state import portal_of
from search_index.documents import Filters

PAGE = 50
RESULTS = 25
APPEALS = "appeals"
REPORTED = "reported"
Page = Callable[[Request, SignedIn, Form, str | None], Awaitable[str]]
"""A page with a form, at its own address or (None) at the request's."""
ASKED = (
    "q",
    "consultation",
    "status",
    "clause",
    "position",
    "language",
    "submitter",
    "channel",
    "from",
    "to",
    "order",
)


async def home(request: Request, who: SignedIn) -> Response:  # noqa: ARG001
    """The desk opens on its queue."""
    return pages.see_other(f"/{pages.language_of(request)}/desk/queue")


async def queue(request: Request, who: SignedIn) -> Response:
    """Comments by state, those that wait first."""
    portal = portal_of(request)
    state = request.query_params.get("state", "pending")
    if state == APPEALS:
        return await _appeals_queue(request, who)
    if state == REPORTED:
        return await _reported_queue(request, who)
    if state not in STATES:
        raise NotFound
    cursor = request.query_params.get("cursor")

    def ask(session: Session) -> str:
        row, _ = scope(request, session, who)
        draft = themes.find_draft(session, row.slug, None)
        found, following = comments.in_state(session, state, limit=PAGE, cursor=cursor, draft_id=draft.id)
        return pages.page(
            request,
            "desk/queue.html",
            nav="queue",
            consultation=row,
            waiting=[{"comment": comment, "flags": flags} for comment, flags in found],
            state=state,
            states=moderation.states(session, draft_id=draft.id),
            appeals=appeals.count(session, draft.id),
            reported=concerns.count(session, draft.id),
            next_cursor=following,
            form=Form(token=portal.pages.hole),
        )

    return pages.unkept_answer(request, await door.read(request, ask))


async def _appeals_queue(request: Request, who: SignedIn) -> Response:
    """Objections to a withholding that wait for an answer, oldest first."""
    cursor = request.query_params.get("cursor")

    def ask(session: Session) -> str:
        row, _ = scope(request, session, who)
        draft = themes.find_draft(session, row.slug, None)
        found, following = appeals.waiting(session, draft.id, limit=PAGE, cursor=cursor)
        return pages.page(
            request,
            "desk/queue.html",
            nav="queue",
            consultation=row,
            waiting=[{"comment": one.comment, "flags": (), "appeal": one.appeal} for one in found],
            state=APPEALS,
            states=moderation.states(session, draft_id=draft.id),
            appeals=appeals.count(session, draft.id),
            reported=concerns.count(session, draft.id),
            next_cursor=following,
            form=Form(token=portal_of(request).pages.hole),
        )

    return pages.unkept_answer(request, await door.read(request, ask))


async def _reported_queue(request: Request, who: SignedIn) -> Response:
    """Published comments that readers reported, the longest waiting first."""

    def ask(session: Session) -> str:
        row, _ = scope(request, session, who)
        draft = themes.find_draft(session, row.slug, None)
        counts = dict(concerns.waiting(session, draft.id))
        found = comments.by_ids(session, counts, statuses=None)
        return pages.page(
            request,
            "desk/queue.html",
            nav="queue",
            consultation=row,
            waiting=[{"comment": one, "flags": ()} for one in found],
            state=REPORTED,
            states=moderation.states(session, draft_id=draft.id),
            appeals=appeals.count(session, draft.id),
            reported=len(counts),
            next_cursor=None,
            form=Form(token=portal_of(request).pages.hole),
        )

    return pages.unkept_answer(request, await door.read(request, ask))


async def find(request: Request, who: SignedIn) -> Response:
    """Search over every state."""
    portal = portal_of(request)
    asked = public.asked_of(request, ASKED)

    def ask(session: Session) -> str:
        row, rows = scope(request, session, who)
        draft = themes.find_draft(session, row.slug, None)
        results = search.find(
            session,
            portal.engine,
            asked["q"],
            _filters(row.slug, asked),
            order=asked["order"] if asked["order"] in ("relevance", "newest", "oldest") else _order(asked),
            limit=RESULTS,
            cursor=asked["cursor"] or None,
        )
        return pages.page(
            request,
            "desk/search.html",
            nav="search",
            consultation=row,
            consultations=rows,
            results=results,
            asked=asked,
            clause_labels=public.clause_labels(session, draft.id, pages.language_of(request)),
        )

    return pages.unkept_answer(request, await door.read(request, ask))


async def comment(request: Request, who: SignedIn) -> Response:
    """One comment in any state."""
    form = Form(token=portal_of(request).pages.hole)
    return pages.unkept_answer(request, await _comment_page(request, who, form, None))


async def publish(request: Request, who: SignedIn) -> Response:
    """Show a comment."""
    typed = await forms.read_form(request)
    number, now = _number(request), portal_of(request).clock()

    def act(session: Session) -> None:
        note = typed.get("note", "")
        moderation.publish(session, number, note=note, reviewer_id=who.reviewer_id, now=now)

    return await act_or_show(request, who, typed, act, _comment_page)


async def withhold(request: Request, who: SignedIn) -> Response:
    """Hide a comment, with a reason."""
    typed = await forms.read_form(request)
    number, now = _number(request), portal_of(request).clock()

    def act(session: Session) -> None:
        reason, note = typed.get("reason", ""), typed.get("note", "")
        moderation.withhold(session, number, reason=reason, note=note, reviewer_id=who.reviewer_id, now=now)

    return await act_or_show(request, who, typed, act, _comment_page)


async def decide_appeal(request: Request, who: SignedIn) -> Response:
    """Answer the sender's objection: publish after all, or keep withheld and say why."""
    typed = await forms.read_form(request)
    number, now = _number(request), portal_of(request).clock()

    def act(session: Session) -> None:
        outcome, note = typed.get("outcome", ""), typed.get("note", "")
        appeals.decide(session, number, outcome=outcome, note=note, reviewer_id=who.reviewer_id, now=now)

    return await act_or_show(request, who, typed, act, _comment_page)


async def act_or_show(
    request: Request, who: SignedIn, typed: dict[str, str], act: Callable[[Session], None], page: Page
) -> Response:
    """Do it and lead back to the page above; where it cannot be done, that page with what was typed."""
    address = request.url.path.rpartition("/")[0]
    try:
        await door.write(request, act)
    except NotFound:
        raise
    except PortalError as error:
        html = await page(request, who, _form(request, typed, error), address)
        return pages.unkept_answer(request, html, status=troubles.STATUS[type(error)][0])
    return pages.see_other(address)


def _form(request: Request, typed: dict[str, str], error: PortalError) -> Form:
    fields = error.fields if isinstance(error, InvalidInput) else {}
    summary = None if fields else error.key
    return Form(
        token=portal_of(request).pages.hole, values=forms.printable(typed), errors=fields, summary=summary
    )


async def _comment_page(
    request: Request,
    who: SignedIn,  # noqa: ARG001
    form: Form,
    path: str | None,
) -> str:
    public_id, now = request.path_params["id"], portal_of(request).clock()

    def ask(session: Session) -> str:
        item = comments.desk_view(session, public_id)
        number = identifiers.comment_number(public_id) or 0
        return pages.page(
            request,
            "desk/comment.html",
            nav="queue",
            path=path,
            consultation=consultations.get(session, item.comment.consultation, now),
            item=item,
            appeal=comments.appeal_of(session, number),
            concerns=concerns.of_comment(session, number),
            change=wordings.runs(item.clause, item.comment),
            form=form,
        )

    return await door.read(request, ask)


def scope(
    request: Request, session: Session, who: SignedIn, slug: str | None = None
) -> tuple[ConsultationRow, list[ConsultationRow]]:
    """The consultation a desk page is about (the newest where none is named), and all open to this official.

    Raises NotFound.
    """
    rows = [
        row for row in consultations.listing(session, portal_of(request).clock()) if who.may_see(row.slug)
    ]
    named = slug or request.query_params.get("consultation")
    for row in rows:
        if row.slug == named or not named:
            return row, rows
    raise NotFound("error.not_found.consultation")


def _filters(slug: str, asked: dict[str, str]) -> Filters:
    start, end = search.day_range(_day(asked["from"]), _day(asked["to"]))

    def one(name: str) -> tuple[str, ...]:
        return (asked[name],) if asked[name] else ()

    return Filters(
        consultations=(slug,),
        statuses=one("status"),
        clauses=one("clause"),
        positions=one("position"),
        languages=one("language"),
        submitters=one("submitter"),
        channels=one("channel"),
        received_from=start,
        received_before=end,
    )


def _order(asked: dict[str, str]) -> str:
    return "relevance" if asked["q"] else "newest"


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        return None
    return day if day and 1970 <= day.year <= 9990 else None


def _number(request: Request) -> int:
    number = identifiers.comment_number(request.path_params["id"])
    if number is None:
        raise NotFound("error.not_found.comment")
    return number
