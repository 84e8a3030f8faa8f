"""Others' comments on a clause: newest first, narrowed, folded, in pages and feeds."""

from __future__ import annotations

from xml.etree import ElementTree

import httpx

from portal.services import amending
from tests import make
from tests.make import AT_CLAUSE, CLAUSE, OTHER_CLAUSE, SLUG, House

LETTER = (
    "We the residents of this street ask the Forest Office to plant twelve trees of local kinds, to water "
    "them for two full summers, and to publish the name of the officer who looks after them every month."
)
ATOM = "{http://www.w3.org/2005/Atom}"


def ids(page: httpx.Response) -> list[str]:
    return [part.partition('"')[0] for part in page.text.split('<article class="comment" id="')[1:]]


async def test_the_list_is_narrowed_by_position_language_and_kind_of_sender(
    house: House, client: httpx.AsyncClient
) -> None:
    make.comment(house, "More shade is good.", position="support")
    make.comment(house, "سایہ بہت ضروری ہے اور درخت بھی۔", position="support", name="Zulaikha")
    make.comment(house, "Roots break our pipes.", position="oppose", organisation="Water Board")
    make.comment(house, "Who pays for the water?")
    for query, wanted in (
        ("", ["C-0004", "C-0003", "C-0002", "C-0001"]),
        ("?position=support", ["C-0002", "C-0001"]),
        ("?position=none", ["C-0004"]),
        ("?language=ur", ["C-0002"]),
        ("?submitter=organisation", ["C-0003"]),
        ("?position=support&submitter=individual", ["C-0002"]),
        ("?position=nonsense&language=xx", ["C-0004", "C-0003", "C-0002", "C-0001"]),
        ("?position=question", []),
    ):
        assert ids(await client.get(AT_CLAUSE + query)) == wanted, query
    page = await client.get(f"{AT_CLAUSE}?position=support")
    assert "2 of 4 shown" in page.text
    assert f'href="{AT_CLAUSE}#comments"' in page.text


async def test_the_keys_of_the_bar_are_the_filter(house: House, client: httpx.AsyncClient) -> None:
    make.comment(house, position="oppose")
    assert f'href="{AT_CLAUSE}?position=oppose"' in (await client.get(AT_CLAUSE)).text


async def test_near_identical_comments_fold_into_the_first_with_a_count(
    house: House, client: httpx.AsyncClient
) -> None:
    make.comment(house, LETTER, position="support")
    make.comment(house, "Something of my own.")
    for _ in range(3):
        make.comment(house, LETTER.replace("every month", "each month"), position="oppose")
    house.worker.keep_all()
    page = await client.get(AT_CLAUSE)
    assert ids(page) == ["C-0002", "C-0001"]
    assert "and 3 near-identical comments" in page.text
    assert "5 comments" in page.text
    all_of_them = await client.get(f"{AT_CLAUSE}?twins=C-0001")
    assert ids(all_of_them) == ["C-0005", "C-0004", "C-0003", "C-0001"]
    narrowed = await client.get(f"{AT_CLAUSE}?position=oppose")
    assert ids(narrowed) == ["C-0003"]
    assert "and 2 near-identical comments" in narrowed.text
    assert "and 3 near-identical comments" in (await client.get(f"/en/{SLUG}/comments/C-0001")).text


async def test_folding_does_not_hide_a_group_whose_first_is_withheld(
    house: House, client: httpx.AsyncClient, official: httpx.AsyncClient
) -> None:
    for _ in range(3):
        make.comment(house, LETTER)
    house.worker.keep_all()
    done = await official.post("/en/desk/comments/C-0001/withhold", data={"reason": "off_topic"})
    assert done.status_code == 303
    page = await client.get(AT_CLAUSE)
    assert ids(page) == ["C-0002"]
    assert "and 1 near-identical comment" in page.text


async def test_the_api_lists_every_comment_unfolded(house: House, client: httpx.AsyncClient) -> None:
    for _ in range(3):
        make.comment(house, LETTER)
    house.worker.keep_all()
    rows = (await client.get(f"/api/v1/consultations/{SLUG}/drafts/v1/clauses/{CLAUSE}/comments")).json()
    assert (rows["total"], len(rows["items"])) == (3, 3)


async def test_pages_keep_what_was_narrowed(house: House, client: httpx.AsyncClient) -> None:
    for number in range(60):
        make.comment(house, f"House {number} says yes", position="support")
    first = await client.get(f"{AT_CLAUSE}?position=support")
    assert len(ids(first)) == 50
    following = first.text.split('rel="next" href="')[1].partition('"')[0].replace("&amp;", "&")
    assert "position=support" in following
    second = await client.get(following)
    assert len(ids(second)) == 10
    assert not set(ids(first)) & set(ids(second))


async def test_a_suggested_wording_is_shown_as_a_change(house: House, client: httpx.AsyncClient) -> None:
    sent = await make.post(
        client,
        "Twelve is too few.",
        suggested_wording="(1) Every street has 20 trees.\n\n(2) Neighbours are asked first.",
    )
    assert sent.status_code == 303
    for address in (AT_CLAUSE, f"/en/{SLUG}/comments/C-0001"):
        page = (await client.get(address)).text
        assert '<del><span class="vh">(taken out: </span>12 ' in page
        assert '<ins><span class="vh">(put in: </span>20 ' in page


async def test_an_unchanged_wording_is_no_suggestion(client: httpx.AsyncClient) -> None:
    page = (await client.get(AT_CLAUSE)).text
    typed = page.split('name="suggested_wording"')[1].partition(">")[2].partition("</textarea>")[0]
    sent = await make.post(
        client, "Fine as it is.", suggested_wording=typed.lstrip("\n").replace("\n", "\r\n")
    )
    assert sent.status_code == 303
    assert "<del>" not in (await client.get(AT_CLAUSE)).text


async def feed(client: httpx.AsyncClient, address: str) -> ElementTree.Element:
    answer = await client.get(address)
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    assert answer.headers["etag"]
    return ElementTree.fromstring(answer.content)


async def test_feeds_hold_the_newest_comments(house: House, client: httpx.AsyncClient) -> None:
    make.comment(house, "<b>&amp; shade</b> \x0b everywhere", name="Zulaikha & sons")
    house.clock.forward(minutes=1)
    make.comment(house, "پانی دیا جائے۔", clause=OTHER_CLAUSE)
    whole = await feed(client, f"/en/{SLUG}/feed")
    entries = whole.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}content") for entry in entries] == [
        "پانی دیا جائے۔",
        "<b>&amp; shade</b> \ufffd everywhere",
    ]
    assert entries[1].findtext(f"{ATOM}author/{ATOM}name") == "Zulaikha & sons"
    assert whole.findtext(f"{ATOM}updated") == "2026-11-24T10:01:00Z"
    links = {link.get("rel"): link.get("href") for link in whole.findall(f"{ATOM}link")}
    assert links == {"self": f"https://test/en/{SLUG}/feed", "alternate": f"https://test/en/{SLUG}/"}
    one = await feed(client, f"/ur/{SLUG}/v1/{CLAUSE}/feed")
    assert len(one.findall(f"{ATOM}entry")) == 1
    assert len((await feed(client, f"/ur/{SLUG}/v1/whole/feed")).findall(f"{ATOM}entry")) == 0


async def test_an_entry_keeps_its_name_when_its_comment_is_changed(
    house: House, client: httpx.AsyncClient
) -> None:
    sent = make.comment(house, "More shade.")
    address = f"/en/{SLUG}/feed"
    before = (await feed(client, address)).find(f"{ATOM}entry")
    house.clock.forward(minutes=5)
    with house.database.write() as session:
        amending.edit(
            session,
            sent.receipt,
            "C-0001",
            body="Much more shade.",
            position=None,
            suggested_wording=None,
            now=house.clock(),
        )
    house.app.state.portal.stamps.forget()
    after = (await feed(client, address)).find(f"{ATOM}entry")
    assert before is not None
    assert after is not None
    assert after.findtext(f"{ATOM}id") == before.findtext(f"{ATOM}id") == "tag:test,2026:tree-policy:C-0001"
    assert after.findtext(f"{ATOM}content") == "Much more shade."
    assert after.findtext(f"{ATOM}published") == "2026-11-24T10:00:00Z"
    assert after.findtext(f"{ATOM}updated") == "2026-11-24T10:05:00Z"


async def test_feeds_of_nothing_are_not_found(client: httpx.AsyncClient) -> None:
    for address in ("/en/no-such/feed", f"/en/{SLUG}/v1/part_9/feed", f"/en/{SLUG}/v9/{CLAUSE}/feed"):
        assert (await client.get(address)).status_code == 404


async def test_a_reader_reports_a_comment_and_an_official_decides(
    house: House, client: httpx.AsyncClient, official: httpx.AsyncClient
) -> None:
    make.comment(house, "A rude word about a neighbour.")
    address = f"/en/{SLUG}/comments/C-0001/report"
    assert f'href="{address}"' in (await client.get(AT_CLAUSE)).text
    token = await make.form_token(client, address)
    refused = await client.post(address, data={"token": token, "note": "See the second word."})
    assert refused.status_code == 422
    assert "See the second word." in refused.text
    said = {"token": token, "reason": "abuse", "note": "See the second word."}
    for _ in range(2):
        done = await client.post(address, data=said)
        assert (done.status_code, "Your report has reached us." in done.text) == (200, True)
    assert ids(await client.get(AT_CLAUSE)) == ["C-0001"]
    queue = await official.get("/en/desk/queue?state=reported")
    assert "C-0001" in queue.text
    comment = await official.get("/en/desk/comments/C-0001")
    assert comment.text.count("See the second word.") == 1
    kept = await official.post("/en/desk/comments/C-0001/keep")
    assert kept.status_code == 303
    assert "C-0001" not in (await official.get("/en/desk/queue?state=reported")).text


async def test_withholding_closes_the_reports(
    house: House, client: httpx.AsyncClient, official: httpx.AsyncClient
) -> None:
    make.comment(house)
    address = f"/en/{SLUG}/comments/C-0001/report"
    token = await make.form_token(client, address)
    await client.post(address, data={"token": token, "reason": "off_topic"})
    await official.post("/en/desk/comments/C-0001/withhold", data={"reason": "off_topic"})
    assert "C-0001" not in (await official.get("/en/desk/queue?state=reported")).text
    assert (await client.get(address)).status_code == 404
