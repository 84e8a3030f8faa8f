"""Help, privacy, accessibility: reached from everywhere, and true to what the portal does."""

from __future__ import annotations

import re

import httpx
import pytest

from portal.services.rows import REASONS
from portal.web.help import FIELDS, SECTIONS
from tests.make import SLUG


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
    assert page.count('scope="row"') == len(FIELDS)
    for words in ("Always public", "Public if you choose", "Never public", "30 days", "Forest Office"):
        assert words in page


async def test_every_reason_for_withholding_is_published(client: httpx.AsyncClient) -> None:
    page = (await client.get("/en/help")).text
    listed = page.split('<ul class="reasons">')[1].partition("</ul>")[0]
    assert listed.count("<li>") == len(REASONS)
    assert "It holds personal data" in listed


@pytest.mark.parametrize(("language", "day"), [("en", "24 November 2026"), ("ur", "24 نومبر 2026")])
async def test_the_statement_says_when_it_was_gone_through_and_whom_to_tell(
    client: httpx.AsyncClient, language: str, day: str
) -> None:
    page = (await client.get(f"/{language}/accessibility")).text.replace("\N{NO-BREAK SPACE}", " ")
    assert day in page
    assert re.search(r"<li><bdi[^>]*>Forest Office</bdi></li>", page)
