"""A citizen's ways in Chromium without JavaScript: many clauses, another phone, edit, withdraw, appeal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from portal.words import words_for
from tests.browser.acting import deed, follow, unfold
from tests.processes.serving import CLAUSE, SLUG, VERSION, Served, until

LANGUAGES = ("en", "ur")
WORDS = {
    "en": ("Jacaranda cameras need a judge", "Say who keeps the footage", "A good draft on the whole"),
    "ur": (
        "گل مہر کیمروں کے لیے جج کا حکم ہو",
        "بتائیں کہ ریکارڈ کون رکھے گا",
        "مجموعی طور پر اچھا مسودہ ہے",
    ),
}


def word(key: str, language: str) -> str:
    return str(words_for(language).text(key))


def button(page: Page, key: str, language: str) -> None:
    follow(page.get_by_role("button", name=word(key, language), exact=True))


def write(page: Page, language: str, text: str) -> None:
    page.get_by_label(word("form.body", language), exact=True).fill(text)


@pytest.fixture
def other_phone(browser: Browser, served: Served) -> Iterator[BrowserContext]:
    context = browser.new_context(
        base_url=served.address,
        java_script_enabled=False,
        user_agent="Another phone",
        viewport={"width": 320, "height": 640},
    )
    yield context
    context.close()


def send(page: Page, language: str, text: str) -> str:
    """One comment by the form; its receipt's code."""
    page.goto(f"/{language}/{SLUG}/{VERSION}/{CLAUSE}")
    write(page, language, text)
    button(page, "form.send", language)
    expect(page.get_by_text(text)).to_be_visible()
    return page.url.rpartition("/")[2].partition("?")[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_many_clauses_with_a_wording_gone_on_with_on_another_phone(
    citizen: BrowserContext, other_phone: BrowserContext, served: Served, language: str
) -> None:
    first, second, third = WORDS[language]
    page = citizen.new_page()
    page.goto(f"/{language}/{SLUG}/{VERSION}/{CLAUSE}")
    write(page, language, first)
    page.get_by_text(word("form.suggested_wording", language)).click()
    box = page.locator("#field-suggested_wording")
    changed = box.input_value().replace("(1)", "(1) 2027:")
    box.fill(changed)
    button(page, "form.keep", language)
    code = page.url.rpartition("/")[2]
    expect(page.get_by_text(word("answers.private", language))).to_be_visible()
    expect(page.get_by_text(first)).to_be_visible()
    assert citizen.cookies() == []

    phone = other_phone.new_page()
    phone.goto(f"/{language}/answers/")
    phone.get_by_label(word("answers.code", language)).fill(code.lower())
    button(phone, "answers.go_on", language)
    expect(phone.get_by_text(first)).to_be_visible()
    phone.goto(f"/{language}/answers/{code}/part_2__sec_2__cl_2?away=1")
    write(phone, language, second)
    button(phone, "answers.save", language)
    phone.goto(f"/{language}/answers/{code}/whole?away=1")
    write(phone, language, third)
    button(phone, "answers.save", language)
    follow(phone.get_by_role("link", name=word("answers.check", language)))
    expect(phone.locator(".redline-text ins").first).to_contain_text("2027:")
    sends = str(words_for(language).plural("answers.send", 3))
    follow(phone.get_by_role("button", name=sends))
    expect(phone.get_by_role("alert")).to_be_visible()
    phone.get_by_label(word("answers.confirm", language)).check()
    follow(phone.get_by_role("button", name=sends))
    for text in (first, second, third):
        expect(phone.get_by_text(text)).to_be_visible()
    assert "/receipts/" in phone.url
    assert other_phone.cookies() == []
    assert served.client.get(f"/{language}/answers/{code}").status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_comment_is_changed_and_withdrawn_and_gone_everywhere_within_ten_seconds(
    citizen: BrowserContext, served: Served, language: str
) -> None:
    mark = {"en": "Zarbakht", "ur": "زربخت"}[language]
    page = citizen.new_page()
    code = send(page, language, f"{WORDS[language][0]} {mark} 1")
    name = served.client.get(f"/api/v1/receipts/{code}").json()["comments"][0]["id"]
    follow(page.locator(f'a[href*="/comments/{name}"][href*="/receipts/"]').first)
    write(page, language, f"{WORDS[language][1]} {mark} 2")
    button(page, "receipt_edit.save", language)
    expect(page.get_by_text(f"{mark} 2")).to_be_visible()
    seen = (
        f"/{language}/{SLUG}/{VERSION}/{CLAUSE}",
        f"/{language}/{SLUG}/feed",
        f"/api/v1/consultations/{SLUG}/drafts/{VERSION}/clauses/{CLAUSE}/comments",
        f"/api/v1/search?q={mark}&consultation={SLUG}",
        f"/{language}/{SLUG}/search?q={mark}",
    )
    for address in seen:
        until(lambda at=address: name in served.client.get(at).text, f"{address} shows it", within=10)  # type: ignore[misc]

    page.goto(f"/{language}/receipts/{code}")
    unfold(page, 'form[action$="/withdraw"]')
    page.locator('form[action$="/withdraw"] input[type=checkbox]').first.check()
    follow(page.locator('form[action$="/withdraw"] button').first)
    assert served.client.get(f"/api/v1/receipts/{code}").json()["comments"][0]["status"] == "withdrawn"
    for address in seen:
        until(lambda at=address: name not in served.client.get(at).text, f"{address} lost it", within=10)  # type: ignore[misc]
    assert served.client.get(f"/{language}/{SLUG}/comments/{name}").status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_withheld_comment_is_objected_to_and_shown_after_all(
    citizen: BrowserContext,
    browser: Browser,
    served: Served,
    signed_in: dict[str, Any],
    language: str,
) -> None:
    page = citizen.new_page()
    code = send(page, language, f"{WORDS[language][0]} — 3")
    name = served.client.get(f"/api/v1/receipts/{code}").json()["comments"][0]["id"]
    desk = browser.new_context(base_url=served.address, java_script_enabled=False, storage_state=signed_in)
    official = desk.new_page()
    official.goto(f"/{language}/desk/comments/{name}")
    withhold = deed(official, "withhold")
    withhold.locator('input[value="off_topic"]').check()
    follow(withhold.locator("button"))

    page.goto(f"/{language}/receipts/{code}")
    expect(page.get_by_text(word("reason.off_topic", language)).first).to_be_visible()
    unfold(page, 'form[action$="/appeal"]')
    page.locator('form[action$="/appeal"] textarea').fill("It is about cameras. یہ کیمروں کے بارے میں ہے۔")
    follow(page.locator('form[action$="/appeal"] button'))
    expect(page.get_by_text("It is about cameras.")).to_be_visible()

    official.goto(f"/{language}/desk/queue?state=appeals")
    follow(official.locator(f'a[href*="/comments/{name}"]').first)
    follow(official.locator('form[action$="/appeal"]').first.locator("button"))
    assert served.client.get(f"/api/v1/receipts/{code}").json()["comments"][0]["status"] == "published"
    page.goto(f"/{language}/receipts/{code}")
    expect(page.get_by_text("It is about cameras.")).to_be_visible()
    desk.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_private_pages_and_none_scrolls_sideways(
    browser: Browser, served: Served, language: str
) -> None:
    context = browser.new_context(
        base_url=served.address, bypass_csp=True, viewport={"width": 320, "height": 640}
    )
    page = context.new_page()
    page.goto(f"/{language}/{SLUG}/{VERSION}/{CLAUSE}")
    write(page, language, WORDS[language][0])
    button(page, "form.keep", language)
    code = page.url.rpartition("/")[2]
    receipt = send(page, language, f"{WORDS[language][2]} 4")
    name = served.client.get(f"/api/v1/receipts/{receipt}").json()["comments"][0]["id"]
    for path in (
        f"answers/{code}",
        f"answers/{code}/{CLAUSE}",
        f"answers/{code}/whole",
        f"answers/{code}/review?away=1",
        f"receipts/{receipt}",
        f"receipts/{receipt}/comments/{name}",
    ):
        page.goto(f"/{language}/{path}")
        rows = Axe().run(page).response["violations"]
        found = [f"{row['id']}: {node['html'][:160]}" for row in rows for node in row["nodes"]]
        assert found == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
    context.close()
