"""What browser tests of the desk do alike: words of the page, a comment from the public, a form of an act."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from portal.words import words_for
from tests.processes.serving import CLAUSE, SLUG, VERSION


def word(key: str, language: str, **values: str) -> str:
    return str(words_for(language).text(key, **values))


def follow(target: Locator) -> None:
    """Click a link or a button that opens a page, and wait until that page is there."""
    with target.page.expect_navigation():
        target.click()


def send(page: Page, text: str, language: str = "en") -> tuple[str, str]:
    """One comment by the public form; its receipt's code and its id."""
    page.goto(f"/{language}/{SLUG}/{VERSION}/{CLAUSE}")
    page.get_by_label(word("form.body", language), exact=True).fill(text)
    follow(page.get_by_role("button", name=word("form.send", language), exact=True))
    expect(page.get_by_text(text)).to_be_visible()
    code = page.url.rpartition("/")[2].partition("?")[0]
    answer = page.request.get(f"/api/v1/receipts/{code}").json()
    return code, str(answer["comments"][0]["id"])


def deed(page: Page, act: str) -> Locator:
    """The form of one act on the comment that is open, unfolded where it is folded."""
    form = f'form.deed[action$="/{act}"]'
    unfold(page, form)
    return page.locator(form)


def unfold(page: Page, inside: str) -> None:
    """Open the folded part of a page that holds what a selector names; nothing where none is folded."""
    folded = page.locator(f"details:not([open]):has({inside}) > summary")
    if folded.count():
        folded.first.click()
