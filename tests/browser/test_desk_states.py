"""The desk in every state of a comment, and where an act was refused: axe finds nothing, nothing sideways."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.acting import deed, follow, send, unfold, word
from tests.processes.serving import SLUG, Served

LANGUAGES = ("en", "ur")
CARD = "35202-7654321-3"
OVER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass
class Desk:
    """Two officials on phones; scripts run for axe alone."""

    first: Page
    other: Page
    language: str
    wrong: dict[str, object] = field(default_factory=dict)

    def go(self, page: Page, path: str) -> None:
        page.goto(f"/{self.language}/desk/{path}")

    def press(self, page: Page, act: str, key: str) -> None:
        """The button of an act, and wait for the page that answers."""
        follow(deed(page, act).get_by_role("button", name=word(key, self.language), exact=True))

    def send(self, page: Page, key: str) -> None:
        """Any button by its words, and wait for the page that answers."""
        follow(page.get_by_role("button", name=word(key, self.language), exact=True))

    def look(self, page: Page, name: str) -> None:
        """Note what axe finds, in light and in the dark, and what is wider than the screen."""
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            rows = Axe().run(page).response["violations"]
            if found := [f"{row['id']}: {node['html'][:160]}" for row in rows for node in row["nodes"]]:
                self.wrong[f"{name}, {scheme}"] = found
        if over := page.evaluate(OVER):
            self.wrong[f"{name}, sideways"] = over


@pytest.fixture
def desk(
    browser: Browser,
    served: Served,
    signed_in: dict[str, Any],
    second_state: dict[str, Any],
    request: pytest.FixtureRequest,
) -> Iterator[Desk]:
    contexts = [
        browser.new_context(
            base_url=served.address,
            bypass_csp=True,
            storage_state=state,  # type: ignore[arg-type]
            viewport={"width": 360, "height": 740},
        )
        for state in (signed_in, second_state)
    ]
    first, other = (context.new_page() for context in contexts)
    yield Desk(first, other, request.node.callspec.params["language"])
    for context in contexts:
        context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_comment_is_clean_in_every_state(citizen: BrowserContext, desk: Desk, language: str) -> None:
    public = citizen.new_page()
    code, name = send(public, f"Acacia {CARD} {language}", language)
    page = desk.first
    desk.go(page, f"comments/{name}?list=pending")
    desk.look(page, "pending")
    for folded in ("redact", "withhold", "spam"):
        expect(page.locator(f'form.deed[action$="/{folded}"]')).to_be_hidden()

    desk.press(page, "redact", "acts.redact")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator('form.deed[action$="/redact"]')).to_be_visible()
    expect(page.locator('form.deed[action$="/withhold"]')).to_be_hidden()
    desk.look(page, "refused: no reason (422)")
    deed(page, "redact").get_by_label(word("reason.personal_data", language), exact=True).check()
    desk.press(page, "redact", "acts.redact")
    desk.go(page, f"comments/{name}?done={name}")
    desk.look(page, "published with parts taken out")
    desk.send(page, "redact.read_original")
    desk.look(page, "what was sent")

    public.goto(f"/{language}/{SLUG}/comments/{name}/report")
    public.locator('main input[type="radio"]').first.check()
    follow(public.locator("main form button").first)
    desk.go(page, f"comments/{name}?list=reported")
    desk.look(page, "reported")

    deed(page, "withhold").get_by_label(word("reason.legal", language), exact=True).check()
    desk.press(page, "withhold", "acts.withhold")
    public.goto(f"/{language}/receipts/{code}")
    folded = public.locator('details:not([open]):has(form[action$="/appeal"]) > summary')
    if folded.count():
        folded.first.click()
    public.locator('form[action$="/appeal"] textarea').fill("Acacia is a tree.")
    follow(public.locator('form[action$="/appeal"] button'))
    desk.go(page, f"comments/{name}?list=appeals")
    desk.look(page, "objection, not one's own to judge")
    desk.go(desk.other, f"comments/{name}?list=appeals")
    desk.look(desk.other, "objection")
    desk.send(desk.other, "acts.appeal.keep")
    desk.look(desk.other, "objection, refused: no answer (422)")
    desk.other.locator("#field-note").fill("It names a card.")
    desk.send(desk.other, "acts.appeal.keep")
    desk.go(page, f"comments/{name}")
    desk.look(page, "withheld, objection decided")
    desk.press(page, "spam", "acts.spam")
    desk.look(page, "spam")
    assert desk.wrong == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_officials_write_around_a_comment_is_clean(
    citizen: BrowserContext, desk: Desk, language: str
) -> None:
    _, name = send(citizen.new_page(), f"Cedar {language}", language)
    page = desk.first
    desk.go(page, "tags")
    desk.send(page, "tags.add")
    desk.look(page, "codebook, refused (422)")
    page.get_by_label(word("tags.name", language), exact=True).fill(f"trees {language}")
    page.get_by_label(word("tags.meaning", language), exact=True).fill("Whatever grows. جو اگتا ہے۔")
    desk.send(page, "tags.add")
    desk.look(page, "codebook")
    desk.go(page, f"comments/{name}")
    unfold(page, "#tags")
    desk.send(page, "work.tag.button")
    unfold(page, "#notes")
    page.get_by_label(word("work.note", language), exact=True).fill("Ask the forest office. جنگلات")
    desk.send(page, "work.note.button")
    deed(page, "assign")
    page.get_by_label(word("work.to", language), exact=True).select_option(index=1)
    desk.send(page, "work.assign.button")
    desk.look(page, "tag, note and task")
    desk.go(page, "search?q=trees")
    page.locator('form[action$="/desk/saved"] input[name="name"]').fill(f"Trees {language}")
    follow(page.locator('form[action$="/desk/saved"] button'))
    desk.look(page, "saved searches")
    assert desk.wrong == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_second_look_and_refusals_are_clean(citizen: BrowserContext, desk: Desk, language: str) -> None:
    _, name = send(citizen.new_page(), f"Poplar {CARD} {language}", language)
    for page in (desk.first, desk.other):
        desk.go(page, f"comments/{name}")
    desk.press(desk.first, "publish", "acts.publish")
    desk.press(desk.other, "publish", "acts.publish")
    expect(desk.other.get_by_role("alert")).to_contain_text(word("error.conflict.seen", language))
    desk.look(desk.other, "somebody else was faster (409)")

    other = desk.other
    desk.go(other, "second-look")
    desk.send(other, "second.draw.button")
    desk.look(other, "second look, refused (422)")
    other.get_by_label(word("second.size", language), exact=True).fill("50")
    desk.send(other, "second.draw.button")
    expect(other.get_by_text(word("second.question", language))).to_be_visible()
    desk.look(other, "second look")
    desk.send(other, "second.published")
    desk.look(other, "second look, judged")

    desk.go(desk.first, "queue?state=published")
    desk.send(desk.first, "work.mark_read")
    desk.look(desk.first, "nothing chosen (422)")
    refused = {"colleagues": 403, "audit": 403, "comments/C-99999": 404, "themes/T-9999": 404}
    for path, status in refused.items():
        answered = other.goto(f"/{language}/desk/{path}")
        assert answered is not None
        assert answered.status == status
        desk.look(other, f"{path} ({status})")
    assert desk.wrong == {}
