"""Errors as answers: one table from class to status and page; problem+json (RFC 9457) for programs."""

from __future__ import annotations

import logging
import secrets
from html import unescape
from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from portal import errors
from portal.templating import render
from portal.web.pages import Here, Notice, language_of
from portal.words import words_for

log = logging.getLogger("portal")

STATUS: dict[type[errors.PortalError], tuple[int, str]] = {
    errors.NotFound: (404, "not_found"),
    errors.ConsultationClosed: (403, "closed"),
    errors.InvalidInput: (422, "invalid"),
    errors.NotAllowed: (403, "not_allowed"),
    errors.TooMany: (429, "too_many"),
    errors.Conflict: (409, "conflict"),
    errors.Unavailable: (503, "unavailable"),
}
BY_CODE = {400: "invalid", 404: "not_found", 405: "method", 413: "too_large", 415: "invalid"}
FOR_PROGRAMS = {400: "error.json.broken", 415: "error.json.kind"}
RETRY_AFTER = {429: "60", 503: "5"}


def answer(
    request: Request,
    kind: str,
    status: int,
    *,
    reference: str | None = None,
    kept: str | None = None,
    back: str | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """The page, or the problem document, of one kind of trouble."""
    sent = {"Cache-Control": "no-store", **(headers or {})}
    if status in RETRY_AFTER:
        sent["Retry-After"] = RETRY_AFTER[status]
    if is_program(request):
        key = FOR_PROGRAMS.get(status) if kind == "invalid" else None
        return problem(kind, status, detail_key=key, reference=reference, headers=sent)
    language = language_of(request)
    words = words_for(language)
    html = render(
        "public/error.html",
        words,
        here=Here(f"/{language}/", f"/{words.other}/", ""),
        notice=Notice(),
        consultation=None,
        kind=kind,
        reference=reference,
        kept=kept,
        back=back,
    )
    return HTMLResponse(html, status_code=status, headers=sent)


def problem(
    kind: str,
    status: int,
    *,
    detail_key: str | None = None,
    fields: dict[str, tuple[str, ...]] | None = None,
    reference: str | None = None,
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """RFC 9457. `type` is a name, not an address; `errors` holds message keys by field."""
    words = words_for("en")
    body: dict[str, Any] = {
        "type": f"urn:mashwara:problem:{kind}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": unescape(str(words.text(detail_key or f"trouble.{kind}.text"))),
    }
    if fields is not None:
        body["errors"] = {name: list(keys) for name, keys in fields.items()}
    if reference is not None:
        body["reference"] = reference
    return JSONResponse(
        body,
        status_code=status,
        media_type="application/problem+json",
        headers={"Cache-Control": "no-store", **(headers or {})},
    )


def status_of(error: errors.PortalError | None) -> int:
    """The status of a page that says why something was not done; of a page that says nothing such: 200."""
    return STATUS[type(error)][0] if error is not None else 200


def on_portal_error(request: Request, error: Exception) -> Response:
    """A "no" that a service said."""
    assert isinstance(error, errors.PortalError)  # noqa: S101
    status, kind = STATUS[type(error)]
    if is_program(request):
        fields = error.fields if isinstance(error, errors.InvalidInput) else None
        headers = {"Retry-After": RETRY_AFTER[status]} if status in RETRY_AFTER else {}
        headers |= error.headers if isinstance(error, errors.TooMany) else {}
        return problem(kind, status, detail_key=error.key, fields=fields, headers=headers)
    return answer(request, kind, status)


def on_http_error(request: Request, error: Exception) -> Response:
    """What the framework refuses: unknown address, wrong method, too large."""
    assert isinstance(error, HTTPException)  # noqa: S101
    headers = dict(error.headers) if error.headers else None
    return answer(request, BY_CODE.get(error.status_code, "invalid"), error.status_code, headers=headers)


def on_bug(request: Request, error: Exception, pattern: str) -> Response:
    """A fault of ours: logged once with a reference number, nothing inside shown."""
    reference = secrets.token_hex(4).upper()
    log.error("bug %s at %s", reference, pattern, exc_info=error)
    return answer(request, "bug", 500, reference=reference)


def is_program(request: Request) -> bool:
    """Whether the answer goes to a program."""
    return request.url.path.startswith("/api/")
