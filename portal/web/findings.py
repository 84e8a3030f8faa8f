"""Reports at the desk: making one, and what went out before."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from portal.errors import InvalidInput, NotFound
from portal.formats import FORMATS, write
from portal.models.database import Session
from portal.services import reports, reports_full
from portal.services.desk_sessions import SignedIn
from portal.web import door, forms, pages
from portal.web.desk import scope
from portal.web.forms import Form
from portal.web.state import Portal, portal_of


async def report_list(request: Request, who: SignedIn) -> Response:
    """Make a report, and see which were made."""
    return await _reports_page(request, who, Form(token=portal_of(request).pages.hole))


async def export(request: Request, who: SignedIn) -> Response:
    """A report as an attachment."""
    typed = await forms.read_form(request)
    portal = portal_of(request)
    slug, kind, language = (typed.get(name, "") for name in ("consultation", "format", "language"))
    try:
        if kind not in FORMATS:
            raise InvalidInput({"format": ["error.format.unknown"]})
        _refuse_foreign(who, slug)
        content, name = await door.export(request, lambda: _export(portal, slug, kind, language, who))
    except InvalidInput as error:
        form = Form(token=portal.pages.hole, values=forms.printable(typed), errors=error.fields)
        return await _reports_page(request, who, form, status=422)
    return Response(
        content,
        media_type=FORMATS[kind].media_type,
        headers={**pages.NO_STORE, "Content-Disposition": f'attachment; filename="{name}"'},
    )


def _refuse_foreign(who: SignedIn, slug: str) -> None:
    """Raises NotFound for a consultation that is not open to the official, as for one that there is not."""
    if not who.may_see(slug):
        raise NotFound("error.not_found.consultation")


def _export(portal: Portal, slug: str, kind: str, language: str, who: SignedIn) -> tuple[bytes, str]:
    moment = portal.clock()
    with portal.database.read() as session:
        report = reports_full.gather(session, slug, language=language, now=moment)
    content = write(report, kind)
    with portal.database.write() as session:
        reports.note_export(session, report, format=kind, actor=f"reviewer:{who.reviewer_id}", now=moment)
    return content, reports.file_name(report, kind)


async def _reports_page(request: Request, who: SignedIn, form: Form, *, status: int = 200) -> Response:
    def ask(session: Session) -> str:
        row, _ = scope(request, session, who, form.values.get("consultation"))
        return pages.page(
            request,
            "desk/reports.html",
            nav="reports",
            path=f"/{pages.language_of(request)}/desk/reports?consultation={row.slug}",
            consultation=row,
            formats=list(FORMATS),
            languages=list(reports.REPORT_LANGUAGES),
            made=reports.exports(session, row.slug),
            form=form,
        )

    return pages.unkept_answer(request, await door.read(request, ask), status=status)
