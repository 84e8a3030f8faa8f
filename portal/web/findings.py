"""Themes and reports at the desk: what the machine suggests, what officials accept, what goes out."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from portal.errors import InvalidInput, NotFound
from portal.formats import FORMATS, write
from portal.models.database import Session
from portal.services import comments, consultations, reports, themes
from portal.services.reviewers import SignedIn
from portal.services.rows import CommentRow
from portal.web import door, forms, pages
from portal.web.desk import act_or_show, scope
from portal.web.forms import Form
from portal.web.state import Portal, portal_of

MEMBERS_SHOWN = 200


async def theme_list(request: Request, who: SignedIn) -> Response:
    """Accepted themes and candidates, over the whole draft and clause by clause."""
    portal = portal_of(request)

    def ask(session: Session) -> str:
        row, _ = scope(request, session, who)
        draft = themes.find_draft(session, row.slug, None)
        found = themes.listing(session, draft.id)
        entries = {entry.eid: entry for entry in consultations.entries(session, draft.id)}
        by_clause: dict[str, list[object]] = {}
        for theme in found:
            if theme.clause is not None:
                by_clause.setdefault(theme.clause, []).append(theme)
        run = themes.last_run(session, draft.id)
        waiting = themes.is_promised(session, draft.id)
        return pages.page(
            request,
            "desk/themes.html",
            nav="themes",
            consultation=row,
            overall=[theme for theme in found if theme.clause is None],
            by_clause=[(entries[eid], members) for eid, members in by_clause.items()],
            run={
                "made_at": run.made_at,
                "comments": run.comments,
                "distinct": run.distinct,
                "waiting": waiting,
            }
            if run
            else None,
            waiting=waiting,
            form=Form(token=portal.pages.hole),
        )

    return pages.unkept_answer(request, await door.read(request, ask))


async def suggest(request: Request, who: SignedIn) -> Response:
    """Ask the worker for a new run of the summarizer."""
    typed = await forms.read_form(request)
    now = portal_of(request).clock()
    slug = typed.get("consultation", "")
    _refuse_foreign(who, slug)
    await door.write(
        request, lambda session: themes.promise(session, slug, actor=f"reviewer:{who.reviewer_id}", now=now)
    )
    return pages.see_other(f"/{pages.language_of(request)}/desk/themes?consultation={slug}")


async def theme(request: Request, who: SignedIn) -> Response:
    """One theme with its comments."""
    form = Form(token=portal_of(request).pages.hole)
    return pages.unkept_answer(request, await _theme_page(request, who, form, None))


async def accept(request: Request, who: SignedIn) -> Response:
    """Take a candidate as a theme."""
    await forms.read_form(request)
    name, now = request.path_params["id"], portal_of(request).clock()

    def act(session: Session) -> None:
        themes.accept(session, name, reviewer_id=who.reviewer_id, now=now)

    return await act_or_show(request, who, {}, act, _theme_page)


async def rename(request: Request, who: SignedIn) -> Response:
    """Give a theme a title."""
    typed = await forms.read_form(request)
    name, now = request.path_params["id"], portal_of(request).clock()

    def act(session: Session) -> None:
        themes.rename(session, name, typed.get("title", ""), reviewer_id=who.reviewer_id, now=now)

    return await act_or_show(request, who, typed, act, _theme_page)


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
        report = reports.gather(session, slug, language=language, now=moment)
    content = write(report, kind)
    with portal.database.write() as session:
        reports.note_export(session, report, format=kind, actor=f"reviewer:{who.reviewer_id}", now=moment)
    return content, reports.file_name(report, kind)


async def _theme_page(
    request: Request,
    who: SignedIn,  # noqa: ARG001
    form: Form,
    path: str | None,
) -> str:
    name, now = request.path_params["id"], portal_of(request).clock()

    def ask(session: Session) -> str:
        row = themes.get(session, name)
        draft = themes.draft_of(session, name)
        members: list[CommentRow] = comments.by_ids(session, row.comment_ids[:MEMBERS_SHOWN])
        return pages.page(
            request,
            "desk/theme.html",
            nav="themes",
            path=path,
            consultation=consultations.get(session, consultations.slug_of(session, draft), now),
            theme=row,
            comments=members,
            form=form,
        )

    return await door.read(request, ask)


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
