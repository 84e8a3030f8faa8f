"""The security headers of every kind of answer, and the points that the HTTP Observatory gives for them.

The scoring below repeats, in our words, the published scoring of the Observatory (Mozilla, "HTTP Observatory
scoring methodology"): 100 to begin with, points off for what is missing, extra points from 90 on.
"""

from __future__ import annotations

import httpx
import pytest

from tests import make
from tests.make import AT_CLAUSE, SLUG, House

PAGES = (
    "/en/",
    f"/ur/{SLUG}/",
    AT_CLAUSE,
    "/en/receipts/",
    "/en/nowhere/",
    f"/en/{SLUG}/search?q=shade",
    "/en/desk/queue",
    "/api/v1/consultations",
)


def directives(policy: str) -> dict[str, list[str]]:
    """Content-Security-Policy -> sources by directive."""
    parts = (part.split() for part in policy.split(";") if part.strip())
    return {name: sources for name, *sources in parts}


def observatory_points(answer: httpx.Response) -> int:
    """What the Observatory would give for one answer over HTTPS."""
    headers, points, extra = answer.headers, 100, 0
    policy = directives(headers.get("Content-Security-Policy", ""))
    default = policy.get("default-src", ["*"])
    scripts, styles = policy.get("script-src", default), policy.get("style-src", default)
    if not policy or {"*", "'unsafe-inline'", "'unsafe-eval'", "data:", "http:", "https:"} & set(scripts):
        points -= 25
    elif "'unsafe-inline'" not in styles:
        extra += 10 if default == ["'none'"] else 5
    if policy.get("frame-ancestors") in (["'none'"], ["'self'"]):
        extra += 5
    elif headers.get("X-Frame-Options") not in ("DENY", "SAMEORIGIN"):
        points -= 20
    seconds = headers.get("Strict-Transport-Security", "").partition("max-age=")[2].partition(";")[0]
    if not seconds.isdigit() or int(seconds) < 15_768_000:
        points -= 20
    if headers.get("X-Content-Type-Options") != "nosniff":
        points -= 5
    if headers.get("Referrer-Policy") in ("no-referrer", "same-origin", "strict-origin"):
        extra += 5
    elif headers.get("Referrer-Policy") in (None, "unsafe-url", "origin"):
        points -= 5
    if headers.get("Cross-Origin-Resource-Policy") in ("same-origin", "same-site"):
        extra += 10
    for cookie in headers.get_list("Set-Cookie"):
        asked = {part.strip().lower() for part in cookie.split(";")[1:]}
        points -= 20 if not {"secure", "httponly"} <= asked else 0
        extra += 5 if "samesite=strict" in asked or "samesite=lax" in asked else 0
    if "Access-Control-Allow-Origin" in headers:
        points -= 50
    return points + extra if points >= 90 else points


@pytest.mark.parametrize("address", PAGES)
async def test_every_page_earns_at_least_130_points(client: httpx.AsyncClient, address: str) -> None:
    assert observatory_points(await client.get(address)) >= 130


async def test_the_signed_in_desk_earns_them_too(house: House, official: httpx.AsyncClient) -> None:
    make.comment(house)
    assert observatory_points(await official.get("/en/desk/queue")) >= 130


def test_the_scoring_takes_points_off() -> None:
    assert observatory_points(httpx.Response(200)) < 50
    weak = httpx.Response(200, headers={"Content-Security-Policy": "default-src * 'unsafe-inline'"})
    assert observatory_points(weak) < 50


@pytest.mark.parametrize("address", PAGES)
async def test_no_page_names_a_script_or_a_source_elsewhere(client: httpx.AsyncClient, address: str) -> None:
    policy = directives((await client.get(address)).headers["Content-Security-Policy"])
    assert policy["default-src"] == ["'none'"]
    assert "script-src" not in policy
    for name in ("style-src", "img-src", "font-src", "form-action"):
        assert policy[name] == ["'self'"]
    assert policy["base-uri"] == policy["frame-ancestors"] == ["'none'"]
