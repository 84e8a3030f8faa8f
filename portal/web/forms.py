"""Reading what a request carries: bounded bodies, strict text, and the state of a form for its page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from starlette.datastructures import Headers, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message, Scope

from portal.errors import InvalidInput
from portal.web.state import portal_of

FORM_BYTES = 1024 * 1024
API_BYTES = 8 * 1024 * 1024
MOST_FIELDS = 40


@dataclass(frozen=True)
class Form:
    """A form as its page shows it: what was typed, message keys by field, and where the token goes."""

    token: str
    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    summary: str | None = None


def require_token(request: Request, typed: Mapping[str, str]) -> None:
    """Raise InvalidInput where the form did not come from one of our pages."""
    if not portal_of(request).tokens.is_ours(typed.get("token", "")):
        raise InvalidInput({"token": ["error.token"]})


async def read_body(request: Request, most: int) -> bytes:
    """The whole body. Raises HTTPException 413 as soon as it is larger than `most` bytes."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > most:
        raise HTTPException(413)
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > most:
            raise HTTPException(413)
        chunks.append(chunk)
    return b"".join(chunks)


async def read_form(request: Request, most: int = MOST_FIELDS) -> dict[str, str]:
    """Fields of a posted form, the last of each name. Bytes that are no UTF-8 come as lone surrogates.

    Raises HTTPException 400 for a body that is no form, 413 for one too large or with too many fields.
    """
    body = await read_body(request, FORM_BYTES)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        return await _multipart(request, body, most)
    try:
        pairs = parse_qsl(
            body.decode("latin-1"),
            keep_blank_values=True,
            encoding="utf-8",
            errors="surrogateescape",
            max_num_fields=most,
        )
    except ValueError:
        raise HTTPException(413) from None
    return dict(pairs)


async def read_json(request: Request) -> dict[str, Any]:
    """The object in a JSON body. Raises HTTPException 413, 415, 400; InvalidInput where it is no object."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        raise HTTPException(415)
    body = await read_body(request, API_BYTES)
    try:
        value = json.loads(
            body.decode("utf-8"), parse_constant=_no_constant, object_pairs_hook=_each_name_once
        )
    except (ValueError, RecursionError):
        raise HTTPException(400) from None
    if not isinstance(value, dict):
        raise InvalidInput({"": ["error.json.object"]})
    return value


def printable(values: Mapping[str, str]) -> dict[str, str]:
    """Values as a page can show them again: what no page can hold becomes U+FFFD."""
    return {name: _printable(value) for name, value in values.items()}


def printable_names(problems: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """The same for names of members that somebody made up."""
    return {_printable(name): keys for name, keys in problems.items()}


def _printable(text: str) -> str:
    return "".join("\ufffd" if _unprintable(c) else c for c in text)


def _unprintable(character: str) -> bool:
    return character == "\x00" or "\ud800" <= character <= "\udfff"


async def _multipart(request: Request, body: bytes, most: int) -> dict[str, str]:
    async def replay() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    again = Request(_as_bytes(request.scope), replay)
    if body.count(b"Content-Disposition: form-data") > most:
        raise HTTPException(413)
    async with again.form(max_files=0, max_fields=most, max_part_size=FORM_BYTES) as data:
        return {
            _strict(name): _strict(value)
            for name, value in data.multi_items()
            if not isinstance(value, UploadFile)
        }


def _as_bytes(scope: Scope) -> Scope:
    """The scope with a charset that keeps every byte: the framework would guess where UTF-8 is broken."""
    kind = Headers(scope=scope)["content-type"]
    boundary = [part for part in kind.split(";")[1:] if part.strip().lower().startswith("boundary=")]
    told = ";".join(["multipart/form-data", *boundary, " charset=latin-1"]).encode("latin-1")
    others = [(name, value) for name, value in scope["headers"] if name != b"content-type"]
    return {**scope, "headers": [*others, (b"content-type", told)]}


def _strict(text: str) -> str:
    return text.encode("latin-1").decode("utf-8", "surrogateescape")


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of two members with one name nobody can say which was meant. Raises ValueError."""
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member twice")
    return members


def _no_constant(name: str) -> Any:
    raise ValueError(name)
