"""The reports page: what a report is to be, those that the worker makes, and their files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from portal.errors import NotFound, PortalError
from portal.formats import FORMATS
from portal.models import ReportFile
from portal.models.database import Session
from portal.services import consultations, report_files, reports, themes
from portal.services.acting import By
from portal.services.desk_sessions import SignedIn
from portal.services.report_files import Wanted
from portal.web import desk, door, forms, pages, troubles
from portal.web.forms import Form
from portal.web.state import portal_of

CHOSEN = "theme-"
"""Before the name of a theme that is ticked."""
MOST_FIELDS = 500
MOST_AT_ONCE = 5_000
"""Published comments; a report on more is offered in the background only."""


async def post(request: Request, who: SignedIn) -> Response:
    """Have the worker make a report."""
    typed = await read_form(request)
    slug, by = typed.get("consultation", ""), By(who.reviewer_id, portal_of(request).clock())
    try:
        asked = await wanted(request, who, typed)
        await door.write(request, lambda session: report_files.ask(session, slug, asked, by=by))
    except NotFound:
        raise
    except PortalError as error:
        return await refused(request, who, typed, error)
    return pages.see_other(_address(request, slug))


async def download(request: Request, who: SignedIn) -> Response:
    """A report that is made, as an attachment; that it was taken along is on record."""
    portal = portal_of(request)
    by, folder = By(who.reviewer_id, portal.clock()), portal.settings.data_dir / report_files.FOLDER

    def act(session: Session) -> tuple[str, str]:
        _, row = _find(session, request, who)
        if not row.name or not (folder / row.name).is_file():
            raise NotFound("error.not_found.report_file")
        if request.method != "HEAD":  # it asks how large the file is, and gets none
            report_files.note_download(session, row, by=by)
        return row.name, row.asked["format"]

    name, kind = await door.write(request, act)
    return FileResponse(
        folder / name, media_type=FORMATS[kind].media_type, filename=name, headers=dict(pages.NO_STORE)
    )


async def remove(request: Request, who: SignedIn) -> Response:
    """Take a report away: its line and its file."""
    await forms.read_form(request)
    by = By(who.reviewer_id, portal_of(request).clock())

    def act(session: Session) -> tuple[str, str | None]:
        slug, row = _find(session, request, who)
        return slug, report_files.remove(session, row.id, by=by)

    slug, name = await door.write(request, act)
    if name:
        path = portal_of(request).settings.data_dir / report_files.FOLDER / name
        await door.think(request, lambda: path.unlink(missing_ok=True))
    return pages.see_other(_address(request, slug))


async def read_form(request: Request) -> dict[str, str]:
    """What was typed; a draft may have many themes to tick."""
    return await forms.read_form(request, MOST_FIELDS)


async def wanted(request: Request, who: SignedIn, typed: Mapping[str, str]) -> Wanted:
    """What the form asks for.

    Raises InvalidInput by field; NotFound for a consultation that is not open to the official, as for one
    that there is not.
    """
    slug = typed.get("consultation", "")
    if not who.may_see(slug):
        raise NotFound("error.not_found.consultation")
    named = [name.removeprefix(CHOSEN) for name in typed if name.startswith(CHOSEN)]
    return await door.read(
        request,
        lambda session: report_files.read(session, slug, typed, named, reviewer_id=who.reviewer_id),
    )


async def refused(request: Request, who: SignedIn, typed: dict[str, str], error: PortalError) -> Response:
    """The page with what was typed, and why no report is made."""
    form = desk.form_again(request, typed, error)
    form = replace(form, summary=form.summary or "report_files.refused")
    return await page(request, who, form, status=troubles.status_of(error))


async def page(request: Request, who: SignedIn, form: Form, *, status: int = 200) -> Response:
    """The form, what is being made or ready, and what went out before."""

    def ask(session: Session) -> str:
        row, _ = desk.scope(request, session, who, form.values.get("consultation"))
        draft = themes.find_draft(session, row.slug, None)
        files = report_files.listing(session, row.slug)
        return pages.page(
            request,
            "desk/reports.html",
            nav="reports",
            path=_address(request, row.slug),
            consultation=row,
            formats=list(FORMATS),
            languages=list(reports.REPORT_LANGUAGES),
            themes=report_files.accepted(session, draft.id, pages.language_of(request)),
            searches=report_files.searches(session, row.slug, who.reviewer_id),
            at_once=consultations.get(session, row.slug, portal_of(request).clock()).comments < MOST_AT_ONCE,
            files=files,
            working=any(one.state in ("waiting", "making") for one in files),
            made=reports.exports(session, row.slug),
            form=form,
        )

    return pages.unkept_answer(request, await door.read(request, ask), status=status)


def _find(session: Session, request: Request, who: SignedIn) -> tuple[str, ReportFile]:
    """The report of the address. Raises NotFound, also for what is not open to the official."""
    key = request.path_params["key"]
    number = int(key) if key.isascii() and key.isdecimal() and len(key) < 10 else 0
    slug, row = report_files.find(session, number)
    if not who.may_see(slug):
        raise NotFound("error.not_found.report_file")
    return slug, row


def _address(request: Request, slug: str) -> str:
    return f"/{pages.language_of(request)}/desk/reports?consultation={slug}"
