"""How good the themes are: one drawn comment at a time, coded blind, and the figures that come of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from random import SystemRandom

from starlette.requests import Request
from starlette.responses import Response

from portal.errors import InvalidInput, NotFound, PortalError
from portal.formats.report import FEWEST_REVIEWED
from portal.models import Draft
from portal.models.database import Session
from portal.services import access, coding, coding_figures, comments, drafts, identifiers, themes
from portal.services.acting import By
from portal.services.desk_sessions import SignedIn
from portal.services.rows import CommentRow
from portal.templating import address
from portal.web import desk, door, forms, pages, working
from portal.web.forms import Form
from portal.web.state import portal_of

CHOSEN = "theme_"
MOST_TICKED = 500


async def page(request: Request, who: SignedIn) -> Response:
    """The next comment for this reviewer, or (`comment`) one that this reviewer coded, to be corrected."""
    return await _page(request, who, Form(portal_of(request).pages.hole))


async def post(request: Request, who: SignedIn) -> Response:
    """Note the themes that a reviewer gives one comment."""

    def act(session: Session, draft: Draft, typed: Mapping[str, str], by: By) -> str | None:
        number = identifiers.comment_number(typed.get("comment", "")) or 0
        if access.of_comment(session, typed.get("comment", "")) != _slug(request, session, who, typed):
            raise NotFound("error.not_found.comment")
        chosen = [name.removeprefix(CHOSEN) for name in typed if name.startswith(CHOSEN)]
        if bool(chosen) == ("none" in typed):
            raise InvalidInput({"none": ["error.coding.both" if chosen else "error.coding.choose"]})
        sample = _number(typed.get("sample", ""))
        coding.code(session, draft.id, sample=sample, comment=number, themes=chosen, by=by)
        return identifiers.comment_id(number)

    return await _do(request, who, act)


async def draw(request: Request, who: SignedIn) -> Response:
    """Draw a sample."""

    def act(session: Session, draft: Draft, typed: Mapping[str, str], by: By) -> str | None:
        size, anew = _number(typed.get("size", "")), "anew" in typed
        coding.draw(session, draft.id, size=size, chance=SystemRandom(), by=by, anew=anew)
        return None

    return await _do(request, who, act)


async def results(request: Request, who: SignedIn) -> Response:
    """How far machine and reviewers agree, by language."""

    def ask(session: Session) -> str:
        row, _ = desk.scope(request, session, who)
        draft = themes.find_draft(session, row.slug, None)
        return pages.page(
            request,
            "desk/coding_results.html",
            nav="themes",
            path=address(f"/{pages.language_of(request)}/desk/coding/results", consultation=row.slug),
            consultation=row,
            results=coding.results(session, draft.id),
            least=FEWEST_REVIEWED,
            consult=(*coding_figures.CONSULT_F1, coding_figures.CONSULT_PEOPLE),
        )

    return pages.unkept_answer(request, await door.read(request, ask))


async def _do(
    request: Request,
    who: SignedIn,
    act: Callable[[Session, Draft, Mapping[str, str], By], str | None],
) -> Response:
    """Do it and go on to the next comment; where it cannot be done, the page with what was typed."""
    typed = await forms.read_form(request, most=MOST_TICKED)
    by = By(who.reviewer_id, portal_of(request).clock())

    def in_session(session: Session) -> tuple[str, str | None]:
        slug = _slug(request, session, who, typed)
        return slug, act(session, themes.find_draft(session, slug, None), typed, by)

    at = f"/{pages.language_of(request)}/desk/coding"
    done = await door.attempt(request, in_session)
    if isinstance(done, InvalidInput):
        form = replace(desk.form_again(request, typed, done), summary="error.coding.not_done")
        return await _page(request, who, form, status=422)
    if isinstance(done, PortalError):
        return working.say(request, done, address(at, consultation=typed.get("consultation")))
    slug, coded = done
    return pages.see_other(address(at, consultation=slug, done=coded))


async def _page(request: Request, who: SignedIn, form: Form, *, status: int = 200) -> Response:
    def ask(session: Session) -> str:
        row, _ = desk.scope(request, session, who, form.values.get("consultation"))
        draft = themes.find_draft(session, row.slug, None)
        sample = coding.current(session, draft.id)
        mine = coding.coded_by(session, draft.id, who.reviewer_id)
        asked = form.values.get("comment") or request.query_params.get("comment", "").upper()
        comment = _comment(session, draft, who, asked, mine)
        return pages.page(
            request,
            "desk/coding.html",
            nav="themes",
            path=address(f"/{pages.language_of(request)}/desk/coding", consultation=row.slug),
            consultation=row,
            sample=sample,
            may=sample is not None and sample.is_open_to(who.reviewer_id),
            choices=coding.choices(session, draft.id),
            comment=comment,
            clause=drafts.clause(session, draft, comment.clause) if comment and comment.clause else None,
            mine=mine,
            done=_done(request, mine),
            most=coding.MOST_DRAWN,
            form=_filled(form, comment, mine),
        )

    return pages.unkept_answer(request, await door.read(request, ask), status=status)


def _comment(
    session: Session, draft: Draft, who: SignedIn, asked: str, mine: Mapping[str, tuple[str, ...]]
) -> CommentRow | None:
    """The next comment, or (`asked`) one that this reviewer coded. Raises NotFound for any other."""
    following = coding.next_for(session, draft.id, who.reviewer_id)
    if not asked or (following is not None and following.id == asked):
        return following
    if asked not in mine:
        raise NotFound("error.not_found.comment")
    return next(iter(comments.by_ids(session, [asked])), None)


def _filled(form: Form, comment: CommentRow | None, mine: Mapping[str, tuple[str, ...]]) -> Form:
    """The form with what this reviewer said of the comment before, where nothing was typed yet."""
    if comment is None or comment.id not in mine or form.errors:
        return form
    given = {f"{CHOSEN}{name}": "yes" for name in mine[comment.id]} or {"none": "yes"}
    return replace(form, values={**form.values, **given})


def _done(request: Request, mine: Mapping[str, tuple[str, ...]]) -> str | None:
    """The comment that was just coded."""
    named = request.query_params.get("done", "").upper()
    return named if named in mine else None


def _slug(request: Request, session: Session, who: SignedIn, typed: Mapping[str, str]) -> str:
    return desk.scope(request, session, who, typed.get("consultation") or None)[0].slug


def _number(text: str) -> int:
    """A small number as it was typed; 0 for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
