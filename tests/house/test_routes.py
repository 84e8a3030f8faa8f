"""Every address has an audience, and every guard is tried from every role."""

from __future__ import annotations

import re
from collections import Counter, deque
from html import unescape

import httpx
import pytest

from portal.web.guards import HEADERS
from portal.web.routes import TABLE, Address, Audience
from tests import make
from tests.make import CLAUSE, SLUG, VERSION, House

VALUES = {
    "lang": "en",
    "slug": SLUG,
    "version": VERSION,
    "eid": CLAUSE,
    "id": "C-0001",
    "token": "0" * 64,
    "code": "00000-00000-00000-00000-00000-00",
    "receipt": "00000-00000-00000-00000-00000-00",
    "name": "nothing.css",
}
MOST_QUERIES = 40
AT_THE_DESK = (Audience.OFFICIALS, Audience.ADMINS)


def address(row: Address) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: VALUES[found.group(1)], row.path)


def rows(method: str) -> list[Address]:
    """The officials' addresses, those of admins among them."""
    return [row for row in TABLE if row.audience in AT_THE_DESK and row.method == method]


def named(row: Address) -> str:
    return f"{row.method} {row.path}"


def test_every_address_has_an_audience_and_stands_once() -> None:
    assert all(isinstance(row.audience, Audience) for row in TABLE)
    assert len({(row.method, row.path) for row in TABLE}) == len(TABLE)


def test_everything_below_the_desk_is_for_officials_but_the_way_in() -> None:
    open_ones = {
        named(row)
        for row in TABLE
        if row.path.startswith("/{lang}/desk/") and row.audience not in AT_THE_DESK
    }
    assert open_ones == {
        "GET /{lang}/desk/sign-in",
        "GET /{lang}/desk/sign-in/{token}",
        "POST /{lang}/desk/sign-in/{token}",
    }


@pytest.mark.parametrize("row", rows("GET"), ids=named)
async def test_a_desk_page_leads_strangers_to_the_sign_in_page(
    client: httpx.AsyncClient, row: Address
) -> None:
    answer = await client.get(address(row))
    assert answer.status_code == 303
    assert answer.headers["location"] == "/en/desk/sign-in"


@pytest.mark.parametrize("row", rows("POST"), ids=named)
async def test_a_desk_act_is_refused_to_strangers(
    client: httpx.AsyncClient, house: House, row: Address
) -> None:
    make.comment(house)
    answer = await client.post(address(row), headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 403


@pytest.mark.parametrize("row", rows("POST"), ids=named)
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {},
    ],
    ids=["cross-site", "same-site", "foreign origin", "unknown origin"],
)
async def test_a_desk_act_is_refused_to_other_sites_even_with_a_session(
    official: httpx.AsyncClient, house: House, row: Address, headers: dict[str, str]
) -> None:
    make.comment(house)
    del official.headers["Sec-Fetch-Site"]
    answer = await official.post(address(row), headers=headers)
    assert answer.status_code == 403


@pytest.mark.parametrize("row", [r for r in TABLE if r.method == "POST"], ids=named)
async def test_no_post_is_taken_from_another_site(client: httpx.AsyncClient, row: Address) -> None:
    answer = await client.post(address(row), headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403


@pytest.mark.parametrize("row", TABLE, ids=named)
async def test_every_answer_carries_the_security_headers_and_strangers_get_no_cookie(
    client: httpx.AsyncClient, row: Address
) -> None:
    answer = await client.request(row.method, address(row))
    assert answer.status_code < 500
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert answer.headers["strict-transport-security"]
    assert "set-cookie" not in answer.headers


async def test_the_policy_for_content_allows_no_script_and_nothing_from_elsewhere(
    client: httpx.AsyncClient,
) -> None:
    policy = (await client.get("/en/")).headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "script-src" not in policy
    assert "unsafe" not in policy
    assert "http" not in policy


@pytest.mark.parametrize("path", ["/nothing/here/at/all/x", "/api/v1/nothing", "/en/nope/"])
async def test_what_is_not_in_the_table_does_not_exist(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-security-policy"] == HEADERS["Content-Security-Policy"]


def links(page: str) -> set[str]:
    found = re.findall(r'<(?:a|link)\b[^>]*?href="([^"]+)"', page)
    return {unescape(href).split("#")[0] for href in found if href.startswith("/")} - {""}


async def crawl(browser: httpx.AsyncClient, starts: list[str]) -> dict[str, int]:
    """Status by address; of the many searches that one page can ask, the first forty."""
    seen: dict[str, int] = {}
    asked: Counter[str] = Counter()
    waiting = deque(starts)
    while waiting:
        path = waiting.popleft()
        page = path.partition("?")[0]
        if path in seen or asked[page] == MOST_QUERIES:
            continue
        asked[page] += 1
        answer = await browser.get(path)
        seen[path] = answer.status_code
        if answer.headers.get("content-type", "").startswith("text/html"):
            waiting.extend(sorted(links(answer.text)))
    return seen


async def test_every_link_on_every_page_leads_somewhere(official: httpx.AsyncClient, house: House) -> None:
    for number in range(6):
        make.comment(house, f"Plant more mango trees near schools, number {number}.", position="support")
    make.comment(house, "سڑکوں پر درخت لگائیں۔", position="oppose")
    make.comment(house, "Call me on 0300-1234567.")
    receipt = make.comment(house, "All of it is good.", clause=None).receipt
    house.worker.keep_all()
    starts = ["/en/", "/ur/", "/en/desk/queue", "/ur/desk/queue", f"/en/{SLUG}/search?q=mango"]
    starts += [f"/en/receipts/{receipt}", f"/ur/receipts/{receipt}"]
    seen = await crawl(official, starts)
    assert len(seen) > 60
    assert {path: status for path, status in seen.items() if status not in (200, 303)} == {}
