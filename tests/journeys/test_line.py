"""The whole line over HTTP: from a citizen's Urdu comment on a clause to the report that quotes it."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import httpx
import pytest

from tests import make
from tests.make import AT_CLAUSE, CLAUSE, OTHER_CLAUSE, SLUG, VERSION, House

SAID = "ہر سرکاری اسکول کے سامنے سایہ دار درخت لگائے جائیں تاکہ بچے گرمی میں دھوپ سے بچ سکیں۔"
OTHERS = (
    (CLAUSE, "اسکول کے بچے دھوپ میں کھڑے رہتے ہیں، اسکول کے سامنے درخت لگائے جائیں۔"),
    (CLAUSE, "بچوں کے اسکول کے باہر کوئی سایہ نہیں، درخت لگائے جائیں تو بچے گرمی سے بچ سکیں۔"),
    (CLAUSE, "Plant shade trees along the school road before summer comes."),
    (CLAUSE, "Who will cut the branches when they reach the electricity wires?"),
    (OTHER_CLAUSE, "Young trees die in the second summer when nobody waters them."),
    (OTHER_CLAUSE, "Water the young trees for 3 years and not for 2 years only."),
    (OTHER_CLAUSE, "The water of the canal is enough for the young trees in summer."),
    (OTHER_CLAUSE, "Nobody waters young trees in my street, and so they die."),
)


@pytest.fixture
def receipts(house: House) -> list[str]:
    """What others said before."""
    return [make.comment(house, body, clause=clause).receipt for clause, body in OTHERS]


async def send_in_urdu(citizen: httpx.AsyncClient) -> str:
    """Comment by the form of the Urdu page; the address of the receipt."""
    page = f"/ur/{SLUG}/{VERSION}/{CLAUSE}"
    token = await make.form_token(citizen, page)
    form = {"body": SAID, "position": "support", "name": "رضیہ", "submitter": "individual", "token": token}
    answer = await citizen.post(f"{page}/comments", data=form)
    assert answer.status_code == 303
    return str(answer.headers["location"])


async def look_up(citizen: httpx.AsyncClient, code: str) -> str:
    """Type a code into the look-up form, badly; the page of the receipt."""
    typed = code.lower().replace("-", " ")
    found = await citizen.post("/ur/receipts/", data={"receipt": typed})
    assert found.status_code == 303
    page = await citizen.get(found.headers["location"])
    assert page.headers["cache-control"] == "no-store"
    return page.text


async def export(official: httpx.AsyncClient, kind: str) -> httpx.Response:
    form = {"consultation": SLUG, "format": kind, "language": "ur"}
    made = await official.post("/ur/desk/reports/export", data=form)
    assert made.status_code == 200
    assert made.headers["content-disposition"].startswith("attachment; ")
    return made


async def accept_theme_of(official: httpx.AsyncClient, comment_id: str) -> str:
    """Follow the link from the comment to its theme over the whole draft and accept it; the theme's name."""
    page = await official.get(f"/ur/desk/comments/{comment_id}")
    name = str(re.findall(r"/ur/desk/themes/(T-\d+)", page.text)[0])
    assert comment_id in (await official.get(f"/ur/desk/themes/{name}")).text
    accepted = await official.post(f"/ur/desk/themes/{name}/accept")
    assert accepted.status_code == 303
    return name


async def test_from_a_clause_to_a_report(
    house: House, client: httpx.AsyncClient, official: httpx.AsyncClient, receipts: list[str]
) -> None:
    at_receipt = await send_in_urdu(client)
    receipt = await look_up(client, at_receipt.rpartition("/")[2])
    assert SAID in receipt
    comment_id = re.findall(r"\bC-\d+\b", receipt)[0]
    assert SAID in (await client.get(f"/en/{SLUG}/comments/{comment_id}")).text

    house.worker.keep_all()
    for word in ("اسکول", "school", "iskool"):
        assert comment_id in (await official.get("/en/desk/search", params={"q": word})).text
    assert comment_id not in (await official.get("/en/desk/search", params={"q": "water"})).text

    await official.post("/ur/desk/themes/suggest", data={"consultation": SLUG})
    house.worker.keep_all()
    name = await accept_theme_of(official, comment_id)

    report: dict[str, Any] = (await export(official, "json")).json()
    theme = next(theme for theme in report["themes"] if theme["id"] == name)
    assert theme["status"] == "accepted"
    assert comment_id in theme["comment_ids"]
    assert {"comment_id": comment_id, "text": SAID} in [
        {part: quote[part] for part in ("comment_id", "text")} for quote in theme["quotes"]
    ]
    assert report["totals"]["received"] == report["totals"]["published"] == 9

    html = (await export(official, "html")).text
    assert SAID in html
    assert comment_id in html
    assert "http://" not in re.sub(r'xmlns(:\w+)?="[^"]*"', "", html)

    table = csv.DictReader(io.StringIO((await export(official, "csv")).content.decode("utf-8-sig")))
    row = next(row for row in table if row["id"] == comment_id)
    assert (row["body"], row["position"], row["clause"]) == (SAID, "support", CLAUSE)
    assert name in row["themes"]


async def test_a_withheld_comment_disappears_everywhere_but_from_its_receipt(
    house: House, client: httpx.AsyncClient, official: httpx.AsyncClient, receipts: list[str]
) -> None:
    at_receipt = await send_in_urdu(client)
    comment_id = re.findall(r"\bC-\d+\b", (await client.get(at_receipt)).text)[0]
    house.worker.keep_all()
    shown = (
        AT_CLAUSE,
        f"/ur/{SLUG}/{VERSION}/{CLAUSE}",
        f"/ur/{SLUG}/search?q=اسکول",
        f"/api/v1/search?q=school&consultation={SLUG}",
        f"/api/v1/consultations/{SLUG}/drafts/{VERSION}/clauses/{CLAUSE}/comments",
    )
    for address in shown:
        assert comment_id in (await client.get(address)).text, address
    assert SAID in (await export(official, "html")).text

    form = {"reason": "off_topic", "note": "آزمائش"}
    assert (await official.post(f"/en/desk/comments/{comment_id}/withhold", data=form)).status_code == 303

    for address in shown:
        assert comment_id not in (await client.get(address)).text, f"{address} before the worker comes"
    house.worker.keep_all()
    for address in shown:
        assert comment_id not in (await client.get(address)).text, address
    assert (await client.get(f"/en/{SLUG}/comments/{comment_id}")).status_code == 404
    for kind in ("html", "json", "csv"):
        made = (await export(official, kind)).content.decode()
        assert comment_id not in made, kind
        assert "سرکاری اسکول" not in made, kind
    found = await official.get("/en/desk/search", params={"q": "school", "status": "withheld"})
    assert comment_id in found.text
    kept = (await client.get(f"/api/v1/receipts/{at_receipt.rpartition('/')[2]}")).json()["comments"][0]
    assert (kept["status"], kept["reason"], kept["body"]) == ("withheld", "off_topic", SAID)


async def test_a_held_comment_is_shown_when_an_official_publishes_it(
    house: House, client: httpx.AsyncClient, official: httpx.AsyncClient
) -> None:
    answer = await make.post(client, "Call me about the trees: 0300-1234567.")
    receipt = (await client.get(answer.headers["location"])).text
    comment_id = re.findall(r"\bC-\d+\b", receipt)[0]
    assert (await client.get(f"/en/{SLUG}/comments/{comment_id}")).status_code == 404
    assert comment_id in (await official.get("/en/desk/queue")).text

    assert (await official.post(f"/en/desk/comments/{comment_id}/publish")).status_code == 303

    house.worker.keep_all()
    assert comment_id not in (await official.get("/en/desk/queue")).text
    assert comment_id in (await client.get(AT_CLAUSE)).text
    assert comment_id in (await client.get(f"/en/{SLUG}/search?q=trees")).text
