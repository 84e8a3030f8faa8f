"""The JSON API as programs use it: shapes, retries, pages of comments, only what is public."""

from __future__ import annotations

import hashlib
import json
import re

import httpx
import pytest

from portal.services import moderation
from tests import make
from tests.make import CLAUSE, OTHER_CLAUSE, SLUG, VERSION, House

DRAFT = f"/api/v1/consultations/{SLUG}/drafts/{VERSION}"
SEND = f"{DRAFT}/submissions"
COMMENTS = f"{DRAFT}/clauses/{CLAUSE}/comments"
GOOD = {"comments": [{"clause": CLAUSE, "body": "Plant neem trees.", "position": "support"}]}


async def test_a_consultation_has_the_members_that_programs_rely_on(client: httpx.AsyncClient) -> None:
    listed = (await client.get("/api/v1/consultations")).json()
    one = (await client.get(f"/api/v1/consultations/{SLUG}")).json()
    assert (listed["total"], listed["next"], listed["items"]) == (1, None, [one])
    assert one["title"] == {"en": "Tree Policy", "ur": "شجر پالیسی"}
    assert (one["opens_at"], one["closes_at"]) == (
        "2026-11-23T10:00:00.000000Z",
        "2026-12-23T10:00:00.000000Z",
    )
    assert (one["slug"], one["open"], one["current"]) == (SLUG, True, VERSION)
    assert one["drafts"] == [
        {"version": VERSION, "published_at": "2026-11-23T10:00:00.000000Z", "clauses": 2}
    ]


async def test_a_draft_gives_its_document_back(client: httpx.AsyncClient) -> None:
    answer = (await client.get(DRAFT)).json()
    for language in ("en", "ur"):
        for row in answer["clauses"]:
            content = row["markdown"][language].encode()
            assert hashlib.sha256(content).hexdigest() == row["sha256"][language]
        place = 0 if language == "en" else 1
        document = "".join(row["markdown"][language] for row in answer["clauses"])
        assert document == "".join(texts[place] for texts in make.SECTIONS.values())
    assert [row["commentable"] for row in answer["clauses"]] == [False, False, False, True, True]


async def test_counts_and_lists_hold_published_comments_only(client: httpx.AsyncClient, house: House) -> None:
    make.comment(house)
    make.comment(house, "Call 0300-1234567.")
    make.comment(house, "Off topic.")
    make.comment(house, "On the whole.", clause=None)
    with house.database.write() as session:
        moderation.withhold(session, 3, reason="off_topic", note="", reviewer_id=None, now=house.clock())
    draft = (await client.get(DRAFT)).json()
    assert {row["eid"]: row["comments"] for row in draft["clauses"]}[CLAUSE] == 1
    assert draft["comments_on_the_whole"] == 1
    assert (await client.get(f"{DRAFT}/clauses/{CLAUSE}")).json()["comments"] == 1
    said = (await client.get(COMMENTS)).json()
    assert [(item["id"], item["status"]) for item in said["items"]] == [("C-0001", "published")]
    assert said["total"] == 1
    whole = (await client.get(f"{DRAFT}/clauses/whole/comments")).json()
    assert [(item["id"], item["clause"]) for item in whole["items"]] == [("C-0004", None)]


async def test_a_submission_is_answered_with_a_receipt_that_opens_it(client: httpx.AsyncClient) -> None:
    sent = {
        "submitter": "organisation",
        "organisation": "Tree Friends",
        "name": "Sana",
        "email": "sana@example.org",
        "language": "en",
        "comments": [
            {"clause": CLAUSE, "body": "Neem.\r\nMango.", "position": "", "suggested_wording": None},
            {"clause": None, "body": "My card: 35202-1234567-1", "position": "oppose"},
            {"clause": "1.1.2", "body": "Water."},
        ],
    }
    answer = await client.post(SEND, json=sent)
    assert answer.status_code == 201
    made = answer.json()
    assert re.fullmatch(r"(?:[0-9A-HJKMNP-TV-Z]{5}-){5}[0-9A-HJKMNP-TV-Z]{2}", made["receipt"])
    assert made["received_at"] == "2026-11-24T10:00:00.000000Z"
    assert [(c["id"], c["clause"], c["status"]) for c in made["comments"]] == [
        ("C-0001", CLAUSE, "published"),
        ("C-0002", None, "pending"),
        ("C-0003", OTHER_CLAUSE, "published"),
    ]
    opened = await client.get(f"/api/v1/receipts/{made['receipt'].lower()}")
    assert opened.headers["cache-control"] == answer.headers["cache-control"] == "no-store"
    receipt = opened.json()
    assert (receipt["consultation"], receipt["draft"], receipt["submitter"]) == (
        SLUG,
        VERSION,
        "organisation",
    )
    assert [(c["body"], c["position"], c["status"]) for c in receipt["comments"]] == [
        ("Neem.\nMango.", None, "published"),
        ("My card: 35202-1234567-1", "oppose", "pending"),
        ("Water.", None, "published"),
    ]
    assert [c["sha256"] for c in receipt["comments"]] == [c["sha256"] for c in made["comments"]]
    assert "sana@example.org" not in opened.text


async def test_a_repeated_key_gives_the_first_answer_whatever_happened_since(
    client: httpx.AsyncClient, house: House
) -> None:
    headers = {"Idempotency-Key": "k" * 255}
    first = await client.post(SEND, json=GOOD, headers=headers)
    with house.database.write() as session:
        moderation.withhold(session, 1, reason="abuse", note="", reviewer_id=None, now=house.clock())
    house.clock.forward(days=40)
    spelt = {"name": None, "comments": [{**GOOD["comments"][0], "clause": "1.1.1"}]}
    again = await client.post(SEND, json=spelt, headers=headers)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()


async def test_a_repeated_key_with_other_content_is_a_conflict(client: httpx.AsyncClient) -> None:
    headers = {"Idempotency-Key": "one"}
    await client.post(SEND, json=GOOD, headers=headers)
    changes = (
        {"comments": [{**GOOD["comments"][0], "body": "Plant neem trees"}]},
        {"comments": [{**GOOD["comments"][0], "position": None}]},
        {"comments": [{**GOOD["comments"][0], "clause": None}]},
        {"comments": GOOD["comments"] * 2},
        {**GOOD, "name": "Sana"},
    )
    for other in changes:
        answer = await client.post(SEND, json=other, headers=headers)
        assert answer.status_code == 409
        assert answer.headers["content-type"] == "application/problem+json"


async def test_one_key_is_not_shared_between_consultations_or_with_forms(
    client: httpx.AsyncClient, house: House
) -> None:
    make.consultation(house, slug="river-policy")
    headers = {"Idempotency-Key": "one"}
    first = await client.post(SEND, json=GOOD, headers=headers)
    other = await client.post(SEND.replace(SLUG, "river-policy"), json=GOOD, headers=headers)
    assert (first.status_code, other.status_code) == (201, 201)
    assert first.json()["receipt"] != other.json()["receipt"]
    token = await make.form_token(client)
    await make.post(client, "By form.", token=token)
    by_program = await client.post(SEND, json=GOOD, headers={"Idempotency-Key": token})
    assert by_program.status_code == 201


async def test_two_hundred_comments_and_a_body_of_200_kb_are_taken(client: httpx.AsyncClient) -> None:
    many = {"comments": [{"clause": CLAUSE, "body": f"{n} " + "x" * 1000} for n in range(200)]}
    answer = await client.post(SEND, json=many)
    assert answer.status_code == 201
    assert len(answer.json()["comments"]) == 200


async def test_pages_of_comments_meet_though_new_ones_come(client: httpx.AsyncClient, house: House) -> None:
    for number in range(5):
        make.comment(house, f"Number {number}.")
    first = (await client.get(f"{COMMENTS}?limit=3")).json()
    house.clock.forward(seconds=1)
    make.comment(house, "Newer.")
    second = (await client.get(f"{COMMENTS}?limit=3&cursor={first['next']}")).json()
    assert [item["id"] for item in first["items"] + second["items"]] == [f"C-000{n}" for n in (5, 4, 3, 2, 1)]
    assert second["next"] is None
    assert second["total"] == 6


async def test_a_search_answers_items_facets_and_a_cursor(client: httpx.AsyncClient, house: House) -> None:
    for number, position in enumerate(("support", "support", "oppose", None)):
        make.comment(house, f"Mango number {number}.", position=position)
    make.comment(house, "Mango on the whole.", clause=None, position="mixed")
    house.worker.keep_all()
    asked = {"q": "mango", "consultation": SLUG, "limit": "2", "order": "newest"}
    answer = (await client.get("/api/v1/search", params=asked)).json()
    assert answer["total"] == 5
    assert [item["id"] for item in answer["items"]] == ["C-0005", "C-0004"]
    assert answer["facets"] == {
        "clause": {CLAUSE: 4, "none": 1},
        "position": {"support": 2, "oppose": 1, "none": 1, "mixed": 1},
        "language": {"en": 5},
    }
    rest = (await client.get("/api/v1/search", params={**asked, "cursor": answer["next"]})).json()
    assert [item["id"] for item in rest["items"]] == ["C-0003", "C-0002"]
    narrowed = (await client.get("/api/v1/search", params={"q": "mango", "position": "none"})).json()
    assert [item["id"] for item in narrowed["items"]] == ["C-0004"]
    assert (await client.get("/api/v1/search", params={"consultation": "nope"})).json()["total"] == 0


async def test_an_index_that_is_not_there_is_said_and_no_error(
    client: httpx.AsyncClient, house: House
) -> None:
    make.comment(house)
    answer = await client.get("/api/v1/search?q=shade")
    assert answer.status_code == 200
    assert (answer.json()["rebuilding"], answer.json()["total"]) == (True, 0)


@pytest.mark.parametrize("header", ["application/json; charset=utf-8", "application/merge-patch+json"])
async def test_json_is_known_by_its_type(client: httpx.AsyncClient, header: str) -> None:
    answer = await client.post(SEND, content=json.dumps(GOOD).encode(), headers={"Content-Type": header})
    assert answer.status_code == 201
