"""The JSON API: the same services as the pages, for programs. Lists are {"items", "total", "next"}."""

from __future__ import annotations

from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from portal.errors import InvalidInput, NotFound
from portal.models.database import Session
from portal.services import comments, consultations, drafts, search, submissions
from portal.services.canonical import timestamp
from portal.services.checking import MOST_COMMENTS, NewComment, NewSubmission, cleaned
from portal.services.rows import (
    COMMENT_LANGUAGES,
    LANGUAGES,
    POSITIONS,
    ClauseRow,
    CommentRow,
    ConsultationRow,
    Excerpt,
    ReceiptRow,
    Text,
)
from portal.services.submissions import LONGEST_KEY
from portal.web import door, forms, limits, pages
from portal.web.state import portal_of
from search_index.documents import Filters

DEFAULT_LIMIT = 50
MOST = 200
OF_SUBMISSION = ("submitter", "name", "organisation", "email", "language", "comments")
OF_COMMENT = ("clause", "body", "position", "suggested_wording")


async def list_consultations(request: Request) -> Response:
    """GET /api/v1/consultations"""
    now = portal_of(request).clock()

    def ask(session: Session) -> list[dict[str, Any]]:
        return [_consultation(session, row) for row in consultations.listing(session, now)]

    return _list(await door.read(request, ask))


async def get_consultation(request: Request) -> Response:
    """GET /api/v1/consultations/{slug}"""
    slug, now = request.path_params["slug"], portal_of(request).clock()
    return _json(
        await door.read(
            request, lambda session: _consultation(session, consultations.get(session, slug, now))
        )
    )


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
    limit, cursor = _limit(request), request.query_params.get("cursor") or None

    def ask(session: Session) -> comments.Listing:
        _, draft = consultations.find_draft(session, slug, version)
        drafts.clause(session, draft, eid)
        named = None if eid == drafts.WHOLE else eid
        return comments.of_clause(session, draft, named, limit=limit, cursor=cursor)

    said = await door.read(request, ask)
    return _list([comment_json(row) for row in said.comments], total=said.total, following=said.next)


async def post_submission(request: Request) -> Response:
    """POST …/drafts/{version}/submissions: 201 stored, 200 stored before under the same key."""
    portal = portal_of(request)
    slug, version = request.path_params["slug"], request.path_params["version"]
    key = _key(request)
    body = await forms.read_json(request)
    sent = await door.think(request, lambda: cleaned(_submission(body)))
    await limits.refuse_too_many(request, slug, key)
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
        _acknowledgement(acknowledged), status=200 if acknowledged.repeated else 201, headers=pages.NO_STORE
    )


async def get_receipt(request: Request) -> Response:
    """GET /api/v1/receipts/{receipt}"""
    code, now = request.path_params["receipt"], portal_of(request).clock()
    row = await door.read(request, lambda session: comments.find_receipt(session, code, now=now))
    return _json(_receipt(row), headers=pages.NO_STORE)


async def find(request: Request) -> Response:
    """GET /api/v1/search"""
    portal, asked = portal_of(request), request.query_params
    filters = _filters(asked)
    q = forms.printable({"q": asked.get("q", "")[:1000]})["q"]
    order = asked.get("order") or ("relevance" if q.strip() else "newest")
    if order not in ("newest", "oldest", "relevance"):
        raise InvalidInput({"order": ["error.order.unknown"]})
    limit, cursor = _limit(request), asked.get("cursor") or None

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


def comment_json(row: CommentRow) -> dict[str, Any]:
    """A published comment as lists and search show it."""
    return {
        "id": row.id,
        "consultation": row.consultation,
        "draft": row.draft,
        "clause": row.clause,
        "number": row.number,
        "body": row.body,
        "position": row.position,
        "language": row.language,
        "submitter": row.submitter,
        "name": row.name,
        "organisation": row.organisation,
        "received_at": timestamp(row.received_at),
        "status": row.status,
        "sha256": row.sha256,
        "demonstration": row.demonstration,
    }


def excerpt_text(excerpt: Excerpt) -> str:
    """An excerpt as plain text."""
    text = "".join(run for run, _ in excerpt.runs)
    return ("… " if excerpt.cut_before else "") + text + (" …" if excerpt.cut_after else "")


def clause_json(row: ClauseRow, count: int) -> dict[str, Any]:
    """One entry of a draft; a language that the draft has not is null."""
    return {
        "eid": row.eid,
        "number": row.number,
        "kind": row.kind,
        "parent": row.parent,
        "commentable": row.commentable,
        "heading": _both(row.heading),
        "markdown": _both(row.markdown),
        "sha256": _both(row.sha256),
        "comments": count,
    }


def _both(text: Text) -> dict[str, str | None]:
    return {language: text.get(language) for language in LANGUAGES}


def _consultation(session: Session, row: ConsultationRow) -> dict[str, Any]:
    return {
        "slug": row.slug,
        "title": _both(row.title),
        "opens_at": timestamp(row.opens_at),
        "closes_at": timestamp(row.closes_at),
        "open": row.open,
        "current": row.current,
        "restatement": row.restatement,
        "demonstration": row.demonstration,
        "drafts": [
            {"version": draft.version, "published_at": timestamp(draft.published_at), "clauses": clauses}
            for draft, clauses in consultations.drafts_of(session, row.slug)
        ],
    }


def _acknowledgement(acknowledged: submissions.Acknowledgement) -> dict[str, Any]:
    return {
        "receipt": acknowledged.receipt,
        "received_at": timestamp(acknowledged.received_at),
        "comments": [
            {"id": c.id, "clause": c.clause, "sha256": c.sha256, "status": c.status}
            for c in acknowledged.comments
        ],
    }


def _receipt(row: ReceiptRow) -> dict[str, Any]:
    return {
        "received_at": timestamp(row.received_at),
        "consultation": row.consultation.slug,
        "draft": row.draft,
        "submitter": row.submitter,
        "demonstration": row.demonstration,
        "comments": [
            {
                "id": c.id,
                "clause": c.clause,
                "body": c.body,
                "position": c.position,
                "status": c.status,
                "reason": c.reason,
                "sha256": c.sha256,
                "revisions": c.revisions,
                "withdrawn_at": timestamp(c.withdrawn_at) if c.withdrawn_at else None,
            }
            for c in row.comments
        ],
    }


def _key(request: Request) -> str | None:
    key = request.headers.get("idempotency-key")
    if key is not None and not 1 <= len(key) <= LONGEST_KEY:
        raise InvalidInput({"Idempotency-Key": ["error.key.length"]})
    return None if key is None else f"api:{key}"


def _submission(body: dict[str, Any]) -> NewSubmission:
    """The body's members, each of the right kind. Raises InvalidInput with every problem by member."""
    problems = {name: ["error.field.unknown"] for name in body if name not in OF_SUBMISSION}
    texts = _texts(body, OF_SUBMISSION[:-1], "", problems)
    sent = body.get("comments")
    if not isinstance(sent, list) or not 1 <= len(sent) <= MOST_COMMENTS:
        problems["comments"] = ["error.comments.count"]
        sent = []
    new = tuple(_comment(item, f"comments.{place}", problems) for place, item in enumerate(sent))
    if problems:
        raise InvalidInput(forms.printable_names(problems))
    return NewSubmission(
        comments=new,
        submitter=texts["submitter"],
        name=texts["name"],
        organisation=texts["organisation"],
        email=texts["email"],
        language=texts["language"],
    )


def _comment(item: Any, place: str, problems: dict[str, list[str]]) -> NewComment:
    if not isinstance(item, dict):
        problems[place] = ["error.json.object"]
        return NewComment("")
    problems.update({f"{place}.{name}": ["error.field.unknown"] for name in item if name not in OF_COMMENT})
    texts = _texts(item, OF_COMMENT, f"{place}.", problems)
    if texts["suggested_wording"]:
        problems[f"{place}.suggested_wording"] = ["error.suggested_wording.later"]
    return NewComment(texts["body"] or "", texts["clause"], texts["position"])


def _texts(
    holder: dict[str, Any], names: tuple[str, ...], prefix: str, problems: dict[str, list[str]]
) -> dict[str, str | None]:
    for name in names:
        if holder.get(name) is not None and not isinstance(holder[name], str):
            problems[f"{prefix}{name}"] = ["error.field.text"]
    return {name: holder[name] if isinstance(holder.get(name), str) else None for name in names}


def _limit(request: Request) -> int:
    text = request.query_params.get("limit", "")
    if not text:
        return DEFAULT_LIMIT
    if not text.isascii() or not text.isdigit() or len(text) > 6 or int(text) < 1:
        raise InvalidInput({"limit": ["error.limit"]})
    return min(int(text), MOST)


def _filters(asked: Any) -> Filters:
    problems: dict[str, list[str]] = {}
    for name, allowed in (("language", COMMENT_LANGUAGES), ("position", (*POSITIONS, "none"))):
        if asked.get(name) and asked[name] not in allowed:
            problems[name] = [f"error.{name}.unknown"]
    days = {name: _day(asked.get(name), name, problems) for name in ("from", "to")}
    if problems:
        raise InvalidInput(problems)
    start, end = search.day_range(days["from"], days["to"])

    def one(name: str) -> tuple[str, ...]:
        return (asked[name][:200],) if asked.get(name) else ()

    return Filters(
        consultations=one("consultation"),
        clauses=one("clause"),
        languages=one("language"),
        positions=one("position"),
        statuses=("published",),
        received_from=start,
        received_before=end,
    )


def _day(text: str | None, name: str, problems: dict[str, list[str]]) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
        if text != day.isoformat() or day.year < 1970 or day.year > 9990:
            raise ValueError(text)
    except ValueError:
        problems[name] = ["error.day"]
        return None
    return day


def _list(items: list[dict[str, Any]], *, total: int | None = None, following: str | None = None) -> Response:
    return _json({"items": items, "total": len(items) if total is None else total, "next": following})


def _json(value: Any, *, status: int = 200, headers: Any = pages.SHARED) -> Response:
    return JSONResponse(value, status_code=status, headers=dict(headers))
