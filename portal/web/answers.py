"""Answers that are not sent yet."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from portal.errors import NotFound
from portal.web.public import Place


async def keep_from_clause(request: Request, place: Place, typed: Mapping[str, str]) -> Response:
    """Add a comment typed on a clause page to the sender's answers."""
    raise NotFound
