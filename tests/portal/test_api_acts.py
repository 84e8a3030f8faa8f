"""What a program does with a receipt: change, withdraw, object; and everything that one submission says."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from portal.models.database import Session
from portal.services import appeals, erasing, moderation
from tests import make
from tests.make import CLAUSE, OTHER_CLAUSE, SLUG, VERSION, House

DRAFT = f"/api/v1/consultations/{SLUG}/drafts/{VERSION}"
SEND = f"{DRAFT}/submissions"
COMMENTS = f"{DRAFT}/clauses/{CLAUSE}/comments"
TWO = {
    "comments": [
        {"clause": CLAUSE, "body": "Plant neem trees.", "position": "support"},
        {"clause": OTHER_CLAUSE, "body": "Water them at dawn."},
    ]
}
OBJECTION = {"comment": "C-0001", "text": "It insults nobody."}


async def sent(client: httpx.AsyncClient, body: dict[str, Any] = TWO) -> str:
    """The address of the receipt of a new submission."""
    answer = await client.post(SEND, json=body)
    assert answer.status_code == 201
    return f"/api/v1/receipts/{answer.json()['receipt']}"


def withhold(session: Session, house: House, number: int = 1) -> None:
    moderation.withhold(session, number, reason="abuse", note="", reviewer_id=None, now=house.clock())


async def test_everything_a_submission_says_comes_back(client: httpx.AsyncClient) -> None:
    wording = "(1) Every street has 20 trees.\n\n(2) Neighbours are asked first."
    body = {
        "organisation": "Tree Friends",
        "organisation_kind": "civil_society",
        "name_public": True,
        "email": "sana@example.org",
        "tell_me": True,
        "comments": [{"clause": CLAUSE, "body": "Twelve are few.", "suggested_wording": wording}],
    }
    receipt = (await client.get(await sent(client, body))).json()
    assert receipt["comments"][0]["suggested_wording"] == wording
    assert receipt["comments"][0]["appeal"] is None
    item = (await client.get(COMMENTS)).json()["items"][0]
    assert (item["suggested_wording"], item["organisation"]) == (wording, "Tree Friends")
    assert item["organisation_kind"] == "civil_society"


async def test_a_wording_that_is_the_clause_itself_is_none(client: httpx.AsyncClient) -> None:
    same = "(1) Every street has 12 trees.\r\n\r\n(2) Neighbours are asked first."
    body = {"comments": [{"clause": CLAUSE, "body": "Good as it is.", "suggested_wording": same}]}
    receipt = (await client.get(await sent(client, body))).json()
    assert receipt["comments"][0]["suggested_wording"] is None


async def test_a_name_that_is_not_public_stands_in_no_list(client: httpx.AsyncClient, house: House) -> None:
    body = {
        "name": "Sana Qureshi",
        "organisation": "Tree Friends",
        "organisation_kind": "civil_society",
        "name_public": False,
        "comments": [{"clause": CLAUSE, "body": "Plant neem trees."}],
    }
    await sent(client, body)
    house.worker.keep_all()
    for address in (COMMENTS, "/api/v1/search?q=neem", "/api/v1/search?q=qureshi"):
        answer = await client.get(address)
        assert "Sana" not in answer.text
        assert "Tree Friends" not in answer.text
    item = (await client.get(COMMENTS)).json()["items"][0]
    assert (item["submitter"], item["name"], item["organisation"]) == ("organisation", None, None)


@pytest.mark.parametrize(
    ("member", "value", "field", "key"),
    [
        ("name_public", "yes", "name_public", "error.field.flag"),
        ("tell_me", 1, "tell_me", "error.field.flag"),
        ("tell_me", True, "email", "error.email.needed"),
        ("about", ["sindh"], "about", "error.field.texts"),
        ("about", {"province": 1}, "about", "error.field.texts"),
        ("about", {"shoe_size": "42"}, "about.shoe_size", "error.about.unknown"),
        ("organisation_kind", "club", "organisation_kind", "error.organisation_kind.unknown"),
        ("organisation_kind", 7, "organisation_kind", "error.field.text"),
        ("ui_language", "ur", "ui_language", "error.field.unknown"),
    ],
)
async def test_a_member_of_another_kind_is_named(
    client: httpx.AsyncClient, member: str, value: object, field: str, key: str
) -> None:
    organisation = {"organisation": "Tree Friends"} if member == "organisation_kind" else {}
    answer = await client.post(SEND, json={**TWO, **organisation, member: value})
    assert answer.status_code == 422
    assert answer.json()["errors"] == {field: [key]}


async def test_a_change_is_answered_with_the_receipt_as_it_is_now(client: httpx.AsyncClient) -> None:
    receipt = await sent(client)
    before = (await client.get(receipt)).json()["comments"]
    change = {"comment": "C-0001", "body": "Plant figs.\r\n", "suggested_wording": "Figs only."}
    answer = await client.post(f"{receipt}/edit", json=change)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json() == (await client.get(receipt)).json()
    changed, other = answer.json()["comments"]
    assert (changed["body"], changed["position"], changed["revisions"]) == ("Plant figs.\n", None, 1)
    assert changed["suggested_wording"] == "Figs only."
    assert changed["sha256"] != before[0]["sha256"]
    assert other == before[1]
    item = (await client.get(COMMENTS)).json()["items"][0]
    assert (item["body"], item["sha256"]) == ("Plant figs.\n", changed["sha256"])


async def test_a_change_that_changes_nothing_makes_no_version(client: httpx.AsyncClient) -> None:
    receipt = await sent(client)
    same = {"comment": "C-0001", "body": "Plant neem trees.", "position": "support"}
    answer = await client.post(f"{receipt}/edit", json=same)
    assert answer.status_code == 200
    assert answer.json()["comments"][0]["revisions"] == 0


async def test_one_comment_is_withdrawn_and_then_all_that_are_left(
    client: httpx.AsyncClient, house: House
) -> None:
    receipt = await sent(client)
    house.clock.forward(minutes=5)
    one = await client.post(f"{receipt}/withdraw", json={"comment": "C-0001"})
    assert [(c["status"], c["withdrawn_at"]) for c in one.json()["comments"]] == [
        ("withdrawn", "2026-11-24T10:05:00.000000Z"),
        ("published", None),
    ]
    assert (await client.get(COMMENTS)).json()["total"] == 0
    house.clock.forward(minutes=5)
    rest = await client.post(f"{receipt}/withdraw", json={"comment": None})
    assert [(c["status"], c["withdrawn_at"]) for c in rest.json()["comments"]] == [
        ("withdrawn", "2026-11-24T10:05:00.000000Z"),
        ("withdrawn", "2026-11-24T10:10:00.000000Z"),
    ]
    again = await client.post(f"{receipt}/withdraw", json={"comment": None})
    assert (again.status_code, again.headers["content-type"]) == (409, "application/problem+json")


async def test_nothing_is_withdrawn_by_a_body_that_does_not_say_what(client: httpx.AsyncClient) -> None:
    receipt = await sent(client)
    answer = await client.post(f"{receipt}/withdraw", json={})
    assert answer.status_code == 422
    assert answer.json()["errors"] == {"comment": ["error.field.missing"]}
    assert [c["status"] for c in (await client.get(receipt)).json()["comments"]] == ["published"] * 2


async def test_an_objection_stands_on_the_receipt_until_it_is_decided(
    client: httpx.AsyncClient, house: House
) -> None:
    receipt = await sent(client)
    with house.database.write() as session:
        withhold(session, house)
    withheld = (await client.get(receipt)).json()["comments"][0]
    assert (withheld["status"], withheld["reason"], withheld["appeal"]) == ("withheld", "abuse", None)
    answer = await client.post(f"{receipt}/appeal", json=OBJECTION)
    assert answer.status_code == 200
    assert answer.json()["comments"][0]["appeal"] == {
        "at": "2026-11-24T10:00:00.000000Z",
        "decided_at": None,
        "outcome": None,
    }
    assert (await client.post(f"{receipt}/appeal", json=OBJECTION)).status_code == 409
    house.clock.forward(hours=1)
    with house.database.write() as session:
        appeals.decide(session, 1, outcome="published", note="", reviewer_id=None, now=house.clock())
    decided = (await client.get(receipt)).json()["comments"][0]
    assert (decided["status"], decided["appeal"]["outcome"]) == ("published", "published")
    assert decided["appeal"]["decided_at"] == "2026-11-24T11:00:00.000000Z"


@pytest.mark.parametrize(
    ("act", "body", "field", "key"),
    [
        ("edit", {"comment": "C-0001"}, "body", "error.field.text"),
        ("edit", {"comment": None, "body": "a"}, "comment", "error.field.text"),
        ("edit", {"comment": "C-0001", "body": " "}, "body", "error.body.empty"),
        ("edit", {"comment": "C-0001", "body": "a\x00"}, "body", "error.text.nul"),
        (
            "edit",
            {"comment": "C-0001", "body": "a", "position": "maybe"},
            "position",
            "error.position.unknown",
        ),
        (
            "edit",
            {"comment": "C-0001", "body": "a", "suggested_wording": "b" * 5001},
            "suggested_wording",
            "error.suggested_wording.long",
        ),
        ("edit", {"comment": "C-0001", "body": "a", "name": "Sana"}, "name", "error.field.unknown"),
        ("withdraw", {"comment": 1}, "comment", "error.field.text"),
        ("withdraw", {"comments": ["C-0001"], "comment": None}, "comments", "error.field.unknown"),
        ("appeal", {"comment": "C-0001"}, "text", "error.field.text"),
        ("appeal", {"comment": "C-0001", "text": " \n"}, "text", "error.appeal.empty"),
        ("appeal", {"comment": "C-0001", "text": "a" * 2001}, "text", "error.appeal.long"),
    ],
)
async def test_what_an_act_cannot_take_is_named_and_changes_nothing(
    client: httpx.AsyncClient, act: str, body: dict[str, Any], field: str, key: str
) -> None:
    receipt = await sent(client)
    before = (await client.get(receipt)).json()
    answer = await client.post(f"{receipt}/{act}", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"] == {field: [key]}
    assert (await client.get(receipt)).json() == before


ACTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("withdraw", {"comment": "C-0001"}),
    ("edit", {"comment": "C-0001", "body": "Other words."}),
    ("appeal", OBJECTION),
)


@pytest.mark.parametrize(("act", "body"), ACTS)
async def test_a_receipt_opens_its_own_comments_only(
    client: httpx.AsyncClient, house: House, act: str, body: dict[str, Any]
) -> None:
    await sent(client)
    other = make.comment(house, "Somebody else's.").receipt
    unknown = "00000-00000-00000-00000-00000-00"
    for code in (other, unknown, "hello"):
        answer = await client.post(f"/api/v1/receipts/{code}/{act}", json=body)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    item = (await client.get(COMMENTS)).json()["items"][-1]
    assert (item["id"], item["body"]) == ("C-0001", "Plant neem trees.")


@pytest.mark.parametrize(("act", "body"), ACTS[:2])
async def test_after_the_last_day_nothing_is_changed_or_withdrawn(
    client: httpx.AsyncClient, house: House, act: str, body: dict[str, Any]
) -> None:
    receipt = await sent(client)
    house.clock.forward(days=40)
    answer = await client.post(f"{receipt}/{act}", json=body)
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:mashwara:problem:closed")


async def test_an_objection_is_taken_after_the_last_day_too(client: httpx.AsyncClient, house: House) -> None:
    receipt = await sent(client)
    with house.database.write() as session:
        withhold(session, house)
    house.clock.forward(days=40)
    assert (await client.post(f"{receipt}/appeal", json=OBJECTION)).status_code == 200


@pytest.mark.parametrize("gone", ["withdrawn", "erased"])
@pytest.mark.parametrize(("act", "body"), ACTS)
async def test_what_is_withdrawn_or_erased_stays_so(
    client: httpx.AsyncClient, house: House, act: str, body: dict[str, Any], gone: str
) -> None:
    receipt = await sent(client)
    if gone == "withdrawn":
        await client.post(f"{receipt}/withdraw", json={"comment": None})
    else:
        with house.database.write() as session:
            erasing.erase(session, receipt.rpartition("/")[2], now=house.clock())
    answer = await client.post(f"{receipt}/{act}", json=body)
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:mashwara:problem:conflict")
    assert {c["status"] for c in (await client.get(receipt)).json()["comments"]} == {gone}


@pytest.mark.parametrize(("act", "body"), ACTS)
async def test_acts_count_towards_the_limit_and_say_what_is_left(
    house: House, act: str, body: dict[str, Any]
) -> None:
    make.limit_posts(house, 2)
    async with make.client(house) as client:
        receipt = await sent(client)
        if act == "appeal":
            with house.database.write() as session:
                withhold(session, house)
        done = await client.post(f"{receipt}/{act}", json=body)
        assert (done.status_code, done.headers["ratelimit"]) == (200, '"posts";r=0;t=60')
        assert "retry-after" not in done.headers
        house.clock.forward(seconds=59)
        refused = await client.post(f"{receipt}/{act}", json=body)
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
        house.clock.forward(seconds=1)
        assert (await client.post(f"{receipt}/withdraw", json={"comment": None})).status_code == 200
