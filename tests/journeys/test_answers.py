"""Answering many clauses: collected under a code, gone on with on another phone, sent together."""

from __future__ import annotations

import re

import httpx
from sqlalchemy import func, select

from portal.models import Answer, Comment, Sheet, Submission
from portal.services import answers
from tests import make
from tests.make import AT_CLAUSE, CLAUSE, OTHER_CLAUSE, SLUG, House

PHONE = {"User-Agent": "First phone"}
OTHER_PHONE = {"User-Agent": "Another phone"}


async def begin(client: httpx.AsyncClient, body: str = "More shade, please.", **fields: str) -> str:
    """Add the first answer on the clause page; the address of the answers."""
    sent = await make.post(client, body, act="keep", **fields)
    assert sent.status_code == 303, sent.text
    return sent.headers["location"]


async def form_of(client: httpx.AsyncClient, address: str) -> dict[str, str]:
    """Hidden fields of the page's last form that has a token."""
    page = (await client.get(address)).text
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))


async def answer(client: httpx.AsyncClient, address: str, **fields: str) -> httpx.Response:
    hidden = await form_of(client, address)
    return await client.post(address.partition("?")[0], data={**hidden, "go": "back", **fields})


async def test_many_clauses_another_phone_and_one_receipt(house: House, client: httpx.AsyncClient) -> None:
    client.headers.update(PHONE)
    address = await begin(client, position="support")
    code = address.rpartition("/")[2]
    assert re.fullmatch(r"/en/answers/(?:[0-9A-Z]{5}-){5}[0-9A-Z]{2}", address)
    saved = await answer(
        client,
        f"{address}/{OTHER_CLAUSE}",
        body="Two years are too short.",
        suggested_wording="(1) Young trees are watered for 5 years.",
    )
    assert (saved.status_code, saved.headers["location"]) == (303, address)

    client.headers.update(OTHER_PHONE)
    token = await make.form_token(client, "/ur/answers/")
    resumed = await client.post("/ur/answers/", data={"token": token, "code": code.lower().replace("-", " ")})
    assert resumed.headers["location"] == f"/ur/answers/{code}?away=1"
    page = await client.get(resumed.headers["location"])
    assert "Two years are too short." in page.text
    assert page.text.count("جواب دیا گیا") == 2
    assert await answer(client, f"/ur/answers/{code}/whole?away=1", body="مجموعی طور پر اچھا مسودہ ہے۔")

    review = await client.get(f"/ur/answers/{code}/review?away=1")
    assert '<ins><span class="vh">' in review.text
    assert 'type="checkbox" name="confirmed"' in review.text
    hidden = await form_of(client, f"/ur/answers/{code}/review?away=1")
    refused = await client.post(f"/ur/answers/{code}/send", data={**hidden, "name": "زلیخا"})
    assert refused.status_code == 422
    assert "زلیخا" in refused.text
    sent = await client.post(f"/ur/answers/{code}/send", data={**hidden, "confirmed": "yes", "name": "زلیخا"})
    assert sent.status_code == 303, sent.text
    receipt = await client.get(sent.headers["location"])
    for text in (
        "More shade, please.",
        "Two years are too short.",
        "مجموعی طور پر اچھا مسودہ ہے۔",
        "<ins>",
    ):
        assert text in receipt.text
    with house.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Sheet)) == 0
        assert session.scalar(select(func.count()).select_from(Answer)) == 0
        assert session.scalar(select(func.count()).select_from(Comment)) == 3
        assert session.scalars(select(Submission.name)).all() == ["زلیخا"]

    again = await client.post(
        f"/ur/answers/{code}/send", data={**hidden, "confirmed": "yes", "name": "زلیخا"}
    )
    assert again.headers["location"] == sent.headers["location"]
    assert (await client.get(f"/ur/answers/{code}")).status_code == 404


async def test_the_first_phone_sends_without_another_question(client: httpx.AsyncClient) -> None:
    client.headers.update(PHONE)
    address = await begin(client)
    hidden = await form_of(client, f"{address}/review")
    assert len(hidden["confirmed"]) == 32
    sent = await client.post(f"{address}/send", data=hidden)
    assert sent.status_code == 303
    assert "/receipts/" in sent.headers["location"]


async def test_a_page_opened_from_elsewhere_asks_too(client: httpx.AsyncClient) -> None:
    client.headers.update(PHONE)
    address = await begin(client)
    page = await client.get(f"{address}/review", headers={"Sec-Fetch-Site": "none"})
    assert 'type="checkbox" name="confirmed"' in page.text


async def test_the_pages_are_private_and_name_the_public_one(client: httpx.AsyncClient) -> None:
    address = await begin(client)
    for path, canonical in (
        (address, f"/en/{SLUG}/"),
        (f"{address}/review", f"/en/{SLUG}/"),
        (f"{address}/{CLAUSE}", AT_CLAUSE),
    ):
        page = await client.get(path)
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["x-robots-tag"] == "noindex"
        assert "set-cookie" not in page.headers
        assert f'<link rel="canonical" href="{canonical}">' in page.text
        assert "Private page. Do not share its address." in page.text


async def test_only_the_digest_of_the_code_is_stored(house: House, client: httpx.AsyncClient) -> None:
    code = (await begin(client)).rpartition("/")[2]
    for path in house.settings.data_dir.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert code.encode() not in content
            assert code.replace("-", "").encode() not in content


async def test_pressing_the_button_twice_begins_once(client: httpx.AsyncClient) -> None:
    token = await make.form_token(client)
    addresses = {await begin(client, token=token) for _ in range(2)}
    assert len(addresses) == 1


async def test_pressing_it_again_over_the_limit_of_posts_leads_to_the_same_answers(house: House) -> None:
    make.limit_posts(house, 2)
    async with make.client(house) as client:
        token = await make.form_token(client)
        first = await begin(client, token=token)
        for _ in range(3):
            assert await begin(client, token=token) == first
        assert (await make.post(client, "Another voice.")).status_code == 303
        assert await begin(client, token=token) == first
        refused = await make.post(client, "One too many.", act="keep")
        assert refused.status_code == 429
        assert "One too many." in refused.text
    with house.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Sheet)) == 1


async def test_what_was_changed_elsewhere_is_shown_and_nothing_is_lost(client: httpx.AsyncClient) -> None:
    address = f"{await begin(client)}/{OTHER_CLAUSE}"
    first, second = await form_of(client, address), await form_of(client, address)
    assert (await client.post(address, data={**first, "body": "From one phone."})).status_code == 303
    refused = await client.post(address, data={**second, "body": "From the other phone."})
    assert refused.status_code == 409
    assert "From one phone." in refused.text
    assert "From the other phone.</textarea>" in refused.text
    third = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', refused.text))
    assert (await client.post(address, data={**third, "body": "From the other phone."})).status_code == 303


async def test_errors_come_back_with_what_was_typed(client: httpx.AsyncClient) -> None:
    address = f"{await begin(client)}/{OTHER_CLAUSE}"
    refused = await answer(client, address, body="x" * 5_001)
    assert refused.status_code == 422
    assert "x" * 5_001 in refused.text
    stale = await client.post(address, data={"token": "old", "body": "Kept words."})
    assert stale.status_code == 422
    assert "Kept words." in stale.text


async def test_an_answer_with_a_position_alone_is_kept_and_asked_for_words_before_sending(
    client: httpx.AsyncClient,
) -> None:
    address = await begin(client, " ", position="oppose")
    hidden = await form_of(client, f"{address}/review")
    refused = await client.post(f"{address}/send", data=hidden)
    assert refused.status_code == 422
    assert f'href="#field-answer.{CLAUSE}.body"' in refused.text


async def test_a_clause_may_be_passed_over_on_the_way_to_the_next(client: httpx.AsyncClient) -> None:
    address = await begin(client)
    hidden = await form_of(client, f"{address}/{OTHER_CLAUSE}")
    fields = {**hidden, "seen": "", "next": OTHER_CLAUSE, "body": " "}
    on = await client.post(f"{address}/{OTHER_CLAUSE}", data={**fields, "go": "next"})
    assert (on.status_code, on.headers["location"]) == (303, f"{address}/{OTHER_CLAUSE}")
    stays = await client.post(f"{address}/{OTHER_CLAUSE}", data={**fields, "go": "back"})
    assert stays.status_code == 422


async def test_nothing_is_sent_that_the_review_did_not_show(client: httpx.AsyncClient) -> None:
    address = await begin(client)
    hidden = await form_of(client, f"{address}/review")
    await answer(client, f"{address}/{OTHER_CLAUSE}", body="Added meanwhile.")
    refused = await client.post(f"{address}/send", data={**hidden, "name": "Zulekha"})
    assert refused.status_code == 409
    assert "Added meanwhile." in refused.text
    assert 'value="Zulekha"' in refused.text
    assert f'hreflang="ur" href="{address.replace("/en/", "/ur/")}/review"' in refused.text


async def test_that_it_was_reached_by_code_is_carried_through_every_page(client: httpx.AsyncClient) -> None:
    client.headers.update(PHONE)
    address = await begin(client)
    page = await client.get(f"{address}?away=1")
    assert f'href="{address}/review?away=1"' in page.text
    assert f'href="{address.replace("/en/", "/ur/")}?away=1"' in page.text
    saved = await answer(client, f"{address}/{OTHER_CLAUSE}?away=1", body="From here.")
    assert saved.headers["location"] == f"{address}?away=1"
    refused = await answer(client, f"{address}/{OTHER_CLAUSE}?away=1", body=" ")
    assert refused.status_code == 422
    assert f'href="{address}?away=1"' in refused.text


async def test_an_act_opened_as_a_page_leads_back(client: httpx.AsyncClient) -> None:
    address = await begin(client)
    assert (await client.get(f"{address}/send")).headers["location"] == f"{address}/review"
    assert (await client.get(f"{address}/discard")).headers["location"] == address


async def test_answers_can_be_removed_and_deleted(house: House, client: httpx.AsyncClient) -> None:
    address = await begin(client)
    await answer(client, f"{address}/{OTHER_CLAUSE}", body="Second.")
    hidden = await form_of(client, f"{address}/{OTHER_CLAUSE}")
    await client.post(f"{address}/{OTHER_CLAUSE}", data={**hidden, "go": "remove"})
    assert "Second." not in (await client.get(address)).text
    gone = await client.post(f"{address}/discard", data=await form_of(client, address))
    assert gone.headers["location"] == f"/en/{SLUG}/"
    assert (await client.get(address)).status_code == 404
    with house.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Answer)) == 0


async def test_after_closing_the_words_can_be_copied_but_not_sent(
    house: House, client: httpx.AsyncClient
) -> None:
    house.clock.forward(days=28)
    address = await begin(client, "Words I need again.")
    hidden = await form_of(client, f"{address}/review")
    house.clock.forward(days=3)
    assert "Words I need again." in (await client.get(address)).text
    refused = await client.post(f"{address}/send", data=hidden)
    assert refused.status_code == 403
    assert "Words I need again." in refused.text


async def test_thirty_days_after_the_last_change_they_are_gone(
    house: House, client: httpx.AsyncClient
) -> None:
    address = await begin(client)
    house.clock.forward(days=30, seconds=1)
    assert (await client.get(address)).status_code == 404
    with house.database.write() as session:
        assert answers.forget_expired(session, now=house.clock()) == 1


async def test_a_wrong_code_is_said_kindly(client: httpx.AsyncClient) -> None:
    wrong = await client.get("/en/answers/00000-00000-00000-00000-00000-00")
    assert wrong.status_code == 404
    token = await make.form_token(client, "/en/answers/")
    mistyped = await client.post("/en/answers/", data={"token": token, "code": "ABC"})
    assert mistyped.status_code == 404
    assert 'value="ABC"' in mistyped.text
