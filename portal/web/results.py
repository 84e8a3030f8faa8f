"""The public results: accepted themes with their outcomes, and the published report as a file."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from portal.errors import NotFound
from portal.formats import FORMATS, write
from portal.models import Draft
from portal.models.database import Session
from portal.services import consultations, outcomes, reports_full, results
from portal.services.rows import ConsultationRow
from portal.templating import address
from portal.web import door, pages
from portal.web.state import Portal, portal_of
from portal.words import PAKISTAN

MOST_PAGES = 999


@dataclass(frozen=True)
class Asked:
    """Which page of whose results."""

    slug: str
    version: str | None
    """Of the draft; None: the newest one that has results."""
    number: int

    def address(self, language: str, number: int) -> str:
        """Its path, for one of its pages."""
        shown = str(number) if number > 1 else None
        return address(f"/{language}/{self.slug}/results", draft=self.version, page=shown)


async def page(request: Request) -> Response:
    """One page of a consultation's results; `theme` leads to the page that holds it."""
    portal, asked = portal_of(request), _asked(request)
    language, theme = pages.language_of(request), request.query_params.get("theme", "").upper()

    def find(session: Session) -> Response:
        draft = outcomes.find_draft(session, asked.slug, asked.version)
        if theme:
            place = results.page_of(session, draft.id, theme)
            anchor = f"#{theme}" if place else ""
            return pages.see_other(f"{asked.address(language, place or 1)}{anchor}")
        row = consultations.get(session, asked.slug, portal.clock())
        key = ("results", language, asked, pages.wants_nastaliq(request))
        stamp = _moment(portal, session, row)
        kept = portal.pages.get(key, stamp, lambda: _html(request, session, row, draft, asked))
        return pages.kept_answer(request, kept)

    return await door.read(request, find)


async def report(request: Request) -> Response:
    """The published report in one of its formats: accepted themes only, made anew when something changed."""
    portal, asked, kind = portal_of(request), _asked(request), request.path_params["kind"]
    language = pages.language_of(request)
    if kind not in FORMATS:
        raise NotFound

    def make() -> tuple[bytes, str]:
        with portal.database.read() as session:
            draft = outcomes.find_draft(session, asked.slug, asked.version)
            if results.is_empty(session, draft.id):
                raise NotFound
            stamp = _moment(portal, session, consultations.get(session, asked.slug, portal.clock()))
            name = f"{asked.slug}-{draft.version}-{language}.{kind}"

            def written() -> bytes:
                made = reports_full.gather(
                    session,
                    asked.slug,
                    draft.version,
                    language=language,
                    accepted_only=True,
                    now=portal.clock(),
                )
                return write(made, kind)

            return portal.pages.get_file(("report", name), stamp, written), name

    content, name = await door.export(request, make)
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=FORMATS[kind].media_type, headers={**pages.SHARED, **disposition})


def _asked(request: Request) -> Asked:
    number, version = (request.query_params.get(name, "") for name in ("page", "draft"))
    fits = number.isascii() and number.isdecimal() and len(number) <= len(str(MOST_PAGES))
    return Asked(request.path_params["slug"], version or None, int(number) if fits else 1)


def _moment(portal: Portal, session: Session, row: ConsultationRow) -> tuple[object, ...]:
    """What a kept page must agree with: the newest act on record, open or not, the day in Pakistan."""
    return results.stamp(session), row.open, portal.clock().astimezone(PAKISTAN).date()


def _html(request: Request, session: Session, row: ConsultationRow, draft: Draft, asked: Asked) -> str:
    language = pages.language_of(request)
    found = results.gather(session, draft, page=asked.number, language=language)
    return pages.page(
        request,
        "public/results.html",
        nav="results",
        path=asked.address(language, found.page),
        consultation=row,
        results=found,
        version=asked.version,
        formats=list(FORMATS),
    )
