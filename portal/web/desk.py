"""The officials' side: what its pages share, the lists of comments, and the search."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

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
    queues,
    themes,
    work,
)
from portal.services.desk_sessions import SignedIn
from portal.services.rows import REASONS, STATES, ConsultationRow
from portal.web import door, forms, pages
from portal.web.forms import Form
from portal.web.state import portal_of

PAGE = 50
MOST_TASKS = 200


async def home(request: Request, who: SignedIn) -> Response:  # noqa: ARG001
    """The desk opens on its queue."""
    return pages.see_other(f"/{pages.language_of(request)}/desk/queue")


async def queue(request: Request, who: SignedIn) -> Response:
    """Comments by state, those that wait first; objections, reports by readers, and one's own."""
    portal = portal_of(request)
    name = request.query_params.get("state", "pending")
    if name not in (*STATES, *queues.NAMES):
        raise NotFound

    def ask(session: Session) -> str:
        row, _ = scope(request, session, who)
        draft = themes.find_draft(session, row.slug, None)
        waiting, following = _waiting(session, draft.id, name, request.query_params.get("cursor"), who)
        numbers = [identifiers.comment_number(item["comment"].id) or 0 for item in waiting]
        read = work.read_by(session, who.reviewer_id, numbers)
        return pages.page(
            request,
            "desk/queue.html",
            nav="queue",
            consultation=row,
            waiting=waiting,
            read={identifiers.comment_id(number) for number in read},
            state=name,
            states=moderation.states(session, draft_id=draft.id),
            appeals=appeals.count(session, draft.id),
            reported=concerns.count(session, draft.id),
            mine=len(work.tasks_of(session, draft.id, who.reviewer_id)),
            colleagues=work.colleagues(session, row.slug),
            codebook=work.tags_in_use(session, row.slug),
            reasons=REASONS,
            next_cursor=following,
            back=_here(request),
            done=many_done(request),
            decided=just_decided(session, request, row.slug),
            form=Form(token=portal.pages.hole),
        )

    return pages.unkept_answer(request, await door.read(request, ask))


def _waiting(
    session: Session, draft_id: int, name: str, cursor: str | None, who: SignedIn
) -> tuple[list[dict[str, Any]], str | None]:
    """What a list holds: rows with how each comment stands now, and the cursor of the next page."""
    items: list[dict[str, Any]]
    following = None
    if name == "appeals":
        found, following = appeals.waiting(session, draft_id, limit=PAGE, cursor=cursor)
        items = [{"comment": one.comment, "flags": (), "appeal": one.appeal} for one in found]
    elif name == "reported":
        counts = dict(concerns.waiting(session, draft_id))
        items = [{"comment": one, "flags": ()} for one in comments.by_ids(session, counts, statuses=None)]
    elif name == "mine":
        due = {
            identifiers.comment_id(number): day
            for number, day in work.tasks_of(session, draft_id, who.reviewer_id)
        }
        rows = comments.by_ids(session, list(due)[:MOST_TASKS], statuses=None)
        items = [{"comment": one, "flags": (), "due_on": due[one.id]} for one in rows]
    else:
        held, following = comments.in_state(session, name, limit=PAGE, cursor=cursor, draft_id=draft_id)
        items = [{"comment": comment, "flags": flags} for comment, flags in held]
    marks = moderation.marks(session, [identifiers.comment_number(item["comment"].id) or 0 for item in items])
    return [{**item, "seen": marks[item["comment"].id]} for item in items], following


def many_done(request: Request) -> tuple[int, int] | None:
    """(changed, left as they were) of the act on many comments that led here."""
    changed, left = (request.query_params.get(name, "") for name in ("changed", "left"))
    if not (changed.isdecimal() and left.isdecimal() and len(changed + left) < 10):
        return None
    return int(changed), int(left)


def just_decided(session: Session, request: Request, slug: str) -> tuple[str, str] | None:
    """(comment, state it has now) of the decision that led here, in the same consultation."""
    done = request.query_params.get("done", "")
    rows = comments.by_ids(session, [done], statuses=None) if identifiers.comment_number(done) else []
    return next(((one.id, one.status) for one in rows if one.consultation == slug), None)


def _here(request: Request) -> str:
    """This page's address, without what was said on the way to it."""
    asked = [(k, v) for k, v in request.query_params.multi_items() if k not in ("changed", "left", "done")]
    return request.url.path + (f"?{urlencode(asked)}" if asked else "")


def form_again(request: Request, typed: Mapping[str, str], error: PortalError) -> Form:
    """A form as it was typed, with what is wrong."""
    fields = error.fields if isinstance(error, InvalidInput) else {}
    summary = None if fields else error.key
    return Form(
        token=portal_of(request).pages.hole, values=forms.printable(typed), errors=fields, summary=summary
    )


def scope(
    request: Request, session: Session, who: SignedIn, slug: str | None = None
) -> tuple[ConsultationRow, list[ConsultationRow]]:
    """The consultation a desk page is about (the newest where none is named), and all open to this official.

    Raises NotFound.
    """
    rows = [
        row
        for row in consultations.listing(session, portal_of(request).clock(), counted=False)
        if who.may_see(row.slug)
    ]
    named = slug or request.query_params.get("consultation")
    for row in rows:
        if row.slug == named or not named:
            return row, rows
    raise NotFound("error.not_found.consultation")
