"""The desk's first page: what waits, what is due, and how far the machine is behind."""

from __future__ import annotations

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response

from portal.models.database import Session
from portal.services import overview as figures
from portal.services import themes
from portal.services.reviewers import SignedIn
from portal.web import desk, door, pages
from portal.web.state import Portal, portal_of
from search_index.engines import IndexUnavailable


async def overview(request: Request, who: SignedIn) -> Response:
    """One consultation's figures, each with the page that shows it."""
    portal = portal_of(request)
    applied = await anyio.to_thread.run_sync(lambda: _applied(portal), limiter=portal.threads)

    def ask(session: Session) -> str:
        row, rows = desk.scope(request, session, who)
        draft = themes.find_draft(session, row.slug, None)
        now = portal.clock()
        return pages.page(
            request,
            "desk/overview.html",
            nav="overview",
            consultation=row,
            consultations=rows,
            seen=figures.gather(
                session,
                draft,
                reviewer_id=who.reviewer_id,
                applied=applied,
                disk=figures.disk_of(portal.settings.data_dir),
                now=now,
            ),
            now=now,
        )

    return pages.unkept_answer(request, await door.read(request, ask))


def _applied(portal: Portal) -> int | None:
    """The newest promise that the index holds, None while it cannot be used."""
    try:
        return portal.engine.applied()
    except IndexUnavailable:
        return None
