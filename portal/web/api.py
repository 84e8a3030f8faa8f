"""The JSON API: the same services as the pages, for programs. Lists are {"items", "total", "next"}."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from portal.errors import InvalidInput, NotFound
from portal.models.database import Session
from portal.services import (
    amending,
    balance,
    comments,
    consultations,
    drafts,
    listing,
    outcomes,
    results,
    search,
    submissions,
)
from portal.services.canonical import timestamp
from portal.services.checking import cleaned
from portal.services.submissions import LONGEST_KEY
from portal.web import door, forms, limits, openapi, pages
from portal.web.api_bodies import submission_of, texts_of
from portal.web.api_queries import filters_of, limit_of
from portal.web.api_shapes import (
    acknowledgement_json,
    balance_json,
    clause_json,
    comment_json,
    consultation_json,
    excerpt_text,
    outcomes_json,
    receipt_json,
)
from portal.web.state import portal_of

__all__ = ["comment_json", "excerpt_text"]


async def list_consultations(request: Request) -> Response:
    """GET /api/v1/consultations"""
    now = portal_of(request).clock()

    def ask(session: Session) -> list[dict[str, Any]]:
        return [consultation_json(session, row) for row in consultations.listing(session, now)]

    return _list(await door.read(request, ask))


async def get_consultation(request: Request) -> Response:
    """GET /api/v1/consultations/{slug}"""
    slug, now = request.path_params["slug"], portal_of(request).clock()
    return _json(
        await door.read(
            request, lambda session: consultation_json(session, consultations.get(session, slug, now))
        )
    )


async def get_balance(request: Request) -> Response:
    """GET /api/v1/consultations/{slug}/balance"""
    slug = request.path_params["slug"]
    found = await door.read(request, lambda session: balance.of(session, slug))
    return _json({"consultation": slug, **balance_json(found)})


async def list_outcomes(request: Request) -> Response:
    """GET /api/v1/consultations/{slug}/outcomes?draft="""
    slug, version = request.path_params["slug"], request.query_params.get("draft") or None

    def ask(session: Session) -> dict[str, Any]:
        draft = outcomes.find_draft(session, slug, version)
        names = results.order(session, draft.id)
        answered = results.theme_answers(session, names, outcomes.shown(session, draft.id))
        return outcomes_json(session, slug, draft, answered)

    return _json(await door.read(request, ask))


async def get_draft(request: Request) -> Response:
    """GET /api/v1/consultations/{slug}/drafts/{version}"""
    slug, version = request.path_params["slug"], request.path_params["version"]

    def ask(session: Session) -> dict[str, Any]:
        _, draft = consultations.find_draft(session, slug, version)
        counts = consultations.comment_counts(session, draft.id)
        rows = drafts.clauses(session, draft)
        return {
            "consultation": slug,
            "version": draft.version,
            "published_at": timestamp(draft.published_at),
            "languages": list(draft.languages),
            "sha256": draft.sha256,
            "comments_on_the_whole": counts.get(drafts.WHOLE, 0),
            "clauses": [clause_json(row, counts.get(row.eid, 0)) for row in rows],
        }

    return _json(await door.read(request, ask))


async def get_clause(request: Request) -> Response:
    """GET …/drafts/{version}/clauses/{eid}"""
    slug, version, eid = (request.path_params[name] for name in ("slug", "version", "eid"))

    def ask(session: Session) -> dict[str, Any]:
        _, draft = consultations.find_draft(session, slug, version)
        counts = consultations.comment_counts(session, draft.id)
        row = drafts.clause(session, draft, eid)
        if row.kind == drafts.WHOLE:
            raise NotFound("error.not_found.clause")
        return clause_json(row, counts.get(eid, 0))

    return _json(await door.read(request, ask))


async def list_comments(request: Request) -> Response:
    """GET …/clauses/{eid}/comments?limit=&cursor="""
    slug, version, eid = (request.path_params[name] for name in ("slug", "version", "eid"))
    limit, cursor = limit_of(request), request.query_params.get("cursor") or None

    def ask(session: Session) -> listing.Listing:
        _, draft = consultations.find_draft(session, slug, version)
        drafts.clause(session, draft, eid)
        named = None if eid == drafts.WHOLE else eid
        return listing.of_clause(session, draft, named, limit=limit, cursor=cursor)

    said = await door.read(request, ask)
    return _list([comment_json(row) for row in said.comments], total=said.total, following=said.next)


async def post_submission(request: Request) -> Response:
    """POST …/drafts/{version}/submissions: 201 stored, 200 stored before under the same key."""
    portal = portal_of(request)
    slug, version = request.path_params["slug"], request.path_params["version"]
    key = _key(request)
    body = await forms.read_json(request)
    sent = await door.think(request, lambda: cleaned(submission_of(body)))
    await limits.refuse_too_many(request, limits.is_submitted(slug, key))
    acknowledged = await door.write(
        request,
        lambda session: submissions.submit(
            session,
            slug,
            version,
            sent,
            channel="api",
            key=key,
            secret_key=portal.settings.secret_key,
            now=portal.clock(),
        ),
    )
    limits.count(request, acknowledged)
    return _json(
        acknowledgement_json(acknowledged),
        status=200 if acknowledged.repeated else 201,
        headers={**pages.NO_STORE, **limits.headers(request)},
    )


async def get_receipt(request: Request) -> Response:
    """GET /api/v1/receipts/{receipt}"""
    code, now = request.path_params["receipt"], portal_of(request).clock()
    found = await door.read(request, lambda session: _receipt(session, code, now))
    return _json(found, headers=pages.NO_STORE)


async def post_withdraw(request: Request) -> Response:
    """POST /api/v1/receipts/{receipt}/withdraw: one comment, or (null) all."""
    code, now = request.path_params["receipt"], portal_of(request).clock()
    body = texts_of(await forms.read_json(request), ("comment",), said=("comment",))

    def act(session: Session) -> dict[str, Any]:
        amending.withdraw(session, code, body["comment"], now=now)
        return _receipt(session, code, now)

    return await _amend(request, act)


async def post_edit(request: Request) -> Response:
    """POST /api/v1/receipts/{receipt}/edit: body, position and wording as they shall be from now on."""
    code, now = request.path_params["receipt"], portal_of(request).clock()
    names = ("comment", "body", "position", "suggested_wording")
    body = texts_of(await forms.read_json(request), names, needed=("comment", "body"))

    def act(session: Session) -> dict[str, Any]:
        amending.edit(
            session,
            code,
            body["comment"],
            body=body["body"],
            position=body["position"],
            suggested_wording=body["suggested_wording"],
            now=now,
        )
        return _receipt(session, code, now)

    return await _amend(request, act)


async def post_appeal(request: Request) -> Response:
    """POST /api/v1/receipts/{receipt}/appeal: object, once, to a withholding."""
    code, now = request.path_params["receipt"], portal_of(request).clock()
    body = texts_of(await forms.read_json(request), ("comment", "text"), needed=("comment", "text"))

    def act(session: Session) -> dict[str, Any]:
        amending.appeal(session, code, body["comment"], text=body["text"], now=now)
        return _receipt(session, code, now)

    return await _amend(request, act)


def _receipt(session: Session, code: str, now: datetime) -> dict[str, Any]:
    row = comments.find_receipt(session, code, now=now)
    return receipt_json(row, results.of_comments(session, [comment.id for comment in row.comments]))


async def _amend(request: Request, act: Callable[[Session], dict[str, Any]]) -> Response:
    await limits.refuse_too_many(request)
    found = await door.write(request, act)
    limits.count_act(request)
    return _json(found, headers={**pages.NO_STORE, **limits.headers(request)})


async def describe(request: Request) -> Response:
    """GET /api/v1/openapi.json"""
    return _json(openapi.document(portal_of(request).settings.public_url))


async def find(request: Request) -> Response:
    """GET /api/v1/search"""
    portal, asked = portal_of(request), request.query_params
    filters = filters_of(asked)
    q = forms.printable({"q": asked.get("q", "")[:1000]})["q"]
    order = asked.get("order") or ("relevance" if q.strip() else "newest")
    if order not in ("newest", "oldest", "relevance"):
        raise InvalidInput({"order": ["error.order.unknown"]})
    limit, cursor = limit_of(request), asked.get("cursor") or None

    def ask(session: Session) -> dict[str, Any]:
        results = search.find(session, portal.engine, q, filters, order=order, limit=limit, cursor=cursor)
        return {
            "items": [
                {**comment_json(found.comment), "excerpt": excerpt_text(found.excerpt)}
                for found in results.comments
            ],
            "total": results.total,
            "next": results.next,
            "facets": {
                name: dict(results.facets.get(name, {})) for name in ("clause", "position", "language")
            },
            "did_you_mean": results.did_you_mean,
            "rebuilding": results.rebuilding,
        }

    return _json(await door.read(request, ask))


def _key(request: Request) -> str | None:
    key = request.headers.get("idempotency-key")
    if key is not None and not 1 <= len(key) <= LONGEST_KEY:
        raise InvalidInput({"Idempotency-Key": ["error.key.length"]})
    return None if key is None else f"api:{key}"


def _list(items: list[dict[str, Any]], *, total: int | None = None, following: str | None = None) -> Response:
    return _json({"items": items, "total": len(items) if total is None else total, "next": following})


def _json(value: Any, *, status: int = 200, headers: Any = pages.SHARED) -> Response:
    return JSONResponse(value, status_code=status, headers=dict(headers))
