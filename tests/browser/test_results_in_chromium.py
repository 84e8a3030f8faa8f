"""In Chromium: officials answer a theme without JavaScript, everybody reads it; axe and small screens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from portal.words import words_for
from tests.browser.acting import follow
from tests.processes.serving import CLAUSE, SLUG, Served

REASON = (
    "A judge signs every order from now on; see https://example.org/a-very-long-address-of-a-document-2027"
)
URDU = "اب سے ہر حکم پر جج دستخط کرے گا۔"


def word(key: str, language: str = "en") -> str:
    return str(words_for(language).text(key))


def answered(desk: BrowserContext) -> str:
    """Accept the first candidate and answer it, and one clause; the theme's name."""
    page = desk.new_page()
    page.goto("/en/desk/themes")
    follow(page.locator(".theme-row a").first)
    name = page.url.split("/themes/")[1].split("?")[0]
    follow(page.get_by_role("button", name=word("theme.accept")))
    page.goto("/en/desk/outcomes")
    follow(page.locator(f'a[href$="/outcomes/theme/{name}"]'))
    fill(page)
    page.goto(f"/en/desk/outcomes/clause/{SLUG}/{CLAUSE}")
    fill(page)
    page.close()
    return name


def fill(page: Page) -> None:
    page.get_by_role("radio", name=word("outcome.partly"), exact=True).check()
    page.get_by_label(word("outcome.reason.en")).fill(REASON)
    page.get_by_label(word("outcome.reason.ur")).fill(URDU)
    follow(page.get_by_role("button", name=word("outcome.publish")))
    expect(page.get_by_role("heading", name=word("outcomes.title"), level=1)).to_be_visible()


@pytest.fixture(scope="module")
def theme(browser: Browser, served: Served, signed_in: dict[str, Any]) -> str:
    """An accepted theme that has its answer."""
    desk = browser.new_context(base_url=served.address, java_script_enabled=False, storage_state=signed_in)
    name = answered(desk)
    desk.close()
    return name


@pytest.fixture(scope="module")
def looking(browser: Browser, served: Served, signed_in: dict[str, Any]) -> Iterator[BrowserContext]:
    """A browser with JavaScript for axe alone, signed in at the desk."""
    context = browser.new_context(base_url=served.address, bypass_csp=True, storage_state=signed_in)
    yield context
    context.close()


def places(theme: str, language: str) -> tuple[str, ...]:
    root = f"/{language}/desk/outcomes"
    return (
        f"/{language}/{SLUG}/results",
        root,
        f"{root}/theme/{theme}",
        f"{root}/clause/{SLUG}/{CLAUSE}",
    )


def test_everybody_reads_the_answer_and_downloads_the_report(citizen: BrowserContext, theme: str) -> None:
    page = citizen.new_page()
    page.goto(f"/ur/{SLUG}/")
    follow(page.get_by_role("link", name=word("results.link", "ur")))
    article = page.locator(f"#{theme}")
    expect(article.get_by_text(URDU)).to_be_visible()
    expect(article.get_by_text(word("outcome.partly", "ur"))).to_be_visible()
    with page.expect_download() as made:
        page.get_by_role("link", name=word("format.json", "ur")).click()
    assert theme in made.value.path().read_text(encoding="utf-8")
    assert citizen.cookies() == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "ur"])
def test_axe_finds_no_violation_on_answers(
    looking: BrowserContext, theme: str, language: str, scheme: Any
) -> None:
    page = looking.new_page()
    page.emulate_media(color_scheme=scheme)
    found = {}
    for path in places(theme, language):
        page.goto(path)
        found[path] = violations(page)
    page.get_by_label(word("outcome.reason.en", language)).fill("")
    page.get_by_label(word("outcome.reason.ur", language)).fill("")
    follow(page.get_by_role("button", name=word("outcome.publish", language)))
    expect(page.get_by_role("alert")).to_be_visible()
    found["with errors"] = violations(page)
    page.close()
    assert {path: rows for path, rows in found.items() if rows} == {}


def violations(page: Page) -> list[str]:
    rows = Axe().run(page).response["violations"]
    return [f"{row['id']}: {node['html'][:120]}" for row in rows for node in row["nodes"]]


@pytest.mark.parametrize("width", [320, 360])
@pytest.mark.parametrize("language", ["en", "ur"])
def test_answers_do_not_scroll_sideways(
    looking: BrowserContext, theme: str, language: str, width: int
) -> None:
    page = looking.new_page()
    page.set_viewport_size({"width": width, "height": 740})
    wide = {}
    for path in places(theme, language):
        page.goto(path)
        wide[path] = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
    page.close()
    assert [path for path, over in wide.items() if over] == []
