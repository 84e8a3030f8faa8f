"""What senders say about themselves: asked by the consultation, stored, never shown one by one."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import select

from portal.errors import InvalidInput
from portal.models import Submission
from tests import make
from tests.make import AT_CLAUSE, House


async def test_the_form_asks_with_prefer_not_to_say_chosen(client: httpx.AsyncClient) -> None:
    page = (await client.get(AT_CLAUSE)).text
    for name in ("about_province", "about_age", "about_gender"):
        assert f'name="{name}"' in page
    assert page.count('<option value="" selected>I prefer not to say</option>') == 3


async def test_answers_are_stored_and_stand_on_no_page(house: House, client: httpx.AsyncClient) -> None:
    sent = await make.post(client, about_province="gilgit_baltistan", about_age="60_plus", about_gender="")
    assert sent.status_code == 303
    with house.database.read() as session:
        assert session.scalars(select(Submission.about)).one() == {
            "province": "gilgit_baltistan",
            "age": "60_plus",
        }
    api = await client.get("/api/v1/search?q=")
    for text in (api.text, (await client.get("/en/tree-policy/comments/C-0001")).text):
        assert "gilgit" not in text.lower()
        assert "60_plus" not in text


async def test_an_answer_that_is_no_choice_comes_back_with_the_form(client: httpx.AsyncClient) -> None:
    sent = await make.post(client, about_age="old", about_province="punjab")
    assert sent.status_code == 422
    assert "Choose one of the answers in the list" in sent.text
    assert '<option value="punjab" selected>' in sent.text


def test_a_question_that_is_not_asked_is_refused(house: House) -> None:
    with pytest.raises(InvalidInput) as refused:
        make.comment(house, about={"income": "high"})
    assert refused.value.fields == {"about.income": ("error.about.unknown",)}


def test_a_consultation_may_ask_nothing(house: House) -> None:
    make.consultation(
        house, slug="quiet", toml=make.TOML.replace("restatement", "questions = []\nrestatement")
    )
    make.comment(house, slug="quiet")
    with pytest.raises(InvalidInput):
        make.comment(house, "Again.", slug="quiet", about={"age": "18_29"})
