"""In Chromium: the story without JavaScript, axe on every page, small screens, keyboard, nothing foreign."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from portal.words import words_for
from tests.browser.acting import follow
from tests.processes.serving import CLAUSE, SLUG, Served, until

WORDS = "چہرہ پہچاننے والے کیمرے صرف عدالت کے حکم سے لگیں، اور ریکارڈ تیس دن میں مٹا دیا جائے۔"
CAMERAS = f"/{{lang}}/{SLUG}/v1/{CLAUSE}"
PUBLIC = (
    "/{lang}/",
    f"/{{lang}}/{SLUG}/",
    f"/{{lang}}/{SLUG}/?open=all",
    CAMERAS,
    f"/{{lang}}/{SLUG}/v1/part_2__sec_2__cl_2",
    f"/{{lang}}/{SLUG}/v1/part_1",
    f"/{{lang}}/{SLUG}/v1/whole",
    f"/{{lang}}/{SLUG}/comments/C-0001",
    f"/{{lang}}/{SLUG}/search",
    f"/{{lang}}/{SLUG}/search?q=court",
    f"/{{lang}}/{SLUG}/search?q=zzzzqqq",
    f"/{{lang}}/{SLUG}/balance",
    "/{lang}/receipts/",
    "/{lang}/receipts/nothing",
    "/{lang}/receipts/lost",
    "/{lang}/answers/",
    "/{lang}/answers/nothing",
    "/{lang}/help",
    "/{lang}/privacy",
    "/{lang}/accessibility",
    f"{CAMERAS}?view=both",
    f"{CAMERAS}?position=oppose",
    f"/{{lang}}/{SLUG}/v1/text",
    f"/{{lang}}/{SLUG}/comments/C-0001/report",
    "/{lang}/nowhere/",
    "/{lang}/desk/sign-in",
    "/{lang}/desk/sign-in/0",
    f"/{{lang}}/{SLUG}/results",
)
DESK = (
    "/{lang}/desk/overview",
    "/{lang}/desk/audit",
    "/{lang}/desk/audit?act=comments.submit&check=all",
    "/{lang}/desk/consultation",
    "/{lang}/desk/queue",
    "/{lang}/desk/queue?state=published",
    "/{lang}/desk/queue?state=appeals",
    "/{lang}/desk/queue?state=reported",
    "/{lang}/desk/queue?state=withheld&done=C-0001",
    "/{lang}/desk/saved",
    "/{lang}/desk/words",
    "/{lang}/desk/search?q=court+position:nonsense",
    "/{lang}/desk/search?q=zzzzqqq",
    "/{lang}/desk/search?like=C-0015",
    "/{lang}/desk/account",
    "/{lang}/desk/comments/C-9999",
    "/{lang}/desk/nowhere",
    "/{lang}/desk/letters",
    "/{lang}/desk/search?q=court",
    "/{lang}/desk/comments/C-0054",
    "/{lang}/desk/comments/C-0001",
    "/{lang}/desk/queue?state=mine",
    "/{lang}/desk/comments/C-0054?list=pending",
    "/{lang}/desk/tags",
    "/{lang}/desk/clauses",
    "/{lang}/desk/clauses/national-ai-policy/part_5__sec_4__cl_2",
    "/{lang}/desk/second-look",
    "/{lang}/desk/coding",
    "/{lang}/desk/coding/results",
    "/{lang}/desk/themes",
    "/{lang}/desk/themes/T-0001",
    "/{lang}/desk/figures",
    "/{lang}/desk/figures?from=2026-01-01&channel=web",
    "/{lang}/desk/reports",
    "/{lang}/desk/account/setup",
    "/{lang}/desk/colleagues",
    "/{lang}/desk/colleagues/invite",
    "/{lang}/desk/colleagues/1",
    "/{lang}/desk/outcomes",
    f"/{{lang}}/desk/outcomes/clause/{SLUG}/{CLAUSE}",
    f"/{{lang}}/desk/outcomes/clause/{SLUG}/whole",
)


def word(key: str, language: str) -> str:
    return str(words_for(language).text(key))


@pytest.fixture(scope="module")
def looking(browser: Browser, served: Served, signed_in: dict[str, Any]) -> Iterator[BrowserContext]:
    """A browser with JavaScript for axe alone, signed in at the desk; the pages themselves use none."""
    context = browser.new_context(
        base_url=served.address,
        bypass_csp=True,
        storage_state=signed_in,
        viewport={"width": 1280, "height": 900},
    )
    yield context
    context.close()


def send(page: Page, language: str) -> str:
    """Comment by the form; the receipt's code."""
    page.goto(CAMERAS.format(lang=language))
    page.get_by_role("radio", name=word("position.mixed", language), exact=True).check()
    page.get_by_label(word("form.body", language), exact=True).fill(WORDS)
    follow(page.get_by_role("button", name=word("form.send", language)))
    expect(page.get_by_text(WORDS)).to_be_visible()
    return page.url.rpartition("/")[2]


def test_the_whole_story_without_javascript(
    citizen: BrowserContext, browser: Browser, served: Served, signed_in: dict[str, Any]
) -> None:
    page = citizen.new_page()
    code = send(page, "ur")
    assert citizen.cookies() == []
    page.goto("/ur/receipts/")
    page.get_by_label(word("receipt_lookup.code", "ur")).fill(code.lower().replace("-", ""))
    follow(page.get_by_role("button", name=word("receipt_lookup.show", "ur")))
    expect(page.get_by_text(WORDS)).to_be_visible()
    name = served.client.get(f"/api/v1/receipts/{code}").json()["comments"][0]["id"]
    query = {"q": '"عدالت کے حکم"', "consultation": SLUG}
    until(
        lambda: name in served.client.get("/api/v1/search", params=query).text,
        "the worker puts the comment into the index",
        within=5,
    )

    desk = browser.new_context(base_url=served.address, java_script_enabled=False, storage_state=signed_in)
    official = desk.new_page()
    official.goto("/en/desk/search")
    official.get_by_role("searchbox").fill("عدالت ریکارڈ تیس")
    follow(official.get_by_role("button", name="Search"))
    follow(official.get_by_role("link", name=name, exact=True))
    expect(official.get_by_text(WORDS)).to_be_visible()

    official.goto("/en/desk/themes")
    before = official.get_by_role("link").all_inner_texts()
    follow(official.get_by_role("button", name=word("themes.again", "en")))
    theme = until(lambda: holding(served, desk, name), "a new run holds the comment", within=60)
    official.goto(f"/en/desk/themes/{theme}")
    follow(official.get_by_role("button", name=word("theme.accept", "en")))
    expect(official.get_by_role("button", name=word("theme.accept", "en"))).to_have_count(0)
    assert before

    official.goto("/en/desk/reports")
    official.get_by_role("radio", name=word("format.json", "en")).check()
    with official.expect_download() as made:
        official.get_by_role("button", name=word("reports.export", "en")).click()
    report = json.loads(made.value.path().read_text(encoding="utf-8"))
    accepted = [row for row in report["themes"] if row["status"] == "accepted"]
    assert any(name in row["comment_ids"] for row in accepted)

    official.get_by_role("radio", name=word("format.csv", "en")).check()
    follow(official.get_by_role("button", name=word("report_files.make", "en")))
    link = official.get_by_role("link", name=word("format.csv", "en"))
    until(
        lambda: official.goto("/en/desk/reports") and link.count(), "the worker makes the report", within=60
    )
    with official.expect_download() as kept:
        link.click()
    assert WORDS in kept.value.path().read_text(encoding="utf-8")
    desk.close()


def holding(served: Served, desk: BrowserContext, name: str) -> str | None:
    """The candidate over a clause or the draft that holds a comment, once there is one."""
    page = desk.new_page()
    page.goto(f"/en/desk/comments/{name}")
    links = page.locator('a[href*="/desk/themes/T-"]')
    found = links.first.get_attribute("href") if links.count() else None
    page.close()
    return found.split("/themes/")[1].split("?")[0] if found else None


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{row['id']}: {node['html'][:120]}" for row in found for node in row["nodes"]]


@pytest.mark.parametrize("language", ["en", "ur"])
@pytest.mark.parametrize("path", [*PUBLIC, *DESK])
def test_axe_finds_no_violation(looking: BrowserContext, path: str, language: str) -> None:
    page = looking.new_page()
    page.goto(path.format(lang=language))
    assert violations(page) == []
    page.close()


@pytest.mark.parametrize("language", ["en", "ur"])
def test_axe_finds_no_violation_in_a_form_with_errors_and_on_a_receipt(
    looking: BrowserContext, language: str
) -> None:
    page = looking.new_page()
    page.goto(CAMERAS.format(lang=language))
    follow(page.get_by_role("button", name=word("form.send", language)))
    expect(page.get_by_role("alert")).to_be_visible()
    assert violations(page) == []
    code = send(page, language)
    assert code in page.url
    assert violations(page) == []
    page.close()


@pytest.mark.parametrize("width", [320, 360])
@pytest.mark.parametrize("language", ["en", "ur"])
def test_no_page_scrolls_sideways_on_a_small_screen(
    looking: BrowserContext, language: str, width: int
) -> None:
    page = looking.new_page()
    page.set_viewport_size({"width": width, "height": 740})
    wide = {}
    for path in (*PUBLIC, *DESK):
        page.goto(path.format(lang=language))
        if over := sideways(page):
            wide[path] = over
    page.close()
    assert wide == {}


def sideways(page: Page) -> int:
    """By how many pixels a page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.mark.parametrize("width", [320, 360])
@pytest.mark.parametrize("language", ["en", "ur"])
def test_neither_a_form_with_errors_nor_a_receipt_scrolls_sideways(
    looking: BrowserContext, language: str, width: int
) -> None:
    page = looking.new_page()
    page.set_viewport_size({"width": width, "height": 740})
    page.goto(CAMERAS.format(lang=language))
    follow(page.get_by_role("button", name=word("form.send", language)))
    expect(page.get_by_role("alert")).to_be_visible()
    assert sideways(page) == 0
    send(page, language)
    assert sideways(page) == 0
    page.close()


@pytest.mark.parametrize("language", ["en", "ur"])
def test_axe_finds_no_violation_in_the_dark(
    browser: Browser, served: Served, signed_in: dict[str, Any], language: str
) -> None:
    context = browser.new_context(
        base_url=served.address, bypass_csp=True, storage_state=signed_in, color_scheme="dark"
    )
    page = context.new_page()
    found = {}
    for path in (*PUBLIC[1:4], *PUBLIC[7:10], *DESK):
        page.goto(path.format(lang=language))
        if seen := violations(page):
            found[path] = seen
    context.close()
    assert found == {}


def test_public_pages_set_no_cookie_and_load_nothing_from_elsewhere(browser: Browser, served: Served) -> None:
    context = browser.new_context(base_url=served.address)
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for path in PUBLIC[:11]:
        page.goto(path.format(lang="ur"))
    assert all(url.startswith(served.address) for url in asked)
    assert said == []
    assert context.cookies() == []
    context.close()


@pytest.mark.parametrize("language", ["en", "ur"])
def test_the_keyboard_comes_first_to_the_skip_link_and_reaches_the_form(
    citizen: BrowserContext, language: str
) -> None:
    page = citizen.new_page()
    page.goto(CAMERAS.format(lang=language))
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    expect(focused).to_have_attribute("href", "#main")
    expect(focused).to_be_in_viewport()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.locator("textarea:focus").count():
            break
    expect(page.locator("textarea:focus")).to_have_count(1)
    outline = page.locator("textarea:focus").evaluate("e => getComputedStyle(e).outlineWidth")
    assert float(outline.removesuffix("px")) >= 2
