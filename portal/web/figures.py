"""Figures: the books of a consultation in public, and at the desk the current draft's charts and tables."""

from __future__ import annotations

from datetime import date

from starlette.requests import Request
from starlette.responses import Response

from portal.errors import NotFound
from portal.formats.table import csv_bytes
from portal.models.database import Session
from portal.services import balance as books
from portal.services import consultations
from portal.services import figures as counted
from portal.services.desk_sessions import SignedIn
from portal.services.rows import CHANNELS, REASONS, ConsultationRow
from portal.web import charts, door, pages, public
from portal.web.desk import scope
from portal.web.state import portal_of
from portal.words import words_for


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


async def at_desk(request: Request, who: SignedIn) -> Response:
    """All charts of the current draft, narrowed by days and channel."""
    asked = _asked(request)

    def ask(session: Session) -> str:
        row, rows, found = _figures(request, session, who, asked)
        words = words_for(pages.language_of(request))
        return pages.page(
            request,
            "desk/figures.html",
            nav="figures",
            consultation=row,
            consultations=rows,
            comments=found.comments,
            asked=asked,
            channels=CHANNELS,
            charts=charts.of(words, found),
            query=_query(row.slug, asked),
        )

    return pages.unkept_answer(request, await door.read(request, ask))


async def table(request: Request, who: SignedIn) -> Response:
    """The table of one chart as CSV."""
    name, asked = request.path_params["chart"], _asked(request)

    def ask(session: Session) -> tuple[str, charts.Chart]:
        row, _, found = _figures(request, session, who, asked)
        for chart in charts.of(words_for(pages.language_of(request)), found):
            if chart.name == name:
                return f"{row.slug}-{row.current}-{name}.csv", chart
        raise NotFound

    file_name, chart = await door.read(request, ask)
    body = csv_bytes(chart.columns, ([str(cell) for cell in row] for row in chart.rows))
    attached = {"Content-Disposition": f'attachment; filename="{file_name}"'}
    return Response(body, media_type="text/csv; charset=utf-8", headers={**pages.NO_STORE, **attached})


def _figures(
    request: Request, session: Session, who: SignedIn, asked: counted.Asked
) -> tuple[ConsultationRow, list[ConsultationRow], counted.Figures]:
    row, rows = scope(request, session, who)
    _, draft = consultations.find_draft(session, row.slug, row.current)
    return row, rows, counted.of(session, draft, asked)


def _asked(request: Request) -> counted.Asked:
    """From the address; what is no day and no channel narrows nothing."""
    asked = request.query_params
    channel = asked.get("channel")
    return counted.Asked(
        first=_day(asked.get("from", "")),
        last=_day(asked.get("to", "")),
        channel=channel if channel in CHANNELS else None,
    )


def _query(slug: str, asked: counted.Asked) -> dict[str, str]:
    """The parameters that ask for the same again."""
    named = {"from": asked.first, "to": asked.last, "channel": asked.channel}
    return {"consultation": slug, **{name: str(value) for name, value in named.items() if value}}


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        return None
    return day if day and 1970 <= day.year <= 9990 else None
