"""Help, privacy, accessibility, and the reader's ways through a draft."""

from __future__ import annotations

import httpx
import pytest

from portal.web.help import FIELDS, SECTIONS
from tests import make
from tests.make import AT_CLAUSE, SLUG, House


@pytest.mark.parametrize("language", ["en", "ur"])
@pytest.mark.parametrize("name", SECTIONS)
async def test_every_page_leads_to_help_privacy_and_accessibility(
    client: httpx.AsyncClient, name: str, language: str
) -> None:
    address = f"/{language}/{name}"
    for page in (f"/{language}/", f"/{language}/{SLUG}/", f"/{language}/nowhere/"):
        assert f'href="{address}"' in (await client.get(page)).text
    shown = await client.get(address)
    assert shown.status_code == 200
    assert shown.text.count("<h2") == len(SECTIONS[name]) + (name == "privacy")
    assert (await client.get(f"{address}/")).status_code == 308


async def test_the_privacy_page_names_every_field_and_who_sees_it(client: httpx.AsyncClient) -> None:
    page = (await client.get("/en/privacy")).text
    assert page.count('<th scope="row">') == len(FIELDS)
    for words in ("Always public", "Public if you choose", "Never public", "30 days", "Forest Office"):
        assert words in page


async def test_a_clause_stands_in_both_languages_side_by_side(client: httpx.AsyncClient) -> None:
    page = (await client.get(f"{AT_CLAUSE}?view=both")).text
    assert "Every street has 12 trees" in page
    assert "ہر سڑک پر 12 درخت" in page
    assert f'href="{AT_CLAUSE}?view=both"' in (await client.get(AT_CLAUSE)).text


async def test_the_contents_lead_to_every_form_of_the_draft(client: httpx.AsyncClient) -> None:
    page = (await client.get(f"/en/{SLUG}/")).text
    for name in ("text", "text.pdf", "text.docx", "text.md", "form.pdf"):
        assert f'href="/en/{SLUG}/v1/{name}"' in page
    assert f'href="/en/{SLUG}/feed"' in page
    assert "30 days left" in page or "29 days left" in page


async def test_after_closing_the_pages_say_so(house: House, client: httpx.AsyncClient) -> None:
    make.comment(house)
    house.clock.forward(days=40)
    page = (await client.get(f"/en/{SLUG}/")).text
    assert "days left" not in page
    assert "Closed" in page


async def test_a_reader_of_urdu_may_choose_nastaliq_and_links_carry_it_on(client: httpx.AsyncClient) -> None:
    plain = await client.get(f"/ur/{SLUG}/")
    assert "nastaliq-" not in plain.text
    assert f'href="/ur/{SLUG}/?font=nastaliq"' in plain.text
    for address in (f"/ur/{SLUG}/?font=nastaliq", f"/ur/{SLUG}/v1/{make.CLAUSE}?font=nastaliq"):
        chosen = await client.get(address)
        sheet = chosen.text.split('href="/static/nastaliq-')[1].partition('"')[0]
        assert f'href="/ur/{SLUG}/v1/{make.OTHER_CLAUSE}?font=nastaliq"' in chosen.text
        assert 'font-choice" rel="nofollow" href="' + address.partition("?")[0] + '"' in chosen.text
        css = await client.get(f"/static/nastaliq-{sheet}")
        font = css.text.split('url("')[1].partition('"')[0]
        loaded = await client.get(font)
        assert loaded.headers["content-type"] == "font/woff2"
        assert "font-display: swap" in css.text
    assert "nastaliq-" not in (await client.get(f"/ur/{SLUG}/")).text
    assert "nastaliq-" not in (await client.get(f"/en/{SLUG}/?font=nastaliq")).text
