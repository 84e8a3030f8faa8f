"""A blind second look at decided comments: one at a time, without the first decision, and the agreement."""

from __future__ import annotations

from collections.abc import Mapping
from random import SystemRandom

from starlette.requests import Request
from starlette.responses import Response

from portal.errors import InvalidInput, NotFound, PortalError
from portal.models.database import Session
from portal.services import access, drafts, identifiers, second_look, themes
from portal.services.desk_sessions import SignedIn
from portal.web import desk, door, forms, pages, working
from portal.web.forms import Form
from portal.web.state import portal_of


async def page(request: Request, who: SignedIn) -> Response:
    """The next drawn comment for this official, and how far the judgements agree."""
    return await _page(request, who, Form(portal_of(request).pages.hole))


async def post(request: Request, who: SignedIn) -> Response:
    """Draw a sample, or note one judgement."""
    typed = await forms.read_form(request)

    def act(session: Session) -> str:
        row, _ = desk.scope(request, session, who, typed.get("consultation") or None)
        draft = themes.find_draft(session, row.slug, None)
        if "verdict" in typed:
            _judge(request, session, who, typed, row.slug)
        else:
            _draw(request, session, who, typed.get("size", ""), draft.id)
        return row.slug

    at = f"/{pages.language_of(request)}/desk/second-look"
    done = await door.attempt(request, act)
    if isinstance(done, InvalidInput):
        return await _page(request, who, desk.form_again(request, typed, done), status=422)
    if isinstance(done, PortalError):
        return working.say(request, done, at)
    return pages.see_other(f"{at}?consultation={done}")


def _judge(request: Request, session: Session, who: SignedIn, typed: Mapping[str, str], slug: str) -> None:
    public_id = typed.get("comment", "")
    if access.of_comment(session, public_id) != slug:
        raise NotFound("error.not_found.comment")
    number, now = identifiers.comment_number(public_id) or 0, portal_of(request).clock()
    second_look.judge(session, number, typed["verdict"], reviewer_id=who.reviewer_id, now=now)


def _draw(request: Request, session: Session, who: SignedIn, size: str, draft_id: int) -> None:
    wanted = int(size) if size.isdecimal() and len(size) < 5 else 0
    now = portal_of(request).clock()
    second_look.draw(
        session, draft_id, size=wanted, chance=SystemRandom(), reviewer_id=who.reviewer_id, now=now
    )


async def _page(request: Request, who: SignedIn, form: Form, *, status: int = 200) -> Response:
    def ask(session: Session) -> str:
        row, _ = desk.scope(request, session, who, form.values.get("consultation"))
        draft = themes.find_draft(session, row.slug, None)
        found = second_look.next_for(session, draft.id, who.reviewer_id)
        return pages.page(
            request,
            "desk/second_look.html",
            nav="second-look",
            path=f"/{pages.language_of(request)}/desk/second-look?consultation={row.slug}",
            consultation=row,
            comment=found,
            clause=drafts.clause(session, draft, found.clause) if found and found.clause else None,
            waiting=second_look.waiting(session, draft.id),
            agreement=second_look.agreement(session, draft.id),
            least=second_look.LEAST_FOR_VERDICT,
            form=form,
        )

    return pages.unkept_answer(request, await door.read(request, ask), status=status)
