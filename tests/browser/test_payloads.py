"""Hostile texts in every field that is shown, in Chromium with scripts on: none runs, none is even refused.

No violation of the content security policy may be reported: the policy is the second wall, not the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from portal.words import words_for
from tests.browser.payloads import PAYLOADS
from tests.processes.serving import CLAUSE, SEND, SLUG, Served, portal, serving, until

WATCH = """
window.hits = 0; window.refused = [];
window.hit = () => { window.hits += 1; };
document.addEventListener('securitypolicyviolation', event => window.refused.push(event.violatedDirective));
"""
TEXTS = tuple(f"x{number} {text} y{number}" for number, text in enumerate(PAYLOADS))
"""Each with words of its own, or lists would fold most of them."""
CLAUSE_TEXT = "The clause as this person would write it, with "


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A portal in which every comment, name, organisation and suggested wording is hostile."""
    with serving(tmp_path_factory.mktemp("attacked") / "data") as served:
        for start in range(0, len(TEXTS), 30):
            sent = served.client.post(SEND, json=submission(TEXTS[start : start + 30]))
            assert sent.status_code == 201, sent.text
        until(
            lambda: served.client.get("/api/v1/search", params={"q": ""}).json()["total"] > 0,
            "the worker indexes",
        )
        yield served


def submission(payloads: tuple[str, ...]) -> dict[str, Any]:
    line = " ".join(payloads[0].split())[:200]
    return {
        "submitter": "organisation",
        "name": re.sub(r"[\x00-\x1f]", " ", line),
        "organisation": re.sub(r"[\x00-\x1f]", " ", line[::-1] + line)[:200],
        "comments": [
            {"clause": CLAUSE, "body": text, "suggested_wording": CLAUSE_TEXT + text} for text in payloads
        ],
    }


@pytest.fixture(scope="module")
def watching(browser: Browser, attacked: Served) -> Iterator[BrowserContext]:
    """A browser with scripts, signed in at the desk, that counts what runs and what is refused."""
    link = portal(attacked.data, "reviewer", "add", "officer@ministry.example").stdout.decode().split()[-1]
    context = browser.new_context(base_url=attacked.address)
    context.add_init_script(WATCH)
    page = context.new_page()
    page.goto(link.replace(re.match(r"https?://[^/]+", link).group(), attacked.address))  # type: ignore[union-attr]
    page.get_by_role("button", name=str(words_for("en").text("link.button"))).click()
    page.wait_for_url(
        "**/desk/account/setup", wait_until="load"
    )  # a page closed while it loads can hang Chromium
    yield context
    context.close()


def harmless(page: Page, path: str) -> None:
    page.goto(path)
    page.wait_for_load_state("load")
    assert page.evaluate("window.hits") == 0, path
    assert page.evaluate("window.refused") == [], path


def follow(page: Page, path: str) -> Iterator[str]:
    """The page and those that "next" leads to."""
    while path:
        harmless(page, path)
        yield path
        following = page.locator('a[rel="next"]')
        path = following.first.get_attribute("href") or "" if following.count() else ""


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_there_are_more_than_two_hundred() -> None:
    assert len(PAYLOADS) > 200


@pytest.mark.parametrize("language", ["en", "ur"])
def test_every_text_stands_on_its_clause_as_it_was_written(watching: BrowserContext, language: str) -> None:
    page = watching.new_page()
    shown: set[str] = set()
    folded: list[str] = []
    for _ in follow(page, f"/{language}/{SLUG}/v1/{CLAUSE}"):
        shown |= {squeezed(text) for text in page.locator("article .said").all_text_contents()}
        folded += [link.get_attribute("href") or "" for link in page.locator(".twins a").all()]
    for path in folded:
        harmless(page, path)
        shown |= {squeezed(text) for text in page.locator("article .said").all_text_contents()}
    missing = [text for text in TEXTS if squeezed(text) not in shown]
    assert missing == []


@pytest.mark.parametrize("language", ["en", "ur"])
def test_no_page_for_citizens_runs_anything(
    watching: BrowserContext, attacked: Served, language: str
) -> None:
    page = watching.new_page()
    for path in follow(page, f"/{language}/{SLUG}/search?q=img"):
        assert path
    for number in range(1, len(PAYLOADS) + 1, 7):
        harmless(page, f"/{language}/{SLUG}/comments/C-{number:04d}")
    for text in PAYLOADS[::9]:
        page.goto(f"/{language}/{SLUG}/search?{urlencode({'q': text, 'clause': text[:200]})}")
        assert page.evaluate("window.hits") == 0, text
        assert page.evaluate("window.refused") == [], text


def test_a_receipt_shows_every_text_and_runs_none(watching: BrowserContext, attacked: Served) -> None:
    sent = attacked.client.post(SEND, json=submission(TEXTS[:30])).json()
    page = watching.new_page()
    harmless(page, f"/en/receipts/{sent['receipt']}")
    shown = squeezed("".join(page.locator(".said").all_text_contents()))
    assert all(squeezed(text) in shown for text in TEXTS[:30])


@pytest.mark.parametrize("language", ["en", "ur"])
def test_no_page_of_the_desk_runs_anything(watching: BrowserContext, language: str) -> None:
    page = watching.new_page()
    for path in follow(page, f"/{language}/desk/queue?state=published"):
        assert path
    for path in follow(page, f"/{language}/desk/search?q=img"):
        assert path
    for number in range(1, len(PAYLOADS) + 1, 7):
        harmless(page, f"/{language}/desk/comments/C-{number:04d}")
    for path in ("themes", "themes/T-0001", "reports"):
        harmless(page, f"/{language}/desk/{path}")


def test_a_form_that_comes_back_with_errors_shows_what_was_typed(watching: BrowserContext) -> None:
    page = watching.new_page()
    for text in PAYLOADS[::17]:
        page.goto(f"/en/{SLUG}/v1/{CLAUSE}")
        page.evaluate(
            """text => {
              for (const field of document.querySelectorAll('.ask textarea, .ask input[type=text]'))
                field.value = text;
              document.querySelector('.ask [name=email]').value = text;
            }""",
            text,
        )
        page.get_by_role("button", name=str(words_for("en").text("form.send")), exact=True).click()
        page.wait_for_load_state("load")
        assert page.evaluate("window.hits") == 0, text
        assert page.evaluate("window.refused") == [], text
        assert squeezed(page.locator("#field-body").input_value()) == squeezed(text)
