"""Atom feeds (RFC 4287) of published comments: of a consultation, and of one clause."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from portal.formats.texts import xml_text
from portal.models.database import Session
from portal.services import consultations, drafts, listing
from portal.services.rows import CommentRow
from portal.templating import render
from portal.web import door, pages
from portal.web.state import portal_of
from portal.words import words_for

NEWEST = 50
KIND = "application/atom+xml; charset=utf-8"


async def of_consultation(request: Request) -> Response:
    """The newest comments on the current draft."""
    slug = request.path_params["slug"]

    def ask(session: Session) -> str:
        row = consultations.get(session, slug, portal_of(request).clock())
        _, draft = consultations.find_draft(session, slug, row.current)
        found = listing.newest(session, draft, limit=NEWEST)
        language = pages.language_of(request)
        title = row.title.get(language) or next(iter(row.title.values()))
        changes = listing.last_changes(session, found)
        return _feed(request, title, f"/{language}/{slug}/", found, changes)

    return _answer(await door.read(request, ask))


async def of_clause(request: Request) -> Response:
    """The newest comments on one clause, or (whole) on the document as a whole."""
    slug, version, eid = (request.path_params[name] for name in ("slug", "version", "eid"))

    def ask(session: Session) -> str:
        _, draft = consultations.find_draft(session, slug, version)
        clause = drafts.clause(session, draft, eid)
        named = None if eid == drafts.WHOLE else eid
        found = listing.of_clause(session, draft, named, limit=NEWEST).comments
        language = pages.language_of(request)
        heading = clause.heading.get(language) or next(iter(clause.heading.values()), "")
        title = f"{clause.number or ''} {heading}".strip() or words_for(language).text("clause.whole_title")
        changes = listing.last_changes(session, found)
        return _feed(request, str(title), f"/{language}/{slug}/{version}/{eid}", found, changes)

    return _answer(await door.read(request, ask))


def _feed(
    request: Request,
    title: str,
    page: str,
    found: tuple[CommentRow, ...],
    changes: Mapping[str, datetime],
) -> str:
    portal = portal_of(request)
    text = render(
        "public/feed.xml",
        words_for(pages.language_of(request)),
        title=title,
        site=portal.settings.public_url,
        host=portal.settings.public_host.partition(":")[0],
        page=page,
        address=request.url.path,
        comments=found,
        changes=changes,
        updated=max(changes.values(), default=None),
    )
    return xml_text(text)


def _answer(text: str) -> Response:
    return Response(text.encode("utf-8"), media_type=KIND, headers=dict(pages.SHARED))
