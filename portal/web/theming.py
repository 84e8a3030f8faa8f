"""Signing themes off at the desk: what the machine suggests, and what officials make of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from portal.errors import Conflict, InvalidInput, PortalError
from portal.models.database import Session
from portal.services import (
    comments,
    consultations,
    identifiers,
    rewording,
    signing_off,
    theme_acts,
    theme_runs,
    themes,
)
from portal.services.acting import By
from portal.services.desk_sessions import SignedIn
from portal.services.rows import CommentRow, ThemeRow
from portal.web import desk, door, forms, pages, troubles, working
from portal.web.forms import Form
from portal.web.state import portal_of

MEMBERS_SHOWN = 200
MOST_TICKED = 300
Act = Callable[[Session, str, Mapping[str, str], By], str | None]
"""Does something to a theme; the name of the theme to go on to, None: the same."""


async def listing(request: Request, who: SignedIn) -> Response:
    """Accepted themes and candidates, over the whole draft and clause by clause, and how far it is."""

    def ask(session: Session) -> str:
        row, _ = desk.scope(request, session, who)
        draft = themes.find_draft(session, row.slug, None)
        found = themes.listing(session, draft.id)
        entries = {entry.eid: entry for entry in consultations.entries(session, draft.id)}
        by_clause: dict[str, list[ThemeRow]] = {}
        for theme in found:
            if theme.clause is not None:
                by_clause.setdefault(theme.clause, []).append(theme)
        return pages.page(
            request,
            "desk/themes.html",
            nav="themes",
            consultation=row,
            overall=[theme for theme in found if theme.clause is None],
            by_clause=[(entries[eid], members) for eid, members in by_clause.items()],
            run=themes.last_run(session, draft.id),
            waiting=theme_runs.is_promised(session, draft.id),
            progress=signing_off.progress(session, draft.id),
            acts=theme_acts.acts(session, draft.id, limit=10),
            form=Form(token=portal_of(request).pages.hole),
        )

    return pages.unkept_answer(request, await door.read(request, ask))


async def suggest(request: Request, who: SignedIn) -> Response:
    """Ask the worker for a new run of the summarizer."""
    typed = await forms.read_form(request)
    by = _by(request, who)

    def act(session: Session) -> str:
        row, _ = desk.scope(request, session, who, typed.get("consultation") or None)
        theme_runs.promise(session, row.slug, actor=by.actor, now=by.now)
        return row.slug

    return pages.see_other(_list_address(request, await door.write(request, act)))


async def theme(request: Request, who: SignedIn) -> Response:  # noqa: ARG001
    """One theme: what it rests on, and what may be done with it."""
    form = Form(token=portal_of(request).pages.hole)
    return pages.unkept_answer(request, await _page(request, form, None))


async def accept(request: Request, who: SignedIn) -> Response:
    """Take a candidate as a theme."""
    return await _do(
        request, who, lambda s, name, typed, by: signing_off.accept(s, name, seen=_seen(typed), by=by)
    )


async def reopen(request: Request, who: SignedIn) -> Response:
    """Make an accepted theme a candidate again."""
    return await _do(
        request, who, lambda s, name, typed, by: signing_off.reopen(s, name, seen=_seen(typed), by=by)
    )


async def rename(request: Request, who: SignedIn) -> Response:
    """Give a theme a title in one language or both."""

    def act(session: Session, name: str, typed: Mapping[str, str], by: By) -> None:
        signing_off.rename(session, name, _titles(typed), seen=_seen(typed), by=by)

    return await _do(request, who, act)


async def reword(request: Request, who: SignedIn) -> Response:
    """Ask for other titles; those that hold stand in the form, where the reviewer takes them or not."""
    await forms.read_form(request)
    name, by, here = request.path_params["id"], _by(request, who), portal_of(request)
    try:
        if (rewriter := here.rewriter) is None:
            raise Conflict("error.reword.off")
        asked = await door.read(request, lambda session: rewording.asked(session, name))
    except Conflict as error:
        html = await _page(request, desk.form_again(request, {}, error), _address(request, name))
        return pages.unkept_answer(request, html, status=troubles.status_of(error))
    tried = await door.export(request, lambda: rewording.propose(rewriter, asked))
    await door.write(request, lambda session: rewording.note(session, name, tried, by=by))
    values = {f"title_{language}": title for language, title in tried.titles.items()}
    form = Form(token=here.pages.hole, values=values, summary=tried.key)
    html = await _page(request, form, _address(request, name), suggested=bool(values))
    return pages.unkept_answer(request, html)


async def merge(request: Request, who: SignedIn) -> Response:
    """Put another theme into this one."""

    def act(session: Session, name: str, typed: Mapping[str, str], by: By) -> None:
        others = [typed["other"]] if typed.get("other") else []
        signing_off.merge(session, name, others, seen=_seen(typed), by=by)

    return await _do(request, who, act)


async def members(request: Request, who: SignedIn) -> Response:
    """Split off, move, take out or confirm the comments that were ticked."""

    def act(session: Session, name: str, typed: Mapping[str, str], by: By) -> str | None:
        chosen, seen = _ticked(typed), _seen(typed)
        what = typed.get("act")
        if what == "split":
            return signing_off.split(session, name, chosen, _titles(typed), seen=seen, by=by)
        if what == "confirm":
            signing_off.put(session, name, chosen, by=by)
        elif what in ("move", "take_out"):
            to = typed.get("to") or None
            if what == "move" and to is None:
                raise InvalidInput({"to": ["error.themes.others"]})
            signing_off.move(session, name, chosen, to if what == "move" else None, seen=seen, by=by)
        elif what in themes.CLASSES:
            signing_off.classify(session, themes.draft_of(session, name).id, what, chosen, by=by)
        else:
            raise InvalidInput({"act": ["error.bulk.act"]})
        return None

    return await _do(request, who, act)


async def take_away(request: Request, who: SignedIn) -> Response:
    """Take a candidate away."""
    return await _do(
        request,
        who,
        lambda s, name, typed, by: signing_off.take_away(s, name, seen=_seen(typed), by=by),
        to_list=True,
    )


async def undo(request: Request, who: SignedIn) -> Response:
    """Put things back as they were before an act."""
    typed = await forms.read_form(request)
    by, act_id = _by(request, who), typed.get("undo", "")

    def act(session: Session) -> str:
        row, _ = desk.scope(request, session, who, typed.get("consultation") or None)
        draft = themes.find_draft(session, row.slug, None)
        theme_acts.undo(session, identifiers.key_of(act_id), draft.id, by=by)
        return row.slug

    done = await door.attempt(request, act)
    if isinstance(done, PortalError):
        return working.say(request, done, f"/{pages.language_of(request)}/desk/themes")
    return pages.see_other(_list_address(request, done))


async def _do(request: Request, who: SignedIn, act: Act, *, to_list: bool = False) -> Response:
    """Do it and lead on; where it cannot be done, the theme's page with what was typed."""
    typed = await forms.read_form(request, most=MOST_TICKED)
    name, by = request.path_params["id"], _by(request, who)
    done = await door.attempt(request, lambda session: act(session, name, typed, by))
    if isinstance(done, PortalError):
        html = await _page(request, desk.form_again(request, typed, done), _address(request, name))
        return pages.unkept_answer(request, html, status=troubles.status_of(done))
    if to_list:
        slug = await door.read(request, lambda s: consultations.slug_of(s, themes.draft_of(s, name)))
        return pages.see_other(_list_address(request, slug))
    return pages.see_other(_address(request, done or name))


async def _page(request: Request, form: Form, path: str | None, *, suggested: bool = False) -> str:
    """`suggested`: whether a machine wrote what stands in the fields for titles."""
    portal = portal_of(request)
    name, now = request.path_params["id"], portal.clock()

    def ask(session: Session) -> str:
        row = themes.get(session, name)
        draft = themes.draft_of(session, name)
        shown: list[CommentRow] = comments.by_ids(session, row.comment_ids[:MEMBERS_SHOWN])
        others = [
            other
            for other in themes.listing(session, draft.id)
            if other.clause == row.clause and other.id != row.id
        ]
        return pages.page(
            request,
            "desk/theme.html",
            nav="themes",
            path=path,
            consultation=consultations.get(
                session, consultations.slug_of(session, draft), now, counted=False
            ),
            theme=row,
            seen=signing_off.mark(session, name),
            by_hand=themes.by_hand(session, name),
            others=others,
            comments=shown,
            may_reword=portal.rewriter is not None,
            suggested=suggested,
            form=form,
        )

    return await door.read(request, ask)


def _by(request: Request, who: SignedIn) -> By:
    return By(who.reviewer_id, portal_of(request).clock())


def _seen(typed: Mapping[str, str]) -> str | None:
    return typed.get("seen") or None


def _titles(typed: Mapping[str, str]) -> dict[str, str]:
    return {"en": typed.get("title_en", ""), "ur": typed.get("title_ur", "")}


def _ticked(typed: Mapping[str, str]) -> list[int]:
    names = [name.removeprefix(working.CHOSEN) for name in typed if name.startswith(working.CHOSEN)]
    return [number for one in names if (number := identifiers.comment_number(one)) is not None]


def _address(request: Request, name: str) -> str:
    return f"/{pages.language_of(request)}/desk/themes/{name}"


def _list_address(request: Request, slug: str) -> str:
    return f"/{pages.language_of(request)}/desk/themes?{urlencode({'consultation': slug})}"
