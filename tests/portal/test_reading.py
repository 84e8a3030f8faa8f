"""A reader's ways through a draft: contents, dates, both languages beside each other, another font."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
from sqlalchemy import update

from portal.models import Consultation
from portal.web import side_by_side
from tests import make
from tests.make import AT_CLAUSE, NOW, SLUG, House


async def test_a_clause_stands_in_both_languages_side_by_side(client: httpx.AsyncClient) -> None:
    page = (await client.get(f"{AT_CLAUSE}?view=both")).text
    assert "Every street has 12 trees" in page
    assert "ہر سڑک پر 12 درخت" in page
    assert f'href="{AT_CLAUSE}?view=both"' in (await client.get(AT_CLAUSE)).text
    assert 'class="both aligned"' in page


async def test_each_page_begins_with_its_own_language(client: httpx.AsyncClient) -> None:
    for language, other in (("en", "ur"), ("ur", "en")):
        page = (await client.get(f"/{language}/{SLUG}/v1/{make.CLAUSE}?view=both")).text
        both = page.split('class="both aligned"')[1]
        assert both.index(f'<section lang="{language}"') < both.index(f'<section lang="{other}"')


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        ("<p>a</p>\n<p>b<br>c</p>", "<p>ا</p><p>ب</p>", True),
        ("<p>a</p><ul><li>b</li><li>c</li></ul>", "<p>ا</p><ul><li>ب</li></ul>", True),
        ("<p>a</p><hr><p>b</p>", "<p>ا</p><hr><p>ب</p>", True),
        ("<p>a</p><p>b</p>", "<p>ا</p>", False),
        ("<p>a</p><p>b</p>", "<p>ا</p><ul><li>ب</li></ul>", False),
        ("", "", True),
    ],
)
def test_texts_of_the_same_blocks_can_stand_paragraph_beside_paragraph(
    first: str, second: str, alike: bool
) -> None:
    assert side_by_side.alike((first, second)) is alike


async def test_the_contents_lead_to_every_form_of_the_draft(client: httpx.AsyncClient) -> None:
    page = (await client.get(f"/en/{SLUG}/")).text
    for name in ("text", "text.pdf", "text.docx", "text.md", "form.pdf"):
        assert f'href="/en/{SLUG}/v1/{name}"' in page
    assert f'href="/en/{SLUG}/feed"' in page
    assert f'<form role="search" method="get" action="/en/{SLUG}/search">' in page
    assert 'href="/en/answers/"' in page
    assert "30 days left" in page or "29 days left" in page


async def test_after_closing_the_pages_say_so(house: House, client: httpx.AsyncClient) -> None:
    make.comment(house)
    house.clock.forward(days=40)
    page = (await client.get(f"/en/{SLUG}/")).text
    assert "days left" not in page
    assert "Comments can no longer be sent." in page
    assert "Go on with answers you have begun" not in page
    assert "Comments can no longer be sent." not in (await client.get(f"/en/{SLUG}/v1/text")).text


@pytest.mark.parametrize("wait", [timedelta(hours=3), timedelta(days=3)])
async def test_before_opening_the_contents_say_when_it_opens(
    house: House, client: httpx.AsyncClient, wait: timedelta
) -> None:
    with house.database.write() as session:
        session.execute(update(Consultation).values(opens_at=NOW + wait))
    page = (await client.get(f"/en/{SLUG}/")).text
    assert "<dt>Opens</dt>" in page
    assert "comments can be sent from then on" in page
    assert "<dt>Closed</dt>" not in page


async def test_a_reader_of_urdu_may_choose_nastaliq_and_links_carry_it_on(client: httpx.AsyncClient) -> None:
    plain = await client.get(f"/ur/{SLUG}/")
    assert "nastaliq-" not in plain.text
    assert f'href="/ur/{SLUG}/?font=nastaliq"' in plain.text
    for address in (f"/ur/{SLUG}/?font=nastaliq", f"/ur/{SLUG}/v1/{make.CLAUSE}?font=nastaliq"):
        chosen = await client.get(address)
        sheet = chosen.text.split('href="/static/nastaliq-')[1].partition('"')[0]
        assert f'href="/ur/{SLUG}/v1/{make.OTHER_CLAUSE}?font=nastaliq"' in chosen.text
        assert 'font-choice" rel="nofollow" href="' + address.partition("?")[0] + '"' in chosen.text
        css = await client.get(f"/static/nastaliq-{sheet}")
        font = css.text.split('url("')[1].partition('"')[0]
        loaded = await client.get(font)
        assert loaded.headers["content-type"] == "font/woff2"
        assert "font-display: swap" in css.text
    assert "nastaliq-" not in (await client.get(f"/ur/{SLUG}/")).text
    assert "nastaliq-" not in (await client.get(f"/en/{SLUG}/?font=nastaliq")).text


async def test_a_search_in_nastaliq_stays_in_nastaliq(client: httpx.AsyncClient) -> None:
    hidden = '<input type="hidden" name="font" value="nastaliq">'
    assert hidden in (await client.get(f"/ur/{SLUG}/search?font=nastaliq")).text
    assert hidden not in (await client.get(f"/ur/{SLUG}/search")).text


async def test_what_people_write_is_never_rewritten_for_a_font(
    house: House, client: httpx.AsyncClient
) -> None:
    make.comment(house, body='<a href="/ur/somewhere">یہاں</a>')
    page = (await client.get(f"/ur/{SLUG}/v1/{make.CLAUSE}?font=nastaliq")).text
    assert "&lt;a href=&#34;/ur/somewhere&#34;&gt;یہاں&lt;/a&gt;" in page
