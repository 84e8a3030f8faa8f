"""The same story for a program: consultations, a draft, comments under a key, search, a clause's list."""

from __future__ import annotations

import httpx

from tests.make import SLUG, VERSION, House


async def test_a_program_sends_reads_and_searches(client: httpx.AsyncClient, house: House) -> None:
    root = f"/api/v1/consultations/{SLUG}"
    listed = (await client.get("/api/v1/consultations")).json()
    assert [row["slug"] for row in listed["items"]] == [SLUG]
    draft = (await client.get(f"{root}/drafts/{VERSION}")).json()
    clause = next(row for row in draft["clauses"] if row["commentable"])
    body = {
        "comments": [
            {"clause": clause["eid"], "body": "Plant neem.", "position": "support"},
            {"clause": None, "body": "All good."},
        ]
    }
    first = await client.post(
        f"{root}/drafts/{VERSION}/submissions", json=body, headers={"Idempotency-Key": "one"}
    )
    again = await client.post(
        f"{root}/drafts/{VERSION}/submissions", json=body, headers={"Idempotency-Key": "one"}
    )
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    other = {"comments": [{"body": "Something else."}]}
    conflict = await client.post(
        f"{root}/drafts/{VERSION}/submissions", json=other, headers={"Idempotency-Key": "one"}
    )
    assert conflict.status_code == 409
    house.worker.keep_all()
    found = (await client.get("/api/v1/search", params={"q": "neem", "consultation": SLUG})).json()
    assert [row["id"] for row in found["items"]] == [first.json()["comments"][0]["id"]]
    assert found["facets"]["position"] == {"support": 1}
    page = (await client.get(f"{root}/drafts/{VERSION}/clauses/{clause['eid']}/comments?limit=1")).json()
    assert (page["total"], page["next"]) == (1, None)
    assert page["items"][0]["sha256"] == first.json()["comments"][0]["sha256"]
