"""The JSON API described as an OpenAPI 3.1 document: every address, every shape, every refusal."""

from __future__ import annotations

from typing import Any

from portal.services.checking import MOST_COMMENTS
from portal.services.rows import (
    COMMENT_LANGUAGES,
    ORGANISATION_KINDS,
    POSITIONS,
    STATES,
    SUBMITTERS,
)
from portal.services.submissions import LONGEST_KEY

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "integer", "minimum": 0}
FLAG: Schema = {"type": "boolean"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
HASH: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
NAME: Schema = {"type": "string", "pattern": "^[a-z0-9-]{1,60}$"}
COUNTS: Schema = {"type": "object", "additionalProperties": NUMBER}


def maybe(schema: Schema) -> Schema:
    """The same, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def one_of(*values: str) -> Schema:
    return {"type": "string", "enum": list(values)}


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def exactly(**members: Schema) -> Schema:
    """An object with these members, all there, and no others."""
    return {
        "type": "object",
        "properties": members,
        "required": list(members),
        "additionalProperties": False,
    }


def optional(required: tuple[str, ...], **members: Schema) -> Schema:
    """An object of a body: what is not required may be left out."""
    return {
        "type": "object",
        "properties": members,
        "required": list(required),
        "additionalProperties": False,
    }


def page_of(name: str, **more: Schema) -> Schema:
    """A page of a list: items, how many there are in all, the cursor of the next page."""
    return exactly(items={"type": "array", "items": ref(name)}, total=NUMBER, next=maybe(TEXT), **more)


BOTH = exactly(en=maybe(TEXT), ur=maybe(TEXT))
POSITION = maybe(one_of(*POSITIONS))
COMMENT = {
    "id": {"type": "string", "examples": ["C-0418"]},
    "consultation": NAME,
    "draft": NAME,
    "clause": maybe(TEXT),
    "number": maybe(TEXT),
    "body": TEXT,
    "position": POSITION,
    "suggested_wording": maybe(TEXT),
    "language": one_of(*COMMENT_LANGUAGES),
    "submitter": one_of(*SUBMITTERS),
    "name": maybe(TEXT),
    "organisation": maybe(TEXT),
    "organisation_kind": maybe(one_of(*ORGANISATION_KINDS)),
    "received_at": MOMENT,
    "status": one_of("published"),
    "sha256": HASH,
    "demonstration": FLAG,
}
SCHEMAS: dict[str, Schema] = {
    "Both": BOTH,
    "DraftInList": exactly(version=NAME, published_at=MOMENT, clauses=NUMBER),
    "Consultation": exactly(
        slug=NAME,
        title=ref("Both"),
        opens_at=MOMENT,
        closes_at=MOMENT,
        open=FLAG,
        current=NAME,
        restatement=FLAG,
        demonstration=FLAG,
        drafts={"type": "array", "items": ref("DraftInList")},
    ),
    "Clause": exactly(
        eid=TEXT,
        number=maybe(TEXT),
        kind=one_of("preface", "part", "section", "clause"),
        parent=maybe(TEXT),
        commentable=FLAG,
        heading=ref("Both"),
        markdown=ref("Both"),
        sha256=ref("Both"),
        comments=NUMBER,
    ),
    "Draft": exactly(
        consultation=NAME,
        version=NAME,
        published_at=MOMENT,
        languages={"type": "array", "items": one_of("en", "ur")},
        sha256=HASH,
        comments_on_the_whole=NUMBER,
        clauses={"type": "array", "items": ref("Clause")},
    ),
    "Comment": exactly(**COMMENT),
    "FoundComment": exactly(**COMMENT, excerpt=TEXT),
    "Appeal": exactly(at=MOMENT, decided_at=maybe(MOMENT), outcome=maybe(one_of("published", "withheld"))),
    "ReceiptComment": exactly(
        id=TEXT,
        clause=maybe(TEXT),
        body=maybe(TEXT),
        position=POSITION,
        suggested_wording=maybe(TEXT),
        status=one_of(*STATES),
        reason=maybe(TEXT),
        sha256=HASH,
        revisions=NUMBER,
        withdrawn_at=maybe(MOMENT),
        appeal=maybe(ref("Appeal")),
    ),
    "Receipt": exactly(
        received_at=MOMENT,
        consultation=NAME,
        draft=NAME,
        submitter=one_of(*SUBMITTERS),
        demonstration=FLAG,
        erased_at=maybe(MOMENT),
        comments={"type": "array", "items": ref("ReceiptComment")},
    ),
    "Acknowledged": exactly(id=TEXT, clause=maybe(TEXT), sha256=HASH, status=one_of("published", "pending")),
    "Acknowledgement": exactly(
        receipt=TEXT, received_at=MOMENT, comments={"type": "array", "items": ref("Acknowledged")}
    ),
    "NewComment": optional(
        ("body",),
        clause=maybe(TEXT),
        body={"type": "string", "minLength": 1},
        position=maybe(one_of("", *POSITIONS)),
        suggested_wording=maybe(TEXT),
    ),
    "NewSubmission": optional(
        ("comments",),
        submitter=maybe(one_of("", *SUBMITTERS)),
        name=maybe(TEXT),
        organisation=maybe(TEXT),
        organisation_kind=maybe(one_of("", *ORGANISATION_KINDS)),
        name_public=maybe(FLAG),
        email=maybe(TEXT),
        tell_me=maybe(FLAG),
        language=maybe(one_of("", *COMMENT_LANGUAGES)),
        about=maybe({"type": "object", "additionalProperties": TEXT}),
        comments={
            "type": "array",
            "items": ref("NewComment"),
            "minItems": 1,
            "maxItems": MOST_COMMENTS,
        },
    ),
    "Problem": {
        "type": "object",
        "properties": {
            "type": TEXT,
            "title": TEXT,
            "status": {"type": "integer"},
            "detail": TEXT,
            "errors": {"type": "object", "additionalProperties": {"type": "array", "items": TEXT}},
            "reference": TEXT,
        },
        "required": ["type", "title", "status", "detail"],
        "additionalProperties": False,
    },
}
REFUSALS = {
    "400": "The body is not JSON, or the Host is not ours.",
    "403": "The consultation takes no comments now, or another site's page sent it.",
    "404": "Nothing stands at this address, or no receipt has this code.",
    "409": "It contradicts what is stored: the same key with other content, or a state that forbids it.",
    "413": "The body is larger than 8 MB.",
    "415": "The body is not sent as application/json.",
    "422": "Something in the body or the query cannot be taken; `errors` says what.",
    "429": "Too many posts from one address; `Retry-After` says when to try again.",
    "503": "The database did not answer in time.",
}
READING = ("400", "404", "422", "503")
WRITING = tuple(REFUSALS)
LIMIT = {
    "name": "limit",
    "in": "query",
    "description": "Items a page; more than 200 gives 200.",
    "schema": {"type": "integer", "minimum": 1, "maximum": 999_999, "default": 50},
}
CURSOR = {
    "name": "cursor",
    "in": "query",
    "description": "`next` of the page before.",
    "schema": TEXT,
}
DRAFT = "/api/v1/consultations/{slug}/drafts/{version}"


def document(public_url: str) -> dict[str, Any]:
    """The whole document; `public_url` is where the API answers."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Mashwara",
            "version": "1",
            "summary": "Public comment on policy drafts, clause by clause.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": public_url}],
        "paths": _paths(),
        "components": {"schemas": SCHEMAS, "responses": {code: _refusal(code) for code in REFUSALS}},
    }


def _paths() -> dict[str, Any]:
    slug, version, eid = _in_path("slug"), _in_path("version"), _in_path("eid")
    receipt = _in_path("receipt")
    found = page_of(
        "FoundComment",
        facets=exactly(clause=COUNTS, position=COUNTS, language=COUNTS),
        did_you_mean=maybe(TEXT),
        rebuilding=FLAG,
    )
    return {
        "/api/v1/consultations": {"get": _reads("consultations", page_of("Consultation"))},
        "/api/v1/consultations/{slug}": {"get": _reads("one consultation", ref("Consultation"), slug)},
        DRAFT: {"get": _reads("a draft with its clauses in reading order", ref("Draft"), slug, version)},
        f"{DRAFT}/clauses/{{eid}}": {"get": _reads("one clause", ref("Clause"), slug, version, eid)},
        f"{DRAFT}/clauses/{{eid}}/comments": {
            "get": _reads(
                "published comments on a clause, newest first; `whole` for the document as a whole",
                page_of("Comment"),
                *(slug, version, eid, LIMIT, CURSOR),
            )
        },
        f"{DRAFT}/submissions": {"post": _submits(slug, version)},
        "/api/v1/receipts/{receipt}": {"get": _reads("what a receipt opens", ref("Receipt"), receipt)},
        "/api/v1/receipts/{receipt}/withdraw": {
            "post": _writes("withdraw one comment, or (null) all", optional((), comment=maybe(TEXT)), receipt)
        },
        "/api/v1/receipts/{receipt}/edit": {
            "post": _writes(
                "change a comment; the earlier version stays on record",
                optional(
                    ("comment", "body"),
                    comment=TEXT,
                    body=TEXT,
                    position=maybe(one_of("", *POSITIONS)),
                    suggested_wording=maybe(TEXT),
                ),
                receipt,
            )
        },
        "/api/v1/receipts/{receipt}/appeal": {
            "post": _writes(
                "object, once, to a withholding",
                optional(("comment", "text"), comment=TEXT, text=TEXT),
                receipt,
            )
        },
        "/api/v1/search": {
            "get": _reads(
                "search in published comments",
                found,
                *(_asked(name, TEXT) for name in ("q", "consultation", "clause")),
                _asked("language", one_of("", *COMMENT_LANGUAGES)),
                _asked("position", one_of("", *POSITIONS, "none")),
                *(_asked(name, {"type": "string", "format": "date"}) for name in ("from", "to")),
                _asked("order", one_of("", "newest", "oldest", "relevance")),
                *(LIMIT, CURSOR),
            )
        },
        "/api/v1/openapi.json": {"get": _reads("this document", {"type": "object"})},
    }


def _reads(summary: str, schema: Schema, *parameters: Schema) -> Schema:
    return {
        "summary": summary,
        "parameters": list(parameters),
        "responses": {
            "200": _answer("Found.", schema),
            "304": {"description": "Unchanged since the ETag that was sent."},
            "308": {"description": "The same address in its own spelling: lower case, no slash at the end."},
            **_refusals(READING),
        },
    }


def _writes(summary: str, body: Schema, *parameters: Schema) -> Schema:
    return {
        "summary": summary,
        "parameters": list(parameters),
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {"200": _answer("The receipt as it is now.", ref("Receipt")), **_refusals(WRITING)},
    }


def _submits(*parameters: Schema) -> Schema:
    key = {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "Best random. The same key with the same content gives the first answer again.",
        "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[!-~]+$"},
    }
    written = _writes("send comments", ref("NewSubmission"), *parameters, key)
    answers = {
        "200": _answer("Stored before under the same key.", ref("Acknowledgement")),
        "201": _answer("Stored.", ref("Acknowledgement")),
    }
    return {**written, "responses": {**written["responses"], **answers}}


def _answer(description: str, schema: Schema) -> Schema:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _refusal(code: str) -> Schema:
    content = {"application/problem+json": {"schema": ref("Problem")}}
    return {"description": REFUSALS[code], "content": content}


def _refusals(codes: tuple[str, ...]) -> Schema:
    return {code: {"$ref": f"#/components/responses/{code}"} for code in codes}


def _in_path(name: str) -> Schema:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}


def _asked(name: str, schema: Schema) -> Schema:
    return {"name": name, "in": "query", "schema": schema}
