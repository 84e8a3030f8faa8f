"""Officials at work in Chromium without JavaScript: find, take parts out, judge anew, save, take along."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from portal.words import words_for
from tests.browser.acting import deed, follow, send, word
from tests.processes.serving import CLAUSE, SLUG, VERSION, Served, until

LANGUAGES = ("en", "ur")
CARD = "35202-7654321-3"
PHONE = "0300-1234567"
FORMULA = "=HYPERLINK(1)"


def ask(page: Page, q: str, language: str = "en") -> None:
    """Type into the query box of the desk and send it."""
    page.goto(f"/{language}/desk/search")
    page.get_by_role("searchbox").fill(q)
    follow(page.get_by_role("button", name=word("search.button", language), exact=True))


def indexed(served: Served, name: str, q: str) -> None:
    """Wait until the worker has put a published comment into the index."""
    query = {"q": q, "consultation": SLUG}
    until(
        lambda: name in served.client.get("/api/v1/search", params=query).text, f"{name} is found", within=10
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_english_word_finds_urdu_and_roman_urdu_and_a_figure_writes_the_query(
    official: Page, language: str
) -> None:
    ask(official, "privacy", language)
    marked = official.locator("main mark")
    expect(marked.filter(has_text="رازداری").first).to_be_visible()
    expect(marked.filter(has_text="Raazdari").first).to_be_visible()
    expect(official.locator(".meta", has_text="raazdari")).to_be_visible()
    before = official.locator("article.found").count()

    follow(official.locator("#figures").get_by_role("link", name=word("position.oppose", language)))
    box = official.get_by_role("searchbox")
    expect(box).to_have_value("privacy position:oppose")
    expect(official.locator("article.found")).to_have_count(before - 1)
    chosen = official.locator('#figures a[aria-current="true"]')
    expect(chosen).to_have_text(word("position.oppose", language))
    follow(chosen)
    expect(box).to_have_value("privacy")
    expect(official.locator("article.found")).to_have_count(before)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_slip_is_put_right_and_a_wrong_limit_is_said_and_more_like_one_is_found(
    official: Page, language: str
) -> None:
    ask(official, "privcy", language)
    expect(official.get_by_text(word("search.did_you_mean", language))).to_be_visible()
    follow(official.get_by_role("link", name="privacy", exact=True))
    expect(official.get_by_role("searchbox")).to_have_value("privacy")
    expect(official.locator("article.found").filter(has_text="رازداری").first).to_be_visible()

    first = official.locator("article.found", has_text="C-0025")
    follow(first.get_by_role("link", name=word("search.more_like", language)))
    expect(official.get_by_text(word("search.like", language, id="C-0025"))).to_be_visible()
    expect(official.locator("article.found").first).to_be_visible()
    expect(official.locator("article.found a.code", has_text="C-0025")).to_have_count(0)
    follow(official.get_by_role("link", name=word("search.like.leave", language)))
    assert "like=" not in official.url

    ask(official, "court position:nonsense", language)
    note = official.locator(".query-note")
    expect(note).to_have_text(word("query.value", language, what="position:nonsense"))
    expect(official.get_by_role("searchbox")).to_have_value("court position:nonsense")


@pytest.mark.parametrize("language", LANGUAGES)
def test_private_numbers_are_taken_out_and_everyone_sees_where_and_why(
    citizen: BrowserContext, official: Page, served: Served, language: str
) -> None:
    page = citizen.new_page()
    mark = {"en": "Sherzaman", "ur": "شیرزمان"}[language]
    code, name = send(page, f"{mark} {CARD} {mark} {PHONE} {mark}", language)
    _, following = send(page, f"{mark} 2: {CARD}", language)

    official.goto(f"/{language}/desk/queue")
    follow(official.locator("article.found", has_text=name).locator("a.go"))
    form = deed(official, "redact")
    found = form.get_by_role("checkbox")
    expect(found).to_have_count(2)
    for number, box in zip((CARD, PHONE), found.all(), strict=True):
        expect(form.locator("label.choice", has_text=number)).to_be_visible()
        expect(box).to_be_checked()
    form.get_by_label(word("reason.personal_data", language), exact=True).check()
    follow(form.get_by_role("button", name=word("acts.redact", language), exact=True))
    expect(official.get_by_role("heading", level=1)).to_have_text(
        word("comment.title", language, id=following)
    )
    expect(official.get_by_role("status")).to_contain_text(name)

    page.goto(f"/{language}/{SLUG}/comments/{name}")
    shown = page.locator("main .comment")
    expect(shown.locator(".said")).to_have_text(f"{mark} […] {mark} […] {mark}")
    expect(shown.locator(".taken-out")).to_contain_text(word("reason.personal_data", language))
    for address in (f"/{language}/{SLUG}/comments/{name}", f"/{language}/{SLUG}/{VERSION}/{CLAUSE}"):
        assert CARD not in served.client.get(address).text
    page.goto(f"/{language}/receipts/{code}")
    expect(page.locator(".out")).to_contain_text([CARD, PHONE])
    expect(page.get_by_text(word("reason.personal_data", language)).first).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_objection_is_decided_by_another_official_than_the_one_who_withheld(
    citizen: BrowserContext, official: Page, second: Page, served: Served, language: str
) -> None:
    page = citizen.new_page()
    why = {"en": "It names no one. Please look again.", "ur": "اس میں کسی کا نام نہیں۔ دوبارہ دیکھیے۔"}[
        language
    ]
    code, name = send(page, {"en": "Judges before cameras", "ur": "کیمروں سے پہلے جج"}[language], language)
    official.goto(f"/{language}/desk/comments/{name}")
    form = deed(official, "withhold")
    form.get_by_label(word("reason.abuse", language), exact=True).check()
    follow(form.get_by_role("button", name=word("acts.withhold", language), exact=True))

    page.goto(f"/{language}/receipts/{code}")
    folded = page.locator('details:not([open]):has(form[action$="/appeal"]) > summary')
    if folded.count():
        folded.first.click()
    page.locator('form[action$="/appeal"] textarea').fill(why)
    follow(page.locator('form[action$="/appeal"] button'))
    expect(page.get_by_text(why)).to_be_visible()

    official.goto(f"/{language}/desk/queue?state=appeals")
    follow(official.locator("article.found", has_text=name).locator("a.go"))
    expect(official.get_by_text(why)).to_be_visible()
    expect(official.get_by_text(word("acts.appeal.not_yours", language))).to_be_visible()
    expect(deed(official, "appeal")).to_have_count(0)

    second.goto(f"/{language}/desk/queue?state=appeals")
    follow(second.locator("article.found", has_text=name).locator("a.go"))
    expect(second.get_by_text(word("acts.appeal.not_yours", language))).to_have_count(0)
    follow(second.get_by_role("button", name=word("acts.appeal.publish", language), exact=True))
    expect(second.get_by_role("status")).to_contain_text(name)
    assert served.client.get(f"/{language}/{SLUG}/comments/{name}").status_code == 200
    page.goto(f"/{language}/receipts/{code}")
    decided = word("receipt.appeal.outcome.published", language, date="\x00").partition("\x00")
    expect(page.get_by_text(max(decided, key=len).strip()).first).to_be_visible()


def test_a_saved_search_says_what_came_since_the_last_look(
    citizen: BrowserContext, official: Page, served: Served
) -> None:
    page = citizen.new_page()
    _, first = send(page, "Tamarisk hedges round the server farm")
    indexed(served, first, "tamarisk")
    ask(official, "tamarisk")
    expect(official.locator("article.found")).to_have_count(1)
    saving = official.locator('form[action$="/desk/saved"]')
    follow(saving.get_by_role("button", name=word("saved.button", "en"), exact=True))
    expect(official.get_by_role("alert")).to_be_visible()
    expect(official.get_by_role("searchbox")).to_have_value("tamarisk")
    saving.get_by_label(word("saved.name", "en"), exact=True).fill("Hedges")
    follow(saving.get_by_role("button", name=word("saved.button", "en"), exact=True))
    row = official.locator("main li", has_text="Hedges")
    expect(row).to_contain_text(word("saved.nothing_new", "en"))

    _, later = send(page, "Tamarisk needs water too")
    indexed(served, later, "tamarisk")
    official.reload()
    follow(row.get_by_role("button", name=str(words_for("en").plural("saved.new", 1))))
    expect(official.locator("article.found a.code")).to_have_text([later])
    official.goto("/en/desk/saved")
    expect(row).to_contain_text(word("saved.nothing_new", "en"))
    follow(row.get_by_role("button", name=word("saved.open", "en")))
    expect(official.locator("article.found")).to_have_count(2)
    official.goto("/en/desk/saved")
    follow(row.get_by_role("button", name=word("saved.remove", "en")))
    expect(row).to_have_count(0)


def test_what_a_search_finds_opens_as_tables_in_which_no_cell_is_a_formula(
    citizen: BrowserContext, official: Page, served: Served
) -> None:
    page = citizen.new_page()
    typed = f"{FORMULA} judge the cameras"
    _, name = send(page, typed)
    indexed(served, name, "judge cameras")
    ask(official, "court")
    total = int(official.locator(".results h2").first.inner_text().split()[0])
    assert total > official.locator("article.found").count()

    header, *rows = list(csv.reader(io.StringIO(exported(official, "csv").decode("utf-8-sig"))))
    assert len(rows) == total
    by_id = {row[header.index("id")]: row for row in rows}
    assert by_id[name][header.index("body")] == f"'{typed}"
    assert not [cell for row in rows for cell in row if cell[:1] in "=+-@\t\r" and cell]

    sheet = openpyxl.load_workbook(io.BytesIO(exported(official, "xlsx"))).active
    cells = list(sheet.iter_rows(min_row=2))
    assert [row[0].value for row in cells] == [row[0] for row in rows]
    assert {cell.data_type for row in cells for cell in row} <= {"s", "n"}
    assert typed in [row[header.index("body")].value for row in cells]


def exported(page: Page, kind: str) -> bytes:
    """The file of what is found."""
    with page.expect_download() as made:
        page.locator(f'form[action$="/export"] button[value="{kind}"]').click()
    assert made.value.suggested_filename.endswith(f".{kind}")
    return made.value.path().read_bytes()


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_two_officials_on_one_comment_the_later_sees_the_conflict_and_keeps_the_words(
    citizen: BrowserContext, official: Page, second: Page, served: Served, language: str
) -> None:
    _, name = send(citizen.new_page(), f"Both look at this {CARD} {language}", language)
    for page in (official, second):
        page.goto(f"/{language}/desk/comments/{name}")
    form = deed(official, "publish")
    follow(form.get_by_role("button", name=word("acts.publish", language), exact=True))
    expect(official.get_by_role("status")).to_contain_text(name)

    note = {"en": "Please leave the number out.", "ur": "براہ کرم نمبر نہ لکھیں۔"}[language]
    form = deed(second, "withhold")
    form.get_by_label(word("reason.legal", language), exact=True).check()
    form.get_by_label(word("acts.note", language), exact=True).fill(note)
    with second.expect_response(lambda answer: answer.request.method == "POST") as answered:
        form.get_by_role("button", name=word("acts.withhold", language), exact=True).click()
    assert answered.value.status == 409
    expect(second.get_by_role("alert")).to_contain_text(word("error.conflict.seen", language))
    expect(form.get_by_label(word("acts.note", language), exact=True)).to_have_value(note)
    expect(form.get_by_label(word("reason.legal", language), exact=True)).to_be_checked()
    assert served.client.get(f"/{language}/{SLUG}/comments/{name}").status_code == 200

    follow(form.get_by_role("button", name=word("acts.withhold", language), exact=True))
    assert served.client.get(f"/{language}/{SLUG}/comments/{name}").status_code == 404
