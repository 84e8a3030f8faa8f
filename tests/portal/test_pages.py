"""What a citizen's browser gets: addresses, pages of comments, receipts, caching, nothing that follows."""

from __future__ import annotations

import gzip
import re

import httpx
import pytest

from portal.services import moderation
from portal.web.pages import preferred
from tests import make
from tests.make import AT_CLAUSE, CLAUSE, SLUG, House


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("ur", "ur"),
        ("ur-PK,ur;q=0.9,en;q=0.8", "ur"),
        ("en-GB,en;q=0.9,ur;q=0.8", "en"),
        ("fr, ur;q=0.1", "ur"),
        ("de", "en"),
        ("ur;q=0, en", "en"),
        (";;,,;q=x", "en"),
    ],
)
async def test_the_front_door_leads_to_the_readers_language(
    client: httpx.AsyncClient, header: str, language: str
) -> None:
    assert preferred(header) == language
    answer = await client.get("/", headers={"Accept-Language": header})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/{language}/")


@pytest.mark.parametrize(
    ("asked", "own"),
    [
        (f"/en/{SLUG}", f"/en/{SLUG}/"),
        ("/EN/", "/en/"),
        ("/ur", "/ur/"),
        ("/en/receipts", "/en/receipts/"),
        (f"/En/{SLUG.upper()}/V1/{CLAUSE.upper()}", AT_CLAUSE),
        (f"{AT_CLAUSE}/", AT_CLAUSE),
        (f"/en/{SLUG}/search/?q=Mango", f"/en/{SLUG}/search?q=Mango"),
        ("/api/v1/consultations/", "/api/v1/consultations"),
        ("/healthz/", "/healthz"),
    ],
)
async def test_an_address_in_another_spelling_leads_to_its_own(
    client: httpx.AsyncClient, asked: str, own: str
) -> None:
    answer = await client.get(asked)
    assert (answer.status_code, answer.headers["location"]) == (308, own)
    assert (await client.get(own)).status_code == 200


async def test_unknown_parameters_do_not_break_a_page(client: httpx.AsyncClient) -> None:
    for path in ("/en/", f"/en/{SLUG}/", AT_CLAUSE, f"/en/{SLUG}/search", "/api/v1/consultations"):
        assert (await client.get(f"{path}?utm_source=x&fbclid=y")).status_code == 200


async def test_a_slash_too_many_never_leads_to_another_site(client: httpx.AsyncClient) -> None:
    for path in ("//evil.example/en", "/en//evil.example", "///evil.example/"):
        answer = await client.get(f"https://test{path}")
        assert "evil.example" not in answer.headers.get("location", "")


async def test_comments_come_newest_first_fifty_a_page(client: httpx.AsyncClient, house: House) -> None:
    for number in range(103):
        house.clock.forward(seconds=1)
        make.comment(house, f"Number {number}.")
    seen: list[str] = []
    address = AT_CLAUSE
    sizes = []
    while address:
        page = (await client.get(address)).text
        ids = re.findall(r'<article class="comment" id="(C-\d+)"', page)
        sizes.append(len(ids))
        seen += ids
        following = re.search(r'rel="next" href="([^"#]*cursor=[^"#]+)#', page)
        address = following.group(1) if following else ""
    assert sizes == [50, 50, 3]
    assert seen == [f"C-{number:04d}" for number in range(103, 0, -1)]


async def test_a_long_comment_is_cut_with_a_link_to_all_of_it(
    client: httpx.AsyncClient, house: House
) -> None:
    make.comment(house, "shade " * 300 + "END")
    page = (await client.get(AT_CLAUSE)).text
    assert "END" not in page
    assert f"/en/{SLUG}/comments/C-0001" in page
    assert "END" in (await client.get(f"/en/{SLUG}/comments/C-0001")).text


async def test_a_comment_of_any_spelling_of_its_number_has_one_address(
    client: httpx.AsyncClient, house: House
) -> None:
    make.comment(house)
    for name in ("c-1", "C-1", "C-00001"):
        answer = await client.get(f"/en/{SLUG}/comments/{name}")
        assert (answer.status_code, answer.headers["location"]) == (308, f"/en/{SLUG}/comments/C-0001")
    assert (await client.get(f"/en/{SLUG}/comments/C-0002")).status_code == 404


async def test_a_kept_page_shows_a_new_comment_at_once_and_a_withheld_one_no_more(
    client: httpx.AsyncClient, house: House
) -> None:
    assert "Number one." not in (await client.get(AT_CLAUSE)).text
    await make.post(client, "Number one.")
    assert "Number one." in (await client.get(AT_CLAUSE)).text
    assert re.search(r"\b1 comment from 1 person\b", (await client.get(f"/en/{SLUG}/")).text)
    with house.database.write() as session:
        moderation.withhold(session, 1, reason="abuse", note="", reviewer_id=None, now=house.clock())
    house.app.state.portal.stamps.forget()
    assert "Number one." not in (await client.get(AT_CLAUSE)).text


async def test_every_form_has_a_token_of_its_own(client: httpx.AsyncClient) -> None:
    tokens = {await make.form_token(client) for _ in range(5)}
    tokens |= {await make.form_token(client, "/en/receipts/") for _ in range(5)}
    assert len(tokens) == 10


async def test_a_page_with_a_form_is_private_and_a_receipt_is_stored_nowhere(
    client: httpx.AsyncClient, house: House
) -> None:
    page = await client.get(AT_CLAUSE)
    assert page.headers["cache-control"] == "private, no-cache"
    assert "etag" not in page.headers
    sent = await make.post(client)
    assert sent.status_code == 303
    receipt = await client.get(sent.headers["location"])
    assert receipt.headers["cache-control"] == "no-store"
    assert "set-cookie" not in receipt.headers


async def test_a_receipt_is_found_by_its_code_however_it_is_typed(
    client: httpx.AsyncClient, house: House
) -> None:
    code = make.comment(house).receipt
    token = await make.form_token(client, "/en/receipts/")
    loose = code.replace("-", " ").lower()
    answer = await client.post("/en/receipts/", data={"receipt": loose, "token": token})
    assert answer.headers["location"] == f"/en/receipts/{code}"
    assert (await client.get(f"/en/receipts/{code.lower()}")).headers["location"] == f"/en/receipts/{code}"
    assert "More shade is good for everyone." in (await client.get(f"/en/receipts/{code}")).text
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    refused = await client.post("/ur/receipts/", data={"receipt": wrong, "token": token})
    assert refused.status_code == 404
    assert wrong in refused.text
    assert (await client.get(f"/en/receipts/{wrong}")).status_code == 404


async def test_what_a_citizen_writes_is_text_and_never_markup(
    client: httpx.AsyncClient, house: House
) -> None:
    hostile = "<script>alert(1)</script> <img src=x onerror=alert(2)> \"'> {{7*7}} **bold** [a](javascript:x)"
    make.comment(house, hostile, name="<b>Sana</b>", organisation="</textarea>")
    house.worker.keep_all()
    for path in (AT_CLAUSE, f"/en/{SLUG}/comments/C-0001", f"/en/{SLUG}/search?q=alert", f"/en/{SLUG}/"):
        page = (await client.get(path)).text
        assert "<script" not in page
        assert "<img" not in page
        assert "<b>Sana" not in page
        assert "javascript:x" not in re.sub(r"<bdi.*?</bdi>", "", page, flags=re.DOTALL)
    assert "&lt;script&gt;" in (await client.get(AT_CLAUSE)).text


async def test_an_email_address_appears_nowhere(client: httpx.AsyncClient, house: House) -> None:
    make.comment(house, email="sana.khan@example.org", name="Sana")
    house.worker.keep_all()
    code = make.comment(house, "Second.", email="sana.khan@example.org").receipt
    for path in (
        AT_CLAUSE,
        f"/en/{SLUG}/comments/C-0001",
        f"/en/{SLUG}/search?q=shade",
        f"/en/receipts/{code}",
        f"/api/v1/receipts/{code}",
        "/api/v1/search?q=shade",
    ):
        assert "sana.khan" not in (await client.get(path)).text


async def test_static_files_are_named_by_their_content_and_kept_for_a_year(client: httpx.AsyncClient) -> None:
    page = (await client.get("/en/")).text
    address = re.search(r'href="(/static/site-[0-9a-f]{16}\.css)"', page)
    assert address is not None
    answer = await client.get(address.group(1))
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-encoding"] == "gzip"
    assert "@layer" in answer.text
    assert (await client.get("/static/site.css")).status_code == 404
    assert (await client.get("/static/..%2fportal%2fapp.py")).status_code == 404


async def test_a_busy_clause_page_weighs_under_40_kb_with_all_it_loads(
    client: httpx.AsyncClient, house: House
) -> None:
    for number in range(60):
        make.comment(
            house,
            f"{number} " + " ".join(f"word{n * number % 977}" for n in range(400)),
            name=f"Name {number}",
        )
    page = (await client.get(AT_CLAUSE)).text
    weight = len(gzip.compress(page.encode()))
    for address in set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page)):
        weight += len(gzip.compress((await client.get(address)).content))
    assert weight <= 40 * 1024


async def test_health_tells_details_to_this_machine_only(client: httpx.AsyncClient, house: House) -> None:
    house.worker.keep_all()
    assert (await client.get("/healthz", headers={"Host": "10.0.0.7:8000"})).text == "ok\n"
    assert (await client.get("/readyz")).json() == {"ready": True}
    transport = httpx.ASGITransport(app=house.app, client=("127.0.0.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url="https://test") as near:
        details = (await near.get("/readyz")).json()
        behind = (await near.get("/readyz", headers={"X-Forwarded-For": "203.0.113.9"})).json()
    assert details["ready"] is True
    assert details["waiting_jobs"] == 0
    assert behind == {"ready": True}


async def test_a_fault_of_ours_shows_a_reference_and_nothing_inside(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.database.close()
    (house.settings.data_dir / "portal.db").unlink()
    async with make.client(house) as browser:
        answer = await browser.get(f"/en/{SLUG}/")
        program = await browser.get("/api/v1/consultations")
    assert answer.status_code == program.status_code == 500
    reference = re.search(r"\b[0-9A-F]{8}\b", answer.text)
    assert reference is not None
    assert program.json()["reference"]
    for text in (answer.text, program.text):
        assert "sqlite" not in text.lower()
        assert "Traceback" not in text
    assert sum(reference.group() in record.getMessage() for record in caplog.records) == 1
