"""What programs ask for in a query: limits, filters and days, with every problem by parameter."""

from __future__ import annotations

from datetime import date
from typing import Any

from starlette.requests import Request

from portal.errors import InvalidInput
from portal.services import search
from portal.services.rows import COMMENT_LANGUAGES, POSITIONS
from search_index.documents import Filters

DEFAULT_LIMIT = 50
MOST = 200


def limit_of(request: Request) -> int:
    text = request.query_params.get("limit", "")
    if not text:
        return DEFAULT_LIMIT
    if not text.isascii() or not text.isdigit() or len(text) > 6 or int(text) < 1:
        raise InvalidInput({"limit": ["error.limit"]})
    return min(int(text), MOST)


def filters_of(asked: Any) -> Filters:
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
