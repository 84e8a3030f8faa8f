"""Chromium by Playwright and a served demonstration; closed after a module, for its loop blocks others."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.acting import follow, word
from tests.processes.serving import Served, portal, serving

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SECOND = "second.official@ministry.example"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Skipped with a reason where there is no Chromium; never in continuous integration."""
    if not CHROMIUM.exists():
        if os.environ.get("CI") == "true":
            pytest.fail("Chromium is missing: apt install chromium fonts-noto-core")
        pytest.skip("no Chromium here: apt install chromium fonts-noto-core")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("browser") / "data", "--demo") as opened:
        yield opened


@pytest.fixture(scope="module")
def signed_in(browser: Browser, served: Served) -> dict[str, object]:
    """The state of a browser in which the demonstration's one-time link was used, without JavaScript."""
    link = re.search(r"http://\S+/en/desk/sign-in/[0-9a-f]{64}", served.said)
    assert link is not None
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(link.group())
    follow(page.get_by_role("button", name=word("link.button", "en")))
    assert page.url.endswith("/en/desk/queue")
    state = context.storage_state()
    context.close()
    return dict(state)


@pytest.fixture
def citizen(browser: Browser, served: Served) -> Iterator[BrowserContext]:
    """A cheap phone without JavaScript."""
    context = browser.new_context(
        base_url=served.address, java_script_enabled=False, viewport={"width": 360, "height": 740}
    )
    yield context
    context.close()


@pytest.fixture
def official(browser: Browser, served: Served, signed_in: dict[str, Any]) -> Iterator[Page]:
    context = browser.new_context(base_url=served.address, java_script_enabled=False, storage_state=signed_in)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def second_state(browser: Browser, served: Served, signed_in: dict[str, Any]) -> dict[str, Any]:
    """The state of a second official's browser; `signed_in` came first, for each link is its own."""
    assert signed_in
    said = portal(served.data, "reviewer", "add", SECOND).stdout.decode()
    context = browser.new_context(base_url=served.address, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/en/desk/{said.splitlines()[-1].partition('/en/desk/')[2]}")
    follow(page.get_by_role("button", name=word("link.button", "en")))
    expect(page).to_have_url(re.compile("/en/desk/queue$"))
    state = context.storage_state()
    context.close()
    return dict(state)


@pytest.fixture
def second(browser: Browser, served: Served, second_state: dict[str, Any]) -> Iterator[Page]:
    context = browser.new_context(
        base_url=served.address, java_script_enabled=False, storage_state=second_state
    )
    yield context.new_page()
    context.close()
