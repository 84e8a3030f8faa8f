"""Erasing: the text is gone from the database's files, the index, themes and later exports."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest
from sqlalchemy import select

from portal.errors import Conflict
from portal.models import Comment, Submission
from portal.models.database import open_database
from portal.services import amending, comments, consistency, erasing, reports, search, theme_runs, themes
from search_index.documents import Filters
from search_index.summarizer import open_embedder, open_summarizer
from tests import make
from tests.make import House

SECRET = "Jacaranda avenues reminded my grandmother Zulaikha of Quetta"


def erase(house: House, receipt: str) -> erasing.Erased:
    with house.database.write() as session:
        erased = erasing.erase(session, receipt, now=house.clock())
    erasing.scrub(house.database)
    house.worker.keep_all()
    return erased


def files_hold(house: House, text: str) -> bool:
    return any(
        text.encode() in path.read_bytes() for path in house.settings.data_dir.rglob("*") if path.is_file()
    )


def test_no_file_of_the_database_holds_the_text_or_the_address_any_more(house: House) -> None:
    answer = make.comment(
        house, f"{SECRET} {'and shade ' * 300}", name="Zulaikha Bibi", email="z.bibi@example.org"
    )
    with house.database.write() as session:
        amending.edit(
            session,
            answer.receipt,
            answer.comments[0].id,
            body=f"{SECRET}, said again",
            position="support",
            suggested_wording=None,
            now=house.clock(),
        )
    assert files_hold(house, "Jacaranda")
    erase(house, answer.receipt)
    for text in ("Jacaranda", "jacaranda", "Zulaikha", "z.bibi"):
        assert not files_hold(house, text), text


def test_state_dates_and_fingerprint_stay_and_the_books_balance(house: House) -> None:
    answer = make.comment(house, SECRET)
    erased = erase(house, answer.receipt)
    assert erased.comments == ("C-0001",)
    with house.database.read() as session:
        comment = session.scalars(select(Comment)).one()
        assert (comment.status, comment.body, comment.sha256) == ("erased", "", answer.comments[0].sha256)
        assert session.scalars(select(Submission.erased_at)).one() == house.clock()
        assert consistency.database(session) == []


def test_it_is_gone_from_search_themes_and_their_titles(house: House) -> None:
    answers = [make.comment(house, f"{SECRET} and of number {n}, at home") for n in range(4)]
    answers += [make.comment(house, f"Water the young trees twice a week, says house {n}") for n in range(4)]
    with house.database.read() as session:
        draft_id = themes.find_draft(session, make.SLUG, None).id
    summarizer = open_summarizer("extractive:", open_embedder("tfidf:"))
    theme_runs.suggest(house.database, summarizer, draft_id, now=house.clock())
    for answer in answers[:4]:
        erase(house, answer.receipt)
    with house.database.read() as session:
        found = search.find(session, house.engine, "jacaranda", Filters(statuses=()))
        shown = str(themes.listing(session, draft_id)).casefold()
    assert found.total == 0
    assert "jacaranda" not in shown
    assert "zulaikha" not in shown
    assert not files_hold(house, "Jacaranda")


async def test_the_receipt_says_when_it_was_erased(house: House, client: httpx.AsyncClient) -> None:
    answer = make.comment(house, SECRET, name="Zulaikha Bibi")
    erase(house, answer.receipt)
    page = await client.get(f"/en/receipts/{answer.receipt}")
    assert page.status_code == 200
    assert "erased" in page.text
    assert "Jacaranda" not in page.text
    api = await client.get(f"/api/v1/receipts/{answer.receipt}")
    assert api.json()["comments"][0]["body"] is None
    assert api.json()["comments"][0]["status"] == "erased"


def test_erasing_twice_is_a_conflict(house: House) -> None:
    answer = make.comment(house, SECRET)
    erase(house, answer.receipt)
    with pytest.raises(Conflict), house.database.write() as session:
        erasing.erase(session, answer.receipt, now=house.clock())


def test_exports_made_before_are_named(house: House) -> None:
    answer = make.comment(house, SECRET)
    house.clock.forward(hours=1)
    with house.database.write() as session:
        report = reports.gather(session, make.SLUG, now=house.clock())
        reports.note_export(session, report, format="csv", actor="command", now=house.clock())
    assert erase(house, answer.receipt).exports == (
        (datetime(2026, 11, 24, 11, 0, tzinfo=UTC), "tree-policy/v1", "csv"),
    )


def test_an_erased_comment_cannot_be_changed_or_withdrawn(house: House) -> None:
    answer = make.comment(house, SECRET)
    erase(house, answer.receipt)
    with pytest.raises(Conflict), house.database.write() as session:
        amending.withdraw(session, answer.receipt, None, now=house.clock())
    with house.database.read() as session:
        row = comments.find_receipt(session, answer.receipt, now=house.clock())
    assert row.comments[0].body is None
    assert not row.comments[0].editable


def test_a_second_database_opened_later_sees_nothing_either(house: House) -> None:
    answer = make.comment(house, SECRET)
    erase(house, answer.receipt)
    again = open_database(house.settings.database_url)
    with again.read() as session:
        assert session.scalars(select(Comment.body)).all() == [""]
    again.close()
