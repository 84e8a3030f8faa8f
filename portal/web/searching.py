"""The officials' search: a box that teaches itself, limits, saved searches, many at once, files."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from portal.errors import InvalidInput, PortalError
from portal.formats.table import WRITERS
from portal.models import Draft
from portal.models.database import Session
from portal.services import (
    bulk,
    identifiers,
    moderation,
    narrowing,
    saved_searches,
    search,
    search_export,
    synonyms,
    themes,
    work,
)
from portal.services.acting import By
from portal.services.desk_sessions import SignedIn
from portal.services.rows import REASONS, ConsultationRow, SearchResults
from portal.web import desk, door, forms, pages, public, troubles, working
from portal.web.forms import Form
from portal.web.state import Portal, portal_of
from search_index.documents import Filters
from search_index.query_writing import values, with_field, without_field

RESULTS = 25
ORDERS = ("relevance", "newest", "oldest")
FIGURES = ("status", "clause", "position", "language", "submitter", "channel")
TYPED = ("clause", "position", "language", "submitter", "channel", "status", "from", "to")
"""Limits that older addresses carry beside the words; they are written into the query."""
ASKED = ("q", "consultation", "order", "like", *narrowing.NAMES)
MOST_FIGURES = 12


async def find(request: Request, who: SignedIn) -> Response:
    """Search over every state."""
    return await _page(request, who, Form(portal_of(request).pages.hole))


async def export(request: Request, who: SignedIn) -> Response:
    """Everything that a search finds, as a file."""
    typed = await forms.read_form(request)
    portal, kind = portal_of(request), typed.get("format", "")
    if kind not in WRITERS:
        return working.say(request, InvalidInput({"format": ["error.format.unknown"]}), _back(request, typed))
    asked = _clean({name: typed.get(name, "") for name in ASKED})
    path, slug = await door.export(request, lambda: _written(request, portal, who, asked, kind))
    name = f"{slug}-search-{portal.clock():%Y%m%d-%H%M}.{kind}"
    return FileResponse(
        path,
        media_type=WRITERS[kind][1],
        filename=name,
        headers=dict(pages.NO_STORE),
        background=BackgroundTask(path.unlink, missing_ok=True),
    )


async def saved(request: Request, who: SignedIn) -> Response:
    """An official's saved searches, with what is new in each."""
    portal = portal_of(request)

    def ask(session: Session) -> str:
        row, _ = desk.scope(request, session, who)
        rows = saved_searches.listing(session, row.slug, who.reviewer_id)
        new = {one.id: _new_since(session, portal, row, who, one) for one in rows}
        return pages.page(
            request,
            "desk/saved.html",
            nav="search",
            consultation=row,
            rows=rows,
            new=new,
            form=Form(portal.pages.hole),
        )

    return pages.unkept_answer(request, await door.read(request, ask))


async def post_saved(request: Request, who: SignedIn) -> Response:
    """Keep a search under a name."""
    typed = await forms.read_form(request)
    by = By(who.reviewer_id, portal_of(request).clock())
    asked = _clean({name: typed.get(name, "") for name in ASKED})

    def act(session: Session) -> str:
        row, _ = desk.scope(request, session, who, typed.get("consultation") or None)
        saved_searches.save(session, row.slug, name=typed.get("name", ""), asked=asked, by=by)
        return row.slug

    done = await door.attempt(request, act)
    if isinstance(done, PortalError):
        form = desk.form_again(request, typed, done)
        return await _page(request, who, form, asked, status=troubles.status_of(done))
    return pages.see_other(f"/{pages.language_of(request)}/desk/saved?consultation={done}")


async def open_saved(request: Request, who: SignedIn) -> Response:
    """Look at a saved search: what is new since the last look, or all of it."""
    typed = await forms.read_form(request)
    by, saved_id = (
        By(who.reviewer_id, portal_of(request).clock()),
        identifiers.key_of(request.path_params["key"]),
    )
    slug, row = await door.write(request, lambda session: saved_searches.look(session, saved_id, by=by))
    asked = {**row.asked, "consultation": slug}
    if typed.get("new"):
        asked["after"] = str(row.seen_up_to)
    return pages.see_other(f"/{pages.language_of(request)}/desk/search?{urlencode(asked)}")


async def remove_saved(request: Request, who: SignedIn) -> Response:
    """Forget a saved search."""
    await forms.read_form(request)
    by, saved_id = (
        By(who.reviewer_id, portal_of(request).clock()),
        identifiers.key_of(request.path_params["key"]),
    )
    await door.write(request, lambda session: saved_searches.remove(session, saved_id, by=by))
    return pages.see_other(f"/{pages.language_of(request)}/desk/saved")


async def many(request: Request, who: SignedIn) -> Response:
    """One act on the comments that were ticked, or on all that a search finds."""
    typed = await forms.read_form(request, working.MOST_TICKED)
    portal, back = portal_of(request), _back(request, typed)
    by = By(who.reviewer_id, portal.clock())
    asked = _clean({name: typed.get(name, "") for name in ASKED})

    def act(session: Session) -> bulk.Done:
        row, _ = desk.scope(request, session, who, asked["consultation"] or None)
        if typed.get("all") == "yes":
            found = search_export.ids(portal.engine, **_question(session, row, who, asked))
            numbers = [identifiers.comment_number(one) or 0 for one in _at_most(found, bulk.MOST + 1)]
            chosen = [bulk.Chosen(number) for number in numbers]
        else:
            chosen = working.ticked(session, typed, row.slug)
        return bulk.apply(session, row.slug, chosen, working.asked_of(typed), by)

    done = await door.attempt(request, act)
    if isinstance(done, PortalError):
        return working.say(request, done, back, typed)
    return pages.see_other(working.with_done(back, done))


async def words(request: Request, who: SignedIn) -> Response:
    """What is searched for together: the reviewed groups, and those that admins added."""
    return await _words_page(request, who, Form(portal_of(request).pages.hole))


async def post_words(request: Request, who: SignedIn) -> Response:
    """Add a group of words, or take one out of force."""
    typed = await forms.read_form(request)
    by = By(who.reviewer_id, portal_of(request).clock())

    def act(session: Session) -> None:
        if "remove" in typed:
            synonyms.remove(session, identifiers.key_of(typed["remove"]), by=by)
        else:
            synonyms.add(session, typed.get("words", ""), by=by)

    try:
        await door.write(request, act)
    except InvalidInput as error:
        return await _words_page(request, who, desk.form_again(request, typed, error), status=422)
    return pages.see_other(f"/{pages.language_of(request)}/desk/words")


async def _words_page(request: Request, who: SignedIn, form: Form, *, status: int = 200) -> Response:
    def ask(session: Session) -> str:
        row, _ = desk.scope(request, session, who)
        return pages.page(
            request,
            "desk/words.html",
            nav="search",
            path=f"/{pages.language_of(request)}/desk/words",
            consultation=row,
            added=synonyms.listing(session),
            reviewed=synonyms.reviewed(),
            may_add=who.is_admin,
            form=form,
        )

    return pages.unkept_answer(request, await door.read(request, ask), status=status)


async def _page(
    request: Request,
    who: SignedIn,
    form: Form,
    given: Mapping[str, str] | None = None,
    *,
    status: int = 200,
) -> Response:
    portal = portal_of(request)
    asked = dict(given) if given is not None else _asked(request)

    def ask(session: Session) -> str:
        row, rows = desk.scope(request, session, who, asked["consultation"] or None)
        draft = themes.find_draft(session, row.slug, None)
        cursor = request.query_params.get("cursor") if given is None else None
        results = _results(session, portal, row, who, asked=asked, cursor=cursor, draft=draft)
        labels = public.clause_labels(session, draft.id, pages.language_of(request))
        action = f"/{pages.language_of(request)}/desk/search"
        ids = [found.comment.id for found in results.comments]
        return pages.page(
            request,
            "desk/search.html",
            nav="search",
            path=f"{action}?{urlencode({k: v for k, v in asked.items() if v})}",
            consultation=row,
            consultations=rows,
            results=results,
            asked=asked,
            figures=_figures(results, asked, action),
            clause_labels=labels,
            marks=moderation.marks(session, [identifiers.comment_number(one) or 0 for one in ids]),
            themes_of=themes.of_comments(session, ids),
            themes=themes.titles(session, draft.id, pages.language_of(request)),
            read=work.read_by(session, who.reviewer_id, [identifiers.comment_number(i) or 0 for i in ids]),
            codebook=work.codebook(session, row.slug),
            reasons=REASONS,
            colleagues=work.colleagues(session, row.slug),
            saved=saved_searches.listing(session, row.slug, who.reviewer_id),
            formats=tuple(WRITERS),
            done=desk.many_done(request),
            form=form,
        )

    return pages.unkept_answer(request, await door.read(request, ask), status=status)


def _results(
    session: Session,
    portal: Portal,
    row: ConsultationRow,
    who: SignedIn,
    *,
    asked: Mapping[str, str],
    cursor: str | None,
    draft: Draft,
) -> SearchResults:
    question = _question(session, row, who, asked, draft)
    if asked["like"]:
        filters, words = question["filters"], question["synonyms"]
        return search.like(session, portal.engine, asked["like"], filters, limit=RESULTS, synonyms=words)
    order = asked["order"] if asked["order"] in ORDERS else ("relevance" if asked["q"] else "newest")
    return search.find(session, portal.engine, order=order, limit=RESULTS, cursor=cursor or None, **question)


def _question(
    session: Session,
    row: ConsultationRow,
    who: SignedIn,
    asked: Mapping[str, str],
    draft: Draft | None = None,
) -> dict[str, Any]:
    """What is looked for: words, limits, and the synonyms in force. `draft`: the current one, if at hand."""
    draft = draft or themes.find_draft(session, row.slug, None)
    among = narrowing.among(session, draft.id, asked, reviewer_id=who.reviewer_id)
    return {
        "q": asked["q"],
        "filters": Filters(consultations=(row.slug,), among=among),
        "synonyms": synonyms.in_force(session),
    }


def _new_since(
    session: Session,
    portal: Portal,
    row: ConsultationRow,
    who: SignedIn,
    one: saved_searches.SavedRow,
) -> int:
    """How many comments a saved search finds that came since its owner looked."""
    asked = {**{name: one.asked.get(name, "") for name in ASKED}, "after": str(one.seen_up_to)}
    return search.find(session, portal.engine, limit=1, **_question(session, row, who, asked)).total


def _written(
    request: Request, portal: Portal, who: SignedIn, asked: Mapping[str, str], kind: str
) -> tuple[Path, str]:
    """The file of a search's results, and the consultation it is of; the caller deletes it."""
    handle, name = tempfile.mkstemp(suffix=f".{kind}", dir=portal.settings.data_dir)
    path = Path(name)
    try:
        with os.fdopen(handle, "wb") as file, portal.database.read() as session:
            row, _ = desk.scope(request, session, who, asked["consultation"] or None)
            found = search_export.rows(session, portal.engine, **_question(session, row, who, asked))
            written = WRITERS[kind][0](search_export.COLUMNS, found, file)
        with portal.database.write() as session:
            by = By(who.reviewer_id, portal.clock())
            search_export.note(session, row.slug, kind=kind, comments=written, by=by)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path, row.slug


def _asked(request: Request) -> dict[str, str]:
    """What the address asks for; limits beside the words are written into them."""
    asked = _clean({name: request.query_params.get(name, "") for name in ASKED})
    for name in TYPED:
        if value := request.query_params.get(name, "")[:100]:
            asked["q"] = _written_in(asked["q"], name, value)
    return asked


def _written_in(q: str, name: str, value: str) -> str:
    """The words with one more limit; a limit that there is not changes nothing."""
    try:
        return with_field(q, "until" if name == "to" else name, value)
    except ValueError:
        return q


def _clean(asked: Mapping[str, str]) -> dict[str, str]:
    return forms.printable({name: value[:300] for name, value in asked.items()})


def _figures(
    results: SearchResults, asked: Mapping[str, str], action: str
) -> list[tuple[str, list[tuple[str, int, bool, str]]]]:
    """For each figure (value, comments, chosen, the address whose query has it or has it no longer)."""
    found = []
    for name in FIGURES:
        counts = sorted(results.facets.get(name, {}).items(), key=lambda item: -item[1])[:MOST_FIGURES]
        lines = []
        for value, n in counts:
            typed = "whole" if (name, value) == ("clause", "none") else value
            chosen = typed in values(asked["q"], name)
            q = without_field(asked["q"], name, typed) if chosen else _written_in(asked["q"], name, typed)
            kept = {key: held for key, held in {**asked, "q": q, "like": ""}.items() if held}
            if n:
                lines.append((value, n, chosen, f"{action}?{urlencode(kept)}"))
        if lines:
            found.append((name, lines))
    return found


def _at_most(found: Iterator[str], most: int) -> list[str]:
    return [one for one, _ in zip(found, range(most), strict=False)]


def _back(request: Request, typed: Mapping[str, str]) -> str:
    kept = {name: typed[name] for name in ASKED if typed.get(name)}
    return f"/{pages.language_of(request)}/desk/search?{urlencode(forms.printable(kept))}"
