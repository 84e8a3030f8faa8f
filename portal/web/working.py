"""Officials' work around comments: notes, tags and their codebook, assignments, read marks, many at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from portal.errors import InvalidInput, NotFound, PortalError
from portal.models.database import Session
from portal.services import (
    access,
    bulk,
    clause_figures,
    consultations,
    drafts,
    identifiers,
    queues,
    themes,
    work,
)
from portal.services.acting import By
from portal.services.desk_sessions import SignedIn
from portal.services.rows import REASONS
from portal.web import desk, door, forms, pages, troubles
from portal.web.forms import Form
from portal.web.state import portal_of

CHOSEN = "c_"
MOST_TICKED = bulk.MOST + forms.MOST_FIELDS
"""Fields of a form with ticks: one more tick than an act takes is answered by the act's own sentence."""
WRITTEN = ("text", "reason", "note", "due_on", "title_en", "title_ur")
"""Fields that can be mended on the page that says that nothing was done."""
OF_COMMENT = {"note": "notes", "tag": "tags", "untag": "tags", "assign": "work", "read": "work"}


async def on_comment(request: Request, who: SignedIn) -> Response:
    """A note, a tag, an assignment or a read mark on one comment."""
    typed = await forms.read_form(request)
    name = request.url.path.rpartition("/")[2]
    public_id, now = request.path_params["id"], portal_of(request).clock()
    number = identifiers.comment_number(public_id) or 0

    def act(session: Session) -> None:
        slug = access.of_comment(session, public_id)
        if slug is None:
            raise NotFound("error.not_found.comment")
        by = By(who.reviewer_id, now)
        if name == "note":
            work.write_note(session, typed.get("text", ""), comment=number, by=by)
        elif name == "tag":
            work.tag(session, slug, [number], identifiers.key_of(typed.get("tag")), by=by)
        elif name == "untag":
            work.untag(session, slug, number, identifiers.key_of(typed.get("tag")), by=by)
        elif name == "assign":
            to = identifiers.key_of(typed.get("to")) if typed.get("to") else None
            work.assign(session, slug, [number], to=to, due_on=typed.get("due_on", ""), by=by)
        else:
            work.mark_read(session, [number], read=typed.get("read") == "yes", by=by)

    kept = f"?{urlencode({'list': typed['list']})}" if typed.get("list") in queues.NAMES else ""
    address = f"/{pages.language_of(request)}/desk/comments/{public_id}{kept}"
    return await _do_or_say(request, act, f"{address}#{OF_COMMENT[name]}", address, typed)


async def many(request: Request, who: SignedIn) -> Response:
    """One act on the comments that were ticked."""
    typed = await forms.read_form(request, MOST_TICKED)
    now = portal_of(request).clock()
    back = own_address(request, typed.get("back", ""))

    def act(session: Session) -> bulk.Done:
        row, _ = desk.scope(request, session, who, typed.get("consultation") or None)
        chosen = ticked(session, typed, row.slug)
        return bulk.apply(session, row.slug, chosen, asked_of(typed), By(who.reviewer_id, now))

    done = await door.attempt(request, act)
    if isinstance(done, PortalError):
        return say(request, done, back, typed)
    return pages.see_other(with_done(back, done))


def ticked(session: Session, typed: Mapping[str, str], slug: str) -> list[bulk.Chosen]:
    """The comments ticked in a form, each as it stood then. Raises NotFound for one of elsewhere."""
    chosen = []
    for name, seen in typed.items():
        if not name.startswith(CHOSEN):
            continue
        public_id = name.removeprefix(CHOSEN)
        if access.of_comment(session, public_id) != slug:
            raise NotFound("error.not_found.comment")
        chosen.append(bulk.Chosen(identifiers.comment_number(public_id) or 0, seen or None))
    return chosen


def asked_of(typed: Mapping[str, str]) -> bulk.Request:
    """What a form with many comments asks for."""
    return bulk.Request(
        act=typed.get("act", ""),
        reason=typed.get("reason", ""),
        note=typed.get("note", ""),
        tag=typed.get("tag", ""),
        to=typed.get("to", ""),
        due_on=typed.get("due_on", ""),
        theme=typed.get("theme_to", ""),
        titles={language: typed.get(f"title_{language}", "") for language in ("en", "ur")},
    )


def with_done(back: str, done: bulk.Done) -> str:
    """The address to go back to, with what was done in it."""
    said = urlencode({"changed": done.changed, "left": len(done.left)})
    return f"{back}{'&' if '?' in back else '?'}{said}"


async def codebook(request: Request, who: SignedIn) -> Response:
    """The tags of a consultation and what they mean."""
    return await _codebook_page(request, who, Form(portal_of(request).pages.hole))


async def post_codebook(request: Request, who: SignedIn) -> Response:
    """A new tag, or one taken out of use or back into it."""
    typed = await forms.read_form(request)
    now = portal_of(request).clock()

    def act(session: Session) -> str:
        row, _ = desk.scope(request, session, who, typed.get("consultation") or None)
        by = By(who.reviewer_id, now)
        if "retire" in typed or "use" in typed:
            retired = "retire" in typed
            work.retire_tag(
                session,
                row.slug,
                identifiers.key_of(typed.get("retire") or typed.get("use")),
                retired=retired,
                by=by,
            )
        else:
            work.make_tag(
                session, row.slug, name=typed.get("name", ""), meaning=typed.get("meaning", ""), by=by
            )
        return row.slug

    done = await door.attempt(request, act)
    if isinstance(done, PortalError):
        form = desk.form_again(request, typed, done)
        return await _codebook_page(request, who, form, status=troubles.status_of(done))
    return pages.see_other(f"/{pages.language_of(request)}/desk/tags?consultation={done}")


async def clause(request: Request, who: SignedIn) -> Response:
    """One clause for officials: its text, how people stand to it, themes, notes, comments."""
    return await _clause_page(request, who, Form(portal_of(request).pages.hole))


async def note_on_clause(request: Request, who: SignedIn) -> Response:
    """A note for colleagues on a clause."""
    typed = await forms.read_form(request)
    now = portal_of(request).clock()
    slug, eid = request.path_params["slug"], request.path_params["eid"]

    def act(session: Session) -> None:
        row, _ = desk.scope(request, session, who, slug)
        draft = themes.find_draft(session, row.slug, None)
        key = work.clause_key(session, draft.id, eid)
        work.write_note(session, typed.get("text", ""), clause_id=key, by=By(who.reviewer_id, now))

    try:
        await door.write(request, act)
    except InvalidInput as error:
        form = desk.form_again(request, typed, error)
        return await _clause_page(request, who, form, status=422)
    return pages.see_other(f"/{pages.language_of(request)}/desk/clauses/{slug}/{eid}#notes")


def own_address(request: Request, text: str) -> str:
    """An address at the desk that a form wants to go back to; anything else is the queue."""
    root = f"/{pages.language_of(request)}/desk/"
    fits = text.startswith(root) and len(text) < 2000 and text.isprintable() and "\\" not in text
    return text.partition("#")[0] if fits else f"{root}queue"


def say(request: Request, error: PortalError, back: str, typed: Mapping[str, str] | None = None) -> Response:
    """A page that says why nothing was done, with the way back.

    With what was typed it is a form that can be sent again: words that somebody wrote are not lost.
    """
    form = desk.form_again(request, typed or {}, error)
    keys = [key for keys in form.errors.values() for key in keys] or [error.key]
    shown = [name for name in WRITTEN if form.values.get(name, "").strip() or name in form.errors]
    html = pages.page(
        request,
        "desk/not_done.html",
        nav="",
        path=back,
        keys=keys,
        back=back,
        action=request.url.path,
        shown=shown if typed else [],
        may_send=form.errors.keys() <= set(WRITTEN),
        reasons=REASONS,
        form=form,
    )
    return pages.unkept_answer(request, html, status=troubles.status_of(error))


async def _do_or_say(
    request: Request, act: Callable[[Session], None], onward: str, back: str, typed: Mapping[str, str]
) -> Response:
    error = await door.attempt(request, act)
    return pages.see_other(onward) if error is None else say(request, error, back, typed)


async def _codebook_page(request: Request, who: SignedIn, form: Form, *, status: int = 200) -> Response:
    def ask(session: Session) -> str:
        row, _ = desk.scope(request, session, who, form.values.get("consultation"))
        return pages.page(
            request,
            "desk/tags.html",
            nav="tags",
            path=f"/{pages.language_of(request)}/desk/tags?consultation={row.slug}",
            consultation=row,
            codebook=work.codebook(session, row.slug),
            form=form,
        )

    return pages.unkept_answer(request, await door.read(request, ask), status=status)


async def _clause_page(request: Request, who: SignedIn, form: Form, *, status: int = 200) -> Response:
    slug, eid = request.path_params["slug"], request.path_params["eid"]

    def ask(session: Session) -> str:
        row, _ = desk.scope(request, session, who, slug)
        draft = themes.find_draft(session, row.slug, None)
        clause_row = drafts.clause(session, draft, eid)
        key = work.clause_key(session, draft.id, clause_row.eid)
        return pages.page(
            request,
            "desk/clause.html",
            nav="clauses",
            path=f"/{pages.language_of(request)}/desk/clauses/{slug}/{clause_row.eid}",
            consultation=row,
            clause=clause_row,
            figures=clause_figures.of_clause(session, draft.id, key),
            themes=themes.listing(session, draft.id, clause=clause_row.eid),
            notes=work.notes(session, clause_id=key),
            form=form,
        )

    return pages.unkept_answer(request, await door.read(request, ask), status=status)


async def clauses(request: Request, who: SignedIn) -> Response:
    """The clauses of a draft, each with its way to the officials' page of it."""

    def ask(session: Session) -> str:
        row, _ = desk.scope(request, session, who)
        draft = themes.find_draft(session, row.slug, None)
        return pages.page(
            request,
            "desk/clauses.html",
            nav="clauses",
            consultation=row,
            entries=consultations.entries(session, draft.id),
            counts=consultations.comment_counts(session, draft.id),
        )

    return pages.unkept_answer(request, await door.read(request, ask))
