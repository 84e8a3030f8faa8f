"""Figures: the books of a consultation in public, and at the desk the current draft's charts and tables."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from portal.models.database import Session
from portal.services import balance as books
from portal.services import consultations
from portal.services.rows import REASONS
from portal.web import pages, public
from portal.web.state import portal_of


async def balance(request: Request) -> Response:
    """What became of the comments of a consultation, and by which rules."""
    slug, language = request.path_params["slug"], pages.language_of(request)

    def build(session: Session) -> str:
        return pages.page(
            request,
            "public/balance.html",
            nav="balance",
            path=f"/{language}/{slug}/balance",
            consultation=consultations.get(session, slug, portal_of(request).clock()),
            balance=books.of(session, slug),
            reasons=REASONS,
        )

    page = await public.kept(request, slug, ("balance", language, slug), build)
    return pages.kept_answer(request, page)
