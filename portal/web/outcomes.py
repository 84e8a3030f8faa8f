"""Answering back at the desk: what still needs an answer, one answer, and that a consultation is answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal.errors import Conflict, NotFound, PortalError
from portal.models.database import Session
from portal.services import answering, consultations, drafts, outcomes, results, themes
from portal.services.acting import By
from portal.services.desk_sessions import SignedIn
from portal.services.rows import LANGUAGES
from portal.templating import address
from portal.web import desk, door, forms, pages, troubles
from portal.web.forms import Form
from portal.web.state import portal_of

OF_OUTCOME = ("decision", "seen", "draft", *(f"reason_{language}" for language in LANGUAGES))


async def listing(request: Request, who: SignedIn) -> Response:
    """Accepted themes and clauses with their outcomes, and how many answers are still missing."""
    return await _list_page(request, who, Form(portal_of(request).pages.hole))


async def theme(request: Request, who: SignedIn) -> Response:
    """The answer to one theme."""
    return await _theme_page(request, who, None)


async def post_theme(request: Request, who: SignedIn) -> Response:
    """Keep the answer to one theme."""
    typed = await forms.read_form(request)
    name, by = request.path_params["id"], By(who.reviewer_id, portal_of(request).clock())

    def act(session: Session) -> str:
        draft = themes.draft_of(session, name)
        outcomes.decide(session, draft.id, theme=name, **_asked(typed), by=by)
        return consultations.slug_of(session, draft)

    done = await door.attempt(request, act)
    if isinstance(done, PortalError):
        return await _theme_page(request, who, desk.form_again(request, typed, done), done)
    return pages.see_other(f"{_list_address(request, done)}#{name.upper()}")


async def clause(request: Request, who: SignedIn) -> Response:
    """The answer to one clause, or to the document as a whole."""
    return await _clause_page(request, who, None)


async def post_clause(request: Request, who: SignedIn) -> Response:
    """Keep the answer to one clause."""
    typed = await forms.read_form(request)
    slug, eid = request.path_params["slug"], request.path_params["eid"]
    by = By(who.reviewer_id, portal_of(request).clock())

    def act(session: Session) -> None:
        row, _ = desk.scope(request, session, who, slug)
        draft = outcomes.find_draft(session, row.slug, typed.get("draft") or None)
        outcomes.decide(session, draft.id, clause=eid, **_asked(typed), by=by)

    error = await door.attempt(request, act)
    if error is not None:
        return await _clause_page(request, who, desk.form_again(request, typed, error), error)
    return pages.see_other(f"{_list_address(request, slug)}#{eid}")


async def post_answered(request: Request, who: SignedIn) -> Response:
    """Say that the consultation is answered."""
    return await _act(
        request, who, lambda session, slug, _, by: answering.mark_answered(session, slug, by=by)
    )


async def post_reopen(request: Request, who: SignedIn) -> Response:
    """Take that back."""
    return await _act(
        request, who, lambda session, slug, _, by: answering.reopen_answer(session, slug, by=by)
    )


async def post_threshold(request: Request, who: SignedIn) -> Response:
    """From how many comments on a theme needs an answer."""
    return await _act(
        request,
        who,
        lambda session, slug, typed, by: answering.set_threshold(
            session, slug, typed.get("answer_from", ""), by=by
        ),
    )


async def _act(
    request: Request, who: SignedIn, do: Callable[[Session, str, dict[str, str], By], object]
) -> Response:
    typed = await forms.read_form(request)
    by = By(who.reviewer_id, portal_of(request).clock())

    def act(session: Session) -> str:
        row, _ = desk.scope(request, session, who, typed.get("consultation") or None)
        do(session, row.slug, typed, by)
        return row.slug

    done = await door.attempt(request, act)
    if isinstance(done, PortalError):
        return await _list_page(request, who, desk.form_again(request, typed, done), done)
    return pages.see_other(_list_address(request, done))


def _asked(typed: dict[str, str]) -> dict[str, Any]:
    return {
        "decision": typed.get("decision", ""),
        "reason": {language: typed.get(f"reason_{language}", "") for language in LANGUAGES},
        "seen": typed.get("seen"),
    }


def _form(request: Request, form: Form | None, past: list[outcomes.OutcomeRow], error: Any) -> Form:
    """The form with the answer that counts; after a conflict with what was typed, and the newest as seen."""
    newest = past[0] if past else None
    seen = str(newest.id) if newest else ""
    if form is not None:
        values = {name: form.values.get(name, "") for name in OF_OUTCOME}
        values |= {"seen": seen} if isinstance(error, Conflict) else {}
        return Form(form.token, values=values, errors=form.errors, summary=form.summary)
    values = (
        {"decision": newest.decision, **{f"reason_{k}": v for k, v in newest.reason.items()}}
        if newest
        else {}
    )
    return Form(portal_of(request).pages.hole, values={**values, "seen": seen})


async def _theme_page(
    request: Request, who: SignedIn, form: Form | None, error: PortalError | None = None
) -> Response:
    name = request.path_params["id"]

    def ask(session: Session) -> str:
        draft = themes.draft_of(session, name)
        row, _ = desk.scope(request, session, who, consultations.slug_of(session, draft))
        own, language = themes.theme_id(themes.theme_number(name)), pages.language_of(request)
        (answer,) = results.theme_answers(session, [own], {}, language=language)
        if answer.theme.status != "accepted" and form is None:
            raise NotFound("error.not_found.theme")
        past = outcomes.history(session, draft.id, theme=name)
        return pages.page(
            request,
            "desk/outcome.html",
            nav="outcomes",
            path=f"/{pages.language_of(request)}/desk/outcomes/theme/{answer.theme.id}",
            consultation=row,
            draft=draft.version,
            answer=answer,
            clause=None,
            comments=answer.theme.comments,
            past=past,
            decisions=outcomes.DECISIONS,
            form=_form(request, form, past, error),
        )

    html = await door.read(request, ask)
    return pages.unkept_answer(request, html, status=troubles.status_of(error))


async def _clause_page(
    request: Request, who: SignedIn, form: Form | None, error: PortalError | None = None
) -> Response:
    slug, eid = request.path_params["slug"], request.path_params["eid"]
    version = (form.values.get("draft") if form else request.query_params.get("draft")) or None

    def ask(session: Session) -> str:
        row, _ = desk.scope(request, session, who, slug)
        draft = outcomes.find_draft(session, row.slug, version)
        clause_row = drafts.clause(session, draft, eid)
        if not clause_row.commentable:
            raise NotFound("error.not_found.clause")
        past = outcomes.history(session, draft.id, clause=eid)
        return pages.page(
            request,
            "desk/outcome.html",
            nav="outcomes",
            path=address(
                f"/{pages.language_of(request)}/desk/outcomes/clause/{row.slug}/{eid}", draft=version
            ),
            consultation=row,
            draft=draft.version,
            answer=None,
            clause=clause_row,
            comments=consultations.comment_counts(session, draft.id).get(eid, 0),
            past=past,
            decisions=outcomes.DECISIONS,
            form=_form(request, form, past, error),
        )

    html = await door.read(request, ask)
    return pages.unkept_answer(request, html, status=troubles.status_of(error))


async def _list_page(
    request: Request, who: SignedIn, form: Form, error: PortalError | None = None
) -> Response:
    def ask(session: Session) -> str:
        row, _ = desk.scope(request, session, who, form.values.get("consultation"))
        draft = outcomes.find_draft(session, row.slug)
        answered_at, answer_from = answering.answered_on(session, row.slug)
        counts = consultations.comment_counts(session, draft.id)
        return pages.page(
            request,
            "desk/outcomes.html",
            nav="outcomes",
            path=_list_address(request, row.slug),
            consultation=row,
            draft=draft.version,
            themes=themes.listing(session, draft.id, accepted_only=True),
            entries=[entry for entry in consultations.entries(session, draft.id) if entry.commentable],
            counts=counts,
            decided=outcomes.shown(session, draft.id),
            progress=outcomes.progress(session, draft.id),
            answered_at=answered_at,
            answer_from=answer_from,
            error=error if error is not None and not form.errors else None,
            form=form,
        )

    html = await door.read(request, ask)
    return pages.unkept_answer(request, html, status=troubles.status_of(error))


def _list_address(request: Request, slug: str) -> str:
    return address(f"/{pages.language_of(request)}/desk/outcomes", consultation=slug)
