"""The JSON API described as an OpenAPI 3.1 document: every address, every answer, every refusal."""

from __future__ import annotations

from typing import Any

from portal.services.rows import COMMENT_LANGUAGES, POSITIONS
from portal.services.submissions import LONGEST_KEY
from portal.web.api_queries import DEFAULT_LIMIT, MOST
from portal.web.openapi_shapes import (
    ANSWERS,
    BODIES,
    BODY_EXAMPLES,
    EID,
    RECEIPT_CODE,
    SLUG,
    TEXT,
    VERSION,
    Schema,
    one_of,
    ref,
)

DRAFT = "/api/v1/consultations/{slug}/drafts/{version}"
CLAUSE = f"{DRAFT}/clauses/{{eid}}"
RECEIPT = "/api/v1/receipts/{receipt}"

REFUSALS = {
    "400": "The body is not JSON, or the Host is not ours.",
    "403": "The consultation takes no comments now, or another site's page sent it.",
    "404": "Nothing stands at this address, or no receipt has this code.",
    "409": "It contradicts what is stored: the same key with other content, or a state that forbids it.",
    "413": "The body is larger than 8 MB.",
    "415": "The body is not sent as application/json.",
    "422": "Something in the body or the query cannot be taken; `errors` says what.",
    "429": "Too many posts from one address; `Retry-After` says when to try again.",
    "500": "A fault of the portal; `reference` is the number under which it was logged.",
    "503": "The database did not answer in time; `Retry-After` says when to try again.",
}
ALWAYS = ("400", "404", "500", "503")
ASKING = (*ALWAYS, "422")
SENDING = tuple(REFUSALS)

HEADERS: dict[str, Schema] = {
    "ETag": {
        "description": "Send it back as If-None-Match; 304 where nothing has changed.",
        "required": True,
        "schema": {"type": "string", "pattern": '^W/"[0-9a-f]+"$'},
    },
    "RateLimit-Policy": {
        "description": "Posts that one address may send in how many seconds; none where there is no limit.",
        "schema": {"type": "string", "pattern": '^"posts";q=[0-9]+;w=60$'},
        "example": '"posts";q=120;w=60',
    },
    "RateLimit": {
        "description": "Posts that are left, and seconds until the minute ends.",
        "schema": {"type": "string", "pattern": '^"posts";r=[0-9]+;t=[0-9]+$'},
        "example": '"posts";r=119;t=37',
    },
    "Retry-After": {
        "description": "Seconds.",
        "required": True,
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
    },
}
OF_THE_LIMIT = ("RateLimit-Policy", "RateLimit")
OF_A_REFUSAL = {"429": (*OF_THE_LIMIT, "Retry-After"), "503": ("Retry-After",)}


def document(public_url: str) -> dict[str, Any]:
    """The whole document; `public_url` is where the API answers."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Mashwara",
            "version": "1",
            "summary": "Public comment on policy drafts, clause by clause.",
            "description": "Everything that is public on the pages is public here, without a key.",
            "license": {"name": "Apache License 2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": public_url}],
        "security": [],
        "paths": {**_texts(), **_comments(), **_receipts(), **_itself()},
        "components": {
            "schemas": {**ANSWERS, **BODIES},
            "responses": {code: _refusal(code) for code in REFUSALS},
            "headers": HEADERS,
        },
    }


def _texts() -> dict[str, Any]:
    slug, version, eid = _path("slug", SLUG), _path("version", VERSION), _path("eid", EID)
    return {
        "/api/v1/consultations": {"get": _reads("listConsultations", "consultations", "Consultations")},
        "/api/v1/consultations/{slug}": {
            "get": _reads("getConsultation", "one consultation", "Consultation", slug)
        },
        "/api/v1/consultations/{slug}/balance": {
            "get": _reads("getBalance", "what became of its comments", "Balance", slug)
        },
        "/api/v1/consultations/{slug}/outcomes": {
            "get": _reads(
                "listOutcomes",
                "accepted themes with what was decided on them, then the answers to clauses",
                "Outcomes",
                slug,
                _query("draft", TEXT, "Version; without it the newest one that has themes or answers."),
            )
        },
        DRAFT: {
            "get": _reads("getDraft", "a draft with its clauses in reading order", "Draft", slug, version)
        },
        CLAUSE: {"get": _reads("getClause", "one clause", "Clause", slug, version, eid)},
    }


def _comments() -> dict[str, Any]:
    slug, version, eid = _path("slug", SLUG), _path("version", VERSION), _path("eid", EID)
    listed = "published comments on a clause, newest first; `whole` for the document as a whole"
    limit = {"type": "integer", "minimum": 1, "maximum": 999_999, "default": DEFAULT_LIMIT}
    pages = (
        _query("limit", limit, f"Items a page; more than {MOST} gives {MOST}."),
        _query("cursor", TEXT, "`next` of the page before."),
    )
    filters = (
        _query("q", TEXT, "Words and phrases; empty finds everything."),
        _query("consultation", TEXT, "slug"),
        _query("clause", TEXT, "eId or number, with what lies below it."),
        _query("language", one_of("", *COMMENT_LANGUAGES)),
        _query("position", one_of("", *POSITIONS, "none")),
        _query("from", {"type": "string", "format": "date"}, "First day, in Pakistan."),
        _query("to", {"type": "string", "format": "date"}, "Last day, in Pakistan, included."),
        _query("order", one_of("", "newest", "oldest", "relevance")),
    )
    return {
        f"{CLAUSE}/comments": {
            "get": _reads("listComments", listed, "Comments", slug, version, eid, *pages, refusals=ASKING)
        },
        f"{DRAFT}/submissions": {"post": _submits(slug, version)},
        "/api/v1/search": {
            "get": _reads(
                "search",
                "search in published comments",
                "FoundComments",
                *(*filters, *pages),
                refusals=ASKING,
            )
        },
    }


def _receipts() -> dict[str, Any]:
    code = _path("receipt", RECEIPT_CODE)
    opened = {
        "operationId": "getReceipt",
        "summary": "what a receipt opens",
        "parameters": [code],
        "responses": {"200": _answer("What was received.", "Receipt"), "308": _SPELLING, **_refused(ALWAYS)},
    }
    acts = {
        "withdraw": ("withdraw one comment, or (null) all", "Withdrawal"),
        "edit": ("change a comment; the earlier version stays on record", "Edit"),
        "appeal": ("object, once, to a withholding", "NewAppeal"),
    }
    return {
        RECEIPT: {"get": opened},
        **{
            f"{RECEIPT}/{act}": {"post": _writes(act, summary, body, code)}
            for act, (summary, body) in acts.items()
        },
    }


def _itself() -> dict[str, Any]:
    described = _reads("describe", "this document", None)
    return {"/api/v1/openapi.json": {"get": described}}


_SPELLING: Schema = {
    "description": "The same address in its own spelling: lower case, no slash at the end.",
    "headers": {"Location": {"required": True, "schema": TEXT}},
}


def _reads(
    name: str, summary: str, shape: str | None, *parameters: Schema, refusals: tuple[str, ...] = ALWAYS
) -> Schema:
    unchanged = {"description": "Unchanged since the ETag that was sent.", "headers": _headers(("ETag",))}
    known = {
        "name": "If-None-Match",
        "in": "header",
        "description": "The ETag of an earlier answer.",
        "schema": {"type": "string", "pattern": '^(W/)?"[!#-~]*"$'},
    }
    return {
        "operationId": name,
        "summary": summary,
        "parameters": [*parameters, known],
        "responses": {
            "200": _answer("Found.", shape, "ETag"),
            "304": unchanged,
            "308": _SPELLING,
            **_refused(refusals),
        },
    }


def _writes(name: str, summary: str, shape: str, *parameters: Schema) -> Schema:
    content = {"schema": ref(shape), "examples": {"one": {"value": BODY_EXAMPLES[shape]}}}
    return {
        "operationId": name,
        "summary": summary,
        "parameters": list(parameters),
        "requestBody": {"required": True, "content": {"application/json": content}},
        "responses": {
            "200": _answer("The receipt as it is now.", "Receipt", *OF_THE_LIMIT),
            **_refused(SENDING),
        },
    }


def _submits(*parameters: Schema) -> Schema:
    key = {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "Best random. The same key with the same content gives the first answer again.",
        "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[!-~]+$"},
        "example": "5b0f0a52-3f7c-4a58-9d0e-0c7d2f0c7b11",
    }
    written = _writes("sendComments", "send comments", "NewSubmission", *parameters, key)
    answers = {
        "200": _answer("Stored before under the same key.", "Acknowledgement", *OF_THE_LIMIT),
        "201": _answer("Stored.", "Acknowledgement", *OF_THE_LIMIT),
    }
    return {**written, "responses": {**answers, **_refused(SENDING)}}


def _answer(description: str, shape: str | None, *headers: str) -> Schema:
    content = {"application/json": {"schema": ref(shape) if shape else {"type": "object"}}}
    return {"description": description, "headers": _headers(headers), "content": content}


def _refusal(code: str) -> Schema:
    return {
        "description": REFUSALS[code],
        "headers": _headers(OF_A_REFUSAL.get(code, ())),
        "content": {"application/problem+json": {"schema": ref("Problem")}},
    }


def _refused(codes: tuple[str, ...]) -> Schema:
    return {code: {"$ref": f"#/components/responses/{code}"} for code in codes}


def _headers(names: tuple[str, ...]) -> Schema:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _path(name: str, schema: Schema) -> Schema:
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _query(name: str, schema: Schema, description: str = "") -> Schema:
    described = {"description": description} if description else {}
    return {"name": name, "in": "query", **described, "schema": schema}
