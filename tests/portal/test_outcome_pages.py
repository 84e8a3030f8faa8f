"""Answering back at the desk: the list, one answer on its own page, conflicts, what admins alone may do."""

from __future__ import annotations

import re
from html import unescape

import httpx
import pytest
from sqlalchemy import select, update

from portal.models import Consultation, Reviewer, ReviewerAccess, Theme
from portal.services import outcomes, themes
from portal.words import words_for
from tests import make
from tests.make import CLAUSE, SLUG, VERSION, House

LIST = f"/en/desk/outcomes?consultation={SLUG}"
THEME = "/en/desk/outcomes/theme/T-0001"
ON_CLAUSE = f"/en/desk/outcomes/clause/{SLUG}/{CLAUSE}"
ANSWER = {"decision": "partly", "reason_en": "Shade is cheap & works.", "reason_ur": ""}


def word(key: str, **values: object) -> str:
    return str(words_for("en").text(key, **values))


def newest(house: House, **on: str) -> outcomes.OutcomeRow | None:
    with house.database.read() as session:
        draft = themes.find_draft(session, SLUG, VERSION)
        return outcomes.newest(session, draft.id, **on)


async def seen(browser: httpx.AsyncClient, address: str) -> str:
    found = re.search(r'name="seen" value="([^"]*)"', (await browser.get(address)).text)
    assert found is not None
    return found.group(1)


async def act(browser: httpx.AsyncClient, name: str, **fields: str) -> httpx.Response:
    return await browser.post(f"/en/desk/outcomes/{name}", data={"consultation": SLUG, **fields})


async def test_the_list_says_how_far_the_answers_are_and_what_lacks_one(
    house: House, official: httpx.AsyncClient
) -> None:
    make.theme(house, [f"Shade, says number {n}." for n in range(5)])
    make.theme(house, ["Water, says one."])
    make.theme(house, ["A candidate."], status="candidate")
    page = (await official.get(LIST)).text
    assert word("outcomes.progress", answered=0, needed=1) in page
    assert page.count(word("outcomes.lacking")) == 1
    assert "A candidate." not in page
    sent = await official.post(THEME, data={**ANSWER, "seen": ""})
    assert (sent.status_code, sent.headers["location"]) == (303, f"{LIST}#T-0001")
    page = (await official.get(LIST)).text
    assert word("outcomes.progress", answered=1, needed=1) in page
    assert word("outcome.partly") in page


async def test_a_theme_that_officials_named_stands_in_the_language_of_the_page(
    house: House, official: httpx.AsyncClient
) -> None:
    make.theme(house, ["Shade is good."])
    with house.database.write() as session:
        session.execute(update(Theme).values(names={"en": "Shade in streets", "ur": "گلیوں میں سایہ"}))
    for path in (f"outcomes?consultation={SLUG}", "outcomes/theme/T-0001"):
        english, urdu = [(await official.get(f"/{language}/desk/{path}")).text for language in ("en", "ur")]
        assert '<bdi lang="en" dir="ltr">Shade in streets</bdi>' in english
        assert '<bdi lang="ur" dir="rtl">گلیوں میں سایہ</bdi>' in urdu
        assert "Shade in streets</bdi>" not in urdu


async def test_a_theme_is_answered_on_its_own_page_and_earlier_answers_stay_to_be_read(
    house: House, official: httpx.AsyncClient
) -> None:
    make.theme(house, ["Shade is good."])
    assert await seen(official, THEME) == ""
    await official.post(THEME, data={**ANSWER, "seen": ""})
    page = (await official.get(THEME)).text
    assert 'value="partly" id' in page or 'value="partly" checked' in page
    assert "Shade is cheap &amp; works.</textarea>" in page
    again = {**ANSWER, "decision": "not", "seen": await seen(official, THEME)}
    assert (await official.post(THEME, data=again)).status_code == 303
    page = (await official.get(THEME)).text
    assert page.count("Shade is cheap &amp; works.") == 3
    assert "officer" in page


async def test_a_clause_and_the_whole_are_answered_on_their_own_pages(
    house: House, official: httpx.AsyncClient
) -> None:
    assert "Every street has 12 trees." in (await official.get(ON_CLAUSE)).text
    sent = await official.post(ON_CLAUSE, data={**ANSWER, "seen": "", "draft": VERSION})
    assert sent.headers["location"] == f"{LIST}#{CLAUSE}"
    assert newest(house, clause=CLAUSE) is not None
    whole = ON_CLAUSE.replace(CLAUSE, "whole")
    assert (await official.post(whole, data={**ANSWER, "seen": ""})).status_code == 303
    assert newest(house, clause="whole") is not None
    assert (await official.get(ON_CLAUSE.replace(CLAUSE, "part_1"))).status_code == 404
    assert (await official.get(f"{ON_CLAUSE}?draft=v9")).status_code == 404


@pytest.mark.parametrize("address", [THEME, ON_CLAUSE])
async def test_what_is_missing_is_said_at_its_field_and_what_was_typed_is_kept(
    house: House, official: httpx.AsyncClient, address: str
) -> None:
    make.theme(house, ["Shade is good."])
    typed = {"decision": "", "reason_en": "", "reason_ur": "x" * 2001, "seen": ""}
    answer = await official.post(address, data=typed)
    assert answer.status_code == 422
    assert answer.text.count(word("error.outcome.choose")) == 2
    assert answer.text.count(word("error.outcome.long")) == 2
    assert "x" * 2001 in answer.text


@pytest.mark.parametrize("address", [THEME, ON_CLAUSE])
async def test_two_officials_at_once_the_second_sees_the_first_answer_and_keeps_their_words(
    house: House, official: httpx.AsyncClient, address: str
) -> None:
    make.theme(house, ["Shade is good."])
    await official.post(address, data={**ANSWER, "seen": ""})
    mine = {"decision": "not", "reason_en": "My own words.", "seen": "", "draft": VERSION}
    answer = await official.post(address, data=mine)
    assert answer.status_code == 409
    assert word("error.conflict.outcome") in unescape(answer.text)
    assert "My own words." in answer.text
    assert "Shade is cheap &amp; works." in answer.text
    now = re.search(r'name="seen" value="([^"]*)"', answer.text)
    assert now is not None
    assert (await official.post(address, data={**mine, "seen": now.group(1)})).status_code == 303


async def test_a_candidate_has_no_page_to_be_answered_on(house: House, official: httpx.AsyncClient) -> None:
    make.theme(house, ["Shade is good."], status="candidate")
    assert (await official.get(THEME)).status_code == 404
    refused = await official.post(THEME, data={**ANSWER, "seen": ""})
    assert refused.status_code == 409
    assert newest(house, theme="T-0001") is None


async def test_an_official_of_another_consultation_finds_nothing_here(
    house: House, official: httpx.AsyncClient
) -> None:
    make.theme(house, ["Shade is good."])
    make.consultation(house, slug="other-policy")
    async with make.client(house) as stranger:
        await make.sign_in(house, stranger, "stranger@ministry.example")
        with house.database.write() as session:
            row = session.scalars(select(Reviewer).where(Reviewer.email == "stranger@ministry.example")).one()
            row.everywhere = False
            key = session.scalars(select(Consultation.id).where(Consultation.slug == "other-policy")).one()
            session.add(ReviewerAccess(reviewer_id=row.id, consultation_id=key))
        for address in (THEME, ON_CLAUSE, LIST):
            assert (await stranger.get(address)).status_code == 404
        for address in (THEME, ON_CLAUSE):
            assert (await stranger.post(address, data={**ANSWER, "seen": ""})).status_code == 404
    assert newest(house, theme="T-0001") is None
    assert newest(house, clause=CLAUSE) is None


async def test_an_admin_marks_it_as_answered_and_takes_it_back(
    house: House, official: httpx.AsyncClient
) -> None:
    make.theme(house, [f"Shade, says number {n}." for n in range(5)])
    answer = await act(official, "answered")
    assert answer.status_code == 409
    assert word("error.conflict.answer.open") in answer.text
    house.clock.forward(days=40)
    async with make.client(house) as admin:
        await make.sign_in(house, admin, "later@ministry.example")
        with house.database.write() as session:
            session.scalars(
                select(Reviewer).where(Reviewer.email == "later@ministry.example")
            ).one().role = "admin"
        answer = await act(admin, "answered")
        assert answer.status_code == 409
        assert answer.text.count(word("error.conflict.answer.lacking", n=1)) == 2
        await admin.post(THEME, data={**ANSWER, "seen": ""})
        assert (await act(admin, "answered")).status_code == 303
        shown = (await admin.get(f"/en/{SLUG}/results")).text
        assert word("results.answered", date=words_for("en").date(house.clock())) in shown
        assert word("outcomes.reopen") in (await admin.get(LIST)).text
        assert (await act(admin, "reopen")).status_code == 303
        assert word("results.going_on") in (await admin.get(f"/en/{SLUG}/results")).text


async def test_the_threshold_is_an_admins_and_a_wrong_number_is_said_at_its_field(
    house: House, official: httpx.AsyncClient
) -> None:
    answer = await act(official, "threshold", answer_from="many")
    assert answer.status_code == 422
    assert answer.text.count(word("error.answer_from.range")) == 2
    assert 'value="many"' in answer.text
    assert (await act(official, "threshold", answer_from="12")).status_code == 303
    assert str(words_for("en").plural("outcomes.needed", 12)) in (await official.get(LIST)).text
    async with make.client(house) as reviewer:
        await make.sign_in(house, reviewer, "second@ministry.example")
        assert word("outcomes.acts") not in (await reviewer.get(LIST)).text
        assert (await act(reviewer, "threshold", answer_from="1")).status_code == 403
