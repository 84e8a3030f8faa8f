"""The officials' side: queue, search, one comment, themes, reports. Every handler knows who asks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from starlette.requests import Request
from starlette.responses import Response

from portal.errors import InvalidInput, NotFound, PortalError
from portal.formats import FORMATS, write
from portal.models.database import Session
from portal.services import comments, consultations, moderation, reports, search, submissions, themes
from portal.services.reviewers import SignedIn
from portal.services.rows import STATES, CommentRow, ConsultationRow, DeskComment
from portal.web import door, forms, pages, public, troubles
from portal.web.forms import Form
from portal.web.state import Portal, portal_of
from search_index.documents import Filters

PAGE = 50
RESULTS = 25
MEMBERS_SHOWN = 200
ASKED = (
    "q",
    "consultation",
    "status",
    "clause",
    "position",
    "language",
    "submitter",
    "channel",
    "from",
    "to",
    "order",
)


async def home(request: Request, who: SignedIn) -> Response:  # noqa: ARG001
    """The desk opens on its queue."""
    return pages.see_other(f"/{pages.language_of(request)}/desk/queue")


async def queue(request: Request, who: SignedIn) -> Response:  # noqa: ARG001
    """Comments by state, those that wait first."""
    portal = portal_of(request)
    state = request.query_params.get("state", "pending")
    if state not in STATES:
        raise NotFound
    cursor = request.query_params.get("cursor")

    def ask(session: Session) -> str:
        row, _ = _scope(request, session)
        draft = themes.find_draft(session, row.slug, None)
        found, following = comments.in_state(session, state, limit=PAGE, cursor=cursor, draft_id=draft.id)
        return pages.page(
            request,
            "desk/queue.html",
            nav="queue",
            consultation=row,
            waiting=[{"comment": comment, "flags": flags} for comment, flags in found],
            state=state,
            states=moderation.states(session, draft_id=draft.id),
            next_cursor=following,
            form=Form(token=portal.pages.hole),
        )

    return _private(request, await door.read(request, ask))


async def find(request: Request, who: SignedIn) -> Response:  # noqa: ARG001
    """Search over every state."""
    portal = portal_of(request)
    asked = public.asked_of(request, ASKED)

    def ask(session: Session) -> str:
        row, rows = _scope(request, session)
        draft = themes.find_draft(session, row.slug, None)
        results = search.find(
            session,
            portal.engine,
            asked["q"],
            _filters(row.slug, asked),
            order=asked["order"] if asked["order"] in ("relevance", "newest", "oldest") else _order(asked),
            limit=RESULTS,
            cursor=asked["cursor"] or None,
        )
        return pages.page(
            request,
            "desk/search.html",
            nav="search",
            consultation=row,
            consultations=rows,
            results=results,
            asked=asked,
            clause_labels=public.clause_labels(session, draft.id, pages.language_of(request)),
        )

    return _private(request, await door.read(request, ask))


async def comment(request: Request, who: SignedIn) -> Response:  # noqa: ARG001
    """One comment in any state."""
    form = Form(token=portal_of(request).pages.hole)
    return await _comment_page(request, form)


async def publish(request: Request, who: SignedIn) -> Response:
    """Show a comment."""
    typed = await forms.read_form(request)
    number, now = _number(request), portal_of(request).clock()
    return await _act_on_comment(
        request,
        typed,
        lambda session: moderation.publish(
            session, number, note=typed.get("note", ""), reviewer_id=who.reviewer_id, now=now
        ),
    )


async def withhold(request: Request, who: SignedIn) -> Response:
    """Hide a comment, with a reason."""
    typed = await forms.read_form(request)
    number, now = _number(request), portal_of(request).clock()
    return await _act_on_comment(
        request,
        typed,
        lambda session: moderation.withhold(
            session,
            number,
            reason=typed.get("reason", ""),
            note=typed.get("note", ""),
            reviewer_id=who.reviewer_id,
            now=now,
        ),
    )


async def theme_list(request: Request, who: SignedIn) -> Response:  # noqa: ARG001
    """Accepted themes and candidates, over the whole draft and clause by clause."""
    portal = portal_of(request)

    def ask(session: Session) -> str:
        row, _ = _scope(request, session)
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

    return _private(request, await door.read(request, ask))


async def suggest(request: Request, who: SignedIn) -> Response:
    """Ask the worker for a new run of the summarizer."""
    typed = await forms.read_form(request)
    now = portal_of(request).clock()
    slug = typed.get("consultation", "")
    await door.write(
        request, lambda session: themes.promise(session, slug, actor=f"reviewer:{who.reviewer_id}", now=now)
    )
    return pages.see_other(f"/{pages.language_of(request)}/desk/themes?consultation={slug}")


async def theme(request: Request, who: SignedIn) -> Response:  # noqa: ARG001
    """One theme with its comments."""
    return await _theme_page(request, Form(token=portal_of(request).pages.hole))


async def accept(request: Request, who: SignedIn) -> Response:
    """Take a candidate as a theme."""
    await forms.read_form(request)
    name, now = request.path_params["id"], portal_of(request).clock()
    return await _act_on_theme(
        request, {}, lambda session: themes.accept(session, name, reviewer_id=who.reviewer_id, now=now)
    )


async def rename(request: Request, who: SignedIn) -> Response:
    """Give a theme a title."""
    typed = await forms.read_form(request)
    name, now = request.path_params["id"], portal_of(request).clock()
    return await _act_on_theme(
        request,
        typed,
        lambda session: themes.rename(
            session, name, typed.get("title", ""), reviewer_id=who.reviewer_id, now=now
        ),
    )


async def report_list(request: Request, who: SignedIn) -> Response:  # noqa: ARG001
    """Make a report, and see which were made."""
    return await _reports_page(request, Form(token=portal_of(request).pages.hole))


async def export(request: Request, who: SignedIn) -> Response:
    """A report as an attachment."""
    typed = await forms.read_form(request)
    portal = portal_of(request)
    slug, kind, language = (typed.get(name, "") for name in ("consultation", "format", "language"))
    try:
        if kind not in FORMATS:
            raise InvalidInput({"format": ["error.format.unknown"]})
        content, name = await door.export(request, lambda: _export(portal, slug, kind, language, who))
    except InvalidInput as error:
        form = Form(token=portal.pages.hole, values=forms.printable(typed), errors=error.fields)
        return await _reports_page(request, form, status=422)
    return Response(
        content,
        media_type=FORMATS[kind].media_type,
        headers={**pages.NO_STORE, "Content-Disposition": f'attachment; filename="{name}"'},
    )


def _export(portal: Portal, slug: str, kind: str, language: str, who: SignedIn) -> tuple[bytes, str]:
    moment = portal.clock()
    with portal.database.read() as session:
        report = reports.gather(session, slug, language=language, now=moment)
    content = write(report, kind)
    with portal.database.write() as session:
        reports.note_export(session, report, format=kind, actor=f"reviewer:{who.reviewer_id}", now=moment)
    return content, reports.file_name(report, kind)


async def _act_on_comment(
    request: Request, typed: dict[str, str], act: Callable[[Session], None]
) -> Response:
    address = f"/{pages.language_of(request)}/desk/comments/{request.path_params['id']}"
    try:
        await door.write(request, act)
    except NotFound:
        raise
    except PortalError as error:
        return await _comment_page(
            request, _form(request, typed, error), status=troubles.STATUS[type(error)][0], path=address
        )
    return pages.see_other(address)


async def _act_on_theme(request: Request, typed: dict[str, str], act: Callable[[Session], None]) -> Response:
    address = f"/{pages.language_of(request)}/desk/themes/{request.path_params['id']}"
    try:
        await door.write(request, act)
    except NotFound:
        raise
    except PortalError as error:
        return await _theme_page(
            request, _form(request, typed, error), status=troubles.STATUS[type(error)][0], path=address
        )
    return pages.see_other(address)


def _form(request: Request, typed: dict[str, str], error: PortalError) -> Form:
    fields = error.fields if isinstance(error, InvalidInput) else {}
    summary = None if fields else error.key
    return Form(
        token=portal_of(request).pages.hole, values=forms.printable(typed), errors=fields, summary=summary
    )


async def _comment_page(
    request: Request, form: Form, *, status: int = 200, path: str | None = None
) -> Response:
    public_id = request.path_params["id"]
    now = portal_of(request).clock()

    def ask(session: Session) -> str:
        item: DeskComment = comments.desk_view(session, public_id)
        return pages.page(
            request,
            "desk/comment.html",
            nav="queue",
            path=path,
            consultation=consultations.get(session, item.comment.consultation, now),
            item=item,
            form=form,
        )

    html = await door.read(request, ask)
    return _private(request, html, status=status)


async def _theme_page(
    request: Request, form: Form, *, status: int = 200, path: str | None = None
) -> Response:
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

    return _private(request, await door.read(request, ask), status=status)


async def _reports_page(request: Request, form: Form, *, status: int = 200) -> Response:
    def ask(session: Session) -> str:
        row, _ = _scope(request, session, form.values.get("consultation"))
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

    return _private(request, await door.read(request, ask), status=status)


def _scope(
    request: Request, session: Session, slug: str | None = None
) -> tuple[ConsultationRow, list[ConsultationRow]]:
    """The consultation a desk page is about (the newest where none is named), and all of them."""
    rows = consultations.listing(session, portal_of(request).clock())
    named = slug or request.query_params.get("consultation")
    for row in rows:
        if row.slug == named or not named:
            return row, rows
    raise NotFound("error.not_found.consultation")


def _filters(slug: str, asked: dict[str, str]) -> Filters:
    start, end = search.day_range(_day(asked["from"]), _day(asked["to"]))

    def one(name: str) -> tuple[str, ...]:
        return (asked[name],) if asked[name] else ()

    return Filters(
        consultations=(slug,),
        statuses=one("status"),
        clauses=one("clause"),
        positions=one("position"),
        languages=one("language"),
        submitters=one("submitter"),
        channels=one("channel"),
        received_from=start,
        received_before=end,
    )


def _order(asked: dict[str, str]) -> str:
    return "relevance" if asked["q"] else "newest"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _number(request: Request) -> int:
    number = submissions.comment_number(request.path_params["id"])
    if number is None:
        raise NotFound("error.not_found.comment")
    return number


def _private(request: Request, html: str, *, status: int = 200) -> Response:
    """A desk page: its token filled in, kept nowhere."""
    response = pages.form_answer(request, html, status=status)
    response.headers.update(pages.NO_STORE)
    return response
