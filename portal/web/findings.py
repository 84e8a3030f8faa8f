"""Reports at the desk: the page, and a report at once."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from portal.errors import InvalidInput
from portal.formats import FORMATS, write
from portal.services import reports, reports_full
from portal.services.desk_sessions import SignedIn
from portal.services.report_files import Wanted, covered
from portal.web import door, pages, report_files
from portal.web.forms import Form
from portal.web.state import Portal, portal_of


async def report_list(request: Request, who: SignedIn) -> Response:
    """Make a report, and see which were made."""
    return await report_files.page(request, who, Form(token=portal_of(request).pages.hole))


async def export(request: Request, who: SignedIn) -> Response:
    """A report as an attachment."""
    typed = await report_files.read_form(request)
    portal, slug = portal_of(request), typed.get("consultation", "")
    try:
        wanted = await report_files.wanted(request, who, typed)
        content, name = await door.export(request, lambda: _export(portal, slug, wanted, who))
    except InvalidInput as error:
        return await report_files.refused(request, who, typed, error)
    return Response(
        content,
        media_type=FORMATS[wanted.format].media_type,
        headers={**pages.NO_STORE, "Content-Disposition": f'attachment; filename="{name}"'},
    )


def _export(portal: Portal, slug: str, wanted: Wanted, who: SignedIn) -> tuple[bytes, str]:
    moment = portal.clock()
    with portal.database.read() as session:
        scope = covered(session, portal.engine, slug, wanted, reviewer_id=who.reviewer_id)
        report = reports_full.gather(session, slug, language=wanted.language, scope=scope, now=moment)
    content = write(report, wanted.format)
    with portal.database.write() as session:
        actor = f"reviewer:{who.reviewer_id}"
        reports.note_export(session, report, format=wanted.format, actor=actor, now=moment)
    return content, reports.file_name(report, wanted.format)
