"""The weight of pages as Chromium loads them: bytes on the line, requests, nothing from elsewhere."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.processes.serving import SLUG, VERSION, Served

MOST_BYTES = 40 * 1024
MOST_REQUESTS = 3
"""The page, its sheet, its sign."""


def busiest_clause(served: Served) -> str:
    """The clause with the most comments of the demonstration."""
    draft = served.client.get(f"/api/v1/consultations/{SLUG}/drafts/{VERSION}").json()
    return str(max(draft["clauses"], key=lambda row: row["comments"])["eid"])


def loaded(browser: Browser, address: str) -> tuple[int, list[str]]:
    """Bytes that came over the line with their headers, and the addresses asked for, in a fresh browser."""
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    received: list[float] = []
    asked: list[str] = []
    line.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    line.on("Network.requestWillBeSent", lambda event: asked.append(event["request"]["url"]))
    page.goto(address, wait_until="networkidle")
    context.close()
    return int(sum(received)), asked


@pytest.mark.parametrize("language", ["en", "ur"])
def test_the_busiest_clause_page_stays_within_its_budget(
    browser: Browser, served: Served, language: str
) -> None:
    address = f"{served.address}/{language}/{SLUG}/{VERSION}/{busiest_clause(served)}"
    size, asked = loaded(browser, address)
    assert size <= MOST_BYTES
    assert len(asked) <= MOST_REQUESTS
    assert all(url.startswith((served.address, "data:")) for url in asked)


@pytest.mark.parametrize("language", ["en", "ur"])
@pytest.mark.parametrize("path", ["", "search?q=court", f"{VERSION}/whole", "balance", "results"])
def test_the_other_pages_do_too(browser: Browser, served: Served, path: str, language: str) -> None:
    size, asked = loaded(browser, f"{served.address}/{language}/{SLUG}/{path}")
    assert size <= MOST_BYTES
    assert len(asked) <= MOST_REQUESTS
