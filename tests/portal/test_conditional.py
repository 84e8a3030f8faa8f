"""Conditional requests and the limit's headers."""

from __future__ import annotations

import httpx
import pytest

from portal.templating import static_url
from tests import make
from tests.make import AT_CLAUSE, CLAUSE, SLUG, VERSION, House

DRAFT = f"/api/v1/consultations/{SLUG}/drafts/{VERSION}"
KEPT = (
    "/en/",
    f"/ur/{SLUG}/",
    f"/en/{SLUG}/search?q=shade",
    "/api/v1/consultations",
    DRAFT,
    f"{DRAFT}/clauses/{CLAUSE}/comments",
    "/api/v1/search?q=shade",
    "/api/v1/openapi.json",
    f"/en/{SLUG}/feed",
    f"{AT_CLAUSE}/feed",
    static_url("site.css"),
)


@pytest.mark.parametrize("address", KEPT)
async def test_whoever_has_the_page_is_told_so(client: httpx.AsyncClient, address: str) -> None:
    first = await client.get(address)
    tag = first.headers["etag"]
    assert tag.startswith('W/"')
    again = await client.get(address, headers={"If-None-Match": f'"other", {tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert again.headers["cache-control"] == first.headers["cache-control"]
    assert "content-security-policy" in again.headers
    assert (await client.get(address, headers={"If-None-Match": 'W/"other"'})).status_code == 200


async def test_a_new_comment_gives_another_tag(house: House, client: httpx.AsyncClient) -> None:
    address = f"{DRAFT}/clauses/{CLAUSE}/comments"
    before = (await client.get(address)).headers["etag"]
    make.comment(house)
    assert (await client.get(address, headers={"If-None-Match": before})).status_code == 200


async def test_pages_with_a_form_and_receipts_carry_none(house: House, client: httpx.AsyncClient) -> None:
    receipt = make.comment(house).receipt
    for address in (AT_CLAUSE, f"/en/receipts/{receipt}", f"/api/v1/receipts/{receipt}", "/en/receipts/"):
        assert "etag" not in (await client.get(address)).headers


async def test_head_is_get_without_a_body(client: httpx.AsyncClient) -> None:
    full, head = await client.get(DRAFT), await client.head(DRAFT)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == full.headers["content-type"]
    assert head.headers["etag"] == full.headers["etag"]


async def test_following_next_reaches_every_comment(house: House, client: httpx.AsyncClient) -> None:
    for number in range(450):
        make.comment(house, f"Comment of house number {number}")
    address, found = f"{DRAFT}/clauses/{CLAUSE}/comments?limit=100000", []
    cursor = ""
    while True:
        page = (await client.get(f"{address}&cursor={cursor}")).json()
        found += [row["id"] for row in page["items"]]
        assert page["total"] >= 450
        make.comment(house, f"Meanwhile {len(found)}")
        if page["next"] is None:
            break
        cursor = page["next"]
    assert len(found) == len(set(found)) == 450


async def test_posts_say_how_many_are_left(house: House) -> None:
    make.limit_posts(house, 3)
    body = {"comments": [{"body": "Shade."}]}
    async with make.client(house) as client:
        sent = await client.post(f"{DRAFT}/submissions", json=body, headers={"Idempotency-Key": "one"})
        assert sent.headers["ratelimit-policy"] == '"posts";q=3;w=60'
        assert sent.headers["ratelimit"] == '"posts";r=2;t=60'
        again = await client.post(f"{DRAFT}/submissions", json=body, headers={"Idempotency-Key": "one"})
        assert again.headers["ratelimit"] == '"posts";r=2;t=60'
        house.clock.forward(seconds=20)
        for left in (1, 0):
            sent = await client.post(f"{DRAFT}/submissions", json=body)
            assert sent.headers["ratelimit"] == f'"posts";r={left};t=40'
            assert "retry-after" not in sent.headers
        refused = await client.post(f"{DRAFT}/submissions", json=body)
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "40")
        assert refused.headers["ratelimit"] == '"posts";r=0;t=40'
